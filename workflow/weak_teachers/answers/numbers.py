"""Numbers: those that an answer states plainly, exactly, and when two of them are the same.

A decimal may be rounded: an answer is right if a reference of three or more significant digits is
the answer rounded, or if an answer of four or more is the reference rounded.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

LONGEST = 400
"""Digits of a number, and the largest power of ten."""
FIGURES = 3
"""Significant digits from which on a reference may be a rounded number."""
CONSTANTS = Fraction(1, 200)
"""Relative difference that another value of a physical constant makes, such as g = 9.8 or 9.81."""

DECIMAL = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)"
REPEATING = re.compile(r"([+-]?)(\d*)\.(\d*)(?:\\(?:overline|dot|bar)\{(\d+)\})")
POWER = r"\s*(?:\\times|\\cdot|\*|x)\s*10\s*\^\s*(?:\{\s*([+-]?\d+)\s*\}|([+-]?\d+))"
WRITTEN = re.compile(rf"([+-]?)\s*({DECIMAL})(?:{POWER}|[eE]([+-]?\d+))?")
FRACTION = re.compile(
    rf"([+-]?)\s*(?:\\frac\{{\s*([+-]?\s*{DECIMAL})\s*\}}\{{\s*([+-]?\s*{DECIMAL})\s*\}}"
    rf"|\(?([+-]?{DECIMAL})\)?\s*/\s*\(?([+-]?{DECIMAL})\)?)"
)
TEN = re.compile(r"([+-]?)10\s*\^\s*(?:\{\s*([+-]?\d+)\s*\}|(\d))")
MIXED = re.compile(r"([+-]?)\s*(\d+)\s*(?:\\frac\{(\d+)\}\{(\d+)\}| (\d+)\s*/\s*(\d+))")


BASED = re.compile(r"(-?(?=[A-Z]*\d)[0-9A-Z]+)_\{?(\d+)\}?")
RATIO = re.compile(r"\d+(?::\d+)+")


@dataclass(frozen=True)
class Number:
    """A number as it is written.

    Attributes:
        value: its exact value.
        unit: the value of 1 in its last decimal place; None if it is exact.
        figures: its significant digits, where it is a decimal.
        scientific: whether it is written with a power of ten.
    """

    value: Fraction
    unit: Fraction | None = None
    figures: int = 0
    scientific: bool = False


def read_number(text: str) -> tuple[Number, str] | None:
    """The number at the start of a tidied answer, and what follows it; None if there is none."""
    for pattern, read in (
        (MIXED, _mixed),
        (FRACTION, _fraction),
        (REPEATING, _repeating),
        (TEN, _power_of_ten),
        (WRITTEN, _decimal),
    ):
        match = pattern.match(text)
        if match and len(match[0]) <= LONGEST and (number := read(match)) is not None:
            return number, text[match.end() :]
    return None


def decimal(text: str) -> Number | None:
    """A decimal, which may be rounded; None if a text is something else."""
    found = read_number(text)
    return found[0] if found and not found[1] and found[0].unit else None


def _mixed(match: re.Match[str]) -> Number | None:
    sign, whole, *parts = match.groups()
    above, below = (int(part) for part in parts if part is not None)
    if above >= below:
        return None
    value = int(whole) + Fraction(above, below)
    return Number(-value if sign == "-" else value)


def _fraction(match: re.Match[str]) -> Number | None:
    sign, *parts = match.groups()
    above, below = (_fraction_part(part) for part in parts if part is not None)
    if not below:
        return None
    return Number(-above / below if sign == "-" else above / below)


def _fraction_part(text: str) -> Fraction:
    return Fraction(re.sub(r"[, ]", "", text))


def _repeating(match: re.Match[str]) -> Number:
    sign, whole, start, repeated = match.groups()
    nines = (10 ** len(repeated) - 1) * 10 ** len(start)
    value = Fraction(f"{whole or 0}.{start or 0}") + Fraction(int(repeated), nines)
    return Number(-value if sign == "-" else value)


def _power_of_ten(match: re.Match[str]) -> Number | None:
    power = int(match[2] or match[3])
    if abs(power) > LONGEST:
        return None
    value = Fraction(10) ** power
    return Number(-value if match[1] == "-" else value)


def _decimal(match: re.Match[str]) -> Number | None:
    sign, digits, *powers = match.groups()
    power = next((int(power) for power in powers if power), 0)
    if abs(power) > LONGEST:
        return None
    plain = re.sub(r"[, ]", "", digits)
    value = _fraction_part(plain) * Fraction(10) ** power
    whole, point, places = plain.partition(".")
    scientific = any(powers)
    unit = Fraction(10) ** (power - len(places)) if point or scientific else None
    figures = len((whole + places).lstrip("0"))
    return Number(-value if sign == "-" else value, unit, figures, scientific)


def same_number(reference: Number, answer: Number, physical: bool = False) -> bool:
    """Whether an answer's number is the reference's, or one of the two is the other rounded.

    Args:
        reference: the reference's number.
        answer: the answer's.
        physical: whether they are measured, so that they depend on the constants that were taken.
    """
    if reference.value == answer.value:
        return True
    measured = physical or reference.scientific or answer.scientific
    figures = FIGURES - measured
    if is_rounded(reference, answer, figures) or is_rounded(answer, reference, figures + 1):
        return True
    if not measured or reference.unit is None or answer.unit is None:
        return False
    return abs(reference.value - answer.value) <= CONSTANTS * abs(reference.value)


def is_rounded(rounded: Number, exact: Number, figures: int) -> bool:
    """Whether a decimal of so many significant digits, or more, is another number rounded."""
    if rounded.unit is None or rounded.figures < figures:
        return False
    if exact.unit is not None and exact.unit > rounded.unit:
        return False
    return abs(rounded.value - exact.value) <= rounded.unit / 2


def same_in_base(one: str, other: str) -> bool | None:
    """Whether two numbers are the same where one names its base, as 204_5, which 204 may be.

    None where none does.
    """
    found = BASED.fullmatch(one), BASED.fullmatch(other)
    if None not in found:
        (digits, base), (other_digits, other_base) = (match.groups() for match in found)
        if base == other_base:
            return digits.lstrip("0") == other_digits.lstrip("0")
        values = in_base(digits, base), in_base(other_digits, other_base)
        return None not in values and values[0] == values[1]
    based, plain = (found[0], other) if found[0] else (found[1], one)
    if based and re.fullmatch(r"-?[0-9A-Z]+", plain):
        return based[1] == plain
    return None


def in_base(digits: str, base: str) -> int | None:
    """The value of digits in a base; None if they have none."""
    try:
        return int(digits, int(base)) if int(base) > 1 else None
    except ValueError:
        return None


def same_ratio(one: str, other: str) -> bool | None:
    """Whether two ratios are the same: 2:4 is 1:2. None if they aren't both ratios."""
    if not RATIO.fullmatch(one) or not RATIO.fullmatch(other):
        return None
    if re.search(r"\b0", one + other):
        return one == other  # times of day
    first, second = ([int(part) for part in each.split(":")] for each in (one, other))
    if len(first) != len(second):
        return False
    return all(a * second[0] == b * first[0] for a, b in zip(first, second, strict=True))
