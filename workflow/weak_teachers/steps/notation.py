r"""Notation: the tokens of a step, plain or LaTeX, with one spelling for what means the same.

``\dfrac{1}{2} \times 8``, ``1/2 x 8`` and ``½ · 8`` differ in their signs only. What is merely
typeset (``\left``, ``\boxed``) and money's signs have no meaning in a calculation and go. Words
stay: whether one is a unit or ends an expression is for the reader of the tokens to say.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from weak_teachers.formulas import split

Kind = Literal["number", "name", "word", "sign", "relation", "command", "stop", "row"]


class Token(NamedTuple):
    """A token, its place in the text, and whether it stands in a formula."""

    kind: Kind
    text: str
    start: int
    end: int
    formula: bool = False


COMMON = r"""
      (?P<code>0[xXbB][\dA-Fa-f]+)
    | (?P<number>
          \d{1,3}(?:(?:,(?:\\!)?|\{,\}|\\[,!:])\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    | (?P<dots>\.\.+|…|\.(?=\\overline|\\dot|\\bar|\\overset))
    | (?P<power>(?<=[\w)])\*\*(?=[\w(-]))
    | (?P<ratio>(?<=\d):(?=\d))
    | (?P<degrees>\^\s*\{?\s*\\circ\s*\}?|\\degree|°)
    | (?P<unequal>(?<![\w)])!=)
    | (?P<row>\\\\(?:\[[^\]\n]{0,20}\])?|\\cr\b|\\newline\b)
    | \\(?:text|textbf|textit|textrm|mbox|mathrm)\s*\{(?P<text>[^{}$\\]*)\}
    | (?P<typeset>
          \\(?:begin|end)\{(?:align|aligned|gather|gathered|equation|split|multline)\*?\}
        | \\(?:hspace|vspace|label|tag|phantom)\*?\{[^{}]*\}
        | \*\*)
    | (?P<command>\\(?:[A-Za-z]+|.))
"""
GLUED = (
    r"(?:[kcm]?m|k?g|mc?g|in|ft|yds?|mi|lbs?|oz|[cmd]?l|hrs?|min|secs?|[mn]s|[mk]ph|kmh|pts?|gal|cal"
    r"|[ap]m|ths?|st|nd|rds?)(?![a-z])"
)
"""Units and endings that stand right after a number; other letters there are names, as in 2ab."""
IN_WORDS = re.compile(
    r"""
      (?P<enumerator>(?:(?<=\n)|\A)[ \t]*(?:[-*•+][ \t]+|\(?\d{1,2}[.)][ \t]+|\#+[ ]))
    | """
    + COMMON
    + r"""
    | (?P<newline>\n)
    | (?P<space>\s+)
    | (?P<times>(?<=[\d)%])[xX](?=[$]?[\d.])|(?<=[ ])[xX](?=[ ]+[$]?[(\d.]))
    | (?P<quantity>(?<=\d)(?:[A-Z][^\W\d_]+|(?!"""
    + GLUED
    + r""")[a-z]{2,3}(?![^\W_])))
    | (?P<word>
          (?:(?<!\b1)/)?[^\W\d_]{2,}(?:[-'’]\w+|/[^\W\d_]+|_\w*)*
        | [^\W\d_](?:\d+(?!\d*[.,]?\d)|_\w+)?)
    | (?P<sign>.)
    """,
    re.VERBOSE,
)
IN_FORMULA = re.compile(COMMON + r"| (?P<space>\s+) | (?P<name>[^\W\d_]) | (?P<sign>.)", re.VERBOSE)
# A single letter in prose is a name where signs stand beside it.
BEFORE_NAME = re.compile(r"[\d=+\-*/^(<>|{]\s*$|\)$")
AFTER_NAME = re.compile(r"\s*(?:[=+\-*/^<>≈≤≥)×·_]|!=)")

SPELT_OUT = {"times": "*", "power": "^", "dots": "...", "ratio": ":"}
SAME = {
    **dict.fromkeys(["\\cdot", "\\times", "×", "·", "⋅", "∙"], "*"),
    **dict.fromkeys(["\\div", "÷", "∕", "⁄"], "/"),
    **dict.fromkeys(["−", "–", "—", "‐"], "-"),
    **dict.fromkeys(["\\lvert", "\\rvert", "\\vert"], "|"),
    **dict.fromkeys(["\\dfrac", "\\tfrac", "\\cfrac"], "\\frac"),
    **dict.fromkeys(["\\dbinom", "\\tbinom"], "\\binom"),
    "\\%": "%",
    "\\lbrack": "[",
    "\\rbrack": "]",
    "π": "\\pi",
    "√": "\\sqrt",
}


def words(text: str) -> frozenset[str]:
    """The words, or signs, of a list."""
    return frozenset(text.split())


WITHOUT_MEANING = words(
    r"""$ \$ £ € ¥ & ~ \left \right \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr
    \displaystyle \textstyle \limits \boxed \fbox \bf \rm \mathbf \mathrm \, \; \! \: \( \) \[ \]
    \nonumber \notag \allowbreak \thinspace"""
) | {"\\ "}
CLOSE_TO = words(r"≈ \approx \simeq \sim \cong \doteq ≃ ≅")
OTHER_RELATIONS = words(
    r"""< > ≤ ≥ ≠ ≡ ∈ \lt \gt \le \ge \leq \geq \leqslant \geqslant \ne \neq \equiv \in \propto \mid
    \parallel \perp \subset \subseteq"""
)
STOPS = words(
    r"""\Rightarrow \implies \Longrightarrow \iff \Leftrightarrow \Longleftrightarrow \quad \qquad
    \therefore \because \rightarrow \longrightarrow \to \text \item → ⇒ ⟹ . , ; : ? " “ ” `"""
)
FRACTIONS = words("¼1/4 ½1/2 ¾3/4 ⅓1/3 ⅔2/3 ⅕1/5 ⅖2/5 ⅗3/5 ⅘4/5 ⅙1/6 ⅚5/6 ⅛1/8 ⅜3/8 ⅝5/8 ⅞7/8")
SPELLINGS = str.maketrans(
    {
        **{word[0]: f" {word[1:]}" for word in FRACTIONS},
        **{sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    }
)


def plain(text: str) -> str:
    """A text with single signs for fractions and powers spelt out; tokens count in this text."""
    return text.translate(SPELLINGS)


def tokens(text: str) -> list[Token]:
    """The tokens of a plain text."""
    found: list[Token] = []
    start = 0
    for kind, piece in split(text):
        if kind in ("figure", "display"):
            found.append(Token("row", "", start, start))
        if kind != "figure":
            found += _of_piece(piece, start, kind != "words")
        start += len(piece)
        if kind == "display":
            found.append(Token("row", "", start, start))
    return found


def _of_piece(piece: str, offset: int, formula: bool) -> Iterator[Token]:
    for match in (IN_FORMULA if formula else IN_WORDS).finditer(piece):
        if match.lastgroup == "text":
            for token in _of_piece(match["text"], offset + match.start("text"), False):
                yield token._replace(formula=formula)
        elif token := _token(match, formula):
            yield Token(*token, offset + match.start(), offset + match.end(), formula)


def _token(match: re.Match[str], formula: bool) -> tuple[Kind, str] | None:
    """A token's kind and its one spelling; None for what has no meaning."""
    kind, found = match.lastgroup, match[0]
    match kind:
        case "space" | "typeset" | "degrees":
            return None
        case "number":
            return "number", re.sub(r"[^\d.]", "", found)
        case "unequal":
            return "relation", found
        case "row" | "newline" | "enumerator":
            return "row", found
        case "code":
            return "sign", found
        case "times" | "power" | "dots" | "ratio":
            return "sign", SPELT_OUT[kind]
        case "word" if len(found) == 1:
            return ("name" if _is_name(match) else "word"), found
        case "quantity":
            return "name", found
        case "word" if not found[1].isalpha():
            return "name", found
        case "word" | "name":
            return kind, found
    return _sign(SAME.get(found, found), formula)


def _sign(found: str, formula: bool) -> tuple[Kind, str] | None:
    if found in WITHOUT_MEANING:
        return None
    if found == "=" or found in CLOSE_TO or found in OTHER_RELATIONS:
        return "relation", found
    if found in STOPS and not (formula and found == ":"):
        return "stop", found
    return ("command" if found.startswith("\\") else "sign"), found


def _is_name(match: re.Match[str]) -> bool:
    text = match.string
    return bool(
        AFTER_NAME.match(text, match.end())
        or BEFORE_NAME.search(text, max(0, match.start() - 3), match.start())
    )
