"""Choices: answers that are options of a multiple choice, by their letters."""

import re

OPTION = r"(?:[(\[]\s*[A-Z]\s*[)\]]|[A-J](?![A-Za-z])[).]?)"
OPTIONS = re.compile(rf"{OPTION}(?:[\s,;]*(?:and|or)?[\s,;]*{OPTION})*")
BESIDE = re.compile(
    r"(?:[(\[]([A-J])[)\]][.:]?|([A-J])(?:\)|\.(?=\s)|:))\s*(?!and\b|or\b)(?=\S{2}|\d)(.+)",
    re.DOTALL,
)
CALLED = re.compile(
    r"^(?:(?:so|thus|hence|therefore),?\s|i (?:choose|pick)\b)"
    r"|\b(?:the )?(?:correct |right |best )?(?:options?|choices?|answers?|statements?)\b"
    r"|(?:\b(?:is|are)(?: the)? (?:correct|right|true)(?: (?:ones?|options?|choices?|answers?))?)$",
    re.IGNORECASE,
)
BRACED = re.compile(r"^\{([^{}]*)\}")
CIRCLED = re.compile(r"(?:\\textcircled\{\d\}(?:[\s,;]|and)*)+")


def options(text: str) -> frozenset[str]:
    """The letters of the options, or the circled numbers, that a tidied answer is; or none."""
    if CIRCLED.fullmatch(text.replace('"', "")):
        return frozenset(re.findall(r"\d", text))
    plain = _plain(text).strip(" .:")
    if re.fullmatch("[A-J]{2,}", plain):
        # Letters in another order may be something else: CBAD.
        return frozenset(plain) if sorted(set(plain)) == list(plain) else frozenset()
    return frozenset(re.findall(r"\b[A-Z]\b", plain)) if OPTIONS.fullmatch(plain) else frozenset()


def letters(text: str) -> frozenset[str]:
    """The letters of the options that a tidied answer names, by themselves or beside a text."""
    if named := options(text):
        return named
    beside = BESIDE.fullmatch(_plain(text))
    return frozenset(beside[1] or beside[2]) if beside else frozenset()


def lone_letter(text: str) -> frozenset[str]:
    """The option of a small letter; it may be a variable, so ask only beside another option."""
    return frozenset(text.upper()) if re.fullmatch("[a-j]", text) else frozenset()


def text_beside(text: str) -> str:
    """What stands beside the letter of an option, (B) 12; all of a text that names none."""
    beside = BESIDE.fullmatch(_plain(text))
    return beside[3].strip() if beside else text


def _plain(text: str) -> str:
    return CALLED.sub(" ", BRACED.sub(r"\1", text.replace('"', " ").strip())).strip()
