r"""Reading: tokens become expressions, in every way in which people may mean them.

``50%`` is 0.5 or 50, ``1/2x`` is (1/2)x or 1/(2x), ``6 / 1/2`` is 3 or 12, ``1 1/2`` is a mixed
number or a product, ``-2^2`` is -4 or 4, ``2^{10}`` without its braces is 1024 or 2^1 times 0. Each
such doubt doubles the readings.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from weak_teachers.steps.cursor import Cursor
from weak_teachers.steps.expression import (
    HUNDRED,
    Name,
    Node,
    Number,
    Operation,
    Unreadable,
    is_percentage,
    is_single,
)
from weak_teachers.steps.notation import Token

DEEPEST = 40
LONGEST = 400
MOST_DOUBTS = 4
MOST_DIGITS = 60

OPENERS = {"(": ")", "[": "]", "{": "}", "|": "|", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}
OF_BRACKETS = {"|": "abs", "\\lfloor": "floor", "\\lceil": "ceil"}
COMMANDS = {"\\frac": ("/", 2), "\\binom": ("binom", 2), "\\sqrt": ("sqrt", 1)}


class Reading(NamedTuple):
    """How to read what can be read in two ways."""

    percent: bool = True  # 50% is 0.5
    absolute: bool = True  # 20 - 30% is 20 - 0.3, and not 30% less than 20
    loose: bool = True  # 1/2x is (1/2)x, and 6 / 2 * 10^3 is (6 / 2) * 10^3
    stacked: bool = True  # 6 / 1/2 is (6 / 1) / 2, and not 6 / (1/2)
    mixed: bool = True  # 1 1/2 is 1.5
    minus_last: bool = True  # -2^2 is -4
    whole: bool = True  # all digits after ^ are the exponent
    of: bool = True  # in "1/3 of 66" the 66 is a factor, and not only what the third is of


def read(tokens: Sequence[Token]) -> Iterator[Node]:
    """Every reading of tokens as one expression, the likeliest first.

    Raises:
        Unreadable: they are none, or can be read in too many ways.
    """
    if len(tokens) > LONGEST:
        raise Unreadable
    first = _Reader(tokens, Reading())
    yield first.all()
    doubts = sorted(first.doubts)
    if len(doubts) > MOST_DOUBTS:
        raise Unreadable
    for choice in list(product((True, False), repeat=len(doubts)))[1:]:
        yield _Reader(tokens, Reading(**dict(zip(doubts, choice, strict=True)))).all()


class _Reader(Cursor):
    """Reads one expression in one way; words after a value are its unit and have no value."""

    def __init__(self, tokens: Sequence[Token], reading: Reading) -> None:
        super().__init__(tokens)
        self._depth = 0
        self._reading = reading
        self.doubts: set[str] = set()

    def all(self) -> Node:
        """All the tokens as one expression."""
        node = self._sum()
        if self._place < len(self._tokens):
            raise Unreadable
        return node

    def _doubt(self, which: str) -> bool:
        """Note a doubt, and say how this reading settles it."""
        self.doubts.add(which)
        return getattr(self._reading, which)

    def _sum(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable
        self._take("+")
        node = self._product()
        while sign := self._take("+", "-"):
            part = self._product()
            if is_percentage(part) and not self._doubt("absolute"):
                part = Operation("*", (node, part))
            node = Operation(sign, (node, part))
        self._depth -= 1
        return node

    def _product(self) -> Node:
        node = self._signed()
        while True:
            if self._take("*"):
                node = Operation("*", (node, self._signed()))
            elif self._next() == "/":
                node = Operation("/", (node, self._divisor()))
            elif self._take("of"):
                share = Operation("*", (node, self._signed()))
                node = share if self._doubt("of") else node
            elif self._at_factor():
                node = Operation("*", (node, self._power()))
            else:
                return node

    def _divisor(self) -> Node:
        loose = not self._is_glued()
        self._place += 1
        node = self._signed()
        # In 7/12 / 1/12 the wide bar is the main one.
        stacked = self._next() == "/" and (loose or self._is_glued())
        if stacked and not self._doubt("stacked"):
            self._take("/")
            node = Operation("/", (node, self._signed()))
        while (self._at_factor() or self._next() == "*") and not self._doubt("loose"):
            factor = self._signed() if self._take("*") else self._power()
            node = Operation("*", (node, factor))
        return node

    def _at_factor(self) -> bool:
        """Whether what follows without a sign multiplies: 2x, 3(4), 2\\sqrt{3}."""
        return self._kind() == "name" or self._next() in ("(", "[", "\\pi", *COMMANDS)

    def _signed(self) -> Node:
        if not self._take("-"):
            return self._power()
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable
        squared = self._kind() == "number" and self._next(1) == "^"
        negative = squared and not self._doubt("minus_last")
        node = self._power(negative=True) if negative else Operation("neg", (self._signed(),))
        self._depth -= 1
        return node

    def _power(self, negative: bool = False) -> Node:
        node = self._atom()
        if negative:
            node = Operation("neg", (node,))
        node = self._marked(node)
        if self._take("^"):
            node = self._marked(self._raised(node))
            if self._next() == "^":
                raise Unreadable
        while self._kind() == "word":
            self._place += 1
        return node

    def _raised(self, base: Node) -> Node:
        """A base with the exponent that follows."""
        digits = self._next()
        if self._kind() == "number" and len(digits) > 1 and not self._doubt("whole"):
            if not digits.isdigit() or len(digits) > MOST_DIGITS:
                raise Unreadable
            self._place += 1
            first = Operation("^", (base, Number(Fraction(digits[0]))))
            return Operation("*", (first, Number(Fraction(digits[1:]))))
        if self._take("-"):
            return Operation("^", (base, Operation("neg", (self._atom(),))))
        return Operation("^", (base, self._atom()))

    def _marked(self, node: Node) -> Node:
        """A node with the marks that follow it: 5!, 50%."""
        while sign := self._take("!", "%"):
            if sign == "!":
                # 5!! is 5 * 3 * 1.
                if self._next() == "!":
                    raise Unreadable
                node = Operation("!", (node,))
            elif self._doubt("percent"):
                # A whole percentage may be rounded, too: 33% is a third.
                if isinstance(node, Number) and not node.unit:
                    node = node._replace(unit=Fraction(1, 2))
                node = Operation("/", (node, HUNDRED))
        return node

    def _atom(self) -> Node:
        kind, text = self._kind(), self._next()
        if kind == "number":
            return self._number()
        if kind == "name":
            return self._name()
        if self._take("\\pi"):
            return Operation("pi", ())
        if text in COMMANDS:
            return self._command()
        if self._take(*OPENERS):
            node = self._sum()
            if not self._take(OPENERS[text]) or (text == "[" and is_single(node)):
                raise Unreadable
            return Operation(OF_BRACKETS[text], (node,)) if text in OF_BRACKETS else node
        raise Unreadable

    def _number(self) -> Node:
        text = self._next()
        # Digits that are no amount: a code, a time, a number in another base.
        coded = text[0] == "0" and text[1:2].isdigit()
        if coded or len(text) > MOST_DIGITS or self._next(1) in ("_", "{"):
            raise Unreadable
        self._place += 1
        decimals = len(text.partition(".")[2])
        return self._mixed(Number(Fraction(text), Fraction(int(decimals > 0), 10**decimals)))

    def _mixed(self, whole: Number) -> Node:
        """A whole number with the fraction that follows it, as in 1 1/2, if there is one."""
        if self._next() == "\\frac":
            fraction = self._command()
        elif self._kind() == "number" and self._next(1) == "/" and self._kind(2) == "number":
            above, below = self._next(), self._next(2)
            if len(above + below) > MOST_DIGITS:
                raise Unreadable
            self._place += 3
            fraction = Operation("/", (Number(Fraction(above)), Number(Fraction(below))))
        else:
            return whole
        plain = not whole.unit and all(isinstance(part, Number) for part in fraction.parts)
        if plain and fraction.parts[0] < fraction.parts[1] and self._doubt("mixed"):
            return Operation("+", (whole, fraction))
        return Operation("*", (whole, fraction))

    def _name(self) -> Node:
        """A name with its index: a, a_1, a_{n}."""
        start = self._place
        self._place += 1
        if self._take("_"):
            self._atom()
        text = "".join(token.text for token in self._tokens[start : self._place])
        # A function's value or a product; nobody can tell.
        if self._next() in ("(", "'"):
            raise Unreadable
        return Name(text)

    def _command(self) -> Operation:
        command = self._take(*COMMANDS)
        if command == "\\sqrt" and self._take("["):
            degree = self._sum()
            if not self._take("]"):
                raise Unreadable
            return Operation("root", (self._argument(), degree))
        if command == "\\frac" and self._kind() == "number":
            return self._digits()
        sign, count = COMMANDS[command]
        parts = tuple(self._argument() for _ in range(count))
        if parts[0] == Name("d"):  # \\frac{d}{dx} derives.
            raise Unreadable
        return Operation(sign, parts)

    def _digits(self) -> Operation:
        """``\\frac12`` or ``\\frac1{20}``: without braces, an argument is one digit."""
        digits = self._next()
        self._place += 1
        if not digits.isdigit() or len(digits) > 2:
            raise Unreadable
        above = Number(Fraction(digits[0]))
        below = Number(Fraction(digits[1])) if digits[1:] else self._argument()
        return Operation("/", (above, below))

    def _argument(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable
        node = self._atom()
        self._depth -= 1
        return node
