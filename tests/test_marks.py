"""GSM8K's calculator marks: read, calculated without executing anything, and told as sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weak_teachers.marks import (
    as_given,
    calculate,
    gives_numbers,
    marked_result,
    numbers_in,
    without_question,
)


@pytest.mark.parametrize(
    ("step", "result"),
    [
        ("48/2 = <<48/2=24>>24 clips", "24"),
        ("<<1+1=2>>2, then <<2*3=6>>6", "6"),
        ("half: <<1/2=.5>>.5", ".5"),
        ("a loss of <<3-5=-2>>-2", "-2"),
        ("no mark", None),
        ("<<1+1>>", None),
        ("<<2*x=8>>", "8"),
        ("<<1/3=1/3>>", None),
    ],
)
def test_the_last_mark_states_the_result(step: str, result: str | None) -> None:
    assert marked_result(step) == result


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("16-3-4", 9),
        ("80,000+50,000", 130000),
        ("(1+2)*-3/4", -2.25),
        (".5*400", 200),
        (" 7 ", 7),
        ("1/0", None),
        ("2**3", None),
        ("x", None),
        ("", None),
        ("__import__('os').getcwd()", None),
        ("(lambda: 1)()", None),
        ("9" * 300, None),
        ("(" * 100 + "1" + ")" * 99, None),
        ("1j", None),
        ("'1'", None),
    ],
)
def test_only_plain_calculations_have_a_value(expression: str, value: float | None) -> None:
    assert calculate(expression) == value


@given(st.text(max_size=60))
def test_no_text_breaks_the_calculator(text: str) -> None:
    calculate(text)
    numbers_in(text)
    marked_result(f"<<{text}>>")


def test_numbers_are_read_in_digits_words_and_per_cent() -> None:
    assert {1200.0, 3.5, 2.0} <= numbers_in("$1,200 for 3.5 hours, twice")
    assert {0.2, 20.0, 100.0} <= numbers_in("20% more")
    assert 0.2 not in numbers_in("20 more")
    assert 12.0 in numbers_in("a dozen eggs")
    assert numbers_in("nothing") == set()


def test_a_step_s_numbers_must_be_given_or_worked_out_on_the_way() -> None:
    step = "<<16-3=13>>13 and <<13*2=26>>26"
    assert gives_numbers("Sixteen? No: 16 eggs, three eaten, $2 each.", step)
    assert not gives_numbers("16 eggs at $2 each", step)


def test_a_step_is_told_as_a_plain_sentence() -> None:
    assert as_given("He sells 48/2 = <<48/2=24>>24 clips") == "He sells 48/2 = 24 clips."
    assert as_given("Done. ") == "Done."


@pytest.mark.parametrize(
    ("text", "story"),
    [
        ("Tom has 3. He buys 2. How many now?", "Tom has 3. He buys 2."),
        ("Tom has 3.\nHow many?  He lost none.", "Tom has 3. He lost none."),
        ("If Tom has 3, how many are left?", None),
        ("Tom has 3. Calculate what is left.", None),
    ],
)
def test_the_story_is_the_text_without_its_question(text: str, story: str | None) -> None:
    assert without_question(text) == story
