"""Lessons: a row a problem, whose completion is the reference solution."""

import json
from pathlib import Path

import examples
from weak_teachers.files import write_records
from weak_teachers.lessons import main
from weak_teachers.train import read_rows


def test_each_problem_becomes_a_row_to_train_on(tmp_path: Path, command) -> None:
    problems = [examples.problem(f"p{n}", 2, n) for n in range(5)]
    write_records(tmp_path / "problems.jsonl", problems)
    words = ["--problems", tmp_path / "problems.jsonl", "--output", tmp_path / "rows.jsonl"]
    assert command(main, *words, "--prompt", "Solve {problem} now") == ""
    rows = read_rows(tmp_path / "rows.jsonl")
    assert rows == [(f"Solve {p.text} now", p.solution) for p in problems]
    ids = [json.loads(line)["id"] for line in (tmp_path / "rows.jsonl").open()]
    assert ids == [p.id for p in problems]
