"""Quantities: a number with what it counts or measures, as far as two of them can be compared."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from weak_teachers.answers.logic import Same
from weak_teachers.answers.numbers import Number, read_number, same_number
from weak_teachers.answers.units import UNNAMED, Unit, known_unit
from weak_teachers.answers.words import DROPPED

LETTERS = re.compile("[mshglLKNJWVTACFHM]")
"""Units that are one letter, and so may be variables."""
BRACKETED = re.compile(r"\A\(([^()]*)\)(?![\d.])")
MICRO = re.compile(r'\\mu\s*("?)\s*(?=(?:[mgslLFCAVJWNHT]|mol|Pa)(?![A-Za-z]))')
MODULUS = re.compile(r"\s*\\pmod\{(\d+)\}$")
SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
SCALES |= {"trillion": 10**12, "dozen": 12}
TEMPERATURES = {"C": "Celsius", "F": "Fahrenheit"}
"""Scales, by letters that are other units too."""

# Words that make another number of the one beside them, or no number at all.
CHANGING = re.compile(
    r"^\s*(?:squared|cubed)\b|\b(?:not?|(?:less|more|fewer)(?!\s(?!than)[a-z]{3})|least|most"
    r"|than|greater|under|over|between"
    r"|mod|modulo|minus|plus|negative|root|half|times|or|and|if|never|th|st|nd|rd|base|factorial"
    r"|to|by|choose|of the form)\b|以",
    re.IGNORECASE,
)
# Words that do so before a number only.
CHANGED = re.compile(
    r"\b(?:twice|thrice|double|triple|square|cube|opposite|except|but)\b", re.IGNORECASE
)
LEAD = re.compile(
    r'(?:[\s"=:,]|\\approx|\\sim|\\pounds|[£€¥₹]'
    r'|(?<![\\A-Za-z])(?:[A-Za-z]{2,}[.:]?(?=[\s"])|an?(?=\s\d)))+'
)
# Words before a number but those that only announce it.
SAYING = re.compile(
    r"\b(?!(?:is|are|was|the|an|of|in|it|about|approximately|approx|around|roughly|exactly|only|just"
    r"|total|there|answer|value|number|equals?|we|have|has|get|find|result|final)\b)[A-Za-z]{2,}\b",
    re.IGNORECASE,
)
# What may follow a number: words, units with powers and slashes.
UNIT = re.compile(
    r'(?:\s|"[^"\d]*"|\^\{?-?\d\}?|/|\\cdot|[.£€¥₹()]|[\u4e00-\u9fff]'
    r"|(?<![A-Za-z])[A-Za-z][A-Za-z\'’-]*)*"
)

AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
AMOUNTS = re.compile(rf"{AMOUNT.pattern}(?:(?:\s|,|\band\b)+{AMOUNT.pattern})+")


@dataclass(frozen=True)
class Quantity:
    """A number with its unit.

    Attributes:
        number: the number.
        sign: ``%``, ``°`` or nothing.
        unit: the words that follow it.
        before: the words before it that say what it is.
    """

    number: Number
    sign: str
    unit: str
    before: str


def read_quantity(text: str) -> Quantity | None:
    """A tidied answer as a number with a unit; None if it is something else."""
    modulus = MODULUS.search(text)
    text = MICRO.sub(r"\1u", text[: modulus.start()] if modulus else text).replace(r"\Omega", "ohm")
    if text.startswith('"') and text.find('"', 1) == len(text) - 1:
        text = text[1:-1]
    lead = LEAD.match(text)
    before = lead[0] if lead else ""
    start = text[len(before) :]
    start = BRACKETED.sub(_without_brackets, start)
    found = read_number(start)
    if found is None or CHANGING.search(before) or CHANGED.search(before):
        return None
    number, rest = found
    sign = rest.strip()[:1] if rest.strip().startswith(("%", "°")) else ""
    rest = rest.replace(sign, "", 1)
    in_words = '"' in rest or bool(re.search("[A-Za-z]", before))
    unit = rest.replace('"', " ").strip()
    temperature = sign == "°" and unit in ("C", "F")
    if unit and not temperature and not _is_unit(rest, unit, in_words):
        return None
    for word, factor in SCALES.items():
        if re.match(rf"{word}\b", unit):
            number, unit = scaled(number, factor), unit.removeprefix(word).strip()
    if temperature:
        unit = TEMPERATURES[unit]
    unit = f"mod {modulus[1]}" if modulus else unit
    return Quantity(number, sign, unit, " ".join(SAYING.findall(before)).lower())


def _without_brackets(match: re.Match[str]) -> str:
    """The number that stands within brackets: (3/7)°."""
    found = read_number(match[1].strip())
    return match[0] if found is None or found[1] else match[1].strip()


def _is_unit(rest: str, unit: str, in_words: bool) -> bool:
    """Whether what follows a number is a unit, and no factor, power or other words."""
    if unit.startswith("^") or not UNIT.fullmatch(rest) or CHANGING.search(unit):
        return False
    if touching := re.match("[A-Za-z]+", rest):
        # 5m and 5ab are products; 5m^2 and 5cm aren't.
        known = len(touching[0]) > 1 and known_unit(touching[0])
        return bool(known) or len(touching[0]) > 3 or bool(re.fullmatch(r"m\^\{?[23]\}?", unit))
    # 5 x is a product; 5 m, which may be one, is taken for metres.
    return in_words or not re.fullmatch("[A-Za-z]", unit) or bool(LETTERS.fullmatch(unit))


def scaled(number: Number, factor: int | Fraction) -> Number:
    """A number times another one."""
    unit = None if number.unit is None else number.unit * factor
    return replace(number, value=number.value * factor, unit=unit)


def same_quantity(reference: Quantity, answer: Quantity) -> Same:
    """Whether an answer's quantity is the reference's; None if both count unlike things.

    A unit that only one has, or that adds words to the other's, is passed over; known ones are
    converted.
    A percentage is the same as its number and as its share; but a share isn't as many percent.
    """
    if reference.before and answer.before and reference.before != answer.before:
        return False
    one, other = reference.number, answer.number
    units = measured(reference, answer), measured(answer, reference)
    if None not in units:
        if units[0].kind != units[1].kind:
            return False
        if units[0] != units[1]:
            one, other = scaled(one, units[0].size), scaled(other, units[1].size)
    physical = any(unit and not unit.everyday for unit in units)
    if same_number(one, other, physical):
        if None in units and unlike(reference, answer):
            return None
        share = reference.number.value and abs(reference.number.value) < 1
        return not (share and answer.sign == "%" and not reference.sign)
    if reference.sign == answer.sign:
        return False
    # Half is 50 %.
    one, other = (scaled(q.number, 1 if q.sign == "%" else 100) for q in (reference, answer))
    return "%" in (reference.sign, answer.sign) and same_number(one, other)


def unlike(one: Quantity, other: Quantity) -> bool:
    """Whether neither of two units' words are among the other's: boys and girls, % and °."""
    first, second = (
        {
            word.rstrip("es")
            for word in re.findall(r"[A-Za-z]+", TEMPERATURES.get(each.unit, each.unit))
            if not DROPPED.fullmatch(word) and not UNNAMED.fullmatch(each.unit)
        }
        | set(each.sign)
        for each in (one, other)
    )
    return bool(first and second) and not (first <= second or second <= first)


def measured(quantity: Quantity, other: Quantity) -> Unit | None:
    """The unit of a quantity; None if it isn't one that can be compared with another's."""
    if quantity.unit.startswith("mod "):
        return Unit(frozenset({(quantity.unit, 1)}), Fraction(1))
    if TEMPERATURES.get(quantity.unit) == other.unit:
        return None
    return known_unit(quantity.unit)


def added(text: str) -> str:
    """A tidied sum of amounts in one: 1 hour 30 minutes is 90 minutes."""
    plain = text.replace('"', " ").strip()
    found = AMOUNTS.fullmatch(plain)
    if not found:
        return text
    amounts = [(Fraction(number), name, known_unit(name)) for number, name in AMOUNT.findall(plain)]
    units = [unit for *_, unit in amounts]
    if None in units or len({unit.kind for unit in units}) > 1:
        return text
    sizes = [unit.size for unit in units]
    if sizes != sorted(set(sizes), reverse=True):
        return text
    total = sum(number * unit.size for number, _, unit in amounts) / sizes[-1]
    return rf'\frac{{{total.numerator}}}{{{total.denominator}}} "{amounts[-1][1]}"'
