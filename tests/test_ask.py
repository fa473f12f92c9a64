"""Asking: every job answered, failures counted, and an account of what it took in all runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import examples
from weak_teachers.ask import ask, ask_model, open_backend
from weak_teachers.backends import Batch, Completion, Failure, Generate, Job, Usage
from weak_teachers.cache import Store, identify
from weak_teachers.config.models import Price, Sampling, TransformersModel
from weak_teachers.errors import UserError
from weak_teachers.tokens import asking

JOBS = [Job(f"t{n}", asking(f"task {n}"), sample) for n in range(5) for sample in range(2)]


def answering(failing: int = 0) -> Generate:
    """A backend that answers one job a call; the first ``failing`` fail."""

    def generate(jobs: Sequence[Job]) -> Iterator[Batch]:
        for n, job in enumerate(jobs):
            answer = Failure(f"reason {min(n, 1)}") if n < failing else Completion(job.key, "stop")
            yield Batch([(job, answer)], Usage(2, 1, 100, 50))

    return generate


def test_every_job_has_its_answer() -> None:
    answers = ask("sample", "solution", JOBS, answering(), 0)
    assert [answers.of(job).text for job in JOBS] == [job.key for job in JOBS]
    assert answers.account == {
        "texts": 10,
        "failed": 0,
        "malformed": 0,
        "cut": 0,
        "empty": 0,
        "calls": 20,
        "retries": 10,
        "prompt_tokens": 1000,
        "completion_tokens": 500,
        "dollars": 0.0,
    }


def test_a_line_says_what_it_took(capsys) -> None:
    price = Price(prompt=1000, completion=2000)
    answers = ask("sample", "solution", JOBS, answering(1), 0.1, price)
    assert answers.account["dollars"] == pytest.approx(2.0)  # (1000 × 1000 + 500 × 2000) / 10⁶
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == (
        "sample: 10 solutions, 0 of them cached, 1 failed; "
        "20 calls, 10 retries, 1,500 tokens, $2.0000"
    )


def test_failures_up_to_the_share_are_answers_too() -> None:
    answers = ask("sample", "solution", JOBS, answering(2), 0.2)
    assert [answers.of(job) for job in JOBS[:2]] == [Failure("reason 0"), Failure("reason 1")]
    assert answers.account["failed"] == 2


def test_more_failures_stop_the_stage_at_once_with_the_commonest_reason() -> None:
    asked = []

    def generate(jobs: Sequence[Job]) -> Iterator[Batch]:
        for batch in answering(9)(jobs):
            asked.append(batch)
            yield batch

    with pytest.raises(UserError) as error:
        ask("sample", "solution", JOBS, generate, 0.2, section="scoring")
    assert len(asked) == 3
    assert str(error.value) == (
        "sample: 3 of 10 failed, 2 of them so: reason 1; what came is kept, and a rerun asks for "
        "the rest (scoring.failures is the share that may fail)"
    )


def test_no_jobs_need_no_model() -> None:
    model = TransformersModel(backend="transformers", model="not/there")
    answers = ask_model("sample", "solution", [], model, Sampling(), 0)
    assert answers.account["texts"] == 0


SAMPLING = Sampling(max_new_tokens=12, batch_size=4)
PROMPTS = [examples.problem("p", 1 + seed % 4, seed).text for seed in range(6)]
WRITTEN = [
    Job(str(n), asking(prompt), sample) for n, prompt in enumerate(PROMPTS) for sample in (0, 1)
]


@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_an_interrupted_run_ends_with_the_same_texts_and_account(
    tiny_model: Path, own_request_cache: Path, done: int
) -> None:
    """Killed after any batch, or while a line is written: the rest forms the same batches."""
    model = TransformersModel(backend="transformers", model=str(tiny_model))
    whole = ask_model("sample", "solution", WRITTEN, model, SAMPLING, 0)
    (path,) = own_request_cache.glob("*/*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 1 + 3
    path.write_bytes(b"".join(lines[: 1 + done]) + b'{"answers": [{"requ' * (done < 3))
    again = ask_model("sample", "solution", WRITTEN, model, SAMPLING, 0)
    assert again == whole
    # The new file holds just the lines that were lost, to the byte.
    new = sorted(set(own_request_cache.glob("*/*.jsonl")) - {path})
    kept = b"".join(one.read_bytes() for one in new)
    assert kept == (lines[0] + b"".join(lines[1 + done :]) if done < 3 else b"")


def test_what_is_in_the_cache_counts_as_done_before(tiny_model: Path, capsys) -> None:
    model = TransformersModel(backend="transformers", model=str(tiny_model))
    ask_model("sample", "solution", WRITTEN[:4], model, SAMPLING, 0)
    ask_model("sample", "solution", WRITTEN, model, SAMPLING, 0)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("sample: 12 solutions, 4 of them cached, 0 failed; 2 calls, 0 retries, ")


def test_a_batch_is_kept_before_it_is_given(tiny_model: Path) -> None:
    model = TransformersModel(backend="transformers", model=str(tiny_model))
    batches = open_backend(model, SAMPLING, 0)(WRITTEN)
    first = next(batches)
    (line,) = Store(identify(model)).lines()
    assert {a.text for a in line.answers} == {answer.text for _, answer in first.answers}
