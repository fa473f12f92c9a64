"""Measure step checkers against people's labels.

    python -m weak_teachers.validate_steps --labels FILE --format processbench \\
        [--checker calculation] [--require-f1 0.88] [--require-precision 0.95]

For each checker: how many first errors of wrong solutions it finds exactly, how many right
solutions it leaves without a flag, and their harmonic mean F1 (ProcessBench, Zheng et al. 2024);
and of its flags the precision, and the recall of steps that are labelled wrong. A flag is right on
a step that is labelled wrong and false on one that is labelled correct; flags on unlabelled steps,
such as those after a first error, count neither way. Intervals are 95 % over problems.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np

from weak_teachers.agreement import interval
from weak_teachers.command import arguments, requirement_argument, run
from weak_teachers.config.teachers import Annotation, RewardModel
from weak_teachers.errors import UserError
from weak_teachers.files import write_records
from weak_teachers.labelled import Format, LabelledSolution, read_labelled
from weak_teachers.records import Record, Solution, StepLabel, Task
from weak_teachers.stats import Share, clustered_share
from weak_teachers.steps.checkers import Work, open_checkers

SEED = 42


class Counts(NamedTuple):
    """What a checker did on the solutions of one problem."""

    wrong: int = 0
    found: int = 0  # wrong solutions whose first flag is their first error
    right: int = 0
    clean: int = 0  # right solutions without a flag
    flags: int = 0  # on labelled steps
    right_flags: int = 0
    errors: int = 0  # steps that are labelled wrong


class Disagreement(Record):
    """A solution whose first flag isn't its labelled first error; indices from 0."""

    row: int
    checker: str
    labelled: int | None
    found: int | None
    step: str
    reason: str
    problem: str


class Measures(NamedTuple):
    """How well a checker does; None where there is nothing to measure it on."""

    on_wrong: Share | None
    on_right: Share | None
    f1: Share | None
    precision: Share | None
    recall: Share | None
    counts: Counts


def first_flag(found: Sequence[StepLabel]) -> int | None:
    """The index of the first step that a checker calls wrong; None if it calls none so."""
    return next((place for place, step in enumerate(found) if step.label == "wrong"), None)


def count(solution: LabelledSolution, found: Sequence[StepLabel]) -> Counts:
    """What a checker did on one solution."""
    flagged = [
        label for label, step in zip(solution.labels, found, strict=True) if step.label == "wrong"
    ]
    hit = first_flag(found) == solution.first_error
    wrong = solution.first_error is not None
    return Counts(
        wrong=wrong,
        found=wrong and hit,
        right=not wrong,
        clean=hit and not wrong,
        flags=len(flagged) - flagged.count("unknown"),
        right_flags=flagged.count("wrong"),
        errors=solution.labels.count("wrong"),
    )


def measure(by_problem: Iterable[Sequence[Counts]]) -> Measures:
    """Sum up the counts of solutions, problem by problem."""
    table = np.array([np.sum(counts, axis=0) for counts in by_problem])
    totals = Counts(*map(int, table.sum(0)))
    columns = Counts(*table.T)
    f1 = None
    if totals.wrong and totals.right:
        value = float(_f1(table.sum(0)))
        f1 = Share(value, *interval(table, _f1, SEED))
    return Measures(
        on_wrong=clustered_share(columns.found, columns.wrong),
        on_right=clustered_share(columns.clean, columns.right),
        f1=f1,
        precision=clustered_share(columns.right_flags, columns.flags),
        recall=clustered_share(columns.right_flags, columns.errors),
        counts=totals,
    )


def _f1(sums: np.ndarray) -> np.ndarray:
    """The harmonic mean of the accuracies on wrong and on right solutions, from sums of counts."""
    counts = Counts(*np.moveaxis(sums, -1, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        on_wrong, on_right = counts.found / counts.wrong, counts.clean / counts.right
        return np.where(
            counts.found * counts.clean > 0, 2 * on_wrong * on_right / (on_wrong + on_right), 0.0
        )


def report(name: str, measures: Measures) -> str:
    """The lines about one checker."""
    counts = measures.counts
    rows = [
        ("first error found", measures.on_wrong, f"of {counts.wrong} wrong solutions"),
        ("left without a flag", measures.on_right, f"of {counts.right} right solutions"),
        ("F1 of these two", measures.f1, ""),
        ("precision of flags", measures.precision, f"of {counts.flags} flags"),
        ("recall of wrong steps", measures.recall, f"of {counts.errors} wrong steps"),
    ]
    return "\n".join(
        [name, *(f"  {what:<22} {_shown(share):<20} {of}" for what, share, of in rows)]
    )


def _shown(share: Share | None) -> str:
    return f"{share.value:.3f} [{share.low:.3f}, {share.high:.3f}]" if share else "–"


def shortfalls(name: str, measures: Measures, required: dict[str, float | None]) -> list[str]:
    """What a checker doesn't reach of what is required, by the name of the measure.

    Raises:
        UserError: the labels don't allow one of these measures.
    """
    below = []
    for measure_name, bound in required.items():
        if bound is None:
            continue
        share: Share | None = getattr(measures, measure_name)
        if share is None:
            raise UserError(
                f"--require-{measure_name}: {name} has none here; expected labels of right and of "
                "wrong solutions for F1, and at least one flag for precision"
            )
        if share.value < bound:
            below.append(f"{measure_name} {share.value:.4f} of {name} is below {bound:g}")
    return below


def as_work(solution: LabelledSolution) -> Work:
    """A labelled solution as a checker sees it."""
    name = str(solution.row)
    task = Task(
        id=name, family=name, kind="hard", text=solution.problem or "-", solution="-", answer="-"
    )
    written = Solution(
        id=name, task=name, teacher="-", sample=0, text="\n".join(solution.steps), finish="stop"
    )
    return Work(task, written, "unknown", solution.steps)


def main() -> None:
    """Measure checkers and compare them with what is required of them."""
    args = _arguments().parse_args()
    if ("prm" in args.checker) != bool(args.prm):
        raise UserError("--prm: expected a model with --checker prm, and only with it")
    solutions, left_out = read_labelled(args.labels, args.format, args.at_their_word)
    if not solutions:
        raise UserError(f"{args.labels}: no labelled solution; found {dict(left_out) or 'no row'}")
    for reason, number in left_out.items():
        print(f"{number} rows left out: {reason}")
    prm = RewardModel(model=args.prm) if args.prm else None
    checkers = open_checkers(Annotation(checkers=args.checker, prm=prm), None)
    works = list(map(as_work, solutions))
    disagreements, below, summaries = [], [], []
    for name, checker in checkers.items():
        by_problem: dict[str, list[Counts]] = defaultdict(list)
        for solution, found in zip(solutions, checker(works), strict=True):
            by_problem[solution.problem].append(count(solution, found))
            disagreements += _disagreement(name, solution, found)
        measures = measure(by_problem.values())
        print(report(name, measures))
        below += shortfalls(
            name, measures, {"f1": args.require_f1, "precision": args.require_precision}
        )
        summaries.append(_summary(name, measures))
    if args.disagreements:
        write_records(args.disagreements, disagreements)
    of = f"{args.labels.name}, {len(solutions)} solutions of {len(by_problem)} problems"
    print("; ".join([*summaries, *below]) + f" ({of})")
    sys.exit(1 if below else 0)


def _disagreement(
    name: str, solution: LabelledSolution, found: Sequence[StepLabel]
) -> list[Disagreement]:
    flag = first_flag(found)
    if flag == solution.first_error:
        return []
    place = solution.first_error if flag is None else flag
    return [
        Disagreement(
            row=solution.row,
            checker=name,
            labelled=solution.first_error,
            found=flag,
            step=found[place].text,
            reason=found[place].reason,
            problem=solution.problem,
        )
    ]


def _summary(name: str, measures: Measures) -> str:
    values = {"F1": measures.f1, "precision": measures.precision, "recall": measures.recall}
    shown = [f"{key} {share.value:.3f}" if share else f"{key} –" for key, share in values.items()]
    return f"{name}: {', '.join(shown)}"


def _arguments() -> argparse.ArgumentParser:
    parser = arguments(__doc__)
    parser.add_argument("--labels", type=Path, required=True, metavar="FILE")
    parser.add_argument("--format", required=True, choices=get_args(Format))
    parser.add_argument(
        "--checker",
        nargs="+",
        choices=["calculation", "prm"],
        default=["calculation"],
        help="calculation (default), prm",
    )
    parser.add_argument("--prm", metavar="MODEL", help="hub id or folder, for the checker prm")
    parser.add_argument(
        "--at-their-word",
        action="store_true",
        help="take labels that contradict themselves as they are, instead of leaving them out",
    )
    requirement_argument(parser, "--require-f1")
    requirement_argument(parser, "--require-precision")
    parser.add_argument(
        "--disagreements",
        type=Path,
        metavar="FILE.jsonl",
        help="write the solutions whose first flag isn't their first error",
    )
    return parser


if __name__ == "__main__":
    run(main)
