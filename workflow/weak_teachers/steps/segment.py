"""Segmentation: the steps of a solution, the same for teachers of different styles.

- Each line is a step, and where a line has several sentences with an equation, each of them is.
  A sentence without one goes with the next that has one, or else with the last.
- Displayed formulas, figures, tables and code between fences are never cut.
- What opens something (a heading, ``Step 3:``, a line that ends in a colon, a figure) goes with
  what it opens; what goes on (``= 12``, a wrapped line, a formula) with what it goes on from.
- A line that only states the answer (``#### 18``, ``A: 18``, ``The answer is 18.``) is no step.
"""

import re
from collections.abc import Iterable, Iterator

from weak_teachers.formulas import split

EQUATION = re.compile(r"[=≈≠≤≥<>]|\\(?:approx|neq?|leq?|geq?|equiv|sim|lt|gt)\b")
ANSWER = re.compile(
    r"\W{0,9}(?:(?:so|thus|hence|therefore),?\s+)?(?:the\s+)?(?:final\s+)?"
    r"(?:answer\b|a:)[^=]*|####\s*[^\sA-Za-z=][^=]*",
    re.IGNORECASE,
)
LONGEST_ANSWER = 100
OPENING = re.compile(r"(?:step|part|case)\s*\d{1,3}[.:)]?|\(?\d{1,3}[.:)]", re.IGNORECASE)
HEADING = re.compile(r"\s*#{1,6}\s+\S")
GOING_ON = re.compile(r"\s*(?:[=≈+/^]|\\(?:approx|times|cdot|div|leq?|geq?)\b)")
SENTENCE_END = re.compile(r"[.!?][\"'”’)*]{0,3}\s+(?=[A-Z0-9\"'“(\[$\\*])")
ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|e\.g|i\.e|etc|vs|cf|mrs?|ms|dr|st|no|eq|fig|approx)|(?:^|\n)\W*\d+)\.",
    re.IGNORECASE,
)
WRAPPED = 60
"""A line of prose at least so long may have been wrapped."""


def segment(solution: str) -> list[str]:
    """The texts of a solution's steps, in order, without blank space around them."""
    return [step for unit in _units(_lines(solution)) for step in _sentences(unit)]


def _lines(text: str) -> Iterator[str]:
    """The lines of a text; one that holds a displayed formula, a figure or code isn't cut there."""
    line, fenced = "", False
    for kind, piece in split(text):
        parts = piece.split("\n") if kind == "words" else [piece]
        for place, part in enumerate(parts):
            if place and not fenced:
                yield line
                line = ""
            line += f"\n{part}" if place and fenced else part
            fenced ^= part.lstrip().startswith("```")
    yield line


def _units(lines: Iterable[str]) -> Iterator[str]:
    """Lines with what opens them and what goes on from them; answers are left out."""
    unit, blank = "", False
    for line in lines:
        if not line.strip():
            blank = True
        elif unit and (_opens(unit) or _goes_on(unit, line, blank)):
            unit, blank = f"{unit}\n{line}", False
        else:
            yield from _unless_answer(unit)
            unit, blank = line, False
    yield from _unless_answer(unit)


def _unless_answer(unit: str) -> Iterator[str]:
    if unit and not (len(unit) <= LONGEST_ANSWER and ANSWER.fullmatch(unit.strip())):
        yield unit


def _opens(unit: str) -> bool:
    """Whether a unit's last line only opens what comes next."""
    line = unit[unit.rfind("\n") + 1 :].strip()
    bare = line.strip("*_ \t")
    bold = line.startswith("**") and line.endswith("**") and not EQUATION.search(line)
    heading = bool(HEADING.match(line)) and not ANSWER.fullmatch(line[:LONGEST_ANSWER])
    return bare.endswith((":", "[/asy]")) or bold or heading or bool(OPENING.fullmatch(bare))


def _goes_on(unit: str, line: str, blank: bool) -> bool:
    """Whether a line goes on from the unit before it."""
    if GOING_ON.match(line) or (_is_table(unit) and _is_table(line)):
        return True
    end = unit.rstrip()[-3:]
    if any(sign in end for sign in ".!?"):
        return False
    if line.lstrip().startswith(("\\[", "$$", "\\begin{", "[asy]")):
        return True
    after_formula = end.endswith(("\\]", "$$", "}"))
    wrapped = not blank and len(unit) - unit.rfind("\n") > WRAPPED
    return line.lstrip()[:1].islower() and (after_formula or wrapped)


def _is_table(unit: str) -> bool:
    line = unit[unit.rfind("\n") + 1 :].strip()
    return line.startswith("|") and line.endswith("|")


def _sentences(unit: str) -> list[str]:
    """A unit's steps: each sentence with an equation, together with those without before it."""
    steps: list[str] = []
    start = before = 0
    for end in [*_sentence_ends(unit), len(unit)]:
        if EQUATION.search(unit, before, end):
            steps.append(unit[start:end])
            start = end
        before = end
    if start < len(unit):
        steps[-1:] = ["".join([*steps[-1:], unit[start:]])]
    return [step.strip() for step in steps]


def _sentence_ends(unit: str) -> Iterator[int]:
    """Where sentences end, which is never in a formula, in code or after an abbreviation."""
    if "```" in unit or _is_table(unit):
        return
    place = 0
    displayed = False
    for kind, piece in split(unit):
        if kind == "words":
            if displayed and piece.lstrip()[:1].isupper():
                yield place
            for end in SENTENCE_END.finditer(piece):
                if not ABBREVIATION.fullmatch(
                    piece, _word_start(piece, end.start()), end.start() + 1
                ):
                    yield place + end.end()
        displayed = kind == "display"
        place += len(piece)


def _word_start(text: str, place: int) -> int:
    """Where the word before a place starts, a few characters back at most."""
    near = text[max(0, place - 9) : place]
    return place - len(near) + max(near.rfind(" "), near.rfind("\n")) + 1
