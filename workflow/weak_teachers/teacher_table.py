"""The teacher table: outcome and step errors of each teacher, on hard tasks and on subtasks."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from weak_teachers.card import total
from weak_teachers.records import Annotated, Kind
from weak_teachers.stats import Share, clustered_share


def teacher_row(teacher: str, kind: Kind, solutions: Sequence[Annotated]) -> dict[str, Any]:
    """One row of the teacher table.

    Returns:
        Numbers of tasks, solutions and steps; ``er`` of solutions with a known outcome, ``swer`` of
        all steps and ``swer_wrong`` of the steps of wrong solutions, each in per cent with its 95 %
        interval over tasks; ``swer_bounds`` if unknown steps all counted as right or as wrong;
        ``first_error``, the mean place of the first wrong step in the solutions that have one, in
        per cent of the solution, with its interval.
    """
    by_task: dict[str, list[Annotated]] = defaultdict(list)
    for solution in solutions:
        by_task[solution.task].append(solution)
    tasks = list(by_task.values())
    wrong = [[s for s in task if s.outcome == "wrong"] for task in tasks]
    known = [[s for s in task if s.outcome != "unknown"] for task in tasks]
    steps = total([solution.count() for solution in solutions])
    places = [
        [s.first_error / len(s.steps) for s in task if s.first_error is not None] for task in tasks
    ]
    return {
        "teacher": teacher,
        "kind": kind,
        "tasks": len(tasks),
        "solutions": len(solutions),
        "unknown_outcomes": sum(s.outcome == "unknown" for s in solutions),
        "er": _per_cent(clustered_share([len(w) for w in wrong], [len(k) for k in known])),
        "swer": _swer(tasks),
        "swer_wrong": _swer(wrong),
        "steps": steps.all,
        "unknown_steps": steps.unknown,
        "swer_bounds": [
            100 * steps.wrong / max(1, steps.all),
            100 * (steps.wrong + steps.unknown) / max(1, steps.all),
        ],
        "first_error": _per_cent(clustered_share(list(map(sum, places)), list(map(len, places)))),
    }


def _swer(tasks: Sequence[Sequence[Annotated]]) -> list[float] | None:
    counts = [total([solution.count() for solution in task]) for task in tasks]
    return _per_cent(clustered_share([c.wrong for c in counts], [c.all for c in counts]))


def _per_cent(share: Share | None) -> list[float] | None:
    return [100 * share.value, 100 * share.low, 100 * share.high] if share else None
