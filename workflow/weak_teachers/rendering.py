r"""Untrusted text as HTML: all of it escaped, LaTeX as MathML, the raw text where that fails.

Formulas become MathML Core (W3C), which browsers draw without any script.
"""

import unicodedata
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from weak_teachers.formulas import Kind, split

if TYPE_CHECKING:
    from math_core import LatexToMathML

# Nobody reads more of one step, and a page of 50 solutions has to stay quick.
LONGEST_TEXT = 20_000
# math-core recurses in native code: 4,300 nested braces overflow its stack and end the process.
# The longest formula of MATH's 97,470 has 1,134 characters.
LONGEST_FORMULA = 1_500

# What math-core lacks and MATH's solutions use.
MACROS = {
    "dotsm": r"\cdots",
    "dotsb": r"\cdots",
    "textnormal": r"\text{#1}",
    "mbox": r"\text{#1}",
    "allowbreak": "",
}
# What math-core's plain formulas consist of: no links, no ids, nothing that loads or runs.
TAGS = """
    math mi mn mo mtext mspace mrow mfrac msqrt mroot mpadded mphantom mtable mtr mtd
    msup msub msubsup mover munder munderover mmultiscripts mprescripts span em b i
"""
ATTRIBUTES = """
    display displaystyle scriptlevel mathvariant stretchy symmetric movablelimits accent accentunder
    form lspace rspace minsize maxsize width height linethickness style class
"""


def render(text: str) -> Markup:
    """A text as HTML that runs nothing and loads nothing."""
    shown = "".join(_html(kind, piece) for kind, piece in split(text[:LONGEST_TEXT]))
    if len(text) > LONGEST_TEXT:
        shown += f'<em class="note">… {len(text) - LONGEST_TEXT:,} more characters</em>'
    return Markup(shown)


def _html(kind: Kind, piece: str) -> str:
    if kind == "words":
        return str(escape(visible(piece.replace(r"\$", "$"))))
    if kind == "figure":
        return f"<details><summary>Figure (its code)</summary>{escape(visible(piece))}</details>"
    formula = mathml(_content(piece), kind == "display")
    if formula is None:
        return f"<code>{escape(visible(piece))}</code>"
    return f'<div class="formula">{formula}</div>' if kind == "display" else formula


def _content(formula: str) -> str:
    if formula.startswith(r"\begin"):
        return formula
    width = 1 if formula.startswith("$") and not formula.startswith("$$") else 2
    return formula[width:-width]


def mathml(latex: str, display: bool) -> str | None:
    """LaTeX as MathML; None where it can't be parsed, is too long, or isn't plain MathML Core."""
    from math_core import LatexError

    if len(latex) > LONGEST_FORMULA or visible(latex) != latex:
        return None
    try:
        formula = _converter().convert_with_local_state(latex, displaystyle=display)
    except LatexError:
        return None
    # Not in MathML Core, so browsers differ: boxes and strikes are drawn by the page's style.
    formula = formula.replace("<menclose notation=", "<mrow class=").replace(
        "</menclose>", "</mrow>"
    )
    return formula if _is_plain(formula) else None


@cache
def _converter() -> "LatexToMathML":
    from math_core import LatexToMathML

    return LatexToMathML(macros=MACROS, fancy_error=False)


class _Plain(HTMLParser):
    """Sees whether HTML consists of ``TAGS`` and ``ATTRIBUTES`` alone."""

    harmless = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.harmless &= tag in TAGS.split() and {name for name, _ in attrs} <= set(
            ATTRIBUTES.split()
        )


def _is_plain(html: str) -> bool:
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return parser.harmless


def visible(text: str) -> str:
    """Show what would be unseen or reorder its surroundings: controls, text direction marks."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn"):
        return character
    if character == "\r":
        return ""
    return f"⟨U+{ord(character):04X}⟩"
