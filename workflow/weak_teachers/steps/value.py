"""Values: expressions worked out exactly, within bounds.

Nothing is executed, and nothing grows beyond ``MOST_BITS``: a tower of powers costs no more than a
sum. An expression with names is worked out as a sum of terms such as ``3/2 x^2 y``.
"""

import math
from collections.abc import Mapping
from fractions import Fraction

from weak_teachers.steps.expression import Name, Node, Number, Unreadable, names

Value = Fraction | float
"""A fraction where the value is one, else a float."""
Terms = dict[tuple[tuple[str, int], ...], Fraction]
"""By names with their exponents, sorted, the coefficients, none of them 0."""

MOST_BITS = 2_000
MOST_TERMS = 60


def evaluate(
    node: Node, known: Mapping[str, Value] | None = None, raised: Number | None = None
) -> Value:
    """The value of an expression.

    Args:
        node: the expression.
        known: the values of its names.
        raised: one of its numbers, taken one unit higher.

    Raises:
        Unreadable: a name isn't known, or the value is none or beyond the bounds.
    """
    if isinstance(node, Number):
        return node.value + node.unit if node is raised else node.value
    if isinstance(node, Name):
        if known is None or node.text not in known:
            raise Unreadable
        return known[node.text]
    try:
        return _bounded(_apply(node.sign, [evaluate(part, known, raised) for part in node.parts]))
    except (ArithmeticError, ValueError):
        raise Unreadable from None


def _bounded(value: Value) -> Value:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unreadable
    elif max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
        raise Unreadable
    return value


def _apply(sign: str, values: list[Value]) -> Value:
    match sign, values:
        case "+", [a, b]:
            return a + b
        case "-", [a, b]:
            return a - b
        case "*", [a, b]:
            return a * b
        case "/", [a, b]:
            return a / b
        case "neg", [a]:
            return -a
        case "abs", [a]:
            return abs(a)
        case "floor", [Fraction() as a]:
            return Fraction(math.floor(a))
        case "ceil", [Fraction() as a]:
            return Fraction(math.ceil(a))
        case "^", [a, Fraction() as b]:
            return _power(a, b)
        case "sqrt", [a]:
            return _root(a, 2)
        case "root", [a, Fraction() as b] if b.denominator == 1 and 2 <= b <= 9:
            return _root(a, int(b))
        case "!", [Fraction() as a] if a.denominator == 1 and 0 <= a <= 200:
            return Fraction(math.factorial(int(a)))
        case "binom", [Fraction() as a, Fraction() as b] if (
            a.denominator == b.denominator == 1 and 0 <= b <= a <= 1_000
        ):
            return Fraction(math.comb(int(a), int(b)))
        case "pi", []:
            return math.pi
    raise Unreadable


def _power(base: Value, exponent: Fraction) -> Value:
    if exponent.denominator > 1:
        if exponent.denominator > 9:
            raise Unreadable
        return _root(_power(base, Fraction(exponent.numerator)), exponent.denominator)
    bits = 1.0
    if isinstance(base, Fraction):
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(exponent) > MOST_BITS or (base == 0 and exponent <= 0):
        raise Unreadable
    return base ** int(exponent)


def _root(value: Value, degree: int) -> Value:
    """A root, exact where it is rational."""
    if value < 0:
        raise Unreadable
    if isinstance(value, Fraction):
        above, below = (round(part ** (1 / degree)) for part in value.as_integer_ratio())
        if below and Fraction(above, below) ** degree == value:
            return Fraction(above, below)
    return float(value) ** (1 / degree)


def terms(node: Node) -> Terms:
    """An expression with names, multiplied out.

    Raises:
        Unreadable: it isn't a sum of terms with whole exponents, or has too many.
    """
    if isinstance(node, Name):
        return {((node.text, 1),): Fraction(1)}
    if not names(node):
        value = evaluate(node)
        if isinstance(value, float):
            raise Unreadable
        return {(): value} if value else {}
    match node.sign, node.parts:
        case "+", (a, b):
            return _sum(terms(a), terms(b))
        case "-", (a, b):
            return _sum(terms(a), _times(terms(b), {(): Fraction(-1)}))
        case "neg", (a,):
            return _times(terms(a), {(): Fraction(-1)})
        case "*", (a, b):
            return _times(terms(a), terms(b))
        case "/", (a, b):
            return _times(terms(a), _inverse(terms(b)))
        case "^", (a, Number(value=exponent)) if exponent in range(2, 7):
            base = result = terms(a)
            for _ in range(int(exponent) - 1):
                result = _times(result, base)
            return result
    raise Unreadable


def _sum(one: Terms, other: Terms) -> Terms:
    found = dict(one)
    for factors, coefficient in other.items():
        found[factors] = _bounded(found.get(factors, 0) + coefficient)
    if len(found) > MOST_TERMS:
        raise Unreadable
    return {factors: coefficient for factors, coefficient in found.items() if coefficient}


def _times(one: Terms, other: Terms) -> Terms:
    found: Terms = {}
    for factors, coefficient in one.items():
        for more, second in other.items():
            found = _sum(found, {_joined(factors, more): _bounded(coefficient * second)})
    return found


def _joined(
    one: tuple[tuple[str, int], ...], other: tuple[tuple[str, int], ...]
) -> tuple[tuple[str, int], ...]:
    exponents = dict(one)
    for name, exponent in other:
        exponents[name] = exponents.get(name, 0) + exponent
    return tuple(sorted((name, exponent) for name, exponent in exponents.items() if exponent))


def _inverse(divisor: Terms) -> Terms:
    if len(divisor) != 1:
        raise Unreadable
    [(factors, coefficient)] = divisor.items()
    return {tuple((name, -exponent) for name, exponent in factors): 1 / coefficient}
