"""Bring people's labels back from the annotation page, and say how well they agree.

    python -m weak_teachers.import_labels --labels a.json b.json --key page.key.json \\
        --annotated annotated.jsonl --output human_labels.jsonl --report agreement.json

Agreement is measured among the people, and between them and the automatic labels of --annotated:
step by step, and by first errors. Steps that someone is unsure of count neither way. The output
is what the checker `human` puts in front of the automatic ones.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from pathlib import Path

from weak_teachers.agreement import Agreement, Level, Ratings, agree, first_error
from weak_teachers.annotate_page import read_solutions
from weak_teachers.command import arguments, run
from weak_teachers.errors import UserError
from weak_teachers.files import read_record, write_json, write_records
from weak_teachers.people import (
    LABELS,
    Exported,
    HumanLabels,
    PageKey,
    Raters,
    by_person,
    majorities,
    steps_digest,
)
from weak_teachers.records import Annotated, Label

MAJORITY = "(majority)"
CHECKERS = "(checkers)"


def read_labels(paths: Iterable[Path], key: PageKey) -> list[HumanLabels]:
    """Read what the page exported; solutions without any mark are left out.

    Raises:
        UserError: a file is malformed, comes from another page, repeats an annotator, names an
            item that the page hasn't, or leaves some steps of a solution unmarked.
    """
    labels: list[HumanLabels] = []
    files: dict[str, Path] = {}
    for path in paths:
        exported = read_record(path, Exported)
        if exported.page != key.page:
            raise UserError(
                f"{path}: labels of page {exported.page!r}; expected page {key.page!r} of --key"
            )
        name = exported.annotator.strip().casefold()
        if name in files:
            raise UserError(
                f"{path}: annotator {exported.annotator!r} also wrote {files[name]}; "
                "expected one file from each"
            )
        files[name] = path
        labels.extend(_of_items(path, exported, key))
    return labels


def _of_items(path: Path, exported: Exported, key: PageKey) -> Iterable[HumanLabels]:
    for number, marks in exported.labels.items():
        if not 1 <= number <= len(key.items):
            raise UserError(
                f"{path}: item {number} is not in the page; expected 1 to {len(key.items)}"
            )
        item = key.items[number - 1]
        if len(marks) != item.steps:
            raise UserError(
                f"{path}: item {number} has {len(marks)} labels; expected {item.steps}, one a step"
            )
        given = [mark for mark in marks if mark is not None]
        if not given:
            continue
        if len(given) < len(marks):
            missing = [str(step) for step, mark in enumerate(marks, start=1) if mark is None]
            raise UserError(
                f"{path}: item {number} has no label for step {', '.join(missing)}; "
                "mark all steps of a solution or none, and export again"
            )
        yield HumanLabels(
            solution=item.solution,
            annotator=exported.annotator,
            labels=given,
            digest=item.digest,
        )


def check_steps(key: PageKey, solutions: Mapping[str, Annotated]) -> None:
    """Make sure that the annotated solutions have the very steps that people saw.

    Raises:
        UserError: a solution of the page is missing, or its steps are others now.
    """
    for item in key.items:
        if item.solution not in solutions:
            raise UserError(
                f"--annotated: solution {item.solution!r} is missing; "
                "name the files that the page was made from"
            )
        if steps_digest(solutions[item.solution]) != item.digest:
            raise UserError(
                f"--annotated: the steps of solution {item.solution!r} are not those on the page; "
                "name the files that the page was made from"
            )


def by_checker(solutions: Sequence[Annotated]) -> dict[str, dict[str, list[Label]]]:
    """Each automatic checker's own labels, unknown elsewhere, and those of all of them together."""

    def given_by(names: set[str]) -> dict[str, list[Label]]:
        return {
            solution.id: [
                step.label if step.checker in names else "unknown" for step in solution.steps
            ]
            for solution in solutions
        }

    names = {step.checker for solution in solutions for step in solution.steps} - {"human"}
    checkers = {name or CHECKERS: given_by({name}) for name in sorted(names)}
    return checkers if len(names) == 1 else {**checkers, CHECKERS: given_by(names)}


def agreements(people: Raters, checkers: Raters, seed: int) -> list[Agreement]:
    """Agreement of people, each pair and all, and of each and of their majority with checkers."""
    groups = [*combinations(people, 2)]
    if len(people) > 2:
        groups.append(tuple(people))
    if len(people) > 1:
        people = {**people, MAJORITY: majorities(people)}
    groups += product(people, checkers)
    return [
        agree({name: ratings[name] for name in group}, level, seed)
        for level, ratings in _levels(people, checkers).items()
        for group in groups
    ]


def _levels(people: Raters, checkers: Raters) -> dict[Level, dict[str, Ratings]]:
    """The ratings to compare: steps that are decided, and first errors.

    A person who is unsure of a step may hold it for the first error: undecided. A checker claims
    an error by flagging it; what it leaves unknown it doesn't flag, as in ProcessBench.
    """
    raters = {**people, **checkers}
    steps = {
        name: {
            solution: [None if label == "unknown" else label for label in labels]
            for solution, labels in of_rater.items()
        }
        for name, of_rater in raters.items()
    }
    flags = {
        name: {
            solution: ["wrong" if label == "wrong" else "correct" for label in labels]
            for solution, labels in of_rater.items()
        }
        for name, of_rater in checkers.items()
    }
    errors = {
        name: {solution: [first_error(labels)] for solution, labels in of_rater.items()}
        for name, of_rater in {**people, **flags}.items()
    }
    return {"step": steps, "first error": errors}


def table(report: Iterable[Agreement]) -> str:
    """The report for a terminal, a line for each group of raters and level."""
    lines = [f"{'level':<12} {'units':>6} {'agreed':>7} {'kappa [95 % interval]':<30} raters"]
    for entry in report:
        agreed = "–" if entry.agreed is None else f"{entry.agreed:.3f}"
        kappa = "undefined"
        if entry.kappa is not None:
            kappa = f"{entry.kappa:.3f} [{entry.low:.3f}, {entry.high:.3f}] {entry.statistic}"
        lines.append(
            f"{entry.level:<12} {entry.units:>6} {agreed:>7} {kappa:<30} {' × '.join(entry.raters)}"
        )
    return "\n".join(lines)


def main() -> None:
    """Check and import the labels, and report agreement."""
    args = _arguments().parse_args()
    key = read_record(args.key, PageKey)
    labels = read_labels(args.labels, key)
    if not labels:
        raise UserError("--labels: no solution is marked; expected one at least")
    checkers = {}
    if args.annotated:
        solutions = {solution.id: solution for solution in read_solutions(args.annotated)}
        check_steps(key, solutions)
        checkers = by_checker([solutions[item.solution] for item in key.items])
    people = by_person(labels)
    report = agreements(people, checkers, args.seed)
    write_records(args.output, labels)
    if args.report:
        write_json(args.report, [entry.model_dump() for entry in report])
    print(table(report))
    marks = Counter(mark for label in labels for mark in label.labels)
    print(
        f"{args.output}: {len(labels)} rows by {', '.join(people)}: "
        + ", ".join(f"{marks[mark]} steps {mark}" for mark in LABELS)
    )


def _arguments() -> argparse.ArgumentParser:
    parser = arguments(__doc__)
    parser.add_argument(
        "--labels", type=Path, nargs="+", required=True, metavar="FILE", help="exported by the page"
    )
    parser.add_argument("--key", type=Path, required=True, help="written beside the page")
    parser.add_argument(
        "--annotated",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="what the page was made from, to compare its automatic labels with the people's",
    )
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.jsonl")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="agreement as JSON")
    parser.add_argument("--seed", type=int, default=42, help="of the intervals (default 42)")
    return parser


if __name__ == "__main__":
    run(main)
