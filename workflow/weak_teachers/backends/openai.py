"""Generate with a model behind a server that speaks OpenAI's chat completions protocol.

One request asks for all samples of a prompt that are wanted, or for one where the server gives no
more. What fails for a reason that may pass is tried again after a growing pause, or when the server
says; what the server refuses becomes a failure. The key is sent, and never written anywhere.
"""

import asyncio
import os
import random
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
from pydantic import ValidationError

from weak_teachers.backends import Backend, Batch, Failure, Job, Usage
from weak_teachers.backends.protocol import Fault, Reply, tokens, usable, wait_of, worst_case
from weak_teachers.backends.purse import BudgetSpent, Purse
from weak_teachers.command import one_line
from weak_teachers.config.models import OpenaiModel, Sampling
from weak_teachers.errors import UserError, shorten
from weak_teachers.tokens import Messages

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before the second try, and at most before any."""
LARGEST_REPLY = 64 * 2**20
"""Bytes."""
MAY_PASS = {408, 409, 425, 429}
"""Statuses below 500 of requests that are worth trying again."""


def open_model(model: OpenaiModel, sampling: Sampling) -> Backend:
    """Make the backend of a model behind a server.

    Raises:
        UserError: the key isn't in the environment.
    """
    key = read_key(model)
    purse = Purse(model.budget, model.price)

    def generate(jobs: Sequence[Job], spent: Usage) -> Iterator[Batch]:
        purse.spend(spent)
        todo = deque(by_prompt(jobs))
        flying: set[asyncio.Task] = set()
        with asyncio.Runner() as runner:
            endpoint = Endpoint(model, sampling, key, purse)
            try:
                while todo or flying:
                    while todo and len(flying) < model.concurrency:
                        flying.add(runner.get_loop().create_task(endpoint.ask(todo.popleft())))
                    done, flying = runner.run(first_of(flying))
                    # What came is given before a fault ends it all.
                    for task in sorted(done, key=lambda one: one.exception() is not None):
                        batch, left = task.result()
                        if left:
                            todo.appendleft(left)
                        yield batch
            finally:
                runner.run(endpoint.close(flying))

    return generate


async def first_of(flying: set[asyncio.Task]) -> tuple[set[asyncio.Task], set[asyncio.Task]]:
    """Wait until a task is done: those that are, and the others."""
    return await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)


def read_key(model: OpenaiModel) -> str | None:
    """The key from the environment variable that the model names.

    Raises:
        UserError: it isn't set, or can't be sent; the message doesn't show it.
    """
    if model.key_variable is None:
        return None
    key = os.environ.get(model.key_variable, "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise UserError(
            f"{model.model}: the environment variable {model.key_variable} holds no key; set it, "
            "or set key_variable: null for a server that asks for none"
        )
    return key


def by_prompt(jobs: Sequence[Job]) -> list[list[Job]]:
    """Jobs with equal messages together, in the order of the first of each."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(repr(job.messages), []).append(job)
    return list(groups.values())


class Endpoint:
    """A server, and what is learnt of it while it is asked."""

    def __init__(
        self, model: OpenaiModel, sampling: Sampling, key: str | None, purse: Purse
    ) -> None:
        self._model, self._sampling, self._key, self._purse = model, sampling, key, purse
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=None,  # the whole request has one
            limits=httpx.Limits(max_connections=model.concurrency),
        )
        self._one_by_one = False
        self._free_at = 0.0

    async def close(self, flying: set[asyncio.Task]) -> None:
        """Give up what is under way."""
        for task in flying:
            task.cancel()
        await self._client.aclose()

    async def ask(self, jobs: list[Job]) -> tuple[Batch, list[Job]]:
        """Ask for texts of one prompt until some come, or all tries failed.

        Returns:
            What came, and the jobs that are to be asked for again.

        Raises:
            UserError: the budget is spent.
        """
        usage = Usage()
        alone, reason, attempt = False, "", 0
        while attempt < self._model.attempts:
            wanted = jobs[:1] if alone or self._one_by_one else jobs
            usage += Usage(calls=1, retries=int(attempt > 0))
            await self._pause(attempt)
            try:
                reply = await self._paid(wanted[0].messages, len(wanted))
                usage += tokens(reply)
                answers = usable(wanted, reply, self._sampling)
            except Fault as fault:
                reason = str(fault)
                self._free_at = max(self._free_at, time.monotonic() + fault.wait)
                if fault.final and len(wanted) == 1:
                    break
                # It may be that the server takes requests for one text only: no try of that.
                alone = alone or fault.final
                attempt += not fault.final
                continue
            self._one_by_one |= alone
            came = {job.sample for job, _ in answers}
            return Batch(answers, usage), [job for job in jobs if job.sample not in came]
        return Batch([(job, Failure(reason)) for job in jobs], usage), []

    async def _pause(self, attempt: int) -> None:
        """Wait before a try: longer each time, by chance, and as long as the server asked."""
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) if attempt else 0.0
        asked = max(0.0, self._free_at - time.monotonic())
        await asyncio.sleep(asked + random.uniform(longest / 2, longest))

    async def _paid(self, messages: Messages, texts: int) -> Reply:
        """Make a request within the budget."""
        worst = worst_case(messages, texts, self._sampling.max_new_tokens)
        try:
            await self._purse.set_aside(worst)
        except BudgetSpent:
            raise UserError(
                f"{self._model.model}: the budget leaves no room for another request, which may "
                f"take {worst.prompt_tokens + worst.completion_tokens:,} tokens; what came is "
                "kept: raise `budget` and run again"
            ) from None
        spent = worst  # as long as nothing better is known
        try:
            reply = await self._post(messages, texts)
            if reply.usage:
                spent = tokens(reply)
        except Fault as fault:
            if not fault.charged:
                spent = Usage()
            raise
        finally:
            self._purse.settle(worst, spent)
        return reply

    async def _post(self, messages: Messages, texts: int) -> Reply:
        """Make one request."""
        body: dict[str, Any] = {
            "model": self._model.model,
            "messages": messages,
            "temperature": self._sampling.temperature,
            "top_p": self._sampling.top_p,
            self._model.token_limit: self._sampling.max_new_tokens,
            **({"n": texts} if texts > 1 else {}),
            **self._model.extra,
        }
        url = f"{self._model.url.rstrip('/')}/chat/completions"
        try:
            async with asyncio.timeout(self._model.timeout):
                async with self._client.stream("POST", url, json=body) as response:
                    content = await read(response)
        except TimeoutError:
            seconds = f"{self._model.timeout:g}"
            raise Fault(f"no reply within {seconds} seconds", charged=True) from None
        except httpx.ConnectError as error:
            raise Fault(f"{self._model.url}: can't connect ({error})") from None
        except httpx.HTTPError as error:
            raise Fault(f"cut off: {type(error).__name__}", charged=True) from None
        if response.status_code != httpx.codes.OK:
            raise self._refusal(response, content)
        try:
            return Reply.model_validate_json(content)
        except ValidationError:
            said = shorten(self._struck(content))
            raise Fault(f"no reply in OpenAI's form: {said}", charged=True) from None

    def _refusal(self, response: httpx.Response, content: bytes) -> Fault:
        """What a status other than 200 means."""
        status = response.status_code
        said = one_line(self._struck(content))[:200]
        return Fault(
            f"{status} {response.reason_phrase}: {said}",
            final=status < 500 and status not in MAY_PASS,
            wait=wait_of(response.headers.get("Retry-After", "")),
        )

    def _struck(self, content: bytes) -> str:
        """What a server said, without the key; to be cut only after this, lest a part stays."""
        said = content.decode(errors="replace")
        return said.replace(self._key, "(key)") if self._key else said


async def read(response: httpx.Response) -> bytes:
    """A reply's bytes, but no more than any honest one has."""
    content = b""
    async for part in response.aiter_bytes():
        content += part
        if len(content) > LARGEST_REPLY:
            raise Fault(f"a reply of more than {LARGEST_REPLY:,} bytes", charged=True)
    return content
