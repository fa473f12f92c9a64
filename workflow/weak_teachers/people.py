"""Labels that people give to steps: the page's key, what the page exports, what the study uses."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from weak_teachers.records import Annotated, Label, Record

Mark = Literal["right", "wrong", "unsure"]
# By rater and solution, the labels of its steps.
Raters = Mapping[str, Mapping[str, Sequence[Label]]]

LABELS: dict[Mark, Label] = {"right": "correct", "wrong": "wrong", "unsure": "unknown"}


class KeyItem(Record):
    """Which solution an item of a page is."""

    solution: str
    steps: int = Field(ge=1)
    digest: str = Field(description="of the texts of its steps, to notice another segmentation")


class PageKey(Record):
    """The key of a page; items in the page's order, numbered from 1 there."""

    page: str
    items: list[KeyItem]


class Exported(Record):
    """What the page exports: an annotator's marks by item; null where a step has none yet."""

    page: str
    annotator: str = Field(min_length=1)
    labels: dict[int, list[Mark | None]]


class HumanLabels(Record):
    """One annotator's marks of all steps of one solution."""

    solution: str
    annotator: str
    labels: list[Mark]
    digest: str = Field(description="of the texts of its steps, as in the page's key")


def steps_digest(solution: Annotated) -> str:
    """A digest of the texts of a solution's steps."""
    return digest_of([step.text for step in solution.steps])


def digest_of(texts: Sequence[str]) -> str:
    """A digest of texts."""
    return hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()[:16]


def by_person(labels: Iterable[HumanLabels]) -> dict[str, dict[str, list[Label]]]:
    """Every annotator's labels by solution."""
    people: dict[str, dict[str, list[Label]]] = {}
    for label in labels:
        of_person = people.setdefault(label.annotator, {})
        of_person[label.solution] = [LABELS[mark] for mark in label.labels]
    return people


def majorities(people: Raters) -> dict[str, list[Label]]:
    """By solution, what most of its annotators say of each step."""
    of_solution: dict[str, list[Sequence[Label]]] = {}
    for labels in people.values():
        for solution, steps in labels.items():
            of_solution.setdefault(solution, []).append(steps)
    return {
        solution: [majority(step) for step in zip(*labels, strict=True)]
        for solution, labels in of_solution.items()
    }


def majority(labels: Iterable[Label]) -> Label:
    """What most annotators who made up their minds say of a step; unknown when they are tied."""
    votes = Counter(labels)
    if votes["correct"] == votes["wrong"]:
        return "unknown"
    return "correct" if votes["correct"] > votes["wrong"] else "wrong"
