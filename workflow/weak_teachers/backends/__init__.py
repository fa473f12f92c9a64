"""Backends: conversations in, sampled texts out.

A backend is a function made for one model and one way of sampling: jobs in, batches of answers out.
It may answer in any order, and gives each batch as soon as it has it, so that what is done can be
kept. Stages use one through the request cache: ``weak_teachers.ask``.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from weak_teachers.tokens import Messages


@dataclass(frozen=True)
class Job:
    """One text that is wanted: which sample of which conversation."""

    key: str
    messages: Messages
    sample: int


@dataclass(frozen=True)
class Completion:
    """One text that came: ``length`` says that it was cut at the token limit."""

    text: str
    finish: Literal["stop", "length"]


@dataclass(frozen=True)
class Failure:
    """A text that didn't come, and why not."""

    reason: str


def too_long(tokens: int, longest: int) -> Failure:
    """Why a prompt isn't given to a model: there is no room for an answer."""
    return Failure(f"a prompt of {tokens:,} tokens; the model takes fewer than {longest:,}")


@dataclass(frozen=True)
class Usage:
    """What texts cost; ``calls`` are requests to a server, or batches of a local model."""

    calls: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.calls + other.calls,
            self.retries + other.retries,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True)
class Batch:
    """Texts that came together, what they cost, and whether they were in the request cache."""

    answers: list[tuple[Job, Completion | Failure]]
    usage: Usage
    cached: bool = False


Backend = Callable[[Sequence[Job], Usage], Iterator[Batch]]
"""Told jobs, and what earlier runs spent on texts that are wanted too but are in the cache."""

Generate = Callable[[Sequence[Job]], Iterator[Batch]]
"""A backend behind the request cache."""


def text_seed(seed: int, prompt: str, sample: int) -> int:
    """The seed of one text, of 63 bits: its own, whatever is written beside it."""
    digest = hashlib.sha256(repr((seed, prompt, sample)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
