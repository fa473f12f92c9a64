"""Judge: verdicts on many answers; what takes algebra goes to the sandbox together, and is cached.

A verdict depends on the two answers alone: not on the others, their order, the number of workers
or the cache.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, get_args

from weak_teachers.answers import algebra
from weak_teachers.answers.choices import options
from weak_teachers.answers.compare import same
from weak_teachers.answers.latex import tidy
from weak_teachers.answers.words import is_wordy
from weak_teachers.files import write_text
from weak_teachers.fingerprint import fingerprint
from weak_teachers.progress import progress
from weak_teachers.records import Outcome
from weak_teachers.sandbox import Sandbox

Pair = tuple[str, str]

LONGEST = 1_000
"""Characters of an answer that is compared; a longer one is right if it is the reference."""
WHOLE = re.compile(r"-?[1-9]\d*", re.ASCII)
"""Numbers that most answers are, and that are the same only if they are written so."""
LIBRARIES = ("math-verify", "latex2sympy2_extended", "sympy")


class Verdict(NamedTuple):
    """An outcome and who gave it: ``rules``, or ``math-verify`` in the sandbox."""

    outcome: Outcome
    judge: str


def same_answer(answer: str | None, reference: str) -> Outcome:
    """Whether an answer is the reference's; unknown if there is none, or none that can be compared.

    ``judge_answers`` is for many.
    """
    verdict, tidied = known_verdict(reference, answer)
    return (verdict or verdict_by_algebra(tidied, own_sandbox())).outcome


@cache
def own_sandbox() -> Sandbox:
    """One worker for answers that come one by one; it ends with this process."""
    return Sandbox(algebra.judge)


def judge_answers(
    pairs: Iterable[tuple[str, str | None]], workers: int = 1, seconds: int = 5
) -> list[Verdict]:
    """Judge answers, each by its reference alone.

    Args:
        pairs: references, each with an answer, or None where none was stated. The workers start
            with the first that needs them, while the others are still coming.
        workers: processes for what isn't plain.
        seconds: CPU time that one pair may take there.
    """
    order: list[tuple[str, str | None]] = []
    found: dict[tuple[str, str | None], Verdict | Future[Verdict]] = {}
    asked: dict[Pair, Future[Verdict]] = {}
    threads = ThreadPoolExecutor(workers)
    with Sandbox(algebra.judge, workers, seconds) as sandbox:
        try:
            for pair in pairs:
                order.append(pair)
                if pair in found:
                    continue
                verdict, tidied = known_verdict(*pair)
                if not verdict and tidied not in asked:
                    asked[tidied] = threads.submit(verdict_by_algebra, tidied, sandbox)
                found[pair] = verdict or asked[tidied]
            if asked:
                wait_for(list(asked.values()))
        finally:
            threads.shutdown(cancel_futures=True)
    verdicts = (found[pair] for pair in order)
    return [one.result() if isinstance(one, Future) else one for one in verdicts]


def wait_for(asked: Sequence[Future[Verdict]]) -> None:
    """Show how many are done until all are."""
    with progress("judge", len(asked), "answer") as shown:
        for future in as_completed(asked):
            future.result()
            shown.add()


def known_verdict(reference: str, answer: str | None) -> tuple[Verdict | None, Pair | None]:
    """The verdict on an answer where it is plain or was found before; the tidied pair if it isn't.

    A thread of those that wait for the sandbox is too slow to look into the cache: they have to
    share one interpreter with what reads the answers.
    """
    outcome, tidied = plain_verdict(reference, answer)
    if outcome:
        return Verdict(outcome, "rules"), None
    outcome = cached(tidied)
    return (Verdict(outcome, "math-verify") if outcome else None), tidied


def plain_verdict(reference: str, answer: str | None) -> tuple[Outcome | None, Pair | None]:
    """The verdict on an answer where it is plain; else the two, tidied, that take algebra."""
    if answer is None:
        return "unknown", None
    if answer == reference:
        return "correct", None
    if max(len(answer), len(reference)) > LONGEST:
        return "unknown", None
    if WHOLE.fullmatch(answer) and WHOLE.fullmatch(reference):
        return "wrong", None
    tidied = tidy(reference), tidy(answer)
    found = same(*tidied)
    if found is not None:
        return "correct" if found else "wrong", None
    # Of words, and of an option beside a value, algebra knows nothing.
    readable = any(is_wordy(text) or len(options(text)) == 1 for text in tidied)
    return ("unknown", None) if readable else (None, tidied)


def verdict_by_algebra(pair: Pair, sandbox: Sandbox) -> Verdict:
    """The sandbox's verdict on a tidied pair, which the cache keeps."""
    outcome = sandbox.ask(pair)
    if outcome:
        write_text(place(pair), outcome)
    # A time-out may be another's fault: it isn't remembered.
    return Verdict(outcome or "unknown", "math-verify")


def cached(pair: Pair) -> Outcome | None:
    """The verdict of an earlier run on a pair, if it is known."""
    try:
        found = place(pair).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return found if found in get_args(Outcome) else None


def place(pair: Pair) -> Path:
    """Where the verdict on a pair is cached: under what it depends on, its code and the pair."""
    parts = [fingerprint("answers.algebra"), *map(version, LIBRARIES), *pair]
    name = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return Path(os.environ.get("WEAK_TEACHERS_CACHE") or ".cache", "verdicts", name[:2], name)
