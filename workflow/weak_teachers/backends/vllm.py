"""Generate with vLLM's offline engine, in a process and an environment of its own.

vLLM pins its own torch and transformers, so it isn't installed beside what the other stages need:
its Python is .venv/vllm (made by `make vllm`), or the one that WEAK_TEACHERS_VLLM_PYTHON names, or
else this process's own, as in a conda environment that has both.
"""

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from weak_teachers.backends import Backend, Batch, Completion, Failure, Job, Usage
from weak_teachers.config.models import Sampling, VllmModel
from weak_teachers.errors import UserError

PYTHON = "WEAK_TEACHERS_VLLM_PYTHON"
PACKAGE = Path(__file__).parents[1]
SECONDS_TO_STOP = 60


def open_model(model: VllmModel, sampling: Sampling, seed: int) -> Backend:
    """Start an engine and make its backend.

    The engine decides which texts are written side by side. Each draws with a seed of its own, and
    those that are handed over together don't depend on earlier ones.
    """
    settings = {"model": model.model_dump(), "sampling": sampling.model_dump(), "seed": seed}
    engine = Engine(settings)

    def generate(jobs: Sequence[Job], spent: Usage) -> Iterator[Batch]:
        # Equal prompts are neighbours, so that the engine reads them once.
        ordered = sorted(jobs, key=lambda job: (repr(job.messages), job.sample))
        for start in range(0, len(ordered), model.texts_at_once):
            together = ordered[start : start + model.texts_at_once]
            wanted = [{"messages": job.messages, "sample": job.sample} for job in together]
            yield batch(together, engine.ask(wanted))

    return generate


def batch(jobs: Sequence[Job], replies: Sequence[dict[str, Any]]) -> Batch:
    """The engine's replies as answers to jobs."""
    answers = [
        (
            job,
            Failure(reply["failed"])
            if "failed" in reply
            else Completion(reply["text"], reply["finish"]),
        )
        for job, reply in zip(jobs, replies, strict=True)
    ]
    sent, written = (sum(r["tokens"][n] for r in replies if "tokens" in r) for n in (0, 1))
    return Batch(answers, Usage(1, 0, sent, written))


class Engine:
    """The process that runs vLLM; it ends with this object, at the latest with this process."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [python(), "-m", "weak_teachers.backends.vllm_engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        )
        self.stop = weakref.finalize(self, _stop, self._process)
        self._send(settings)

    def ask(self, wanted: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Have texts written; see ``vllm_engine.write``.

        Raises:
            UserError: the process ended.
        """
        self._send(wanted)
        line = self._process.stdout.readline()
        if not line:
            status = self._process.wait()
            raise UserError(
                f"vLLM ended with status {status}; what it said is above (`make vllm` sets up its "
                f"environment; {PYTHON} may name another)"
            )
        return json.loads(line)

    def _send(self, value: Any) -> None:
        with suppress(BrokenPipeError):  # it ended; the missing answer will say so
            print(json.dumps(value), file=self._process.stdin, flush=True)


def _stop(process: subprocess.Popen) -> None:
    """Let the engine end by itself, which frees its GPUs; kill it if it doesn't."""
    with suppress(BrokenPipeError):
        process.stdin.close()
    process.stdout.close()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def python() -> str:
    """The Python that vLLM is installed for."""
    own = PACKAGE.parents[1] / ".venv/vllm/bin/python"
    return os.environ.get(PYTHON) or (str(own) if own.exists() else sys.executable)
