"""Step labels from the calculations that a step states, without any reference.

A step is wrong if it states an equality that is false however it may be meant. All else is unknown:
an equality that holds may still be the wrong thing to calculate. Wrong numbers are followed: a step
that goes on consistently from one carries it, and is no new error.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import NamedTuple

from weak_teachers.marks import MARK
from weak_teachers.records import Outcome, StepLabel, Task
from weak_teachers.steps import doubts
from weak_teachers.steps.comparison import (
    Verdict,
    comes_out_right,
    compare,
    compare_substituted,
    is_near,
)
from weak_teachers.steps.equalities import Chain, chains
from weak_teachers.steps.expression import Name
from weak_teachers.steps.notation import plain, tokens
from weak_teachers.steps.side import Side
from weak_teachers.steps.value import Value

LONGEST_STEP = 20_000
"""Characters of a step that are looked at; nobody writes more."""
LONGEST_REASON = 200


class Equality(NamedTuple):
    """Two neighbours of a chain, and the words around them."""

    left: Side
    right: Side
    opens: bool  # whether the left side is the chain's first
    alone: bool  # whether the chain has no other sides
    right_in_the_end: bool  # whether the chain comes out right, whatever is in it
    before: str
    text: str
    after: str


def label_steps(task: Task, steps: Sequence[str], outcome: Outcome) -> list[StepLabel]:
    """Label every step wrong or unknown, and say what its calculations show."""
    checker = _Checker(task.text)
    following = zip_longest(steps, steps[1:], fillvalue="")
    return [checker.label(n, step, coming) for n, (step, coming) in enumerate(following, start=1)]


class _Checker:
    """Checks the steps of one solution in order and remembers what they state."""

    def __init__(self, problem: str) -> None:
        problem = plain(problem[:LONGEST_STEP])
        self._given = {token.text for token in tokens(problem) if token.kind == "number"}
        self._known: dict[str, Value] = {}
        self._false: dict[str, int] = {}  # false equalities, by the step that states them first
        self._wrong: dict[Value, int] = {}  # wrong numbers, by the step that they come from
        # In a puzzle such as "If 2 + 3 = 10, …" signs have another meaning.
        self._foreign = doubts.defines_operations(problem) or any(
            self._verdict(equality) == "false" for equality in self._equalities(problem, "")
        )

    def label(self, number: int, step: str, coming: str) -> StepLabel:
        """Label the next step; ``coming`` is the one after it, which may refute it."""
        if len(step) > LONGEST_STEP or self._foreign or doubts.means_other_numbers(step):
            return StepLabel(text=step, label="unknown", reason="calculations not checked")
        faults, origins, held = [], set(), 0
        for equality in self._equalities(step, coming):
            verdict = self._verdict(equality)
            origin = self._origin(equality, verdict, number)
            if origin == number:
                faults.append(_explained(equality))
            elif origin:
                origins.add(origin)
            held += verdict == "true"
        if faults:
            return StepLabel(text=step, label="wrong", reason=faults[0][:LONGEST_REASON])
        return StepLabel(text=step, label="unknown", reason=_known_about(origins, held))

    def _equalities(self, step: str, coming: str) -> Iterator[Equality]:
        """The equalities of a step; after each chain, note the value that it gives to a name."""
        for text in map(plain, [MARK.sub("", step), *MARK.findall(step)]):
            for chain in chains(text):
                yield from _neighbours(chain, text, coming)
                name, value = chain.sides[0].readings, chain.sides[-1].value
                if name and isinstance(name[0], Name) and value is not None:
                    self._known[name[0].text] = value

    def _verdict(self, equality: Equality) -> Verdict:
        verdict = compare(equality.left, equality.right, equality.opens)
        if verdict == "unknown":
            verdict = compare_substituted(equality.left, equality.right, self._known)
        return "unknown" if verdict == "false" and _is_doubtful(equality) else verdict

    def _origin(self, equality: Equality, verdict: Verdict, number: int) -> int:
        """The step that an equality's wrong numbers come from, itself if it is false; 0 if none."""
        if verdict == "false":
            origin = self._false.setdefault(equality.text, number)
        else:
            written = _numbers(equality.left) | _numbers(equality.right)
            origin = min((self._wrong[n] for n in written & self._wrong.keys()), default=0)
        if origin:
            for result in _numbers(equality.right):
                if str(result) not in self._given:
                    self._wrong.setdefault(result, origin)
        return origin


def _neighbours(chain: Chain, text: str, coming: str) -> Iterator[Equality]:
    """The equalities of one chain."""
    right_in_the_end = comes_out_right(chain.sides)
    for place, relation in enumerate(chain.relations):
        left, right = chain.sides[place : place + 2]
        if relation == "=" and left.readings and right.readings:
            start, end = left.tokens[0].start, right.tokens[-1].end
            yield Equality(
                left,
                right,
                opens=place == 0,
                alone=len(chain.relations) == 1,
                right_in_the_end=right_in_the_end,
                before=text[max(0, start - doubts.AROUND) : start],
                text=" ".join(text[start:end].split()),
                after=f"{text[end : end + doubts.AROUND]} {coming[: doubts.AROUND]}",
            )


def _is_doubtful(equality: Equality) -> bool:
    # A slip on the way to a right result was made in writing, not in calculating.
    if equality.right_in_the_end:
        return True
    around = equality.before, equality.after
    if doubts.is_supposed(*around, equality.alone, equality.right.is_bare):
        return True
    return doubts.is_estimated(*around) and is_near(equality.left, equality.right)


def _numbers(side: Side) -> set[Value]:
    return {number.value for number in side.numbers}


def _explained(equality: Equality) -> str:
    """A false equality with the values of its sides."""
    left, right = equality.left.value, equality.right.value
    if left is None or right is None:
        return f"{equality.text}: the sides differ"
    return f"{equality.text}: {_shown(left)} on the left, {_shown(right)} on the right"


def _shown(value: Value) -> str:
    if isinstance(value, float) or Fraction(f"{float(value):.6g}") == value:
        return f"{float(value):.6g}"
    return str(value)


def _known_about(origins: set[int], held: int) -> str:
    """What is known about a step that states nothing false."""
    if origins:
        return f"carries a wrong number from step {', '.join(map(str, sorted(origins)))}"
    return f"{held} {'calculation holds' if held == 1 else 'calculations hold'}" if held else ""
