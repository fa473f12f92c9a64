"""Calculations: false equalities are found with their reason, nothing else is called wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
from exam_statements import LATER, MATHS, SCIENCE
from statements import FALSE, NOT_FALSE
from weak_teachers.records import StepLabel, Task
from weak_teachers.steps import exact
from weak_teachers.steps.calculation import label_steps
from weak_teachers.steps.segment import segment

TASK = Task(id="t", family="t", kind="hard", text="How many?", solution="…", answer="1")


def check(*steps: str, problem: str = "How many?") -> list[StepLabel]:
    return label_steps(TASK.model_copy(update={"text": problem}), steps, "unknown")


@pytest.mark.parametrize("statement", FALSE)
def test_a_false_equality_makes_its_step_wrong(statement: str) -> None:
    [label] = check(statement)
    assert label.label == "wrong"
    assert label.text == statement
    assert "=" in label.reason


@pytest.mark.parametrize("statement", [*NOT_FALSE, *MATHS, *SCIENCE, *LATER])
def test_what_isn_t_false_is_unknown(statement: str) -> None:
    [label] = check(statement)
    assert label.label == "unknown", label.reason


def test_reasons_show_both_sides() -> None:
    [wrong, right, nothing] = check("So 74 - 5 = 70 inches.", "1 + 1 = 2, 2 + 2 = 4", "Hm.")
    assert wrong.reason == "74 - 5 = 70 inches: 69 on the left, 70 on the right"
    assert right.reason == "2 calculations hold"
    assert nothing.reason == ""


def test_a_wrong_number_that_is_used_consistently_is_carried() -> None:
    labels = check("8 + 2 * 15 = 41", "41 - 4 = 37", "37 * 2 = 74", "5 + 5 = 10", "37 + 1 = 39")
    assert [label.label for label in labels] == ["wrong", *["unknown"] * 3, "wrong"]
    assert [label.reason for label in labels[1:4]] == [
        "carries a wrong number from step 1",
        "carries a wrong number from step 1",
        "1 calculation holds",
    ]


def test_a_false_equality_that_is_stated_again_is_no_new_error() -> None:
    labels = check("3 * 4 = 13", "As 3 * 4 = 13, we have 13 + 1 = 14")
    assert [label.label for label in labels] == ["wrong", "unknown"]
    assert labels[1].reason == "carries a wrong number from step 1"


def test_a_number_of_the_problem_is_never_carried() -> None:
    labels = check("3 * 4 = 13", "13 + 1 = 14", problem="There are 13 boys and 3 girls.")
    assert labels[1].reason == "1 calculation holds"


def test_values_of_names_are_followed() -> None:
    labels = check("Let A = 3 + 4 = 7 and B = (2 - 5) = -3.", "Then A - B = 7 - 3 = 4.")
    assert [label.label for label in labels] == ["unknown", "wrong"]


def test_a_step_is_refuted_by_the_next() -> None:
    assert check("Then 2 + 2 = 3 + 4.", "This is impossible.")[0].label == "unknown"
    assert check("Then 2 + 2 = 3 + 4.", "So we go on.")[0].label == "wrong"


def test_operations_that_the_problem_defines_are_left_alone() -> None:
    problem = r"The operation $*$ is defined by $a * b = ab + 1$. Find $2 * 3$."
    assert check("2 * 3 = 7", problem=problem)[0].label == "unknown"


@pytest.mark.parametrize("faults", range(5))
def test_labels_agree_with_exact_ones(faults: int) -> None:
    """False results of the synthetic world are found, and a wrong number is carried from them."""
    for seed in range(40):
        task = examples.task("t", 4, seed)
        steps = segment(examples.with_faults(task, faults))
        found = label_steps(task, steps, "unknown")
        truth = exact.label_steps(task, steps, "unknown")
        assert [s.label == "wrong" for s in found] == [s.label == "wrong" for s in truth]


def test_true_statements_of_any_style_are_never_wrong() -> None:
    styles = ["{} {} {} = {}", "${} {} {} = {}$", "He has {} {} {} = ${} left.", "<<{}{}{}={}>>{}"]
    for a in (1, 7, 12, 48):
        for b in (1, 3, 4, 16):
            for sign, value in (("+", a + b), ("-", a - b), ("*", a * b), ("/", a / b)):
                for style in styles:
                    text = style.format(a, sign, b, f"{value:g}", "")
                    assert check(text)[0].label == "unknown", text


@given(st.text())
def test_no_text_breaks_the_checker(text: str) -> None:
    check(text, text)


PIECES = [
    *["1", "23", "0.5", "x", "=", "=", "+", "-", "*", "/", "^", "(", ")", "[", "]", "{", "}", "%"],
    *["!", " ", "\n", ",", ".", "$", "\\frac", "\\sqrt", "\\\\", "&", "of", "pens", "\\text{a}"],
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_statement_breaks_the_checker(parts: list[str]) -> None:
    check("".join(parts), " ".join(parts))


def test_references_have_next_to_no_false_equality(shared_file) -> None:
    """References are right but for slips of their writers, about one in 1,000 steps."""
    wrong = steps = 0
    for name, problem, solution in (
        ("gsm8k/train.jsonl", "question", "answer"),
        ("math/train.jsonl", "problem", "solution"),
    ):
        for line in shared_file(name).read_text().splitlines()[::10]:
            row = json.loads(line)
            labels = check(*segment(row[solution]), problem=row[problem])
            wrong += sum(label.label == "wrong" for label in labels)
            steps += len(labels)
    assert steps > 4_000
    assert wrong <= 0.002 * steps
