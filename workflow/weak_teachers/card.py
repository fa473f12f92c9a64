"""The card of a mixture: what is in it, proved from the annotations of its rows."""

from collections.abc import Sequence
from typing import Any

from weak_teachers.config.arms import Arm
from weak_teachers.records import Row, StepCount


def total(counts: Sequence[StepCount]) -> StepCount:
    """The steps of a set of solutions."""
    return StepCount(
        all=sum(count.all for count in counts),
        wrong=sum(count.wrong for count in counts),
        unknown=sum(count.unknown for count in counts),
    )


def describe_rows(rows: Sequence[Row]) -> dict[str, Any]:
    """Achieved error rates and what they rest on: ER and SWER in per cent of rows and of steps."""
    wrong = sum(row.outcome == "wrong" for row in rows)
    steps = total([row.steps for row in rows])
    return {
        "rows": len(rows),
        "wrong_rows": wrong,
        "er": 100 * wrong / len(rows),
        "steps": steps.all,
        "wrong_steps": steps.wrong,
        "unknown_steps": steps.unknown,
        "swer": 100 * steps.severity,
        "stand_ins": sum(row.stand_in for row in rows),
        "restyled": sum(row.restyled for row in rows),
        "rephrased": sum(row.rephrased for row in rows),
    }


def make_card(
    arm: Arm, rows: Sequence[Row], tokens: Sequence[int], max_length: int, digest: str
) -> dict[str, Any]:
    """The card of an arm's mixture.

    Args:
        arm: the arm as its config has it.
        rows: the mixture.
        tokens: tokens of each row.
        max_length: the longest row that training takes, in tokens.
        digest: SHA-256 of the file of rows, in which each row names its task and solution.
    """
    kinds = [kind for kind in ("hard", "subtask") if any(row.kind == kind for row in rows)]
    return {
        "arm": arm.model_dump(),
        **describe_rows(rows),
        "by_kind": {kind: describe_rows([r for r in rows if r.kind == kind]) for kind in kinds},
        "hard_tasks": len({row.family for row in rows}),
        "solutions": len({row.solution for row in rows}),
        "tokens": sum(tokens),
        "longest": max(tokens),
        "max_length": max_length,
        "truncated": sum(length > max_length for length in tokens),
        "sha256": digest,
    }
