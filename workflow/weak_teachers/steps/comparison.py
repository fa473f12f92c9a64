"""Comparison: whether the two sides of a stated equality can be equal.

An equality is false only if it is false in every reading of its sides, and by more than rounding,
a conversion of units or a habit of writing can explain. What can't be worked out is unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Literal

from weak_teachers.steps.expression import (
    Name,
    Node,
    Number,
    Operation,
    Unreadable,
    is_percentage,
    names,
    numbers,
)
from weak_teachers.steps.habits import may_mean_another_thing
from weak_teachers.steps.side import Side, unsigned
from weak_teachers.steps.value import Value, evaluate, terms

Verdict = Literal["true", "false", "unknown"]

EXACT = Fraction(1, 10**9)
"""Relative difference that is due to computing with floats or with their printed digits."""
CONVERTED = [Fraction(10) ** (sign * power) for power in (1, 2, 3, 6, 9) for sign in (1, -1)]
"""Powers of ten by which a unit that is left out (per cent, cents, grams) changes a number."""
NEAR = Fraction(1, 20)
"""Relative difference that an estimate may have."""


def compare(left: Side, right: Side, opens: bool) -> Verdict:
    """Whether two sides are equal.

    Args:
        left: the left side.
        right: the right side.
        opens: whether the left side opens its chain. A bare number there (``8 boxes = 5 * 8``)
            names what the right side is about, or is an equation's side.
    """
    if not left.readings or not right.readings or (left.is_bare and (opens or right.is_bare)):
        return "unknown"
    verdicts = {_compare(a, b) for a, b in product(left.readings, right.readings)}
    if "true" in verdicts:
        return "true"
    if verdicts != {"false"} or may_mean_another_thing(left, right):
        return "unknown"
    return "false"


def compare_substituted(left: Side, right: Side, known: Mapping[str, Value]) -> Verdict:
    """Whether ``A - B = 12 - 7`` puts the right numbers in place of names, as far as can be told.

    It can where the right side is the left one with numbers in place of all names, at least one of
    which is the number that is known.
    """
    if not left.readings or not right.readings or right.is_bare:
        return "unknown"
    a, b = left.readings[0], right.readings[0]
    try:
        pairs = list(_substituted(a, b))
        fits = [known[name] == value for name, value in pairs]
        if len(pairs) < 2 or all(fits) or not any(fits) or evaluate(a, known) == evaluate(b):
            return "unknown"
    except (Unreadable, KeyError):
        return "unknown"
    return "false"


def comes_out_right(sides: Sequence[Side]) -> bool:
    """Whether the first and the last value of a chain are equal, whatever is between them."""
    values = [value for value in (side.value for side in sides) if value is not None]
    return len(values) > 2 and values[0] == values[-1]


def is_near(left: Side, right: Side) -> bool:
    """Whether the values of two sides differ by 5 % at the most."""
    a, b = left.value, right.value
    return a is not None and b is not None and abs(a - b) <= NEAR * abs(a)


def _compare(left: Node, right: Node) -> Verdict:
    try:
        if names(left) or names(right):
            return _compare_terms(left, right)
        return _compare_values(left, right)
    except (Unreadable, OverflowError):
        return "unknown"


def _compare_values(left: Node, right: Node) -> Verdict:
    a, b = evaluate(left), evaluate(right)
    gap = abs(a - b)
    decimals = any(number.unit for node in (left, right) for number in numbers(node))
    inexact = decimals or isinstance(gap, float)
    if gap == 0 or (inexact and gap <= EXACT * max(abs(a), abs(b))):
        return "true"
    if gap < _margin(left, a, _is_whole(b)) + _margin(right, b, _is_whole(a)):
        return "unknown"
    one, other = _margin(left, a, True), _margin(right, b, True)
    converted = any(abs(a - factor * b) <= one + factor * other for factor in CONVERTED)
    return "unknown" if converted else "false"


def _margin(node: Node, value: Value, whole: bool) -> Value:
    """How far a side's value may be off because numbers were rounded or cut.

    Args:
        node: the side.
        value: its value.
        whole: whether the other side is whole, so that a whole number isn't a rounded one.
    """
    return _slack(node, value) + _rounding(node, whole)


def _slack(node: Node, value: Value) -> Value:
    """How far the value would move if each decimal in an expression were one unit off.

    Decimals may be rounded or cut; halves are taken to be exact.
    """
    if isinstance(node, Number):
        return 0
    decimals = [n for n in numbers(node) if n.unit and n.value % 1 != Fraction(1, 2)]
    return sum((abs(evaluate(node, raised=number) - value) for number in decimals), Fraction(0))


def _is_whole(value: Value) -> bool:
    return isinstance(value, Fraction) and value.denominator == 1


def _rounding(node: Node, whole: bool) -> Value:
    """How far a side that is a single number may be off; see ``_margin``."""
    number = unsigned(node)
    scale: Value = Fraction(1, 50) if is_percentage(node) else Fraction(1)
    match number:
        case Operation("*", (Number() as mantissa, Operation("^", (Number(value=base), _)))) if (
            base == 10
        ):
            scale = abs(evaluate(number.parts[1]))
            number = mantissa._replace(unit=mantissa.unit or Fraction(1))
    if not isinstance(number, Number):
        return Fraction(0)
    return (number.unit or Fraction(not whole)) * scale


def _compare_terms(left: Node, right: Node) -> Verdict:
    """Compare expressions with names.

    Only ``2x + 3x = 6x`` is false for sure: as an equation it would say no more than that x is 0.
    """
    a, b = terms(left), terms(right)
    if a == b:
        return "true"
    alike = len(a) == 1 and a.keys() == b.keys() and () not in a
    written = [*numbers(left), *numbers(right)]
    compound = len(list(numbers(left))) > 1 and not any(number.unit for number in written)
    return "false" if alike and compound else "unknown"


def _substituted(one: Node, other: Node) -> Iterator[tuple[str, Value]]:
    """The names of one expression with the numbers that the other has in their places.

    Raises:
        Unreadable: the expressions differ in more.
    """
    match one, other:
        case Name(name), _ if isinstance(unsigned(other), Number):
            yield name, evaluate(other)
        case Operation("+" | "-", (a, b)), Operation("+" | "-", (c, d)):
            yield from _substituted(a, c)
            # A + B with B = -2 is written 5 - 2, too.
            yield from _substituted(b, d if one.sign == other.sign else Operation("neg", (d,)))
        case Operation(), Operation() if one.sign == other.sign:
            for first, second in zip(one.parts, other.parts, strict=True):
                yield from _substituted(first, second)
        case _ if one != other:
            raise Unreadable
