"""Sides: the expressions of a stated equality, in every way in which they can be read."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from weak_teachers.steps.expression import (
    Node,
    Number,
    Operation,
    Unreadable,
    is_percentage,
    numbers,
)
from weak_teachers.steps.notation import Token, words
from weak_teachers.steps.reading import read
from weak_teachers.steps.value import Value, evaluate

UNIT_LETTERS = words("g m s J N V A W L K C M Ω")
"""Units of a single letter, in SI and chemistry; not h, which is mostly converted."""
UNIT = re.compile(r"u(?:\^[23]|[*/]?u)*")


class Side:
    """One side of an equality: its tokens, and what they can mean."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens

    @cached_property
    def readings(self) -> list[Node]:
        """Every reading, the likeliest first; none if these tokens are no expression."""
        try:
            return list(read(self.tokens))
        except Unreadable:
            return []

    @cached_property
    def value(self) -> Value | None:
        """The value of the likeliest reading; None if there is none."""
        try:
            return evaluate(self.readings[0]) if self.readings else None
        except Unreadable:
            return None

    @property
    def is_bare(self) -> bool:
        """Whether it is a single number, which may have a sign or be a percentage."""
        return bool(self.readings) and isinstance(unsigned(self.readings[0]), Number)

    @property
    def numbers(self) -> Iterator[Number]:
        """The numbers in its likeliest reading."""
        return numbers(self.readings[0])


def unsigned(node: Node) -> Node:
    """An expression without its sign and its per cent."""
    if isinstance(node, Operation) and node.sign == "neg":
        node = node.parts[0]
    return node.parts[0] if is_percentage(node) else node


def with_unit(tokens: Sequence[Token], names: AbstractSet[str]) -> list[Token]:
    """A side's tokens; where it is a number with a unit, ``76 g`` or ``5 m/s^2``, that as words.

    Args:
        tokens: the side.
        names: what stands elsewhere in the text, too, and so may be a name.
    """
    end = next((n for n, token in enumerate(tokens) if not _is_of_number(token)), len(tokens))
    number, unit = list(tokens[:end]), tokens[end:]
    apart = number and unit and number[-1].end < unit[0].start
    letters = {token.text for token in unit if token.kind == "name"}
    if apart and _is_unit(unit) and not letters & names:
        return number + [t._replace(kind="word") for t in unit if t.kind in ("word", "name")]
    return list(tokens)


def _is_of_number(token: Token) -> bool:
    """Whether it may be a part of a number such as -6.02 * 10^23."""
    return token.kind == "number" or token.text in ("-", "*", "^")


def _is_unit(tokens: Sequence[Token]) -> bool:
    """Whether tokens of prose are a unit, such as g, kg*m/s^2 or cm^3."""
    kinds = {"word": "u", "name": "x"}
    written = [
        "u" if token.text in UNIT_LETTERS else kinds.get(token.kind, token.text) for token in tokens
    ]
    seen = all(token.text and not token.formula for token in tokens)
    return seen and bool(UNIT.fullmatch("".join(written)))
