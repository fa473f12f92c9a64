"""Moments: times of day and dates, which are written in many ways."""

import re

CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?\s*(?P<whole>o'clock)?\s*"
    r"(?P<half>[ap]\.?\s?m\b|in the (?:morning|afternoon|evening))?",
    re.IGNORECASE,
)
MORNING = re.compile(r"a\.?\s?m|in the morning")
NAMED = {"noon": 12 * 60, "12 noon": 12 * 60, "midnight": 0, "12 midnight": 0}
HALF_DAY = 12 * 60

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = (
    r"(?P<month>jan|january|feb|february|mar|march|apr|april|may|june?|july?|aug|august"
    r"|sept?|september|oct|october|nov|november|dec|december)\b\.?"
)
DAY = r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
YEAR = r"(?:,? (?P<year>\d{4}))?"
DATES = [
    re.compile(rf"{MONTH} {DAY}{YEAR}", re.IGNORECASE),
    re.compile(rf"{DAY}(?: day)?(?: of)? {MONTH}{YEAR}", re.IGNORECASE),
]
SPOKEN = re.compile(
    rf"[ap]\.?\s?m\b|o'clock|noon|midnight|morning|evening|{'|'.join(MONTHS)}",
    re.IGNORECASE,
)


def same_moment(one: str, other: str) -> bool | None:
    """Whether two tidied answers are the same time of day or date; None if they aren't both one."""
    if not (SPOKEN.search(one) or SPOKEN.search(other)):
        return None
    dates = date(one), date(other)
    if None not in dates:
        (day, year), (other_day, other_year) = dates
        return day == other_day and (year == other_year if year and other_year else True)
    times = time(one), time(other)
    if None in times or not any(spoken for _, _, spoken in times):
        return None
    (minutes, certain, _), (others, also_certain, _) = times
    return (minutes - others) % (24 * 60 if certain and also_certain else HALF_DAY) == 0


def time(text: str) -> tuple[int, bool, bool] | None:
    """Minutes since midnight, whether the half of the day is certain, and was said in words."""
    plain = re.sub(r"\s+", " ", text.replace('"', " ")).strip(" .").removeprefix("at ").lower()
    if plain in NAMED:
        return NAMED[plain], True, True
    match = CLOCK.fullmatch(plain)
    if not match or not (match["minute"] or match["whole"] or match["half"]):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = match["half"]
    if hour > (12 if half else 23):
        return None
    if half:
        hour = hour % 12 + (0 if MORNING.fullmatch(half) else 12)
    return hour * 60 + minute, bool(half) or not 1 <= hour <= 12, bool(half or match["whole"])


def date(text: str) -> tuple[tuple[int, int], str | None] | None:
    """A month with its day, and the year if there is one."""
    plain = re.sub(r"\s+", " ", text.replace('"', " ")).strip(" .,")
    plain = re.sub(
        r"^(?:on )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?", "", plain, flags=re.I
    )
    for pattern in DATES:
        if match := pattern.fullmatch(plain):
            month = MONTHS.index(match["month"][:3].lower()) + 1
            return (month, int(match["day"])), match["year"]
    return None
