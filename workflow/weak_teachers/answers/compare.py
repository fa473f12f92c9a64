"""Compare: whether two tidied answers are the same, part by part.

Three answers are possible: True, False and None, which means that their leaves need more knowledge
than there is here. Where to get that comes as a function of two leaves.
"""

import re
from collections.abc import Callable, Sequence
from itertools import product

from weak_teachers.answers.choices import letters, lone_letter, options, text_beside
from weak_teachers.answers.latex import key
from weak_teachers.answers.logic import Same, all_of, any_of
from weak_teachers.answers.moments import same_moment
from weak_teachers.answers.names import (
    FUNCTION,
    VARIABLE,
    are_of_different_things,
    with_argument_of,
)
from weak_teachers.answers.numbers import same_in_base, same_ratio
from weak_teachers.answers.parameters import same_parameters, without_asides
from weak_teachers.answers.quantities import added, read_quantity, same_quantity
from weak_teachers.answers.reading import readings, shape
from weak_teachers.answers.shapes import (
    Interval,
    Leaf,
    Many,
    Named,
    Relation,
    Shape,
    column,
    has_letters,
    is_record,
    kind,
    named_parts,
    spelt,
    unnamed,
    vector,
)
from weak_teachers.answers.units import scaled_expression, split_unit
from weak_teachers.answers.values import read, same_value
from weak_teachers.answers.words import is_wordy, same_formula, same_verdict, same_words

Ask = Callable[[str, str], Same]

MOST_PARTS = 50
HALF_OPEN = re.compile(r"\[[^\[\]()]*\)|\([^\[\]()]*\]")
SWAPPED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "in": "in"}


def nobody(reference: str, answer: str) -> Same:
    """Knows of no two leaves whether they are the same."""
    return None


def same(reference: str, answer: str, ask: Ask = nobody) -> Same:
    """Whether two tidied answers are the same.

    Args:
        reference: the right answer.
        answer: the one that is judged.
        ask: what knows of two leaves that are neither plainly the same nor plainly different.
    """
    if key(reference) == key(answer):
        return True
    for same_spoken in (same_moment, same_verdict):
        if (found := same_spoken(reference, answer)) is not None:
            return found
    chosen, answered = letters(reference), letters(answer)
    chosen, answered = (
        chosen or (answered and lone_letter(reference)),
        answered or (chosen and lone_letter(answer)),
    )
    if chosen and answered:
        return chosen == answered
    if len(options(reference) | options(answer)) == 1:
        # Only who sees the options can tell which one a value is.
        return None
    comparison = Comparison(ask)
    plain = (added(without_asides(text_beside(text))) for text in (reference, answer))
    pairs = product(*map(readings, same_parameters(*plain)))
    return any_of(comparison.shapes(one, other) for one, other in pairs)


class Comparison:
    """Comparison of shapes, the reference's first, with a function to ask of leaves."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask

    def ask_spelt(self, one: Shape, other: Shape) -> Same:
        """Ask of two shapes, written out."""
        return self.ask(spelt(one), spelt(other))

    def shapes(self, one: Shape, other: Shape) -> Same:
        """Whether two shapes are the same."""
        if one == other:
            return True
        if isinstance(one, Relation) or isinstance(other, Relation):
            return self.relations(one, other)
        one, other = named_parts(one), named_parts(other)
        if isinstance(one, Named) and isinstance(other, Named):
            return self.named(one, other)
        if isinstance(one, Named) or isinstance(other, Named):
            return self.shapes(unnamed(one), unnamed(other))
        if isinstance(one, Leaf) and isinstance(other, Leaf):
            return self.leaves(one.text, other.text)
        if isinstance(one, Leaf) or isinstance(other, Leaf):
            return self.leaf_and_several(one, other)
        if isinstance(one, Interval) and isinstance(other, Interval):
            return self.intervals(one, other)
        return self.several(one, other)

    def leaves(self, one: str, other: str) -> Same:
        """Whether two leaves are the same."""
        if key(one) == key(other):
            return True
        if r"\infty" in (key(one), key(other)) and (is_wordy(one) or is_wordy(other)):
            return same_words(one, other)
        if r"\infty" in (key(one).lstrip("-"), key(other).lstrip("-")):
            return False
        quantities = read_quantity(one), read_quantity(other)
        if None not in quantities:
            return same_quantity(*quantities)
        if any(quantities) and any(map(HALF_OPEN.search, (one, other))):
            return False
        for same_numerals in (same_in_base, same_ratio):
            if (found := same_numerals(key(one), key(other))) is not None:
                return found
        if same_formula(one, other):
            return True
        if is_wordy(one) or is_wordy(other):
            return same_words(one, other)
        return self.expressions(one, other)

    def expressions(self, one: str, other: str) -> Same:
        """Whether two expressions are the same, each maybe with a unit."""
        (one, unit), (other, of_other) = split_unit(one), split_unit(other)
        if unit and of_other:
            if unit.kind != of_other.kind:
                return False
            one, other = scaled_expression(one, unit), scaled_expression(other, of_other)
        found = same_value(one, other)
        return self.ask(one, other) if found is None else found

    def named(self, one: Named, other: Named) -> Same:
        """Whether two named values are the same: x = 1 isn't y = 1, but the length is AB."""
        names = [key(each.name) for each in (one, other)]
        if are_of_different_things(*names):
            return None
        heads = {name.partition("(")[0] for name in names}
        if len(heads) == 1:
            other = with_argument_of(one, other)
        if len(heads) > 1 and (
            all(map(VARIABLE.fullmatch, names)) or any(map(FUNCTION.match, heads))
        ):
            return self.ask_spelt(one, other) if has_letters(one) else False
        found = self.shapes(one.value, other.value)
        if not found and len(heads) > 1 and has_letters(one) and has_letters(other):
            return self.ask_spelt(one, other)
        return found

    def relations(self, one: Shape, other: Shape) -> Same:
        """Whether an equation or inequality is the same as another, or as a value."""
        if isinstance(one, Relation) and isinstance(other, Relation):
            swapped = Relation(SWAPPED[other.sign], other.right, other.left)
            for turned in (other, swapped):
                if (key(one.left), key(one.right)) == (key(turned.left), key(turned.right)):
                    return one.sign == turned.sign
            return self.ask_spelt(one, other)
        if isinstance(one, Relation):
            return False if isinstance(other, Leaf) else self.ask_spelt(one, other)
        if isinstance(one, Leaf) and isinstance(other, Relation) and other.sign == "=":
            return self.shapes(one, shape(other.right)) if other.right != "0" else False
        return self.ask_spelt(one, other)

    def intervals(self, one: Interval, other: Interval) -> Same:
        """Whether two intervals, or pairs, are the same."""
        if one.ends != other.ends:
            return False
        return all_of(self.shapes(*pair) for pair in ((one.low, other.low), (one.high, other.high)))

    def leaf_and_several(self, one: Shape, other: Shape) -> Same:
        """Whether a number, an expression or words are the same as a list, a set, a matrix, …"""
        leaf, rest = (one, other) if isinstance(one, Leaf) else (other, one)
        if isinstance(rest, Many) and len(rest.parts) == 1 and rest.kind != "matrix":
            [only] = rest.parts
            return self.shapes(one, only) if leaf is one else self.shapes(only, other)
        if leaf is one and kind(rest) == "list" and all(self.shapes(one, p) for p in rest.parts):
            return True
        plain = read_quantity(leaf.text) or is_wordy(leaf.text) or read(leaf.text)
        listed = isinstance(rest, Many) and rest.kind in ("list", "tuple")
        return False if plain or listed else self.ask_spelt(one, other)

    def several(self, one: Shape, other: Shape) -> Same:
        """Whether two lists, sets, tuples, matrices or unions are the same."""
        if "union" in (kind(one), kind(other)):
            alike = kind(one) == kind(other) and self.unordered(one.parts, other.parts)
            return alike or self.ask_spelt(one, other)
        if kind(one) == kind(other) == "matrix":
            return self.ordered(one.parts, other.parts)
        first, second = vector(one), vector(column(other) if kind(one) == "matrix" else other)
        if first is None or second is None:
            return False
        if is_record(one) and is_record(other):
            return self.records(one, other)
        if kind(one) in ("tuple", "matrix") or is_record(one) or is_sequence(one):
            return self.ordered(first, second)
        return self.unordered(first, second)

    def records(self, one: Many, other: Many) -> Same:
        """Whether two lists of named values are the same, in any order: x = 1, y = 2."""
        values, others = (
            {key(part.name): part.value for part in each.parts} for each in (one, other)
        )
        if values.keys() != others.keys():
            return False
        return all_of(self.shapes(value, others[name]) for name, value in values.items())

    def ordered(self, first: Sequence[Shape], second: Sequence[Shape]) -> Same:
        """Whether two sequences are the same."""
        if len(first) != len(second):
            return False
        return all_of(map(self.shapes, first, second))

    def unordered(self, first: Sequence[Shape], second: Sequence[Shape]) -> Same:
        """Whether two sequences are the same but for their order."""
        first, left = list(dict.fromkeys(first)), list(dict.fromkeys(second))
        if len(first) != len(left):
            return False
        if len(first) > MOST_PARTS:
            return None
        unknown = False
        for part in first:
            found = [self.shapes(part, other) for other in left]
            if True in found:
                left.pop(found.index(True))
            elif None in found:
                unknown = True
            else:
                return False
        return None if unknown else True


def is_sequence(one: Shape) -> bool:
    """Whether a list's order counts: solutions are listed by size, other numbers in their order."""
    if kind(one) != "list":
        return False
    found = [read_quantity(part.text) if isinstance(part, Leaf) else None for part in one.parts]
    if None in found:
        return False
    values = [quantity.number.value for quantity in found]
    return values not in (sorted(values), sorted(values, reverse=True))
