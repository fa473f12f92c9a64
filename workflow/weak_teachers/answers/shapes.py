"""Shapes: what an answer is made of, as far as two answers can be compared part by part.

What is neither of several values nor an equation or inequality is a leaf: a number, an expression
or words.
"""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Leaf:
    """A number, an expression or words."""

    text: str


@dataclass(frozen=True)
class Many:
    """Several values; the order counts in tuples and in the rows of a matrix only."""

    kind: Literal["list", "set", "tuple", "matrix", "union"]
    parts: tuple["Shape", ...]


@dataclass(frozen=True)
class Interval:
    """An interval with its brackets, which may be a pair if they are round."""

    ends: str
    low: "Shape"
    high: "Shape"


@dataclass(frozen=True)
class Named:
    """A value and what it is the value of."""

    name: str
    value: "Shape"


@dataclass(frozen=True)
class Relation:
    """An equation or inequality that no shape above says: its two sides and its sign."""

    sign: str
    left: str
    right: str


Shape = Leaf | Many | Interval | Named | Relation

WRITTEN = {"=": "=", "<": "<", ">": ">", "<=": r"\leq ", ">=": r"\geq ", "!=": r"\neq "}
WRITTEN |= {"in": r"\in ", "~": r"\approx "}
BRACKETS = {
    "list": ("", ", ", ""),
    "set": (r"\{", ", ", r"\}"),
    "tuple": ("(", ", ", ")"),
    "union": ("", r"\cup ", ""),
}


def unnamed(one: Shape) -> Shape:
    """A value without its name."""
    return one.value if isinstance(one, Named) else one


def kind(one: Shape) -> str:
    """How the parts of a shape stand together; a round interval may be a pair."""
    if isinstance(one, Many):
        return one.kind
    return "tuple" if isinstance(one, Interval) and one.ends == "()" else "interval"


def is_range(one: Shape) -> bool:
    """Whether a shape is an interval, or some."""
    return isinstance(one, Interval) or kind(one) == "union"


def is_record(one: Shape) -> bool:
    """Whether a shape is a list of named values."""
    return isinstance(one, Many) and all(isinstance(part, Named) for part in one.parts)


def named_parts(one: Shape) -> Shape:
    """A list whose names all say something.

    Where the same name comes again, or only some values have one, they are the values of one thing;
    if each has it, as in x = 3 or x = 1, they have no order.
    """
    if not isinstance(one, Many) or not any(isinstance(part, Named) for part in one.parts):
        return one
    if len({part.name for part in one.parts if isinstance(part, Named)}) == len(one.parts):
        return one
    alone = {part.name if isinstance(part, Named) else None for part in one.parts}
    kind = "set" if len(alone) == 1 and one.kind == "list" else one.kind
    return Many(kind, tuple(unnamed(part) for part in one.parts))


def vector(one: Shape) -> tuple[Shape, ...] | None:
    """The values of a list, set or tuple, of a pair, or of a matrix of one row or column."""
    match one:
        case Interval(ends="()"):
            return one.low, one.high
        case Many(kind="list" | "set" | "tuple"):
            return one.parts
        case Many(kind="matrix"):
            if len(one.parts) == 1:
                return one.parts[0].parts
            if all(len(row.parts) == 1 for row in one.parts):
                return tuple(row.parts[0] for row in one.parts)
    return None


def column(one: Shape) -> Shape:
    """A shape that stands beside a matrix: [1, 2] is two values there."""
    return Many("tuple", (one.low, one.high)) if isinstance(one, Interval) else one


def spelt(one: Shape) -> str:
    """A shape as LaTeX again."""
    match one:
        case Leaf():
            return one.text
        case Named():
            plain = isinstance(one.value, Leaf)
            return f"{one.name}={one.value.text}" if plain else spelt(one.value)
        case Relation():
            return f"{one.left}{WRITTEN[one.sign]}{one.right}"
        case Interval():
            return f"{one.ends[0]}{spelt(one.low)},{spelt(one.high)}{one.ends[1]}"
        case Many(kind="matrix"):
            rows = (" & ".join(map(spelt, row.parts)) for row in one.parts)
            return r"\begin{matrix}" + r" \\ ".join(rows) + r"\end{matrix}"
    before, between, after = BRACKETS[one.kind]
    return before + between.join(map(spelt, one.parts)) + after


def has_letters(one: Named) -> bool:
    """Whether a named value, with its name, may be an equation of variables."""
    return isinstance(one.value, Leaf) and bool(re.search("[A-Za-z]", spelt(one)))
