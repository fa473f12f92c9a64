"""Words: answers that are words.

They are the same if they are equal but for case, articles and punctuation, or mean the same in
mathematics; a few words that share none are different; of others only a reader can tell.
"""

import re

from weak_teachers.answers.numerals import ONES, TEENS, TENS
from weak_teachers.answers.tables import table

FUNCTION = re.compile(
    r"(?:arc)?(?:sin|cos|tan|cot|sec|csc)h?|log|ln|lg|exp|sqrt|lim|max|min|gcd|lcm|mod|pi|inf|and|or"
)
WORD = re.compile(r"[^\W\d_]+")
# Fewer letters side by side are a product of variables.
LONG_WORD = re.compile(r"[^\W\d_]{4,}|\b(?:odd|yes|no|one|two|six|ten|[ap] ?m)\b", re.IGNORECASE)
# Pairs of two lists: (P) → (3).
MATCHED = re.compile(r"[A-Z]\)?\s*\\to\s*\(?[A-Z\d]")
QUOTED = re.compile(r'"[^"]*[^\W\d_]{2,}[^"]*"')
MATHEMATICAL = re.compile(r"[=<>+*/^]|\\(?!emptyset)")
DROPPED = re.compile(
    "a|an|the|on|at|is|are|its?|of|that|there|and|so|in|to|be|we|ha[sv]e?|this|these|text"
    "|will|would|all|any|every|numbers?"
)
# What an answer is said of.
SUBJECT = re.compile(
    "answers?|functions?|series|sequence|statement|claim|assertion|limit|integral|triangle|graph"
    "|curve|shape|figure|relation|system|equation|day|person|条件"
)
PLURAL = re.compile("[a-z]{3,}[^aius]s")
TWO = re.compile(r"([^\W\d_]{2,}) and ([^\W\d_]{2,})")
VARIABLE = re.compile("[fgkmnpxyz]")
ORDINALS = table("first 1 second 2 third 3 fourth 4 fifth 5 sixth 6 seventh 7 eighth 8 ninth 9")
COMPOUND = re.compile(rf"\b({'|'.join(TENS)})[- ]({'|'.join(ONES)})\b")
MEANINGS = {
    "true": "yes",
    "correct": "yes",
    "false": "no",
    "incorrect": "no",
    **ONES,
    **TEENS,
    **TENS,
    **ORDINALS,
}
VERDICT = re.compile(
    r'"?(yes|no|true|false)\b"?(?:[,.;:]\s*(?!.*\b(?:yes|no|true|false)\b)[A-Za-z].*)?',
    re.IGNORECASE | re.DOTALL,
)
NOTHING = re.compile(
    r"(?:no|zero) (?:\w+ ){0,2}(?:solution|root|value|number|answer|integer)s?(?: exists?)?|none"
    r"|no such(?: \w+)?(?: exists?)?"
    r"|(?:does|do) not exist|dne|(?:empty|null)(?: set)?|emptyset|(?:im|not )possible|undefined"
)
# With these an equation says something else of its sides: x = 7 when y = 8.
CONDITION = re.compile(r"(?<!\\)\b(?:if|when|except|not)\b")
NEGATIONS = {"not", "no", "never", "non", "neither", "nor"}
FEW = 3
"""Words that are different from other few words if they share none."""


def is_wordy(text: str) -> bool:
    """Whether a tidied answer is words, with few signs of mathematics among them."""
    if MATCHED.search(text):
        return True
    if MATHEMATICAL.search(text):
        return False
    plain = " ".join(word for word in WORD.findall(text) if not FUNCTION.fullmatch(word))
    return bool(QUOTED.search(text) or LONG_WORD.search(plain))


def same_words(reference: str, answer: str) -> bool | None:
    """Whether two answers, one of them in words, are the same; None if only a reader can say."""
    one, other = plain_words(reference), plain_words(answer)
    if one == other or "".join(one) == "".join(other):
        return True
    if MATCHED.search(reference):
        return False
    pairs = two_of(reference), two_of(answer)
    if None not in pairs:
        return pairs[0] == pairs[1]
    nothing = [bool(NOTHING.fullmatch(" ".join(predicate(words)))) for words in (one, other)]
    if any(nothing):
        return all(nothing)
    if not (is_wordy(reference) and is_wordy(answer)):
        return False
    counted = [sorted(word for word in words if word.isdigit()) for words in (one, other)]
    if all(counted) and counted[0] != counted[1]:
        return False
    lettered = [{word for word in words if len(word) == 1} for words in (one, other)]
    if all(lettered) and lettered[0] != lettered[1]:
        return False
    return same_predicates(predicate(one), predicate(other))


def same_predicates(one: list[str], other: list[str]) -> bool | None:
    """Whether two answers say the same in words; None where only a reader can tell."""
    if one == other:
        return True
    negated = [bool(NEGATIONS & set(words)) for words in (one, other)]
    shared = {word for word in one if word in other and not word.isdigit()}
    if shared and negated[0] == negated[1]:
        return None
    return False if max(len(one), len(other)) <= FEW or negated[0] != negated[1] else None


def same_formula(one: str, other: str) -> bool:
    """Whether two texts are the same formula of chemistry: H_2O, H2O."""
    first, second = (re.sub(r'[_{}"\s]', "", text) for text in (one, other))
    return first == second and bool(re.search("[A-Z]", first))


def same_verdict(reference: str, answer: str) -> bool | None:
    """Whether two answers say the same of yes and no, before what they say else; None if not so."""
    said = VERDICT.fullmatch(reference), VERDICT.fullmatch(answer)
    if None in said:
        return None
    one, other = (MEANINGS.get(match[1].lower(), match[1].lower()) for match in said)
    return one == other


def two_of(text: str) -> frozenset[str] | None:
    """The two that an answer names: Ben and Carl."""
    found = TWO.fullmatch(text.strip('" '))
    return frozenset(name.casefold() for name in found.groups()) if found else None


def predicate(words: list[str]) -> list[str]:
    """Words without what they are said of: the function is even, f is even."""
    said = [word for word in words if not SUBJECT.fullmatch(word) and not VARIABLE.fullmatch(word)]
    return [word[:-1] if PLURAL.fullmatch(word) else word for word in said] or words


def plain_words(text: str) -> list[str]:
    """The words and numbers of an answer that tell it from others."""
    text = (
        text.replace("\\emptyset", " none ")
        .replace("\\infty", " infinitely many ")
        .casefold()
        .replace("n't", " not")
        .replace("'s", "")
    )
    text = COMPOUND.sub(lambda both: TENS[both[1]][0] + ONES[both[2]], text)
    text = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text).replace("条件", " 条件 ")
    text = re.sub(r"\binfinitely many \w+", "infinitely many", text)
    words = [MEANINGS.get(word, word) for word in re.findall(r"[^\W_]+", text)]
    return [word for word in words if not DROPPED.fullmatch(word)] or words
