"""The request cache: what models were asked and answered, so that nothing is asked twice.

A folder a model, and in it a file a process: JSON Lines that are only ever added to, a batch a
line. A line is there whole or, where a kill cut it, ignored; files have one writer each, so jobs on
several machines share the cache; and it is read with jq as well as here:

    jq -r '.answers[] | .messages[-1].content, .text' .cache/requests/*/*.jsonl

The cache is in .cache of the working directory, or in the folder WEAK_TEACHERS_CACHE.
"""

import hashlib
import json
import math
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

from pydantic import BaseModel, ValidationError

from weak_teachers.backends import Backend, Batch, Completion, Generate, Job, Usage
from weak_teachers.command import arguments, run
from weak_teachers.config.models import Model, Sampling
from weak_teachers.errors import UserError
from weak_teachers.manifest import sha256
from weak_teachers.tokens import Messages

FOLDER = "WEAK_TEACHERS_CACHE"
DAY = 86400.0


class About(BaseModel):
    """Which model a folder of the cache is of."""

    backend: str
    model: str
    revision: str | None
    content: str | None
    """Digest of the files of a local model, which alone tells it from others."""


class Answer(BaseModel):
    """One text that came, with what was asked."""

    request: str
    """Digest of the messages and of all that the text depends on but its number."""
    sample: int
    messages: Messages
    text: str
    finish: Literal["stop", "length"]


class Line(BaseModel):
    """Texts that came together, and what they cost."""

    answers: list[Answer]
    usage: Usage


def cache_folder() -> Path:
    """Where requests are kept."""
    return Path(os.environ.get(FOLDER) or ".cache", "requests")


def identify(model: Model) -> About:
    """What tells a model from others: a local folder by its content, the rest by name."""
    local = model.backend != "openai" and Path(model.model).is_dir()
    return About(
        backend=model.backend,
        model=model.model,
        revision=model.revision,
        content=content_of(Path(model.model)) if local else None,
    )


def content_of(folder: Path) -> str:
    """The digest of a model's files: weights, tokenizer, settings."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    return digest([[path.name, sha256(path)] for path in files])


def parameters(model: Model, sampling: Sampling, seed: int) -> dict[str, Any]:
    """What a text depends on besides its model, its messages and its number.

    A server draws as it likes, whatever the study's seed; greedy texts aren't drawn.
    """
    found = sampling.model_dump(include={"temperature", "top_p", "max_new_tokens"})
    if model.backend != "openai" and sampling.temperature > 0:
        found["seed"] = seed
    return found | model.model_dump(include=model.texts_depend_on, exclude_defaults=True)


def digest(value: Any) -> str:
    """32 hexadecimal digits that stand for a JSON value."""
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Store:
    """What one model answered: reads all files of its folder, adds to one of its own."""

    def __init__(self, of: About) -> None:
        named = {"content": of.content} if of.content else {"name": [of.model, of.revision]}
        self.folder = cache_folder() / f"{of.backend}-{digest(named)[:16]}"
        self.about = of
        self._file: BinaryIO | None = None

    def lines(self) -> Iterator[Line]:
        """Every line of every file, in the order of the files' names."""
        for path in sorted(self.folder.glob("*.jsonl")):
            yield from read_lines(path)

    def add(self, line: Line) -> None:
        """Keep a line: when this returns, it stays, whatever happens to the process."""
        if self._file is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:8]}.jsonl"
            self._file = (self.folder / name).open("xb")
            self._write(self.about)
        self._write(line)

    def _write(self, record: BaseModel) -> None:
        self._file.write(record.model_dump_json().encode() + b"\n")
        self._file.flush()
        os.fsync(self._file)


def read_lines(path: Path) -> Iterator[Line]:
    """Read the lines of a file: neither its first, nor one that a kill cut short."""
    with path.open("rb") as file:
        next(file, None)
        for text in file:
            with suppress(ValidationError):
                yield Line.model_validate_json(text)


def through_cache(load: Callable[[], Backend], store: Store, asked: dict[str, Any]) -> Generate:
    """Answer from the cache what is in it, and ask the model for the rest, each text once.

    Args:
        load: opens the model; called once, and only when texts are left to ask for.
        store: where the model's answers are.
        asked: the ``parameters`` of all requests.
    """
    backend = cache(load)
    earlier = Usage()  # what cached texts took that the backend wasn't told of yet

    def generate(jobs: Sequence[Job]) -> Iterator[Batch]:
        nonlocal earlier
        wanted: dict[tuple[str, int], list[Job]] = {}
        for job in jobs:
            wanted.setdefault((digest([job.messages, asked]), job.sample), []).append(job)
        for line in store.lines():
            answers = [
                (job, Completion(answer.text, answer.finish))
                for answer in line.answers
                for job in wanted.pop((answer.request, answer.sample), [])
            ]
            if answers:
                earlier += line.usage
                yield Batch(answers, line.usage, cached=True)
        if not wanted:
            return
        left = [Job(request, same[0].messages, n) for (request, n), same in wanted.items()]
        spent, earlier = earlier, Usage()
        for batch in backend()(left, spent):
            keep(batch, store)
            yield Batch(
                [
                    (job, answer)
                    for asked_job, answer in batch.answers
                    for job in wanted[asked_job.key, asked_job.sample]
                ],
                batch.usage,
            )

    return generate


def keep(batch: Batch, store: Store) -> None:
    """Keep the texts of a batch, its jobs named by their requests; failures are asked again."""
    answers = [
        Answer(
            request=job.key,
            sample=job.sample,
            messages=job.messages,
            text=answer.text,
            finish=answer.finish,
        )
        for job, answer in batch.answers
        if isinstance(answer, Completion)
    ]
    if answers:
        store.add(Line(answers=answers, usage=batch.usage))


class Held(NamedTuple):
    """What a folder of the cache holds."""

    folder: Path
    about: About
    answers: int
    size: int
    """In bytes."""
    last: float
    """When a line was last added, in seconds since 1970."""


def held() -> list[Held]:
    """Every model's folder, the one that was added to last at the end."""
    models = []
    for folder in cache_folder().glob("*/"):
        files = sorted(folder.glob("*.jsonl"))
        abouts = [found for path in files if (found := read_about(path))]
        if abouts:
            stats = [path.stat() for path in files]
            answers = sum(len(line.answers) for path in files for line in read_lines(path))
            size, last = sum(s.st_size for s in stats), max(s.st_mtime for s in stats)
            models.append(Held(folder, abouts[0], answers, size, last))
    return sorted(models, key=lambda one: one.last)


def read_about(path: Path) -> About | None:
    """Which model a file of the cache is of; None where a kill cut its first line short."""
    with path.open("rb") as file, suppress(ValidationError):
        return About.model_validate_json(file.readline())
    return None


def listed(one: Held) -> str:
    """A folder as a line of `ls`."""
    day = time.strftime("%Y-%m-%d", time.localtime(one.last))
    name = f"{one.about.model} {one.about.content or one.about.revision or ''}"
    return f"{one.answers:9,} {one.size / 1e6:9,.1f} MB  {day}  {one.about.backend} {name}".rstrip()


def main() -> None:
    """List, measure or prune the cache."""
    parser = arguments(__doc__)
    parser.add_argument(
        "command",
        choices=["ls", "size", "prune"],
        help="a line a model (answers, size, day of the last one, name); the whole; delete",
    )
    parser.add_argument("--model", help="only models of this name")
    parser.add_argument(
        "--older-than", type=float, default=0, metavar="DAYS", help="only models idle for so long"
    )
    parser.add_argument("--all", action="store_true", help="prune every model")
    args = parser.parse_args()
    if args.command == "prune" and not (args.model or args.older_than or args.all):
        raise UserError("prune: expected what to delete: --model, --older-than or --all")
    if not 0 <= args.older_than < math.inf:
        raise UserError(f"--older-than: found {args.older_than:g}, expected a number of days")
    named = [one for one in held() if args.model in (None, one.about.model)]
    if args.model and not named:
        raise UserError(f"--model: no {args.model} in {cache_folder()}; `ls` lists what there is")
    newest = time.time() - args.older_than * DAY
    models = [one for one in named if one.last <= newest]
    if args.command == "ls":
        for one in models:
            print(listed(one))
        return
    if args.command == "prune":
        for one in models:
            shutil.rmtree(one.folder)
    answers, size = sum(one.answers for one in models), sum(one.size for one in models)
    done = "deleted: " if args.command == "prune" else ""
    print(f"{done}{answers:,} answers of {len(models)} models, {size / 1e6:,.1f} MB")


if __name__ == "__main__":
    run(main)
