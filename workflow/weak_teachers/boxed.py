r"""Boxes: the contents of ``\boxed{…}`` in a text, braces within them included."""

import re
from typing import NamedTuple

TOKEN = re.compile(
    r"(?P<box>\\\\?(?:boxed|fbox|framebox)\s*\{)"
    r"|\\\\?(?:boxed|fbox)\s+(?P<bare>[^\s{}$\\]+)|\\.|[{}]",
    re.DOTALL,
)


class Box(NamedTuple):
    """A box: where it begins and ends in its text, and what is in it."""

    start: int
    end: int
    content: str


def boxes(text: str) -> list[Box]:
    r"""Every closed box that isn't within another one, in order; ``\boxed 5`` is one too."""
    if "box" not in text:
        return []
    found: list[Box] = []
    groups: list[re.Match[str]] = []
    for token in TOKEN.finditer(text):
        if token["bare"]:
            found.append(Box(token.start(), token.end(), token["bare"]))
        elif token["box"] or token[0] == "{":
            groups.append(token)
        elif token[0] == "}" and groups:
            opening = groups.pop()
            if opening["box"]:
                while found and found[-1].start > opening.start():
                    found.pop()
                content = text[opening.end() : token.start()]
                found.append(Box(opening.start(), token.end(), content))
    return found


def last_box(text: str) -> str:
    """The content of the last box; "" if there is none."""
    found = boxes(text)
    return found[-1].content if found else ""
