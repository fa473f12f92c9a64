"""Step labels that people gave on the annotation page, as import_labels brings them back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from weak_teachers.errors import UserError
from weak_teachers.people import LABELS, HumanLabels, digest_of, majority
from weak_teachers.records import StepLabel

BySolution = Mapping[str, Sequence[HumanLabels]]


def by_solution(labels: Iterable[HumanLabels]) -> BySolution:
    """The labels of each solution, one for each annotator."""
    found: dict[str, list[HumanLabels]] = defaultdict(list)
    for label in labels:
        found[label.solution].append(label)
    return found


def label_steps(labels: BySolution, solution: str, texts: Sequence[str]) -> list[StepLabel]:
    """What most annotators say of each step; unknown where they are tied or saw none of it.

    People may have marked steps that are missing at the end, too.

    Raises:
        UserError: people saw other steps than these.
    """
    given = labels.get(solution, [])
    if not given:
        return [StepLabel(text=text, label="unknown") for text in texts]
    seen = [*texts, *[""] * (len(given[0].labels) - len(texts))]
    for label in given:
        if label.digest != digest_of(seen) or len(label.labels) != len(seen):
            raise UserError(
                f"annotate.human: the steps of solution {solution!r} are not those that "
                f"{label.annotator!r} marked; make the page anew from the present solutions"
            )
    votes = zip(*([LABELS[mark] for mark in label.labels] for label in given), strict=True)
    return [
        StepLabel(text=text, label=majority(step), reason=f"{len(step)} annotators")
        for text, step in zip(seen, votes, strict=True)
    ]
