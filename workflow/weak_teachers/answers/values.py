"""Values: expressions that are worked out at once, exactly and within bounds.

What isn't certain here is algebra's to decide: floats that agree, functions, names in exponents.
"""

import re
from fractions import Fraction

from weak_teachers.answers.numbers import Number, decimal, same_number
from weak_teachers.steps.expression import Node, Unreadable, names
from weak_teachers.steps.notation import tokens
from weak_teachers.steps.side import Side
from weak_teachers.steps.value import Terms, Value, evaluate, terms

TRAILING_WORDS = re.compile(r'\s*"[^"]*"(?:\^\{?\d\}?)?\s*$')
DEGREES = re.compile(r"(\d+(?:\.\d+)?)\s*°")
RATIO = re.compile(r"^([^:]+):([^:]+)$")
# What the reader of steps has no sign for, or passes over.
BEYOND = re.compile(r"[°%&~\"]|(?<![A-Za-z\\])e(?![A-Za-z])")
POINTS = [(Fraction(7, 5), Fraction(3, 7)), (Fraction(13, 4), Fraction(11, 9))]
"""The value of an expression's first name, and what each further one has more."""
FAR = 1e-9
"""Relative difference that floats don't make."""


def plain_expression(text: str) -> str:
    """A tidied expression without the words after it; degrees in radians, a ratio as a fraction."""
    radians = DEGREES.sub(r"\\frac{\1\\pi}{180}", TRAILING_WORDS.sub("", text))
    return RATIO.sub(r"\\frac{\1}{\2}", radians)


def same_value(one: str, other: str) -> bool | None:
    """Whether two expressions in tidied LaTeX are the same; None if that takes algebra."""
    first, second = read(one), read(other)
    if first is None or second is None:
        return None
    used = sorted(names(first) | names(second))
    try:
        if "i" in used:
            return _complex(terms(first)) == _complex(terms(second))
        if used:
            return _same_functions(first, second, used)
        return _same_constants(evaluate(first), one, evaluate(second), other)
    except (Unreadable, OverflowError):
        return None


def read(text: str) -> Node | None:
    """A tidied expression taken apart; None if it is none, or can be read in several ways."""
    text = plain_expression(text)
    if BEYOND.search(text):
        return None
    readings = Side(tokens(f"${text}$")).readings
    return readings[0] if len(readings) == 1 else None


def _same_constants(one: Value, one_text: str, other: Value, other_text: str) -> bool | None:
    """Whether two constants are the same, or one of them is a decimal and the other rounded."""
    written = decimal(one_text), decimal(other_text)
    exact = isinstance(one, Fraction) and isinstance(other, Fraction)
    first = written[0] or Number(Fraction(one))
    second = written[1] or Number(Fraction(other))
    if (exact or any(written)) and same_number(first, second):
        return True
    return False if _is_far(one, other) else None


def _same_functions(one: Node, other: Node, used: list[str]) -> bool | None:
    """Whether two expressions with names are the same: as sums of terms, or else at some points."""
    try:
        return terms(one) == terms(other)
    except Unreadable:
        pass
    for start, step in POINTS:
        known = {name: start + step * place for place, name in enumerate(used)}
        if _is_far(evaluate(one, known), evaluate(other, known)):
            return False
    return None


def _is_far(one: Value, other: Value) -> bool:
    return abs(one - other) > FAR * max(abs(one), abs(other), 1)


def _complex(found: Terms) -> Terms:
    """Terms with no power of i but the first."""
    reduced: Terms = {}
    for factors, coefficient in found.items():
        power = dict(factors).get("i", 0) % 4
        rest = tuple(factor for factor in factors if factor[0] != "i")
        key = (*rest, ("i", 1)) if power % 2 else rest
        reduced[key] = reduced.get(key, 0) + (coefficient if power < 2 else -coefficient)
    return {factors: coefficient for factors, coefficient in reduced.items() if coefficient}
