"""Numerals: numbers in words as digits: two thirds, three and a half, two hundred and fifty."""

import re
from fractions import Fraction

from weak_teachers.answers.tables import table

ONES = table("one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9")
TENS = table("twenty 20 thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90")
TEENS = table(
    "zero 0 ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14 fifteen 15 sixteen 16 seventeen 17"
    " eighteen 18 nineteen 19"
)
SCALES = table("thousand 1000 million 1000000 billion 1000000000")
PARTS = table(
    "half 2 halves 2 third 3 quarter 4 fourth 4 fifth 5 sixth 6 seventh 7 eighth 8 ninth 9 tenth 10"
    " hundredth 100 thousandth 1000"
)

_ONE = "|".join(ONES)
_SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[ -](?:{_ONE}))?|{'|'.join(TEENS)}|{_ONE})"
_HUNDREDS = rf"(?:(?:an?|{_ONE}) hundred(?:(?: and)? {_SMALL})?|{_SMALL})"
_SCALED = rf"(?:an?|{_HUNDREDS}) (?:{'|'.join(SCALES)})"
CARDINAL = rf"(?:{_SCALED}(?:,? (?:and )?(?:{_SCALED}|{_HUNDREDS})){{0,3}}|{_HUNDREDS})"
# The part is never an ordinal by itself: a third, but not the third; and no hour: half past two.
FRACTION = re.compile(
    rf"(?:(?P<whole>\d+|{CARDINAL}) and )?(?:(?P<above>an?|{CARDINAL})[ -])?"
    rf"(?P<below>{'|'.join(PARTS)})s?"
    r"(?: of [^\d\\]*[a-z]{3}[^\d\\]*|(?: an?\b)?(?P<unit>(?: (?!past|to|of)[a-z]+){0,2}))",
    re.IGNORECASE | re.DOTALL,
)
MINUS = re.compile(r"\A(?:minus|negative) (?=[a-z])", re.IGNORECASE)
NUMERAL = re.compile(CARDINAL, re.IGNORECASE)
WORDS = re.compile(
    rf"\b(?:{'|'.join([*ONES, *TEENS, *TENS, *PARTS, 'hundred', *SCALES])})s?\b", re.I
)


def with_digits(text: str) -> str:
    """A tidied answer with its number in digits, if it is a number in words, maybe with a unit."""
    if not WORDS.search(text):
        return text
    plain = text.replace('"', "").strip()
    unsigned = MINUS.sub("", plain, count=1)
    sign = "-" if unsigned != plain else ""
    if NUMERAL.fullmatch(unsigned):
        return f"{sign}{cardinal(unsigned)}"
    match = FRACTION.fullmatch(unsigned)
    below = match and match["below"].lower()
    if not match or (below != "half" and not (match["above"] or match["whole"])):
        return text
    part = Fraction(cardinal(match["above"] or "a"), int(PARTS[below]))
    value = cardinal(match["whole"] or "zero") + part
    unit = f' "{match["unit"].strip()}"' if (match["unit"] or "").strip() else ""
    return rf"{sign}\frac{{{value.numerator}}}{{{value.denominator}}}{unit}"


def cardinal(words: str) -> int:
    """The value of a number in words or digits."""
    total = group = 0
    for word in re.findall(r"[a-z]+|\d+", words.lower()):
        if word == "hundred":
            group *= 100
        elif word in SCALES:
            total, group = total + group * int(SCALES[word]), 0
        elif word in ("a", "an"):
            group = 1
        elif word != "and":
            group += int({**ONES, **TEENS, **TENS}.get(word, word))
    return total + group
