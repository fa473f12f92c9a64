"""Units: what a quantity's unit measures, as powers of base units, and how large it is."""

import re
from collections import Counter
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from weak_teachers.answers.tables import table

BASES = ["m", "g", "s", "A", "K", "mol", "Celsius", "Fahrenheit", "cent", "month"]
# Each by those before it.
SIZES = table(
    """
    rad 1  min 60s  h 60min  day 24h  week 7day  year 12month  dollar 100cent
    in 127/5000m  ft 12in  yd 3ft  mi 1760yd  mph 1mi/h  L 1/1000m^3  gallon 231in^3
    quart 1/4gallon  pint 1/2quart  cup 1/2pint  lb 45359237/100000g  oz 1/16lb  tonne 1000000g
    N 1000g*m/s^2  J 1N*m  W 1J/s  Pa 1N/m^2  Hz 1rad/s  C 1A*s  V 1J/C  ohm 1V/A  F 1C/V
    T 1N/A*m  Wb 1V*s  H 1Wb/A  M 1mol/L  Wh 3600J  cal 523/125J
    eV 801088317/5000000000000000000000000000J
    atm 101325Pa  bar 100000Pa  torr 1/760atm  mmHg 1torr
    """
)
NAMES = table(
    """
    meter m metre m gram g second s sec s minute min hour h hr h ampere A amp A kelvin K mole mol
    liter L litre L l L inch in inche in foot ft feet ft yard yd mile mi ounce oz pound lb newton N
    joule J watt W pascal Pa hertz Hz coulomb C volt V farad F tesla T weber Wb henry H electronvolt
    eV calorie cal atmosphere atm radian rad yr year celsius Celsius fahrenheit Fahrenheit kph km/h
    """
)
PREFIXES = table("p -12 n -9 u -6 m -3 c -2 d -1 k 3 M 6 G 9")
LONG_PREFIXES = table("pico p nano n micro u milli m centi c deci d kilo k mega M giga G")
PREFIXED = re.compile("[mgsAKLlNJWCVFTHM]|mol|Pa|Hz|ohm|Wb|Wh|eV|cal|bar")

SLASH = re.compile(r"/|\bper\b")
FACTOR = re.compile(r"([A-Za-z]+)\.?\s*(?:\^\s*\{?\s*(-?\d)\s*\}?)?")
SPOKEN_POWERS = [
    (re.compile(rf"\b(?:{before}) ([A-Za-z]+)|\b([A-Za-z]+) {after}\b"), rf"\1\2^{power}")
    for before, after, power in ((r"square|sq\.?", "squared", 2), ("cubic", "cubed", 3))
]


AFTER = re.compile(
    r'(?:(?<=[\w})])\s+(?=[A-Za-z]{2})|\s*"\s*)'
    r'([A-Za-z]+(?:[\s/]+[A-Za-z]+|\^\{?-?\d\}?)*)\s*"?$'
)
UNNAMED = re.compile(r"(?:square |cubic )?units?(?: squared| cubed)?")


class Unit(NamedTuple):
    """What a unit measures, as powers of base units, and its size in them."""

    kind: frozenset[tuple[str, int]]
    size: Fraction

    @property
    def everyday(self) -> bool:
        """Whether values in it don't depend on the constants of physics that were taken."""
        common = {"m", "g", "s", "cent", "month"}
        return len(self.kind) <= 1 and all(b in common and power > 0 for b, power in self.kind)


@lru_cache(maxsize=1_000)
def known_unit(words: str) -> Unit | None:
    r"""A unit such as m/s, kJ mol^{-1} or square meters; None if it isn't known.

    By all that follows a slash is divided: J/mol K is J/(mol K).
    """
    text = re.sub(r"\\cdot|[·*(){}-](?!\d)", " ", words.replace("^{", "^"))
    for pattern, power in SPOKEN_POWERS:
        text = pattern.sub(power, text)
    above, *below = SLASH.split(text)
    if not FACTOR.search(above) or FACTOR.sub("", "".join((above, *below))).strip():
        return None
    factors = [(*found, 1) for found in FACTOR.findall(above)]
    factors += [(*found, -1) for found in FACTOR.findall(" ".join(below))]
    powers: Counter[str] = Counter()
    size = Fraction(1)
    for name, raised, sign in factors:
        factor = named_unit(name)
        if factor is None:
            return None
        power = sign * int(raised or 1)
        size *= factor.size**power
        for base, of_it in factor.kind:
            powers[base] += of_it * power
    return Unit(frozenset((base, power) for base, power in powers.items() if power), size)


def split_unit(text: str) -> tuple[str, Unit | None]:
    """An expression and the unit that follows it; the unit is None if none is known."""
    found = AFTER.search(text)
    if not found:
        return text, None
    unit = known_unit(found[1])
    stands = unit is not None or UNNAMED.fullmatch(found[1])
    return (text[: found.start()], unit) if stands else (text, None)


def scaled_expression(text: str, unit: Unit) -> str:
    """An expression in a unit, in base units."""
    if unit.size == 1:
        return text
    return rf"\frac{{{unit.size.numerator}}}{{{unit.size.denominator}}}\cdot({text})"


def named_unit(name: str) -> Unit | None:
    """A single unit, maybe with a prefix: km, kilometers."""
    lower = name.lower() if len(name) > 2 else name
    for form in (name, lower, lower.removesuffix("s")):
        form = NAMES.get(form, form)
        if "/" in form:
            return known_unit(form)
        if form in UNITS:
            return UNITS[form]
        for prefix, symbol in LONG_PREFIXES.items():
            rest = form.removeprefix(prefix)
            if rest != form and (rest in NAMES or PREFIXED.fullmatch(rest)):
                form = symbol + NAMES.get(rest, rest)
        if PREFIXED.fullmatch(form[1:]) and form[0] in PREFIXES:
            unit = UNITS[NAMES.get(form[1:], form[1:])]
            return unit._replace(size=unit.size * Fraction(10) ** int(PREFIXES[form[0]]))
    return None


def _built() -> None:
    for name, written in SIZES.items():
        number, unit = re.fullmatch(r"(\d+(?:/\d+)?)(.*)", written).groups()
        kind, size = known_unit(unit) or Unit(frozenset(), Fraction(1))
        UNITS[name] = Unit(kind, size * Fraction(number))


UNITS = {base: Unit(frozenset({(base, 1)}), Fraction(1)) for base in BASES}
_built()
