"""Measure how far the checker calculation agrees with the exact labels of a synthetic study.

    python -m weak_teachers.exact_agreement --annotated results/mini/annotated/*/hard.jsonl \\
        --tasks results/mini/tasks/hard.jsonl [--require 0.99]

Calculation can know that a stated equality is false, and that nothing false is stated. It can't
know that a true equality takes a wrong operation or operand, or that a step is missing: such steps
are counted and left out. On all others it agrees if it flags what is wrong, and nothing else.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from weak_teachers.command import arguments, requirement_argument, run
from weak_teachers.errors import UserError
from weak_teachers.files import read_records
from weak_teachers.records import Annotated, StepLabel, Task
from weak_teachers.steps import calculation
from weak_teachers.synthetic import calculate, parse_step

Finding = Literal["agreed", "missed", "flagged", "not to be known"]
SHOWN = 10
"""Disagreements that are shown."""


def findings(task: Task, solution: Annotated) -> Iterator[tuple[StepLabel, Finding]]:
    """The exact labels of a solution, and how calculation agrees with each of them."""
    written = [step for step in solution.steps if step.text]
    found = calculation.label_steps(task, [step.text for step in written], solution.outcome)
    flags = {place for place, step in enumerate(found) if step.label == "wrong"}
    for place, step in enumerate(written):
        yield step, finding(step, place in flags)
    yield from ((step, "not to be known") for step in solution.steps if not step.text)


def finding(step: StepLabel, flagged: bool) -> Finding:
    """How a flag, or none, agrees with an exact label."""
    if flagged:
        return "agreed" if step.label == "wrong" else "flagged"
    if step.label == "correct":
        return "agreed"
    return "missed" if states_a_false_result(step.text) else "not to be known"


def states_a_false_result(text: str) -> bool:
    """Whether a step is a calculation with a wrong result."""
    step = parse_step(text)
    return step is not None and step[3] != calculate(*step[:3])


def main() -> None:
    """Count agreements and compare their share with what is required."""
    parser = arguments(__doc__)
    parser.add_argument("--annotated", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--tasks", type=Path, required=True, metavar="FILE")
    requirement_argument(parser, "--require", default=0.0)
    args = parser.parse_args()
    tasks = {task.id: task for task in read_records(args.tasks, Task)}
    counts: Counter[Finding] = Counter()
    shown: list[str] = []
    for path in args.annotated:
        for solution in exactly_labelled(path, tasks):
            for step, found in findings(tasks[solution.task], solution):
                counts[found] += 1
                if found in ("missed", "flagged"):
                    shown.append(f"{found}: {solution.id}: {step.text!r} ({step.label})")
    print("\n".join(shown[:SHOWN]) or "no disagreement")
    known = counts["agreed"] + counts["missed"] + counts["flagged"]
    share = counts["agreed"] / max(1, known)
    print(
        f"agreement {share:.4f} of {known} steps: {counts['missed']} missed, "
        f"{counts['flagged']} flagged though right; {counts['not to be known']} not to be known"
    )
    sys.exit(1 if not known or share < args.require else 0)


def exactly_labelled(path: Path, tasks: dict[str, Task]) -> Sequence[Annotated]:
    """The annotated solutions of a file.

    Raises:
        UserError: a step's label isn't from the checker exact, or a task isn't there.
    """
    solutions = read_records(path, Annotated)
    for solution in solutions:
        if solution.task not in tasks:
            raise UserError(f"{path}: {solution.id}: task {solution.task} is not among --tasks")
        if any(step.checker != "exact" for step in solution.steps):
            raise UserError(
                f"{path}: {solution.id}: expected every step labelled by the checker exact"
            )
    return solutions


if __name__ == "__main__":
    run(main)
