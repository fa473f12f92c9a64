"""The example for problems of one's own, config/own.yaml, with small files and no subtasks."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import examples
from weak_teachers.files import read_json, read_records
from weak_teachers.records import Annotated, PoolEntry, Problem, Row, Task
from workflow_runs import REPOSITORY, Finished, run_snakemake

HARD = 10


def tasks(name: str, steps: list[int], seed: int) -> list[Task]:
    """Tasks of so many steps."""
    return [examples.task(f"{name}{n}", many, seed + n) for n, many in enumerate(steps)]


def problem(task: Task) -> dict[str, Any]:
    """A row of a file of problems; the level is the number of steps."""
    fields = task.model_dump(include={"id", "text", "solution", "answer"})
    return {**fields, "level": len(task.steps)}


def solved(task: Task, faults: int) -> dict[str, str]:
    """A row of a file of solutions: the reference with so many wrong steps."""
    return {"problem": task.text, "text": examples.with_faults(task, faults)}


def write_files(folder: Path) -> None:
    """What config/own.yaml reads."""
    hard = tasks("h", [4, 5] * (HARD // 2), 0)
    rows = {
        "problems": map(problem, [*hard, *tasks("e", [1, 2, 3] * 4, 100)]),
        "exam": map(problem, [*tasks("x", [4] * 4, 200), hard[0]]),
        "system": (solved(task, n % 2) for n, task in enumerate(hard)),
    }
    (folder / "data").mkdir()
    for name, lines in rows.items():
        (folder / f"data/{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines))
    with (folder / "data/people.csv").open("w") as file:
        table = csv.DictWriter(file, ["problem", "text"])
        table.writeheader()
        table.writerows(solved(task, faults) for task in hard[:-1] for faults in (0, 2))


def small() -> dict[str, Any]:
    """The example's config with fewer arms, trained for a moment."""
    config = yaml.safe_load((REPOSITORY / "config/own.yaml").read_text())
    config["seeds"] = [0]
    config["arms"] |= {"tasks": 6, "hard": [50]}
    shape = {"hidden": 32, "layers": 1, "heads": 1, "feed_forward": 32}
    config["student"]["start"] = {"tiny": shape}
    for recipe in ("base", "arm"):
        config["student"][recipe] |= {"updates": 2, "max_length": 128}
    config["scoring"]["max_new_tokens"] = 8
    return config


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The finished study."""
    folder = tmp_path_factory.mktemp("own")
    write_files(folder)
    study = Finished(REPOSITORY, folder, small())
    run = run_snakemake(folder, study.save_config())
    assert run.returncode == 0, run.stderr[-4000:]
    return study


def test_every_hard_problem_is_a_task_and_none_is_cut(own: Finished) -> None:
    results = own.folder / "results/own"
    hard = read_records(results / "problems/hard.jsonl", Problem)
    assert len(hard) == HARD - 1  # one is in the exam
    tasks = read_records(results / "tasks/hard.jsonl", Task)
    assert [(task.id, task.text) for task in tasks] == [(p.id, p.text) for p in hard]
    assert read_records(results / "tasks/subtask.jsonl", Task) == []
    assert read_json(results / "tasks/counts.json") == {"hard problems": HARD - 1}
    assert not [*results.glob("solutions/*/subtask*"), *results.glob("annotated/*/subtask*")]


def test_mixtures_are_of_hard_tasks_at_their_rates(own: Finished) -> None:
    results = own.folder / "results/own"
    pool = read_records(results / "pools/people.jsonl", PoolEntry)
    assert {entry.kind for entry in pool} == {"hard"}
    assert len(pool) == HARD - 2  # people have no solution of another one
    rows = read_records(results / "mixtures/hard-50.jsonl", Row)
    assert [row.outcome for row in rows].count("wrong") == 3
    natural = read_records(results / "mixtures/natural-system.jsonl", Row)
    assert [row.task for row in natural] == [row.task for row in rows]
    written = read_records(results / "annotated/system/hard.jsonl", Annotated)
    outcomes = {solution.task: solution.outcome for solution in written}
    assert all(row.outcome == outcomes[row.task] for row in natural)


def test_the_report_is_of_hard_tasks_alone(own: Finished) -> None:
    results = own.folder / "results/own"
    page = (results / "report.html").read_text()
    assert "<td>people, hard</td><td>8</td><td>16</td><td>50.0 " in page
    assert "people, subtask" not in page
    assert "Hard tasks against subtasks" not in page
    findings = {one["claim"]: one for one in read_json(results / "findings.json")}
    assert "and a `subtask` arm at 0 %" in findings["hard_over_subtask"]["note"]
    assert " natural-system (ER " in findings["severity_between_teachers"]["note"]


def test_only_what_a_change_reaches_is_made_again(own: Finished) -> None:
    assert own.planned() == set()
    own.config["arms"]["tasks"] = 5
    assert {job.partition(" ")[0] for job in own.planned()} == {
        *("mix", "train_arm", "score", "report")
    }
    own.config["decompose"] = {"method": "recorded"}
    assert {"decompose tasks/hard.jsonl", "sample solutions/people/subtask.jsonl"} < own.planned()
