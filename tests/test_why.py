"""Why jobs would run: each change by its name, with what it was and what it is."""

import subprocess
import sys
from pathlib import Path

import pytest

from weak_teachers.why import differences, main

CODE = "answers=0123456789ab prompts/judge.yaml=0123456789ab records=0123456789ab"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([7], [8], ["value: 7 → 8"]),
        (["a {problem}"], ["b {problem}"], ["value: 'a {problem}' → 'b {problem}'"]),
        (['{"a": {"b": 1, "c": [2]}}'], ['{"a": {"b": 1, "c": [3]}}'], ["a.c: [2] → [3]"]),
        (['{"a": 1}'], ['{"a": 1, "b": null, "c": 2}'], ["c: (none) → 2"]),
        ([CODE], [CODE.replace("records=01", "records=ff")], ["code of records changed"]),
        (
            [CODE],
            [CODE.replace(".yaml=01", ".yaml=ff")],
            ["resources/prompts/judge.yaml changed"],
        ),
        ([CODE], [CODE + " steps.marks=0123456789ab"], ["code of steps.marks changed"]),
        (['{"a": 1}', 7], ['{"a": 2}', 8], ["a: 1 → 2", "value: 7 → 8"]),
    ],
    ids=[
        *("number", "text", "inner setting", "new setting", "module", "prompt"),
        *("new module", "two"),
    ],
)
def test_a_difference_is_named(old: list, new: list, said: list[str]) -> None:
    assert list(differences(map(repr, old), map(repr, new))) == said


def why(study, **files: str) -> dict[str, str]:
    """What the command says of a study: job → reasons."""
    config = study.save_config()
    command = ["-m", "weak_teachers.why", "--configfile", config, "--directory", study.folder]
    ended = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=study.repository,
        env={"PYTHONPATH": str(study.repository / "workflow"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    lines = (line.split(": ", 1) for line in ended.stdout.splitlines())
    return {job.replace("results/tiny/", ""): reasons for job, reasons in lines}


def test_nothing_would_run(finished) -> None:
    assert why(finished) == {}


def test_each_job_has_its_reason(finished) -> None:
    finished.config["arms"]["subtask"] = [10]
    finished.config["student"]["arm"]["learning_rate"] = 1e-3
    finished.append("workflow/weak_teachers/rephrase.py", "\nADDED = 1\n")
    said = why(finished)
    assert said["mix mixtures/subtask-10.jsonl"] == "not there yet"
    assert said["train_arm models/arms/hard-0/seed-0"] == "learning_rate: 0.002 → 0.001"
    assert said["rephrase rephrased/rephrased-50.jsonl"] == "code of rephrase changed"
    assert said["mix mixtures/rephrased-50.jsonl"] == "after rephrase"
    assert said["score scores/hard-0/seed-0.jsonl"] == "after train_arm"
    assert not any(job.startswith(("sample", "pool", "train_base")) for job in said)


def test_files_that_a_job_reads_are_named(finished) -> None:
    finished.config["test_sets"]["steps-3"] = {"source": "synthetic", "count": 9, "steps": [3]}
    said = why(finished)
    assert said["test_set problems/tests/steps-3.jsonl"] == "not there yet"
    new = "results/tiny/problems/tests/steps-3.jsonl"
    assert said["score scores/hard-0/seed-0.jsonl"] == f"after test_set; reads {new} too"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"study: [a\nseed: {", ", line 2: expected YAML, found a fault: expected ',' or ']'"),
        (b'study: "a\0b"', ": expected YAML, found a fault: 'unacceptable character"),
        (b"\xff\xfe", ": can't be read as UTF-8 text ("),
        (b"just words", ": found 'just words', expected the keys of a study's config"),
        (b"", ": found None, expected the keys of a study's config"),
    ],
)
def test_a_config_that_can_t_be_read_is_one_line(command, tmp_path: Path, content, line) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(content)
    said = command(main, "--configfile", path)
    assert said.startswith(f"error: {path}{line}")
    assert "\n" not in said


def test_a_missing_config_is_one_line(command, tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    said = command(main, "--configfile", path)
    assert said == f"error: {path}: no such file; expected a study's config"
