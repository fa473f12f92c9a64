r"""Parameters: letters that an answer says something of: x = kπ, where k is an integer.

What is said so is an aside, and which letter it is doesn't matter; what it runs through does.
"""

import re

GAP = r'(?:[\s$"]|\\[()])*+'
SET = r"(?:\\mathbb\s?\{[ZNRQC]\}|[ZNRQC])(?:[_^](?:\{[^{}]*\}|[+*\d]))*[+*]?"
KIND = (
    r"(?:an?|any|all|every|each|some|arbitrary|fixed|real|natural|integer|constant|number|parameter"
    rf"|value|whole|of)s?\b{GAP}"
)
LETTER = r"(?P<letter>[A-Za-z])(?![A-Za-z=(_^'])"
ASIDE = re.compile(
    rf"""
    (?:,\s?|\s)?[("]?\b(?:for|where|with)\b {GAP} (?:{KIND})* {LETTER}
    (?: {GAP} (?:\\in|∈|\bin)\b\s? {SET}
      | (?<![a-h]) {GAP} (?: > \s? 0 | (?:\\geq?|>=|≥) \s? [01] )
      | {GAP} (?:is|are|can\ be|denotes)\b {GAP} (?:{KIND})+ )?
    {GAP}
    \)?(?=$|[.,;\n]|and\b|or\b)
    """,
    re.VERBOSE,
)
DECLARED = re.compile(rf"[\s,;]\s*(?P<letter>[a-z])\s?\\in\s?(?P<set>{SET})(?=$|[,;])")
COUNTING = re.compile(r"(?<![A-Za-z\\])[kmnlt](?=\\|[^A-Za-z]|$)")
NAMES = re.compile(r"\\[A-Za-z]+|[A-Za-z]{4,}")


def without_asides(text: str) -> str:
    """A text without what it says of letters that it has used: for all x, where c is a constant."""
    if not any(word in text for word in ("for", "where", "with")):
        return text
    return ASIDE.sub(_aside, text)


def _aside(match: re.Match[str]) -> str:
    used = NAMES.sub(" ", match.string[: match.start()])
    return " " if match["letter"] in used else match[0]


def same_parameters(reference: str, answer: str) -> tuple[str, str]:
    r"""Two tidied answers without their parameters' ranges, k \in Z, and with one name for both."""
    if r"\in" not in reference + answer:
        return reference, answer
    found = [DECLARED.search(text) for text in (reference, answer)]
    ranges = {re.sub(r"\\mathbb|[{}\s]", "", match["set"]) for match in found if match}
    if len(ranges) != 1:
        return reference, answer
    one, other = (DECLARED.sub("", text) for text in (reference, answer))
    names = [
        {match["letter"]} if match else set(COUNTING.findall(text))
        for match, text in zip(found, (one, other), strict=True)
    ]
    if len(names[0]) == len(names[1]) == 1 and names[0] != names[1]:
        [name], [others] = names
        if name not in NAMES.sub(" ", other):
            other = re.sub(rf"(?<![A-Za-z\\]){others}(?![A-Za-z])", name, other)
    return one, other
