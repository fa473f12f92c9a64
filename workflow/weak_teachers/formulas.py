r"""Formulas in a text, found by their delimiters.

``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]`` and ``\begin{align}…\end{align}`` with its like.
"""

import re
from collections.abc import Iterator
from typing import Literal

Kind = Literal["words", "inline", "display", "figure"]

OPENER = re.compile(
    r"\\[$\\]|\$\$?|\\[(\[]|\[asy\]|\\begin\{(align|alignat|gather|equation)(\*?)\}"
)
CLOSERS = {r"\(": r"\)", r"\[": r"\]", "$$": "$$", "[asy]": "[/asy]"}
SINGLE_DOLLAR = re.compile(r"\$((?:[^$\\]|\\.)++)\$", re.DOTALL)
NEVER_INSIDE = re.compile(r"\n\s*\n|\\[\[\]()]")
MONEY = re.compile(r"^\s|.[\s=+*/<(-]$|<<|[A-Za-z]{2} [A-Za-z]{2}", re.DOTALL)


def split(text: str) -> Iterator[tuple[Kind, str]]:
    r"""Split a text into words, formulas and figures (Asymptote code); nothing is lost or changed.

    Between single dollars lies a formula where a LaTeX command is inside; else, as in Pandoc, where
    no space is just inside either dollar and no digit follows, and where what is inside isn't prose
    or a sum whose result is still to come: "$5 and $3" and "costs $5*2=$10" are money.
    """
    start = place = 0
    unclosed: set[str] = set()
    while opener := OPENER.search(text, place):
        found = _formula(text, opener, unclosed)
        if found is None:
            place = opener.end()
            continue
        kind, end = found
        if start < opener.start():
            yield "words", text[start : opener.start()]
        yield kind, text[opener.start() : end]
        start = place = end
    if start < len(text):
        yield "words", text[start:]


def _formula(text: str, opener: re.Match[str], unclosed: set[str]) -> tuple[Kind, int] | None:
    """The kind and the end of the formula that opens here, if one does.

    Closers that don't come any more are noted, so that a text is never searched again in vain.
    """
    if opener[0] == "$":
        inline = SINGLE_DOLLAR.match(text, opener.start())
        return ("inline", inline.end()) if inline and _is_formula(inline) else None
    if opener[1]:
        closer = rf"\end{{{opener[1]}{opener[2]}}}"
    elif opener[0] in CLOSERS:
        closer = CLOSERS[opener[0]]
    else:
        return None
    end = -1 if closer in unclosed else text.find(closer, opener.end())
    if end < 0:
        unclosed.add(closer)
        return None
    kinds: dict[str, Kind] = {r"\(": "inline", "[asy]": "figure"}
    return kinds.get(opener[0], "display"), end + len(closer)


def _is_formula(inline: re.Match[str]) -> bool:
    content, after = inline[1], inline.string[inline.end() : inline.end() + 1]
    if "\\" in content:
        return not NEVER_INSIDE.search(content)
    return not MONEY.search(content) and not after.isdigit()
