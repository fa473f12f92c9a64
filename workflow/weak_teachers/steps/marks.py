"""Step labels for GSM8K's marked calculations, against the marks of the reference solution.

A step is correct if its solution's outcome is, if its result stands in the reference or is a part
of one of the reference's calculations, or if it leads to such a result. In a solution with a wrong
outcome, a step that starts from given or correct numbers and gets to none of these is wrong if no
later step takes its result; otherwise one of the two is wrong, and both are unknown. A false
calculation is wrong in any solution.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from weak_teachers.marks import MARK, calculate, numbers_in
from weak_teachers.records import Label, Outcome, StepLabel, Task


@dataclass
class Step:
    """A step of a solution: the numbers that its marks take and give."""

    text: str
    taken: set[float]
    results: set[float]
    false: str = ""


def read_step(text: str) -> Step:
    """Read the marks of a step and check their arithmetic."""
    step = Step(text, set(), set())
    for mark in MARK.findall(text):
        expression, _, stated = mark.rpartition("=")
        result, true = calculate(stated), calculate(expression)
        if result is None:
            continue
        step.taken |= {number for number in numbers_in(expression) if number not in step.results}
        step.results.add(result)
        # Calculators and people round: only a result that is off by more than 1 % is false.
        if true is not None and abs(true - result) > 0.01 * max(1.0, abs(true)):
            step.false = f"{expression} is {true:g}"
    return step


def reference_values(reference: Sequence[str]) -> set[float]:
    """Results of the reference's calculations, and of any two of one calculation's numbers."""
    values: set[float] = set()
    for step in map(read_step, reference):
        values |= step.results
        for one, other in permutations(step.taken, 2):
            values |= {one + other, one - other, one * other}
            if other:
                values.add(one / other)
    return values


def label_steps(task: Task, texts: Sequence[str], outcome: Outcome) -> list[StepLabel]:
    """Label every step of a solution by its marks."""
    steps = [read_step(text) for text in texts]
    good = _good(steps, reference_values(task.steps))
    bad: set[float] = set()
    labels = []
    for place, step in enumerate(steps):
        taken_on = any(step.results & later.taken for later in steps[place + 1 :])
        label, reason = _judge(step, good[place], taken_on, bad, outcome)
        if label != "correct":
            bad |= step.results
        labels.append(StepLabel(text=step.text, label=label, reason=reason))
    return labels


def _good(steps: Sequence[Step], known: set[float]) -> list[bool]:
    good = [not step.false and bool(step.results & known) for step in steps]
    for place in reversed(range(len(steps))):  # what a good step takes was good
        later = zip(steps[place + 1 :], good[place + 1 :], strict=True)
        leads = any(fine and steps[place].results & step.taken for step, fine in later)
        good[place] = good[place] or (leads and not steps[place].false)
    return good


def _judge(
    step: Step, good: bool, taken_on: bool, bad: set[float], outcome: Outcome
) -> tuple[Label, str]:
    if step.false:
        return "wrong", step.false
    if not step.results:
        return "unknown", "no marked calculation"
    if outcome == "correct":
        return "correct", "the outcome is correct"
    if good:
        return "correct", "in the reference or leads there"
    if step.taken & bad:
        return "unknown", "builds on a wrong number"
    if outcome == "unknown":
        return "unknown", "not in the reference"
    if taken_on:
        return "unknown", "not in the reference; it or a step that takes it is wrong"
    return "wrong", "not in the reference and leads to nothing in it"
