"""Names: what the names of two named values say of each other."""

import re

from weak_teachers.answers.latex import key
from weak_teachers.answers.shapes import Leaf, Named

VARIABLE = re.compile(r"(?:[A-Za-z]|\\[a-z]+)(?:_[^(]*)?")
FUNCTION = re.compile(r"\\(?:arc)?(?:sin|cos|tan|cot|sec|csc|ln|log)")


def are_of_different_things(one: str, other: str) -> bool:
    """Whether two names differ in primes, indices or a ratio's order: f and f', f_1 and f_2."""
    if one.count("'") != other.count("'"):
        return True
    indices = re.findall(r"\d+", one), re.findall(r"\d+", other)
    parts = one.split(":"), other.split(":")
    reordered = parts[0] != parts[1] and sorted(parts[0]) == sorted(parts[1])
    return reordered or (all(indices) and indices[0] != indices[1])


def with_argument_of(one: Named, other: Named) -> Named:
    """A function of the same variable as another one: f(t) = t^2 is f(x) = x^2.

    The two variables are swapped: x in f(t) = xt is another one.
    """
    arguments = [re.fullmatch(r"[^(]+\(([A-Za-z])\)", key(each.name)) for each in (one, other)]
    if None in arguments or not isinstance(other.value, Leaf):
        return other
    name, others = (match[1] for match in arguments)
    swapped = {name: others, others: name}
    letter = rf"(?<![A-Za-z\\])[{name}{others}](?![A-Za-z])"
    text = re.sub(letter, lambda match: swapped[match[0]], other.value.text)
    return Named(one.name, Leaf(text))
