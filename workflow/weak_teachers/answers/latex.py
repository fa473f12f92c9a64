r"""LaTeX: one way of writing for what answers write in many.

A tidied answer is LaTeX without its dollars, sizes and spacing, with one command for each sign, the
Unicode signs too. Words, of ``\text`` and its like, stand in double quotes.
"""

import re
import unicodedata
from functools import lru_cache

from weak_teachers.answers.numerals import with_digits
from weak_teachers.answers.tables import table

SIGNS = table(
    r"""
    − -  – -  — -  × \times  · \cdot  ⋅ \cdot  ∗ *  ÷ /  ∕ /  ⁄ /  ± \pm  ∓ \mp  ∶ :  ∣ |  ′ '
    ≤ \leq  ≥ \geq  ⩽ \leq  ⩾ \geq  ≦ \leq  ≧ \geq  ≠ \neq  ≈ \approx  ≡ \equiv  ∈ \in  ∉ \notin
    ∪ \cup  ∩ \cap  ∖ \setminus  ∅ \emptyset  ∞ \infty  √ \sqrt  ° ^\circ  → \to  ⟶ \to  ∠ \angle
    △ \triangle  ∑ \sum  ∫ \int  ⟨ \langle  ⟩ \rangle  ⌊ \lfloor  ⌋ \rfloor  、 ,  。 .  … ...
    ℝ \mathbb{R}  ℤ \mathbb{Z}  ℕ \mathbb{N}  ℚ \mathbb{Q}  ½ \frac{1}{2}  ⅓ \frac{1}{3}
    ⅔ \frac{2}{3}  ¼ \frac{1}{4}  ¾ \frac{3}{4}  ⅕ \frac{1}{5}  ⅙ \frac{1}{6}  ⅛ \frac{1}{8}
    ① \textcircled{1}  ② \textcircled{2}  ③ \textcircled{3}  ④ \textcircled{4}  ⑤ \textcircled{5}
    ⑥ \textcircled{6}  ⑦ \textcircled{7}  ⑧ \textcircled{8}  ⑨ \textcircled{9}
    α \alpha  β \beta  γ \gamma  δ \delta  ε \epsilon  ζ \zeta  η \eta  θ \theta  ι \iota
    κ \kappa  λ \lambda  μ \mu  ν \nu  ξ \xi  π \pi  ρ \rho  σ \sigma  τ \tau  υ \upsilon  φ \phi
    χ \chi  ψ \psi  ω \omega  Γ \Gamma  Δ \Delta  Θ \Theta  Λ \Lambda  Ξ \Xi  Π \Pi  Σ \Sigma
    Φ \Phi  Ψ \Psi  Ω \Omega  或 "or"  和 "and"  且 "and"
    """
)
TRANSLATED = str.maketrans({sign: f"{latex} " for sign, latex in SIGNS.items()})
RAISED = table("⁰ 0 ¹ 1 ² 2 ³ 3 ⁴ 4 ⁵ 5 ⁶ 6 ⁷ 7 ⁸ 8 ⁹ 9 ⁺ + ⁻ - ⁿ n")
LOWERED = table("₀ 0 ₁ 1 ₂ 2 ₃ 3 ₄ 4 ₅ 5 ₆ 6 ₇ 7 ₈ 8 ₉ 9 ₊ + ₋ - ₙ n")

COMMANDS = table(
    r"""
    dfrac \frac  tfrac \frac  cfrac \frac  dbinom \binom  tbinom \binom  le \leq  leqslant \leq
    leqq \leq  ge \geq  geqslant \geq  geqq \geq  ne \neq  lt <  gt >  rightarrow \to
    longrightarrow \to  mapsto \to  varnothing \emptyset  varepsilon \epsilon  varphi \phi
    vartheta \theta  arctg \arctan  tg \tan  ctg \cot  lg \log  lbrace \{  rbrace \}  lbrack [
    rbrack ]  vert |  lvert |  rvert |  mid |  colon :  degree ^\circ  imath i  jmath j  ast *
    div /  R \mathbb{R}  dots ...  ldots ...  cdots ...  lor "or"  vee "or"  land "and"  wedge "and"
    """
)
# Of size, font and spacing: nothing that an answer says.
IGNORED = re.compile(
    "left|right|[bB]ig{1,2}[lrm]?|middle|(?:display|text|script)style|(?:no)?limits|(?:thin|en)?space"
    "|hfill|rm|bf|it|mathstrut|nonumber|hline|centering|phantom"
)
FUNCTIONS = re.compile(
    "(?:arc)?(?:sin|cos|tan|cot|sec|csc)|(?:sin|cos|tan)h|log|ln|exp|lim|max|min|gcd|lcm|det"
)

# Row ends, delimiters of formulas, spaces of LaTeX, quotes and currency.
SPACING = re.compile(r'\\\\(?:\[[\d.]+\w+\])?|\\[()\[\]]|\\!\s*|\\[,;: ]|\\?[$"“”]|~|\\\n|\\q?quad')
MONEY = re.compile(r"\A\s*(?:\$?\s*\\\$|\$(?!.*\$))\s?(\d[\d,]*(?:\.\d+)?)\s*\$?\s*\.?\s*\Z")
BRACED_COMMA = re.compile(r"\s*\{\s*,\s*\}\s*")
DOUBLED = re.compile(r"\\\\(?=[A-Za-z(\[])")
PLAIN = re.compile(
    r"\\(?:boxed|fbox|framebox|underline|bm|boldsymbol|math(?:bf|it|sf|cal|scr))\b\s*\{([^{}]*)\}"
)
WORDS = re.compile(
    r"\\(text(?:bf|it|rm|normal|sf|tt|up)?|[mh]box|emph|mathrm|operatorname)\b\*?\s*"
    r"\{((?:[^{}]|(?<=\^)\{[^{}]*\})*)\}"
)
COMMAND = re.compile(r"\\([A-Za-z]+)")
PART = r"(?:\{([^{}]*)\}|([0-9A-Za-z]|\\[A-Za-z]+))"
SHORT_FRACTION = re.compile(rf"\\(frac|binom)\s*{PART}\s*{PART}")
# Rows that are equations or values of a system.
SYSTEM = re.compile(
    r"(?:\\\{\s*)?\\begin\s*\{(cases|aligned|split|gathered|matrix)\}((?:(?!\\end).)*)"
    r"\\end\s*\{\1\}(?:\s*\.)?"
)
LABELS = re.compile(r"(?:^|[,;\s])\(([a-h]|[1-9])\)\s+(?=[^\s,;])")

NORMAL = [
    (re.compile(pattern, re.IGNORECASE if ignoring_case else 0), written)
    for pattern, written, ignoring_case in (
        (r"\\(sqrt|vec|overline|hat|bar|tilde)\s*([0-9A-Za-z])", r"\\\1{\2}", False),
        (r'\\%|"?\s*\b(?:percent(?:age)?|pct)\b(?: points?)?\s*"?', "%", True),
        (r'\^\s*\{?\s*\\circ\s*\}?|"?\s*\bdegrees?\b\s*"?', "°", True),
        (r'\+?\s*\\infty\b|"?\b(?:infinity|inf)\b"?', r"\\infty ", False),
        (r'"?\b(?:all )?real numbers?\b"?', r"\\mathbb{R}", True),
        (r'"?\ball real "?\s*[a-z]"?$', r"\\mathbb{R}", False),
        (r'"?\ball integers\b"?', r"\\mathbb{Z}", True),
        (r"<=", r"\\leq ", False),
        (r">=", r"\\geq ", False),
        (r"!=|\\not\s*=", r"\\neq ", False),
        (r"\*\*", "^", False),
        (r"(?<=[\d)\]}])(or|and)(?=[A-Z\d(\[\\])", r" \1 ", False),
        (r"\\p?mod\s*\{?\s*(\d+)\s*\}?|\(\s*\\?mod\s*(\d+)\s*\)", r"\\pmod{\1\2}", False),
        # What a counting variable runs through is an aside, and a remark says what is counted.
        (r"\(\s*(\w)\s*\\in\s*(\\mathbb\s*\{[ZN]\}[_^*+]*)\s*\)", r", \1\\in \2", False),
        (r'(?<=[\d%°])\s*\("?([A-Za-z]{3,}(?:[ -][A-Za-z]+)*)\.?"?\)\s*$', r' "\1"', False),
        (r'(?<=[\d}])\s*"([^"]*?)\s(and|or)\s([^"]*)"\s*(?=[\d\\-])', r' "\1" \2 "\3" ', False),
        (r"^(\d+) (?:out of|in) (\d+)\.?$", r"\1/\2", False),
        (r"-+>", r"\\to ", False),
        (r"^(\d+) to (\d+)\.?$", r"\1:\2", False),
        (r"[(\[]([^()\[\]]*)[)\]]\s*\^\s*\{?\s*(?:T|\\top)\s*\}?\s*$", r"(\1)", False),
        (r'\s*"?(?<![A-Za-z\\])cis(?![A-Za-z])"?\s*\(?([^(),;]+)\)?', r"e^{i(\1)}", False),
        # Combinations and permutations, as in China.
        (r'"?(?<![A-Za-z\\])C"?_\{?(\d+)\}?\^\{?(\d+)\}?', r"\\binom{\1}{\2}", False),
        (
            r'"?(?<![A-Za-z\\])[AP]"?_\{?(\d+)\}?\^\{?(\d+)\}?',
            r"\\frac{\1!}{(\1-\2)!}",
            False,
        ),
        # As it is written without LaTeX.
        (
            r"(?<![\\A-Za-z])((?:arc)?(?:sin|cos|tan)h?|sec|csc|cot|ln|log|sqrt|pi)(?![A-Za-z])",
            r"\\\1 ",
            False,
        ),
        (r"\\sqrt\s*\(([^()]*)\)", r"\\sqrt{\1}", False),
        (r"\^\s*\(([^()]*)\)", r"^{\1}", False),
        (r"\^(-?\d{2,}|-[A-Za-z])", r"^{\1}", False),
        (r'"\s*"', " ", False),
        (r"\\\{\s*\\\}", r"\\emptyset ", False),
    )
]

BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{")
MATRIX = re.compile(r"\\(begin|end)\s*\{(?:[bp]?matrix|[bp]?smallmatrix|array)\}(?:\{[clr|\s]*\})?")
AFTER_COMMAND = re.compile(r"(\\[A-Za-z]+) (?![A-Za-z])")
PARTED_DIGITS = re.compile(r"(?<=\d) (?=\d)")
BRACED_SCRIPT = re.compile(r"([\^_])\{(\w)\}")
SCRIPTS = [
    (re.compile(f"[{''.join(signs)}]+"), sign, signs)
    for sign, signs in (("^", RAISED), ("_", LOWERED))
]


# Teachers give the same answers again and again.
@lru_cache(maxsize=10_000)
def tidy(text: str) -> str:
    """An answer in the one way of writing."""
    text = MONEY.sub(r"\1 dollars", _plain_characters(text))
    if r"\begin" not in text:
        # Escaped twice, as in JSON that was read as text.
        text = DOUBLED.sub(r"\\", text)
    text = MATRIX.sub(r"\\\1{matrix}", BOXED.sub("", PLAIN.sub(r"{\1}", text)))
    text = BRACED_COMMA.sub(",", SPACING.sub(_spacing, text))
    for _ in range(3):  # as deep as fonts are nested
        text = WORDS.sub(_words, PLAIN.sub(r"{\1}", text))
    text = SHORT_FRACTION.sub(_fraction, COMMAND.sub(_command, text))
    for pattern, written in NORMAL:
        text = pattern.sub(written, text)
    text = _without_labels(SYSTEM.sub(_system, " ".join(text.split())))
    text = AFTER_COMMAND.sub(r"\1", text)
    return with_digits(text.lstrip(" ,;:").rstrip(" .,;:"))


def key(text: str) -> str:
    """A tidied answer without what equal ones may differ in: spaces, quotes, needless braces."""
    # Two numbers side by side are not one.
    text = PARTED_DIGITS.sub("_", text).replace(" ", "").replace('"', "")
    return BRACED_SCRIPT.sub(r"\1\2", text)


def _plain_characters(text: str) -> str:
    for run, sign, signs in SCRIPTS:
        text = run.sub(
            lambda run, sign=sign, signs=signs: f"{sign}{{{''.join(map(signs.get, run[0]))}}}", text
        )
    text = unicodedata.normalize("NFKC", text.translate(TRANSLATED))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")


def _spacing(match: re.Match[str]) -> str:
    if match[0].startswith("\\\\"):
        return r"\\ "
    # A negative space, as in 21,\!000, and the sign of a currency part nothing.
    return "" if match[0][1:2] == "!" or match[0][-1] == "$" else " "


def _words(match: re.Match[str]) -> str:
    kind, words = match[1], match[2].strip()
    upright = kind in ("mathrm", "operatorname")
    if upright and FUNCTIONS.fullmatch(words):
        return rf"\{words} "
    if upright and "^" in words:
        # A unit with its powers.
        return f" {words} "
    if (upright and words in ("e", "i", "d")) or not re.search(r"[^\W\d_]", words):
        return words
    return f'"{match[2]}"'


def _command(match: re.Match[str]) -> str:
    name = match[1]
    if IGNORED.fullmatch(name):
        return " "
    return COMMANDS.get(name, rf"\{name}") + " "


def _fraction(match: re.Match[str]) -> str:
    name, above, below = (part for part in match.groups() if part is not None)
    return rf"\{name}{{{above}}}{{{below}}}"


def _system(match: re.Match[str]) -> str:
    """A system's rows with commas between; a matrix is one where its rows are equations."""
    kind, rows = match[1], match[2].strip().removesuffix("\\\\")
    equations = "=" in rows and (kind == "cases" or match[0].startswith(r"\{")) and "&" not in rows
    if not equations and kind in ("matrix", "cases"):
        return match[0]
    return rows.replace("\\\\", ", ").replace("&", "")


def _without_labels(text: str) -> str:
    """Parts without their labels: (a) 3 (b) 5."""
    labels = [match[1] for match in LABELS.finditer(text)]
    counted = list("abcdefgh"), list("123456789")
    if len(labels) < 2 or not any(labels == names[: len(labels)] for names in counted):
        return text
    return LABELS.sub("; ", text)
