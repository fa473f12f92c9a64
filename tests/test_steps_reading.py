"""Reading: every way in which people may mean an expression, and none for what is no expression."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weak_teachers.steps.expression import Unreadable, names
from weak_teachers.steps.notation import plain, tokens
from weak_teachers.steps.side import Side
from weak_teachers.steps.value import evaluate


def values(text: str) -> list[Fraction | float]:
    """The values of all readings of a text without names."""
    return [evaluate(node) for node in Side(tokens(plain(text))).readings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 + 2 * 3", [7]),
        ("(1 + 2) * 3", [9]),
        ("10 - 3 - 2", [5]),
        ("2 - -3", [5]),
        ("2(3)(4)", [24]),
        (r"$2\frac{3}{2}$", [3]),
        (r"$\frac12$", [Fraction(1, 2)]),
        (r"$\frac1{20}$", [Fraction(1, 20)]),
        (r"$\frac{\frac{1}{2}}{3}$", [Fraction(1, 6)]),
        (r"$|3 - 8| + 1$", [6]),
        (r"$\lceil 7/2 \rceil + \lfloor 7/2 \rfloor$", [7]),
        ("4 apples + 3 red apples", [7]),
        ("3! * 2", [12]),
        # What can be read in two ways.
        ("50%", [Fraction(1, 2), 50]),
        ("20 - 50%", [Fraction("19.5"), -30, 10, -30]),
        ("1 1/2", [Fraction(3, 2), Fraction(1, 2)]),
        ("6 / 1/2", [3, 12]),
        ("7/12 / 1/12", [Fraction(7, 144), 7]),
        ("24 / 2 / 3", [4, 36]),
        ("8/2(4)", [16, 1]),
        ("12 / 4 * 3", [9, 1]),
        ("-2^2", [-4, 4]),
        ("2^10", [1024, 0]),
        ("2^{10}", [1024]),
    ],
)
def test_every_reading(text: str, found: list) -> None:
    assert values(text) == found


def test_names_have_their_index() -> None:
    [node] = Side(tokens(r"$2a_1 + b_{n+1} - c$")).readings
    assert names(node) == {"a_1", "b_{n+1}", "c"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "3 +",
        "* 3",
        "3 4",
        "(3 + 4",
        "3 + 4)",
        "3 : 4",
        "1 + ... + 9",
        "$f(3)$",
        "$1010_2$",
        "007",
        "9" * 61,
        r"$\frac{1}$",
        r"$\frac123$",
        r"$\log 3$",
        r"$\sqrt[3{8}$",
        r"$355\boxed{680}$",
        r"$2^3^4$",
        "3 red 4",
        "(" * 41 + "1" + ")" * 41,
        "-" * 41 + "1",
        "1" + "+1" * 200,
        "50% 1/2 " * 5,
    ],
)
def test_no_expression(text: str) -> None:
    assert Side(tokens(text)).readings == []


PIECES = [
    "1",
    "23",
    "4.5",
    "x",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    "%",
    "!",
    " ",
    r"\frac",
    "{",
    "}",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_tokens_are_read_or_refused_in_no_time(parts: list[str]) -> None:
    for node in Side(tokens(f"${''.join(parts)}$")).readings:
        if not names(node):
            with suppress(Unreadable):
                evaluate(node)
