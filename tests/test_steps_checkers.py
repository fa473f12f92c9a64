"""Checkers in order: a later one is asked where the earlier ones don't know, and only there."""

from collections.abc import Sequence
from pathlib import Path

import examples
from weak_teachers.config.teachers import Annotation
from weak_teachers.files import write_records
from weak_teachers.people import HumanLabels, digest_of
from weak_teachers.records import StepLabel
from weak_teachers.steps.checkers import Work, label_steps, open_checkers
from weak_teachers.steps.segment import segment


def work(text: str, sample: int = 0) -> Work:
    task = examples.task("t", 2)
    return Work(task, examples.solution(task, text, sample), "unknown", segment(text))


def saying(answers: dict[str, str], asked: list[Sequence[str]]):
    """A checker that knows some texts, and notes what it is asked."""

    def check(works: Sequence[Work]) -> list[list[StepLabel]]:
        asked.extend(work.texts for work in works)
        return [
            [StepLabel(text=text, label=answers.get(text, "unknown")) for text in work.texts]
            for work in works
        ]

    return check


def test_a_later_checker_is_asked_only_where_something_is_unknown() -> None:
    first: list[Sequence[str]] = []
    second: list[Sequence[str]] = []
    works = [work("a\nb"), work("a\nc"), work("d\nd")]
    checkers = {
        "one": saying({"a": "correct", "b": "wrong"}, first),
        "two": saying({"c": "wrong", "a": "wrong"}, second),
    }
    labels = label_steps(works, checkers)
    assert len(first) == 3
    assert second == [["a", "c"], ["d", "d"]]
    assert [[(s.label, s.checker) for s in of] for of in labels] == [
        [("correct", "one"), ("wrong", "one")],
        [("correct", "one"), ("wrong", "two")],
        [("unknown", "two"), ("unknown", "two")],
    ]


def test_exact_adds_what_is_missing_and_others_leave_it() -> None:
    task = examples.task("t", 3)
    short = task.solution.split("\n")[0]
    [labels] = label_steps(
        [Work(task, examples.solution(task, short), "unknown", [short])],
        open_checkers(Annotation(checkers=["calculation", "exact"]), None),
    )
    assert [(s.label, s.reason, s.checker) for s in labels] == [
        ("correct", "", "exact"),
        ("wrong", "missing", "exact"),
        ("wrong", "missing", "exact"),
    ]


def test_people_come_before_the_automatic_ones(tmp_path: Path) -> None:
    works = [work("1 + 1 = 3\n2 + 2 = 4"), work("1 + 1 = 3", sample=1)]
    path = tmp_path / "human.jsonl"
    seen = HumanLabels(
        solution=works[0].solution.id,
        annotator="Ada",
        labels=["right", "unsure"],
        digest=digest_of(works[0].texts),
    )
    write_records(path, [seen])
    settings = Annotation(checkers=["human", "calculation"], human="people")
    labels = label_steps(works, open_checkers(settings, path))
    assert [[(s.label, s.checker) for s in of] for of in labels] == [
        [("correct", "human"), ("unknown", "calculation")],
        [("wrong", "calculation")],
    ]


def test_nothing_to_label() -> None:
    checkers = open_checkers(Annotation(checkers=["calculation"]), None)
    assert label_steps([], checkers) == []
    assert label_steps([work("")], checkers) == [[]]
