"""Expressions: numbers, names, and the operations on them."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple


class Unreadable(Exception):
    """These tokens are no expression, or none that can be worked out."""


class Number(NamedTuple):
    """A number as it was written; ``unit`` is the worth of its last decimal, 0 if it is whole."""

    value: Fraction
    unit: Fraction = Fraction(0)


class Name(NamedTuple):
    """A name that stands for a number."""

    text: str


class Operation(NamedTuple):
    """An operation on expressions."""

    sign: str
    parts: tuple["Node", ...]


Node = Number | Name | Operation

HUNDRED = Number(Fraction(100))


def is_percentage(node: Node) -> bool:
    """Whether an expression is a number of per cent."""
    return isinstance(node, Operation) and node.sign == "/" and node.parts[1] is HUNDRED


def is_single(node: Node) -> bool:
    """Whether it is a number or a fraction: square brackets around one mean its whole part."""
    if isinstance(node, Operation) and node.sign in ("neg", "/"):
        return all(isinstance(part, Number) for part in node.parts)
    return isinstance(node, Number)


def names(node: Node) -> set[str]:
    """The names in an expression."""
    if isinstance(node, Name):
        return {node.text}
    return set().union(*map(names, node.parts)) if isinstance(node, Operation) else set()


def numbers(node: Node) -> Iterator[Number]:
    """The numbers in an expression, in order."""
    if isinstance(node, Number):
        yield node
    elif isinstance(node, Operation):
        for part in node.parts:
            yield from numbers(part)
