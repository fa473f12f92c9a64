"""Exact step labels for synthetic problems, whose true steps are known.

A step is wrong if it takes another operation or operand than the problem says, starts from another
number than the last step's own result, or computes wrongly; a wrong number that is used
consistently later is no new error. Missing and surplus steps are wrong.
"""

from collections.abc import Sequence
from itertools import zip_longest

from weak_teachers.errors import UserError
from weak_teachers.records import Outcome, StepLabel, Task
from weak_teachers.synthetic import Calculation, calculate, chain_of, parse_step


def label_steps(task: Task, steps: Sequence[str], outcome: Outcome) -> list[StepLabel]:
    """Label every step of a solution, and those that are missing at its end, against the true ones.

    Raises:
        UserError: the task isn't synthetic.
    """
    try:
        chain = chain_of(task.steps)
    except ValueError:
        raise UserError(
            f"task {task.id}: its steps are no chain of calculations; annotate.checkers exact "
            "expects synthetic tasks"
        ) from None
    value = chain[0][0]
    labels = []
    for text, true in zip_longest(steps, chain):
        if text is None:
            labels.append(StepLabel(text="", label="wrong", reason="missing"))
            continue
        step = parse_step(text)
        fault = find_fault(step, true, value)
        labels.append(StepLabel(text=text, label="wrong" if fault else "correct", reason=fault))
        if step is not None:
            value = step[3]
    return labels


def find_fault(step: Calculation | None, true: Calculation | None, value: int) -> str:
    """What is wrong with a step that should go on from ``value``; "" if nothing is."""
    if step is None:
        return "not a calculation"
    if true is None:
        return "surplus"
    start, operator, operand, result = step
    if start != value:
        return f"starts from {start} instead of {value}"
    if (operator, operand) != true[1:3]:
        return f"{operator} {operand} instead of {true[1]} {true[2]}"
    if result != calculate(start, operator, operand):
        return f"{start} {operator} {operand} is {calculate(start, operator, operand)}"
    return ""
