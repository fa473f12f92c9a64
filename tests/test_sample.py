"""Sampling: a record of every solution that came and of every one that didn't."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import examples
from fault_server import FaultServer
from replay_server import ReplayServer
from weak_teachers.backends import openai
from weak_teachers.config.stages import SampleSettings
from weak_teachers.config.teachers import TeacherSampling
from weak_teachers.files import read_json, read_records, write_records
from weak_teachers.records import FailedSolution, Solution
from weak_teachers.sample import main

TASKS = [examples.task(f"t{n}", steps=2, seed=n) for n in range(6)]


@pytest.fixture
def sample(tmp_path: Path, command: Callable[..., str]) -> Callable[..., str]:
    """Run the stage on the tasks, its outputs under the test's folder; gives its error line."""
    write_records(tmp_path / "tasks.jsonl", TASKS)

    def call(teacher: dict[str, Any], *words: object, samples: int = 2, **sampling: Any) -> str:
        settings = SampleSettings(
            teacher=teacher,
            samples=samples,
            sampling=TeacherSampling(max_new_tokens=12, **sampling),
        )
        return command(
            main,
            *("--settings", settings.model_dump_json(), "--teacher", "main", "--seed", 1),
            *("--tasks", tmp_path / "tasks.jsonl", "--output", tmp_path / "hard.jsonl"),
            *("--failed", tmp_path / "hard.failed.jsonl"),
            *("--account", tmp_path / "hard.account.json"),
            *words,
        )

    return call


def test_a_trained_model_writes_solutions_in_the_order_of_the_tasks(sample, tiny_model, tmp_path):
    teacher = {"backend": "transformers", "trained_steps": 5}
    assert sample(teacher, "--model", tiny_model) == ""
    solutions = read_records(tmp_path / "hard.jsonl", Solution)
    assert [(s.task, s.sample) for s in solutions] == [(t.id, n) for t in TASKS for n in (0, 1)]
    assert solutions[3].id == "t1/main/1"
    assert read_records(tmp_path / "hard.failed.jsonl", FailedSolution) == []
    account = read_json(tmp_path / "hard.account.json")
    assert (account["texts"], account["failed"], account["calls"]) == (12, 0, 1)
    assert account["prompt_tokens"] > 12 * 10


def test_a_model_that_is_named_is_loaded_by_its_name(sample, tiny_model, tmp_path) -> None:
    assert sample({"backend": "transformers", "model": str(tiny_model)}) == ""
    assert len(read_records(tmp_path / "hard.jsonl", Solution)) == 12


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Callable[[FaultServer], dict[str, Any]]:
    """A teacher behind a server, asked with a key that must stay secret."""
    monkeypatch.setenv("TEST_KEY", "sk-secret")
    monkeypatch.setattr(openai, "FIRST_PAUSE", 0.001)

    def teacher(server: FaultServer) -> dict[str, Any]:
        return {
            "backend": "openai",
            "model": "m",
            "url": server.url,
            "attempts": 2,
            "key_variable": "TEST_KEY",
            "price": {"prompt": 1, "completion": 2},
        }

    return teacher


def test_failed_solutions_are_records_with_their_reason(sample, served, tmp_path) -> None:
    with FaultServer(0.3, kinds=("400",), seed=2) as server:
        assert sample(served(server), samples=1, failures=0.9) == ""
        solutions = read_records(tmp_path / "hard.jsonl", Solution)
        failed = read_records(tmp_path / "hard.failed.jsonl", FailedSolution)
        assert {s.task for s in solutions} | {f.task for f in failed} == {t.id for t in TASKS}
        assert len(solutions) + len(failed) == 6
        assert failed
        assert failed[0].reason.startswith("400 Bad Request: ")
        assert read_json(tmp_path / "hard.account.json") == {
            "texts": 6,
            "failed": len(failed),
            "malformed": 0,
            "cut": 0,
            "empty": 0,
            "calls": 6,
            "retries": 0,
            "prompt_tokens": 10 * len(solutions),
            "completion_tokens": 5 * len(solutions),
            "dollars": pytest.approx(20 * len(solutions) / 1e6),
        }
        # A rerun asks for what failed, and for nothing else.
        before = len(server.requests)
        sample(served(server), samples=1, failures=1)
        assert len(server.requests) == before + len(failed)


def test_too_many_failures_are_one_line_and_no_file(sample, served, tmp_path) -> None:
    with FaultServer(1.0, kinds=("401",)) as server:
        said = sample(served(server))
    assert said.startswith("error: sample main: 2 of 12 failed, 2 of them so: 401 Unauthorized: ")
    assert not list(tmp_path.glob("hard*"))


def test_the_key_is_in_no_file_and_no_message(sample, served, tmp_path, capfd) -> None:
    with FaultServer(0.5, kinds=("400", "401", "500")) as server:
        said = sample(served(server), samples=3, failures=1)
        said += sample(served(server), samples=4, failures=0)
        assert {r["authorization"] for r in server.requests} == {"Bearer sk-secret"}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 5
    assert not any(b"sk-secret" in path.read_bytes() for path in files)
    out, err = capfd.readouterr()
    assert "sk-secret" not in said + out + err


def test_recorded_solutions_cost_nothing(sample, tmp_path) -> None:
    rows = [json.dumps({"task": t.id, "text": "Answer: 1"}) for t in TASKS]
    (tmp_path / "people.jsonl").write_text("\n".join(rows))
    teacher = {"backend": "recorded", "file": "people"}
    assert sample(teacher, "--recorded", tmp_path / "people.jsonl", samples=1) == ""
    assert len(read_records(tmp_path / "hard.jsonl", Solution)) == 6
    account = read_json(tmp_path / "hard.account.json")
    assert (account["texts"], account["calls"]) == (0, 0)


def test_a_teacher_without_samples_writes_empty_files(sample, tmp_path) -> None:
    assert sample({"backend": "transformers", "model": "not/there"}, samples=0) == ""
    assert (tmp_path / "hard.jsonl").read_text() == ""


def test_a_solution_of_about_the_reference_s_length_is_asked_for(sample, served) -> None:
    with FaultServer() as server:
        assert sample(served(server), samples=1, prompt="solve") == ""
        [asked] = {len(r["messages"]) for r in server.requests}
        texts = [r["messages"][0]["content"] for r in server.requests]
    assert asked == 1
    assert all(TASKS[n].text in "".join(texts) for n in range(6))
    # 2.5 characters a token: 0.5 to 1.5 times the reference's, or of 20 where it is shorter.
    lengths = {(max(20, round(len(task.solution) / 2.5))) for task in TASKS}
    spans = {f"between {round(0.5 * n)} and {round(1.5 * n)} tokens" for n in lengths}
    assert all(any(span in " ".join(text.split()) for span in spans) for text in texts)
    assert all("\\boxed{}" in text for text in texts)


def test_cut_and_empty_solutions_are_marked_and_counted(sample, tmp_path) -> None:
    texts = {"0": "1 + 1", "1": ""}
    with ReplayServer(lambda model, asked, number: texts[str(number)]) as server:
        teacher = {"backend": "openai", "model": "m", "url": server.url, "key_variable": None}
        assert sample(teacher, samples=2) == ""
    solutions = read_records(tmp_path / "hard.jsonl", Solution)
    assert [(s.text, s.finish) for s in solutions[:2]] == [("1 + 1", "stop"), ("", "length")]
    account = read_json(tmp_path / "hard.account.json")
    assert (account["texts"], account["cut"], account["empty"]) == (12, 6, 6)
