"""Ask a model: through the request cache, with progress, failures as records, and an account."""

import sys
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from weak_teachers.backends import Backend, Completion, Failure, Generate, Job, Usage
from weak_teachers.backends.purse import dollars
from weak_teachers.cache import Store, identify, parameters, through_cache
from weak_teachers.config.models import LocalModel, Model, OpenaiModel, Price, Sampling
from weak_teachers.errors import UserError
from weak_teachers.hub import ask_cache_only_when_offline
from weak_teachers.manifest import check
from weak_teachers.progress import progress


def open_backend(model: Model, sampling: Sampling, seed: int) -> Generate:
    """The function that has texts written by a model, asking only for what isn't in the cache.

    The model itself is loaded when the first text is wanted that isn't there.
    """

    def load() -> Backend:
        if isinstance(model, LocalModel):
            if Path(model.model).is_dir():
                check(Path(model.model))
            else:
                ask_cache_only_when_offline()
        match model.backend:
            case "transformers":
                from weak_teachers.backends import transformers

                return transformers.open_model(model, sampling, seed)
            case "vllm":
                from weak_teachers.backends import vllm

                return vllm.open_model(model, sampling, seed)
            case "openai":
                from weak_teachers.backends import openai

                return openai.open_model(model, sampling)

    return through_cache(load, Store(identify(model)), parameters(model, sampling, seed))


def ask_model(
    label: str,
    unit: str,
    jobs: Sequence[Job],
    model: Model,
    sampling: Sampling,
    seed: int,
    section: str = "sampling",
) -> "Answers":
    """Have all jobs answered by a model; see ``ask``."""
    price = model.price if isinstance(model, OpenaiModel) else None
    generate = open_backend(model, sampling, seed)
    return ask(label, unit, jobs, generate, sampling.failures, price, section)


@dataclass(frozen=True)
class Answers:
    """What came of jobs, by key and number, and what it cost."""

    by_key: dict[tuple[str, int], Completion | Failure]
    account: dict[str, Any]

    def of(self, job: Job) -> Completion | Failure:
        """What came of a job."""
        return self.by_key[job.key, job.sample]


def ask(
    label: str,
    unit: str,
    jobs: Sequence[Job],
    generate: Generate,
    failures_allowed: float,
    price: Price | None = None,
    section: str = "sampling",
) -> Answers:
    """Have all jobs answered, showing progress, and a line of what it took at the end.

    Args:
        label: what is done, for progress.
        unit: what one text is, for progress.
        jobs: the texts that are wanted; keys with numbers are unique.
        generate: of an opened backend.
        failures_allowed: largest share of jobs that may fail.
        price: dollars for tokens; None for a model that costs nothing.
        section: where the config says how many may fail.

    Raises:
        UserError: more jobs failed.
    """
    found: dict[tuple[str, int], Completion | Failure] = {}
    reasons: Counter[str] = Counter()
    usage = new = Usage()
    cached = 0
    with progress(label, len(jobs), unit) as shown:
        for batch in generate(jobs):
            usage += batch.usage
            for job, answer in batch.answers:
                found[job.key, job.sample] = answer
                if isinstance(answer, Failure):
                    reasons[answer.reason] += 1
            if batch.cached:
                cached += len(batch.answers)
                shown.skip(len(batch.answers))
            else:
                new += batch.usage
                shown.add(len(batch.answers), note=spending(new, price))
            if reasons.total() > failures_allowed * len(jobs):
                raise too_many(label, reasons, len(jobs), section)
    failed = reasons.total()
    print(
        f"{label}: {len(jobs)} {unit}s, {cached} of them cached, {failed} failed; "
        f"{new.calls} calls, {new.retries} retries, {spending(new, price)}",
        file=sys.stderr,
    )
    return Answers(found, account(found.values(), usage, price))


def too_many(label: str, reasons: Counter[str], jobs: int, section: str) -> UserError:
    """Say how many failed and the reason that most of them have."""
    reason, count = reasons.most_common(1)[0]
    return UserError(
        f"{label}: {reasons.total()} of {jobs} failed, {count} of them so: {reason}; what came is "
        f"kept, and a rerun asks for the rest ({section}.failures is the share that may fail)"
    )


def spending(usage: Usage, price: Price | None) -> str:
    """Tokens, and dollars where there is a price, in words."""
    tokens = f"{usage.prompt_tokens + usage.completion_tokens:,} tokens"
    return f"{tokens}, ${dollars(usage, price):.4f}" if price else tokens


def account(
    answers: Collection[Completion | Failure], usage: Usage, price: Price | None
) -> dict[str, Any]:
    """What the texts of a stage took in all, whichever runs they came in: nothing of a clock."""
    texts = [answer for answer in answers if isinstance(answer, Completion)]
    return {
        "texts": len(answers),
        "failed": len(answers) - len(texts),
        "malformed": 0,
        "cut": sum(text.finish == "length" for text in texts),
        "empty": sum(not text.text.strip() for text in texts),
        **asdict(usage),
        "dollars": dollars(usage, price) if price else 0.0,
    }


NOTHING = account([], Usage(), None)
"""The account of a stage that asked no model."""
