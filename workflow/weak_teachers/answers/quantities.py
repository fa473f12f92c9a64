"""Quantities: a number with what it counts or measures, as far as two of them can be compared."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from weak_teachers.answers.latex import table
from weak_teachers.answers.numbers import Number, read_number, same_number

SIZES = {
    "length": "nm 0.000001 mm 1 millimeter 1 cm 10 centimeter 10 dm 100 m 1000 meter 1000"
    " metre 1000 km 1000000 kilometer 1000000 kilometre 1000000 in 25.4 inch 25.4 inche 25.4"
    " ft 304.8 foot 304.8 feet 304.8 yd 914.4 yard 914.4 mi 1609344 mile 1609344",
    "time": "ms 0.001 s 1 sec 1 second 1 min 60 minute 60 h 3600 hr 3600 hour 3600 day 86400"
    " week 604800",
    "mass": "mg 1 g 1000 gram 1000 kg 1000000 kilogram 1000000 oz 28349.523125 ounce 28349.523125"
    " lb 453592.37 pound 453592.37",
    "volume": "ml 1 mL 1 cl 10 l 1000 L 1000 liter 1000 litre 1000",
    "money": "cent 1 dollar 100",
    "force": "N 1 newton 1 kN 1000",
    "energy": "J 1 joule 1 kJ 1000",
    "electric energy": "eV 1 keV 1000 MeV 1000000",
    "power": "W 1 watt 1 kW 1000",
    "pressure": "Pa 1 pascal 1 kPa 1000",
    "frequency": "Hz 1 hertz 1 kHz 1000 MHz 1000000",
    "voltage": "V 1 volt 1",
    "current": "A 1 ampere 1 mA 0.001",
    "kelvins": "K 1 kelvin 1",
    "Celsius": "C 1 Celsius 1",
    "Fahrenheit": "F 1 Fahrenheit 1",
}
UNITS = {
    name: (kind, Fraction(size))
    for kind, sizes in SIZES.items()
    for name, size in table(sizes).items()
}
EVERYDAY = {"length", "length^2", "length^3", "time", "mass", "volume", "money"}
"""Kinds whose values don't depend on the constants of physics that were taken."""
LETTERS = re.compile("[mshglLKNJWVTACFH]")
"""Units that are one letter, and so may be variables."""
MODULUS = re.compile(r"\s*\\pmod\{(\d+)\}$")
SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}

# Words that make another number of the one beside them, or no number at all.
CHANGING = re.compile(
    r"^\s*(?:squared|cubed)\b|\b(?:not?|less|more|least|most|than|fewer|greater|under|over|between"
    r"|mod|modulo|minus|plus|negative|root|half|times|or|and|if|never|th|st|nd|rd|base|factorial"
    r"|to|by|choose|of the form)\b",
    re.IGNORECASE,
)
LEAD = re.compile(
    r'(?:[\s"=:,]|\\approx|\\sim|\\pounds|[£€¥₹]|(?<![\\A-Za-z])[A-Za-z]{2,}[.:]?(?=[\s"]))+'
)
# Words before a number but those that only announce it.
SAYING = re.compile(
    r"\b(?!(?:is|are|was|the|an|of|in|it|about|approximately|approx|around|roughly|exactly|only|just"
    r"|total|there|answer|value|number|equals?|we|have|has|get|find|result|final)\b)[A-Za-z]{2,}\b",
    re.IGNORECASE,
)
# What may follow a number: words, units with powers and slashes.
UNIT = re.compile(
    r'(?:\s|"[^"\d]*"|\^\{?-?\d\}?|/|\\cdot|[.£€¥₹()]|(?<![A-Za-z])[A-Za-z][A-Za-z\'’-]*)*'
)


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
    text = text[: modulus.start()] if modulus else text
    if text.startswith('"') and text.find('"', 1) == len(text) - 1:
        text = text[1:-1]
    lead = LEAD.match(text)
    before = lead[0] if lead else ""
    start = text[len(before) :]
    if start.startswith("(") and start.endswith(")"):
        start = start[1:-1].strip()
    found = read_number(start)
    if found is None or CHANGING.search(before):
        return None
    number, rest = found
    sign = rest.strip()[:1] if rest.strip().startswith(("%", "°")) else ""
    rest = rest.replace(sign, "", 1)
    in_words = '"' in rest or bool(re.search("[A-Za-z]", before))
    unit = rest.replace('"', " ").strip()
    temperature = sign == "°" and unit in ("C", "F")
    if unit and not temperature and not _is_unit(rest, unit, in_words):
        return None
    for word, power in SCALES.items():
        if re.match(rf"{word}\b", unit):
            number, unit = scaled(number, 10**power), unit.removeprefix(word).strip()
    unit = f"mod {modulus[1]}" if modulus else unit
    return Quantity(number, sign, unit, " ".join(SAYING.findall(before)).lower())


def _is_unit(rest: str, unit: str, in_words: bool) -> bool:
    """Whether what follows a number is a unit, and no factor, power or other words."""
    if unit.startswith("^") or not UNIT.fullmatch(rest) or CHANGING.search(unit):
        return False
    if touching := re.match("[A-Za-z]+", rest):
        # 5m and 5ab are products; 5m^2 and 5cm aren't.
        known = touching[0].lower() in UNITS and len(touching[0]) > 1
        return known or len(touching[0]) > 3 or bool(re.fullmatch(r"m\^\{?[23]\}?", unit))
    # 5 x is a product; 5 m, which may be one, is taken for metres.
    return in_words or not re.fullmatch("[A-Za-z]", unit) or bool(LETTERS.fullmatch(unit))


def scaled(number: Number, factor: int | Fraction) -> Number:
    """A number times another one."""
    unit = None if number.unit is None else number.unit * factor
    return replace(number, value=number.value * factor, unit=unit)


def same_quantity(reference: Quantity, answer: Quantity) -> bool:
    """Whether an answer's quantity is the reference's.

    A unit that only one has, or whose words aren't known, is passed over; known ones are converted.
    A percentage is the same as its number and as its share.
    """
    if reference.before and answer.before and reference.before != answer.before:
        return False
    one, other = reference.number, answer.number
    units = known_unit(reference.unit), known_unit(answer.unit)
    if None not in units:
        if units[0][0] != units[1][0]:
            return False
        if units[0] != units[1]:
            one, other = scaled(one, units[0][1]), scaled(other, units[1][1])
    physical = any(unit and unit[0] not in EVERYDAY for unit in units)
    if same_number(one, other, physical):
        return True
    if reference.sign == answer.sign:
        return False
    # Half is 50 %.
    one, other = (scaled(q.number, 1 if q.sign == "%" else 100) for q in (reference, answer))
    return "%" in (reference.sign, answer.sign) and same_number(one, other)


def known_unit(words: str) -> tuple[str, Fraction] | None:
    """The kind and the size of a unit; None if it isn't one that can be compared.

    m/s is of the kind length/time; the modulus of a residue is a kind of its own.
    """
    if words.startswith("mod "):
        return words, Fraction(1)
    parts = [_simple_unit(part.strip()) for part in re.split(r"/|\bper\b", words)]
    if None in parts or len(parts) > 2:
        return None
    kinds, sizes = zip(*parts, strict=True)
    return "/".join(kinds), sizes[0] / sizes[1] if len(sizes) > 1 else sizes[0]


def _simple_unit(words: str) -> tuple[str, Fraction] | None:
    found = re.fullmatch(r"(?:(sq(?:uare|\.)?|cubic) )?([A-Za-z]+)\.?\s*(?:\^\{?(\d)\}?)?", words)
    if not found:
        return None
    prefix, name, raised = found.groups()
    power = int(raised or (3 if prefix == "cubic" else 2 if prefix else 1))
    lower = name.lower() if len(name) > 2 else name
    for form in (name, lower, lower.removesuffix("s")):
        if form in UNITS:
            kind, size = UNITS[form]
            return f"{kind}^{power}" if power > 1 else kind, size**power
    return None
