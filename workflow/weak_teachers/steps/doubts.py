"""Doubts: what the words around an equality say about whether it is meant as true.

``Suppose 2 + 3 = 6``, ``we get 2(1) + 3 = 7, a contradiction``, ``about 3 * 33 = 100`` and
``3 + 5 = 11 in base 7`` are no errors.
"""

import re

AROUND = 160
"""Characters around an equality in which words can put it in doubt."""
BESIDE = 40
"""Characters around an equality in which words speak of it for sure."""

OTHER_SIGNS = (
    r"\b(?:bitwise|boolean|xor)\b|[-+*/×÷]['\"’”$]* (?:means|stands for|denotes|represents)\b"
)
OTHER_NUMBERS = re.compile(
    rf"{OTHER_SIGNS}|\bbase[- ]?(?:\$?\d|two|three|five|eight|ten)|\b(?:binary|hexadecimal)\b"
    r"|\bmod(?:ulo|ular)?\b|\\[bp]?mod\b|\\equiv|≡|\bcongruent|\bremainder when\b"
    r"|\bparit(?:y|ies)\b|\b(?:units?|last|ones) digits?\b|(?-i:\b(?:X?N?OR|N?AND|NOT)\b)"
    r"|\\mathbb\s*\{?[ZF]\}?\s*[_/]|\b[ZF]_\{?[\dp]|[ℤ𝔽]|\bGF\(|\bdB\b|\bdecibels?\b"
    r"|\boverflow|\bunsigned\b|\bu?int(?:8|16|32|64)\b|\d (?:&|<<|>>) \d"
    r"|\bo['’]clock\b|\bclocks?\b|\baround (?:the|a) (?:circle|table)\b",
    re.IGNORECASE,
)
OWN_OPERATION = re.compile(
    rf"{OTHER_SIGNS}|\boperation\b|\\(?:star|ast|diamond|oplus|otimes|heartsuit|clubsuit)\b"
    r"|\b[A-Za-z]\s*[*@#]\s*[A-Za-z]\s*=",
    re.IGNORECASE,
)
SUPPOSED = re.compile(
    r"\b(?:suppos\w+|assum\w+|if|would|were|check\w*|test\w*|try\w*|guess\w*|contradict\w*)\b",
    re.IGNORECASE,
)
TRIED = re.compile(r"\b(?:verif\w+|plug\w*|substitut\w+)\b", re.IGNORECASE)
OPENING = re.compile(
    r"(?:\b(?:if|suppose|assume|say|claim|imagine|wrote|not (?:true|the case)|cannot have)"
    r"|can['’]t have)(?: that)?\W*$",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:not|cannot|never|no|unless)\b|n['’]t\b|\\neq?\b|≠|[A-Za-z]\s*=\s*0\b", re.IGNORECASE
)
REFUTED = re.compile(
    r"\b(?:false|contradict\w*|impossible|invalid|incorrect|wrong|mistake\w*|absurd|extraneous"
    r"|wait|oops|errors?|reject\w*|not (?:a |the )?(?:true|equal|possible|correct|valid|hold))\b"
    r"|which (?:is not|isn['’]t)\b",
    re.IGNORECASE,
)
ESTIMATED = re.compile(
    r"\b(?:approx\w*|about|around|roughly|nearly|almost|round\w*|estimat\w*|close)\b|\\approx|≈",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?]\s|\n\s*\n")


def means_other_numbers(step: str) -> bool:
    """Whether a step calculates with remainders, hours, digits, bits or decibels, or in a base."""
    return bool(OTHER_NUMBERS.search(step))


def defines_operations(problem: str) -> bool:
    """Whether a problem gives signs a meaning of its own."""
    return bool(OWN_OPERATION.search(problem))


def is_supposed(before: str, after: str, alone: bool, bare: bool) -> bool:
    """Whether an equality may be supposed, tried or refuted instead of stated.

    Args:
        before: the text before it.
        after: the text after it.
        alone: whether it is no part of a longer chain; those give the results of calculations,
            while equations are tried and refuted.
        bare: whether its right side is a single number; if not, it is likelier an equation.
    """
    *_, sentence = SENTENCE_END.split(before[-AROUND:])
    if OPENING.search(sentence) or REFUTED.search(after[: AROUND if alone else BESIDE]):
        return True
    if alone and TRIED.search(sentence):
        return True
    equation = alone and not bare
    return equation and bool(SUPPOSED.search(sentence) or DENIED.search(after[:AROUND]))


def is_estimated(before: str, after: str) -> bool:
    """Whether the words beside an equality say that its numbers are rounded."""
    return bool(ESTIMATED.search(before[-BESIDE:]) or ESTIMATED.search(after[:BESIDE]))
