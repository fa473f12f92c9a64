"""Ranges: intervals, and what several of them are together."""

from collections.abc import Sequence

from weak_teachers.answers.numbers import read_number
from weak_teachers.answers.shapes import Interval, Leaf, Many, Shape, kind, spelt

INFINITY = r"\infty"


def joined(ranges: Sequence[Shape], joined: str) -> Shape:
    """Inequalities of one variable: x > 2 and x < 5, x < 2 or x > 5, x < 1 and x ≠ 0."""
    if joined == "union":
        return Many("union", tuple(ranges))
    intervals = [one for one in ranges if isinstance(one, Interval)]
    low = [one for one in intervals if one.high == Leaf(INFINITY)]
    high = [one for one in intervals if one.low == Leaf("-" + INFINITY)]
    if len(ranges) == 2 and len(low) == len(high) == 1:
        return Interval(low[0].ends[0] + high[0].ends[1], low[0].low, high[0].high)
    return Leaf(
        r"\cap ".join(f"({spelt(one)})" if kind(one) == "union" else spelt(one) for one in ranges)
    )


def all_but(value: Shape) -> Shape:
    """What x ≠ 1 says of x."""
    below = Interval("()", Leaf("-" + INFINITY), value)
    return Many("union", (below, Interval("()", value, Leaf(INFINITY))))


def interval(ends: str, low: Shape, high: Shape) -> Interval:
    """An interval, open where it is infinite."""
    start = "(" if low == Leaf("-" + INFINITY) else ends[0]
    return Interval(start + (")" if high == Leaf(INFINITY) else ends[1]), low, high)


def descend(low: str, high: str) -> bool:
    """Whether two ends are no interval's, as the first is the larger one."""
    numbers = read_number(low), read_number(high)
    return None not in numbers and numbers[0][0].value > numbers[1][0].value
