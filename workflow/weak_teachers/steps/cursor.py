"""Cursor: a place in tokens, from which the next ones are looked at and taken."""

from collections.abc import Sequence
from itertools import pairwise

from weak_teachers.steps.notation import Token


class Cursor:
    """What a reader of tokens, one after the other, starts from."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def _next(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place].text if place < len(self._tokens) else ""

    def _kind(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place].kind if place < len(self._tokens) else ""

    def _take(self, *texts: str) -> str:
        """Take the next token if it is one of these signs; "" if it isn't."""
        text = self._next()
        if text in texts and self._kind() in ("sign", "command"):
            self._place += 1
            return text
        return ""

    def _is_glued(self) -> bool:
        """Whether the next token has no space around it."""
        near = self._tokens[self._place - 1 : self._place + 2]
        return all(a.end == b.start for a, b in pairwise(near))
