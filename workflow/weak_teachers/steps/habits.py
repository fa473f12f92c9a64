"""Habits: what people may mean by two sides of an equality that have different values.

``3 pens + 2 pencils = $11`` adds prices, ``1/3 = 10`` says how much a third is, ``5 + 3 = 8 * 2 =
16`` runs two calculations together, and ``pages 5-10 = 6 pages`` counts.
"""

import math
from collections.abc import Container, Sequence
from itertools import pairwise

from weak_teachers.steps.expression import Number, Operation
from weak_teachers.steps.notation import Token, words
from weak_teachers.steps.side import Side

UNITS = [
    words("second minute hour day week month year sec min hr h mph kph"),
    words("inch inche foot feet yard mile cm mm m km meter metre centimeter kilometer"),
    words("ounce oz pound lb ton gram g kg kilogram mg"),
    words("cent dollar penny pennie nickel dime quarter"),
    words("bit byte kb mb gb tb kilobyte megabyte gigabyte"),
    words("cup pint quart gallon liter litre ml l teaspoon tsp tablespoon tbsp"),
]
"""Units that people convert into each other, without their final s."""


def may_mean_another_thing(left: Side, right: Side) -> bool:
    """Whether it is a habit to write these sides though their values differ."""
    return (
        _runs_on(left, right)
        or _is_share(left, right)
        or _converts(left, right)
        or _turns(left, right)
        or _adds_other_things(left, right)
        or (_is_list(left.tokens) and (not right.is_bare or _counts(left, right)))
    )


def _runs_on(left: Side, right: Side) -> bool:
    """Whether they may be run together as in ``5 + 3 = 8 * 2 = 16``."""
    if right.tokens[0].kind != "number":
        return False
    node = right.readings[0]
    while isinstance(node, Operation):
        node = node.parts[0]
    return left.value == node.value


def _is_share(left: Side, right: Side) -> bool:
    """Whether the left side may be a share of something, such as ``2/5`` of 25 students."""
    match left.readings[0]:
        case Operation("/", (Number(part, unit=0), Number(whole, unit=0))):
            amount = right.is_bare or (right.value is not None and right.value % 1 == 0)
            return part <= whole and amount and abs(right.value) > 1
    return False


def _converts(left: Side, right: Side) -> bool:
    """Whether there are units that people convert, or in a formula any that differ."""
    units = _units(left) | _units(right)
    groups = [group for group in UNITS if not _has_factor(left, group)]
    in_formula = any(t.kind == "word" and t.formula for t in [*left.tokens, *right.tokens])
    return (in_formula and len(units) > 1) or any(len(units & group) > 1 for group in groups)


def _has_factor(side: Side, group: Container[str]) -> bool:
    """Whether the conversion of units is written out: / 60 min/h."""
    quotients = (t.text.lower().split("/") for t in side.tokens if t.kind == "word")
    return any(
        len(parts) == 2 and all(part.removesuffix("s") in group for part in parts)
        for parts in quotients
    )


def _turns(left: Side, right: Side) -> bool:
    """Whether one side may be the other's degrees in radians."""
    written = {token.text for token in [*left.tokens, *right.tokens]}
    if "\\pi" not in written or left.value is None or right.value is None:
        return False
    a, b = float(left.value), float(right.value)
    return math.isclose(math.radians(a), b) or math.isclose(math.radians(b), a)


def _adds_other_things(left: Side, right: Side) -> bool:
    """Whether the left side adds different things, and the right side is none of these."""
    things = _units(left)
    added = isinstance(left.readings[0], Operation) and left.readings[0].sign in "+-"
    return added and len(things) > 1 and not things & _units(right)


def _units(side: Side) -> set[str]:
    """The words on a side, without their final s."""
    written = [token.text.lower().split("/") for token in side.tokens if token.kind == "word"]
    return {word.removesuffix("s") for parts in written for word in parts if word}


def _is_list(side: Sequence[Token]) -> bool:
    """Whether it is written as whole numbers with dashes alone, and no space."""
    side = [token for token in side if token.kind != "word"]
    kinds = [token.kind if token.kind == "number" else token.text for token in side]
    together = all(one.end == other.start for one, other in pairwise(side))
    return together and kinds == ["number", *["-", "number"] * (len(kinds) // 2)] != ["number"]


def _counts(left: Side, right: Side) -> bool:
    """Whether the right side counts the range on the left: pages 5-10 are 6 pages."""
    return len(left.tokens) == 3 and abs(left.value) + 1 == right.value
