"""Equalities: the chains ``a = b = c`` that a step states, in prose and in formulas.

A chain reaches back to where its first expression begins and on to where its last one ends. In
prose a word after a value is its unit, unless another value follows: then the expression has ended.
Where it isn't certain that an expression was seen whole, it is marked so that nobody can read it,
and nothing is compared with it.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from weak_teachers.steps.notation import Token, tokens
from weak_teachers.steps.prose import AMOUNTS, APPLIED, JOINING, SHARES, VERBS
from weak_teachers.steps.side import Side, with_unit


class Chain(NamedTuple):
    """Expressions with a relation between each two of them."""

    sides: list[Side]
    relations: list[str]


UNSEEN = Token("sign", "", 0, 0)
"""Stands for a part of an expression that isn't there to be read."""

WIDE_SPACES = ("\\quad", "\\qquad")
OPERATORS = ("+", "-", "*", "/", "^")
VALUES = ("number", "name", "command")


def chains(text: str) -> Iterator[Chain]:
    """The chains of a plain text (see ``notation.plain``), in order."""
    found = list(_without_spaces(tokens(text)))
    names = _names(found)
    for run in _Runs(found).found():
        sides: list[list[Token]] = [[]]
        relations = []
        for token in run:
            if token.kind == "relation":
                relations.append(token.text)
                sides.append([])
            else:
                sides[-1].append(token)
        if "=" in relations:
            yield Chain([Side(with_unit(side, names)) for side in sides], relations)


def _names(found: Sequence[Token]) -> set[str]:
    """What stands in a text elsewhere than in a unit after a number, and so may be a name."""
    return {
        token.text
        for before, token in pairwise([UNSEEN, *found])
        if before.kind != "number" and before.text not in ("*", "/")
    }


def _without_spaces(found: Sequence[Token]) -> Iterator[Token]:
    """Leave out wide spaces at the start of a displayed row and before a relation."""
    before = ""
    for token, following in zip_longest(found, found[1:]):
        if token.text not in WIDE_SPACES:
            before = token.kind
            yield token
        elif before != "row" and following is not None and following.kind != "relation":
            yield token


class _Runs:
    """Cuts tokens into runs, each of them one chain or an expression without a relation."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._states = _states(found)
        self._place = 0
        self._run: list[Token] = []
        self._opened: list[int] = []  # places of the open brackets in the run
        self._outside = 0  # open brackets before it
        self._phrase: list[str] = []  # the words since the last value
        self._dangling = False  # whether words end a calculation, but state no result
        self._runs: list[list[Token]] = []

    def found(self) -> list[list[Token]]:
        """All runs with a relation, in order."""
        for token, following in zip_longest(self._tokens, self._tokens[1:]):
            self._place += 1
            self._see(token, following)
        self._end()
        return self._runs

    def _is_part(self, following: Token | None) -> bool:
        """Whether a value comes next that may belong to the last one: it states nothing itself."""
        value = following is not None and following.kind in VALUES
        return value and not self._states[self._place]

    def _end(self, unseen: bool = False) -> None:
        """End the run here; ``unseen`` if its last expression may go on."""
        if unseen:
            self._run.append(UNSEEN)
        if self._is_related():
            self._runs.append(self._run)
        elif any(token.text in OPERATORS and not token.formula for token in self._run):
            self._dangling = True
        self._outside += len(self._opened)
        self._run, self._opened = [UNSEEN] if unseen else [], []

    def _see(self, token: Token, following: Token | None) -> None:
        match token.kind:
            case "row":
                self._row(following)
            case "stop":
                in_list = token.text == "," and self._at_value() and _is_value(following)
                one = in_list and (not self._is_related() or self._is_part(following))
                self._end(unseen=one or token.text == "?" or self._at_operator())
                self._phrase, self._dangling = [], False
            case "word":
                self._word(token, following)
            case "relation" if self._opened:
                # What is outside is no expression, and may belong to what is inside.
                place = self._opened[0]
                inside = self._run[place + 1 :]
                del self._run[place:]
                self._end(unseen=True)
                self._run = [*([UNSEEN] if place else []), *inside, token]
            case "sign" if token.text in ("(", "["):
                self._open(token, following)
            case "sign" if token.text in (")", "]"):
                self._close(token, following)
            case _:
                self._begin(token, following)
                self._run.append(token)

    def _open(self, token: Token, following: Token | None) -> None:
        if following is not None and following.kind == "word" and not following.formula:
            self._outside += 1
            self._end()
        else:
            self._begin(token, following)
            self._opened.append(len(self._run))
            self._run.append(token)

    def _close(self, token: Token, following: Token | None) -> None:
        if self._opened:
            self._opened.pop()
            self._run.append(token)
        elif self._outside or following is None or following.kind != "relation":
            self._outside = max(0, self._outside - 1)
            self._end()
            self._run = [UNSEEN]
        # Else it is one too many, a slip of writing.

    def _is_related(self) -> bool:
        return any(token.kind == "relation" for token in self._run)

    def _at_value(self) -> bool:
        return bool(self._run) and self._run[-1].kind in VALUES

    def _at_operator(self) -> bool:
        return bool(self._run) and self._run[-1].text in OPERATORS

    def _begin(self, token: Token, following: Token | None) -> None:
        """Note at the start of a run whether the words before it belong to its expression."""
        if not self._run and self._phrase:
            *_, earlier, last = ["", *self._phrase]
            share = last == "of" and any(SHARES.fullmatch(part) for part in earlier.split("-"))
            unary = token.text == "-" and following is not None and following.start == token.end
            operator = token.text in OPERATORS and not unary
            if last in APPLIED or share or operator or self._dangling:
                self._run.append(UNSEEN)
        self._phrase = []

    def _row(self, following: Token | None) -> None:
        """A line of prose or of a displayed formula ends; its expression may go on in the next."""
        last = self._run[-1].kind if self._run else ""
        if last == "relation" or (following is not None and following.kind == "relation"):
            return
        goes_on = following is not None and following.text in OPERATORS
        self._end(unseen=self._at_operator() or goes_on)
        self._phrase, self._dangling = [], False

    def _word(self, token: Token, following: Token | None) -> None:
        word = token.text.lower()
        self._phrase.append(word)
        self._dangling = self._dangling and word not in VERBS
        if _is_applied(token, following):
            self._end(unseen=True)
        elif not self._run:
            return
        elif token.formula:
            self._word_in_formula(token, following)
        elif word == "of" and self._at_share():
            if _is_value(following):
                self._run.append(token._replace(kind="sign", text="of"))
            else:
                self._end(unseen=True)
        elif word in AMOUNTS and self._run[-1].kind != "relation":
            self._end(unseen=True)
        elif word in JOINING:
            half = following is not None and following.text == "a"
            unrelated = _is_value(following) and not self._is_related()
            self._end(unseen=half or unrelated or self._is_part(following))
        elif self._run[-1].formula or word in VERBS:
            self._end()
        else:
            named = self._at_operator()  # + Tom's (3)
            self._run.append(token)
            if not _goes_on(following):
                # "1 hour 15 minutes" and "8 packs of 5" go on, "3 boxes for 5 friends" doesn't.
                part = len(self._phrase) == 1 and self._is_part(following)
                self._end(unseen=part or named or word == "of")

    def _word_in_formula(self, token: Token, following: Token | None) -> None:
        """Text in a formula: a unit, or what nobody knows (``9 \\text{C} 4``)."""
        unit = token.text.islower() and token.text not in AMOUNTS | JOINING
        if unit and not _is_value(following):
            self._run.append(token)
        else:
            self._end(unseen=True)

    def _at_share(self) -> bool:
        """Whether the run ends with a percentage or a fraction."""
        return self._run[-1].text == "%" or (len(self._run) > 1 and self._run[-2].text == "/")


def _states(found: Sequence[Token]) -> list[bool]:
    """For each token whether a relation comes from there on, before anything stops."""
    states = [False]
    for token in reversed(found):
        goes_on = token.kind not in ("stop", "row")
        states.append(token.kind == "relation" or (goes_on and states[-1]))
    return states[::-1]


def _is_applied(word: Token, following: Token | None) -> bool:
    """Whether a word is a function or a list with its argument or index: ``dp[3]``."""
    return following is not None and following.text in ("(", "[") and following.start == word.end


def _is_value(token: Token | None) -> bool:
    return token is not None and (token.kind in VALUES or token.text in ("(", "["))


def _goes_on(following: Token | None) -> bool:
    """Whether an expression goes on after a word that may be a unit."""
    return following is not None and (
        following.kind in ("word", "relation")
        or (following.kind == "sign" and following.text in ("+", "-", "*", "/", ")", "]"))
    )
