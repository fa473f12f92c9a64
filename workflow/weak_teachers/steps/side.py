"""Sides: the expressions of a stated equality, in every way in which they can be read."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from weak_teachers.steps.expression import (
    Node,
    Number,
    Operation,
    Unreadable,
    is_percentage,
    numbers,
)
from weak_teachers.steps.notation import Token
from weak_teachers.steps.reading import read
from weak_teachers.steps.value import Value, evaluate


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
