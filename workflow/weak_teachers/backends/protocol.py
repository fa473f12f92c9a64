"""Requests and replies in OpenAI's chat completions protocol: what is read of them, and trusted.

Replies come from servers of many makers, and may be broken, empty or longer than was asked for.
"""

import json
import time
from collections.abc import Sequence
from email.utils import parsedate_to_datetime

from pydantic import BaseModel, NonNegativeInt

from weak_teachers.backends import Completion, Failure, Job, Usage
from weak_teachers.config.models import Sampling
from weak_teachers.tokens import Messages

LONGEST_WAIT = 600.0
"""Seconds that a server may ask to be left alone."""
CHARACTERS_A_TOKEN = 32
"""More than any tokenizer's mean over a text: what is longer didn't keep to the limit."""
TOKENS_A_MESSAGE = 64
"""More than any chat template adds."""


class Message(BaseModel):
    """What the model says."""

    content: str | None = None


class Choice(BaseModel):
    """One text."""

    message: Message
    finish_reason: str | None = None


class Tokens(BaseModel):
    """What a server says that a request took."""

    prompt_tokens: NonNegativeInt
    completion_tokens: NonNegativeInt


class Reply(BaseModel):
    """What is needed of a server's reply."""

    choices: list[Choice]
    usage: Tokens | None = None


class Fault(Exception):
    """A request that brought no text.

    Args:
        reason: what happened.
        final: whether the same request would fail again.
        charged: whether it may have cost something.
        wait: seconds that the server asks to wait.
    """

    def __init__(
        self, reason: str, final: bool = False, charged: bool = False, wait: float = 0.0
    ) -> None:
        super().__init__(reason)
        self.final, self.charged, self.wait = final, charged, wait


def wait_of(header: str) -> float:
    """Seconds that a Retry-After header asks for, as a number or a date; 0 if it can't be read."""
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - time.time()
        except (ValueError, OverflowError):
            return 0.0
    # A NaN fails both comparisons.
    return min(seconds, LONGEST_WAIT) if seconds > 0 else 0.0


def worst_case(messages: Messages, texts: int, max_new_tokens: int) -> Usage:
    """The most tokens that a request may take: a token is a byte at the least."""
    sent = sum(len(json.dumps(message, ensure_ascii=False).encode()) for message in messages)
    return Usage(
        prompt_tokens=sent + TOKENS_A_MESSAGE * (len(messages) + 1),
        completion_tokens=texts * max_new_tokens,
    )


def tokens(reply: Reply) -> Usage:
    """What a server says that a request took."""
    if reply.usage is None:
        return Usage()
    return Usage(
        prompt_tokens=reply.usage.prompt_tokens, completion_tokens=reply.usage.completion_tokens
    )


def usable(
    jobs: Sequence[Job], reply: Reply, sampling: Sampling
) -> list[tuple[Job, Completion | Failure]]:
    """The choices that answer jobs: neither surplus, empty nor longer than was allowed.

    Raises:
        Fault: there is none.
    """
    reason = "no choices"
    answers: list[tuple[Job, Completion | Failure]] = []
    for choice in reply.choices[: len(jobs)]:
        text = (choice.message.content or "").strip()
        if choice.finish_reason == "content_filter":
            answer = Failure("refused by the server's content filter")
        elif len(text) > CHARACTERS_A_TOKEN * sampling.max_new_tokens:
            reason = f"a text of {len(text):,} characters for {sampling.max_new_tokens} tokens"
            continue
        elif choice.finish_reason == "length":
            answer = Completion(text, "length")
        elif text:
            answer = Completion(text, "stop")
        else:
            reason = "an empty text"
            continue
        answers.append((jobs[len(answers)], answer))
    if not answers:
        raise Fault(reason, charged=True)
    return answers
