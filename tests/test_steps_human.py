"""People's labels as a checker: a majority of each step, and only of the steps that they saw."""

import pytest

from weak_teachers.errors import UserError
from weak_teachers.people import HumanLabels, digest_of
from weak_teachers.steps.human import by_solution, label_steps

TEXTS = ["one", "two", "three"]


def label(annotator: str, *marks: str, texts: list[str] | None = None) -> HumanLabels:
    return HumanLabels(
        solution="s", annotator=annotator, labels=list(marks), digest=digest_of(texts or TEXTS)
    )


def test_the_majority_of_those_who_made_up_their_minds() -> None:
    labels = by_solution(
        [
            label("Ada", "right", "wrong", "wrong"),
            label("Bob", "right", "right", "unsure"),
            label("Cy", "wrong", "unsure", "unsure"),
        ]
    )
    found = label_steps(labels, "s", TEXTS)
    assert [step.text for step in found] == TEXTS
    assert [step.label for step in found] == ["correct", "unknown", "wrong"]
    assert {step.reason for step in found} == {"3 annotators"}


def test_solutions_that_nobody_saw_are_unknown() -> None:
    found = label_steps(by_solution([label("Ada", "right", "wrong", "wrong")]), "other", ["one"])
    assert [step.label for step in found] == ["unknown"]


def test_people_may_have_marked_steps_that_are_missing() -> None:
    labels = by_solution([label("Ada", "right", "wrong", texts=["one", ""])])
    found = label_steps(labels, "s", ["one"])
    assert [(step.text, step.label) for step in found] == [("one", "correct"), ("", "wrong")]


@pytest.mark.parametrize("texts", [["one", "two", "four"], ["one", "two"], [*TEXTS, "four"], []])
def test_other_steps_than_people_saw_are_an_error(texts: list[str]) -> None:
    labels = by_solution([label("Ada", "right", "right", "wrong")])
    with pytest.raises(UserError, match="steps of solution 's' are not those that 'Ada' marked"):
        label_steps(labels, "s", texts)
