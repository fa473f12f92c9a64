r"""Splitting: a tidied answer as tokens, the parts between separators, the sides of a relation.

What stands within brackets is never cut: of ``(1,2), x`` the parts are ``(1,2)`` and ``x``. Nothing
here knows shapes, which reading.py makes of the parts.
"""

import re
from collections.abc import Iterator

OPENING = {"(", "[", "{", r"\{", r"\langle", r"\lfloor", r"\lceil"}
CLOSING = {")", "]", "}", r"\}", r"\rangle", r"\rfloor", r"\rceil"}
TOKEN = re.compile(r'\\(?:begin|end)\{\w+\}|\\[A-Za-z]+|\\.|"[^"]*"|[A-Za-z]+|[<>]=?|.', re.DOTALL)
SIGNS = {"=": "=", "<": "<", ">": ">", r"\leq": "<=", r"\geq": ">=", r"\neq": "!=", r"\in": "in"}
SIGNS |= {r"\approx": "~", r"\equiv": "="}
STRONG = {";", "or"}
WEAK = {",", "and"}

THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!,?\d)")
OUTSIDE_BRACKETS = re.compile(rf"(?<![(\[{{]){THOUSANDS.pattern}(?![)\]}}])")
DECIMAL_COMMA = re.compile(r"(?<![\d.])(?!0*[1-9]\d{0,2},\d{3}\b)\d+,\d+(?![\d.])")
BRACKET = re.compile(r"[()\[\]{}]")
ZEROS = re.compile(r",\s*0\d")

NAME = re.compile(
    r"""
    (?:\\(?:angle|triangle|overline|vec|hat|bar|Delta|frac|operatorname)\b\s*)*
    [{}()|A-Za-z\\':\s",]*                             # letters, products, ratios, |AB|
    (?:_(?:\w|\{[^{}]*\}))?
    """,
    re.VERBOSE,
)
# Indices, and arguments of functions.
SUBSCRIPT = re.compile(r"\^\{?-1\}?(?=\()|_(?:\{[^{}]*\}|\w)|'|(?<=[A-Za-z'}])\s*\([^()]*\)")
NUMERIC = re.compile(r"[\d\s.,+\-*/^(){}]|\\(?:frac|cdot|times|sqrt|pi)\b")


def by_commas(text: str) -> list[str]:
    """A text with each reading of commas between digits: of thousands, of a list, decimal."""
    # Within brackets commas part values, unless others with a space do: (1,000, 2,000).
    thousands = THOUSANDS if ", " in text else OUTSIDE_BRACKETS
    joined = thousands.sub(lambda number: number[0].replace(",", ""), text)
    # No value of a list begins with a superfluous zero: 10,000.
    texts = [joined] if joined != text and ZEROS.search(text) else [joined, text]
    if DECIMAL_COMMA.search(text) and text.count(",") == 1 and not BRACKET.search(text):
        texts.append(text.replace(",", "."))
    return list(dict.fromkeys(texts))


def split(tokens: list[str], separators: set[str]) -> list[str]:
    """The parts of an answer between separators that stand outside of all brackets."""
    words = [token.strip('" ').lower() for token in tokens]
    if separators.isdisjoint(words):
        whole = "".join(tokens).strip()
        return [whole] if whole else []
    parts = [""]
    for (token, depth), word in zip(depths(tokens), words, strict=True):
        if depth == 0 and word in separators:
            parts.append("")
        else:
            parts[-1] += token
    return [part.strip() for part in parts if part.strip()]


def depths(tokens: list[str]) -> Iterator[tuple[str, int]]:
    """Each token with the number of brackets that it stands in."""
    depth = 0
    for token in tokens:
        depth -= closes(token)
        yield token, max(depth, 0)
        depth += opens(token)


def opens(token: str) -> bool:
    """Whether a token opens a bracket or an environment."""
    return token in OPENING or token.startswith(r"\begin{")


def closes(token: str) -> bool:
    """Whether a token closes a bracket or an environment."""
    return token in CLOSING or token.startswith(r"\end{")


def encloses(tokens: list[str]) -> bool:
    """Whether the first and the last token are brackets around all that is between them."""
    found = [depth for _, depth in depths(tokens)]
    return all(depth > 0 for depth in found[1:-1]) and found[-1] == 0


def relations(tokens: list[str]) -> Iterator[tuple[str, str]]:
    """Sides of a relation, each with the sign before it."""
    sign, side = "", ""
    for token, depth in depths(tokens):
        if depth == 0 and token in SIGNS:
            yield sign, side.strip()
            sign, side = SIGNS[token], ""
        else:
            side += token
    yield sign, side.strip()


def is_name(side: str) -> bool:
    """Whether one side of an equation names a quantity: x, a_1, f(x), |AB|, A:B, (p,q)."""
    plain = SUBSCRIPT.sub("", side.strip())
    return bool(re.search("[A-Za-z]", plain)) and bool(NAME.fullmatch(plain))


def is_numeric(side: str) -> bool:
    """Whether a text is of digits and operations only."""
    return not NUMERIC.sub("", side).strip()
