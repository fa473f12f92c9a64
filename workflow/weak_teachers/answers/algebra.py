"""Algebra: answers that need symbolic mathematics, decided in the sandbox's workers only.

LaTeX becomes SymPy's expressions through math-verify's parser. Two expressions are the same if
their difference vanishes wherever it is real, at points drawn with a fixed seed: it is evaluated to
as many digits as it takes to tell it from zero. Sets and inequalities are math-verify's to compare.
"""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from weak_teachers.answers.compare import same
from weak_teachers.answers.logic import Same
from weak_teachers.answers.numbers import Number, decimal, same_number
from weak_teachers.answers.values import plain_expression
from weak_teachers.answers.words import CONDITION
from weak_teachers.records import Outcome

if TYPE_CHECKING:
    from sympy import Basic, Expr

DIGITS = 20
"""Digits to which values are evaluated."""
MOST_DIGITS = 400
"""Digits of two values that cancel when they are subtracted, and to which equal ones agree."""
POINTS = 24
MOST_PRIMES = 10_000
"""Number up to which factorials and binomials are worked out."""
ENOUGH = 4
"""Points that decide."""
INTEGERS = frozenset("nkmNKM")
"""Names of variables that may stand for integers only."""

# What answers are made of: a parser that has seen it is several times as fast.
EXAMPLES = [
    (r"\frac{2\sqrt{5}}{5}+\pi", r"\frac{x^2-1}{x_1+2}"),
    (r"-e^{2x}\sin 3\theta\cdot\ln y", r"|a|-\log_2 b"),
    (r"6z^5+15z^4-22z^3-8z^2+17z-6", r"\frac{2(x-1)(x+2)}{3\sqrt[3]{x}}"),
    (r"12\sqrt{13}", r"\frac{\sqrt{33}-3}{3}"),
    (r"5(\sqrt{3}-1)", r"80-20\pi"),
    (r"\frac{1+i}{2-i}", r"-\frac{3\pi}{4}"),
    (r"2^{n+1}-1", r"\binom{n}{k}+n!"),
    (r"2x+3y=7", r"x^2+y^2-4x=0"),
    (r"1<x\leq 2", r"(-\infty,1)\cup[2,3)"),
    (r"\begin{matrix}1 & 2\\3 & 4\end{matrix}", r"\begin{matrix}x & 2\\3 & 4\end{matrix}"),
]


def prepare() -> None:
    """Import what is needed, and have it build its tables, before the first item."""
    import logging

    import sympy.core.random
    from latex2sympy2_extended.latex2sympy2 import _Latex2Sympy
    from sympy.ntheory.generate import sieve

    sympy.core.random.seed(0)
    # Factorials take primes, and the sandbox allows no arrays to be made for more of them.
    sieve.extend(MOST_PRIMES)
    # Its own way is SymPy's, which evaluates the digits as a text; and makes decimals inexact.
    _Latex2Sympy.parse_number = lambda _, text: sympy.Rational(Fraction(text.replace(",", "")))
    # It warns that somebody else must bound its time, which is what the sandbox is for.
    logging.getLogger("math_verify").setLevel(logging.ERROR)
    for one, other in EXAMPLES:
        same_expressions(one, other)


def judge(pair: tuple[str, str]) -> Outcome:
    """Whether an answer is the reference; unknown if that can't be found out.

    Args:
        pair: the reference and the answer, tidied.
    """
    found = same(*pair, same_expressions)
    return "unknown" if found is None else "correct" if found else "wrong"


def same_expressions(one: str, other: str) -> Same:
    """Whether two expressions, equations or sets in tidied LaTeX are the same."""
    from sympy import Eq, Expr, MatrixBase

    if one.count("'") != other.count("'"):
        # The parser passes over primes: x' would be x.
        return None
    if (r"\ln" in one) != (r"\ln" in other):
        # The natural logarithm goes by both names.
        one, other = (re.sub(r"\\log(?!_)", r"\\ln", text) for text in (one, other))
    parsed = parse(one), parse(other)
    if None in parsed:
        return None
    first, second = parsed
    if isinstance(first, Eq) and isinstance(second, Eq):
        return same_equations(first, second)
    if isinstance(first, MatrixBase) and isinstance(second, MatrixBase):
        if first.shape != second.shape:
            return False
        return vanishing(sum(abs(entry) for entry in first - second))
    if isinstance(first, Expr) and isinstance(second, Expr):
        return same_rounded(first, one, second, other) or vanishing(first - second)
    return same_to_math_verify(first, second)


def understands(text: str) -> bool:
    """Whether a tidied expression is understood well enough to be the same as itself."""
    return same_expressions(text, text) is True


def parse(text: str) -> "Basic | None":
    """Tidied LaTeX as SymPy's expression, evaluated; None if it isn't understood."""
    from latex2sympy2_extended import latex2sympy
    from latex2sympy2_extended.latex2sympy2 import ConversionConfig
    from sympy import I, Symbol

    if "=" in text and CONDITION.search(text):
        return None
    latex = plain_expression(text).replace('"', "")
    latex = re.sub(r"\\(begin|end)\{matrix\}", r"\\\1{pmatrix}", latex)
    try:
        found = latex2sympy(
            latex,
            is_real=True,
            normalization_config=None,
            conversion_config=ConversionConfig(lowercase_symbols=False),
        )
        return found.subs(Symbol("i", real=True), I).doit()
    except MemoryError:
        raise
    except Exception:
        return None


def vanishing(difference: "Expr") -> Same:
    """Whether an expression is zero; None if it has no values to tell that from."""
    difference = without_functions(difference)
    symbols = sorted(difference.free_symbols, key=lambda symbol: symbol.name)
    if not symbols:
        return is_zero(difference)[0]
    found = vanishing_at(difference, points(symbols, whole=False))
    if not found and {symbol.name for symbol in symbols} <= INTEGERS:
        return vanishing_at(difference, points(symbols, whole=True))
    return found


def vanishing_at(difference: "Expr", at: Iterable[dict[Any, Any]]) -> Same:
    """Whether an expression vanishes where it is real; elsewhere, if it is nowhere real."""
    real, elsewhere = 0, []
    for point in at:
        zero, is_real = is_zero(difference.subs(point))
        if zero is None:
            continue
        if not is_real:
            elsewhere.append(zero)
        elif not zero:
            return False
        else:
            real += 1
        if real == ENOUGH:
            return True
    return all(elsewhere) if real + len(elsewhere) >= ENOUGH else None


def is_zero(constant: "Expr") -> tuple[Same, bool]:
    """Whether a constant is zero, or None if it has no value; and whether it is real."""
    parts = constant.evalf(DIGITS, maxn=MOST_DIGITS).as_real_imag()
    if not all(part.is_Number and part.is_finite for part in parts):
        return None, False
    # SymPy gives a value that it can't tell from zero one bit of precision.
    zero = [part == 0 or getattr(part, "_prec", 0) == 1 for part in parts]
    return all(zero), zero[1]


def points(symbols: list[Any], whole: bool) -> Iterator[dict[Any, Any]]:
    """Values for symbols: fractions of both signs without pattern, or natural numbers."""
    from random import Random

    from sympy import Integer, Rational

    draw = Random(0)
    for number in range(POINTS):
        sign = -1 if number % 3 == 2 else 1
        yield {
            symbol: Integer(draw.randint(1, 9))
            if whole
            else sign * Rational(draw.randint(101, 2999), 1009)
            for symbol in symbols
        }


def without_functions(expression: "Expr") -> "Expr":
    """An expression whose unknown functions, such as f(x), are variables."""
    from sympy import Symbol
    from sympy.core.function import AppliedUndef

    return expression.replace(
        lambda part: isinstance(part, AppliedUndef), lambda part: Symbol(str(part), real=True)
    )


def same_rounded(one: "Expr", one_text: str, other: "Expr", other_text: str) -> bool:
    """Whether one of two constants is a decimal, and the other rounded is the same."""
    written = [decimal(one_text), decimal(other_text)]
    if written.count(None) != 1:
        return False
    place = written.index(None)
    value = (one, other)[place].evalf(DIGITS)
    if not (value.is_Float and value.is_finite):
        return False
    written[place] = Number(Fraction(str(value)))
    return same_number(*written)


def same_equations(one: "Basic", other: "Basic") -> Same:
    """Whether two equations are the same but for a constant factor."""
    from sympy import Expr, fraction, together

    sides = [(each.lhs, each.rhs) for each in (one, other)]
    if not all(isinstance(side, Expr) for pair in sides for side in pair):
        return same_to_math_verify(one, other)
    first, second = (
        without_functions(fraction(together(left - right))[0]) for left, right in sides
    )
    if first.free_symbols != second.free_symbols:
        return False
    symbols = sorted(first.free_symbols, key=lambda symbol: symbol.name)
    point = next(points(symbols, whole=False))
    # With the second's value at one point, the first has the second's values everywhere.
    return vanishing(first * second.subs(point) - second * first.subs(point))


def same_to_math_verify(one: "Basic", other: "Basic") -> Same:
    """What math-verify says of two sets, inequalities or the like."""
    from math_verify import verify

    return verify(one, other, allow_set_relation_comp=True, timeout_seconds=None)
