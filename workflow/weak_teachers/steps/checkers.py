"""Checkers in order: each is asked about the steps that those before it left unknown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from weak_teachers.config.teachers import Annotation
from weak_teachers.files import read_records
from weak_teachers.people import HumanLabels
from weak_teachers.progress import progress
from weak_teachers.records import Outcome, Solution, StepLabel, Task
from weak_teachers.steps import calculation, exact, human, llm, marks


class Work(NamedTuple):
    """A solution whose steps are to be labelled."""

    task: Task
    solution: Solution
    outcome: Outcome
    texts: Sequence[str]


Checker = Callable[[Sequence[Work]], Iterable[Sequence[StepLabel]]]
"""Labels the steps of each solution; it may add labels of steps that are missing at the end."""


def open_checkers(
    settings: Annotation, human_labels: Path | None = None, seed: int = 0
) -> dict[str, Checker]:
    """The checkers of a study's config, in its order.

    Args:
        settings: the config's section.
        human_labels: the file that ``settings.human`` names.
        seed: the study's, for replies of the critic.
    """

    def open_checker(name: str) -> Checker:
        match name:
            case "exact":
                return _each(name, exact.label_steps)
            case "marks":
                return _each(name, marks.label_steps)
            case "calculation":
                return _each(name, calculation.label_steps)
            case "human":
                labels = human.by_solution(read_records(human_labels, HumanLabels, unique=None))
                return lambda works: [
                    human.label_steps(labels, work.solution.id, work.texts) for work in works
                ]
            case "prm":
                from weak_teachers.steps import prm

                return prm.open_model(settings.prm)
            case "llm":
                return llm.CriticChecker(settings.llm, seed)

    return {name: open_checker(name) for name in settings.checkers}


def _each(
    name: str, label: Callable[[Task, Sequence[str], Outcome], Sequence[StepLabel]]
) -> Checker:
    """A checker of one solution at a time as a checker of many, which shows its progress."""

    def check(works: Sequence[Work]) -> Iterable[Sequence[StepLabel]]:
        with progress(name, len(works), "solutions") as shown:
            for work in works:
                yield label(work.task, work.texts, work.outcome)
                shown.add()

    return check


def label_steps(
    works: Sequence[Work], checkers: Mapping[str, Checker]
) -> list[Sequence[StepLabel]]:
    """Label the steps of solutions by checkers in order."""
    labels: list[Sequence[StepLabel]] = [
        [StepLabel(text=text, label="unknown") for text in work.texts] for work in works
    ]
    open_ones = list(range(len(works)))
    for name, checker in checkers.items():
        found = checker([works[place] for place in open_ones])
        for place, new in zip(open_ones, found, strict=True):
            labels[place] = _combined(labels[place], new, name)
        open_ones = [p for p in open_ones if any(s.label == "unknown" for s in labels[p])]
    return labels


def _combined(old: Sequence[StepLabel], new: Sequence[StepLabel], checker: str) -> list[StepLabel]:
    """Labels with what a further checker says of the steps that are unknown."""
    return [
        other.model_copy(update={"checker": checker})
        if one is None or (one.label == "unknown" and other is not None)
        else one
        for one, other in zip_longest(old, new)
    ]
