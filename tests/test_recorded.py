"""Recorded solutions come in from JSON Lines, CSV and Parquet, by task or by text."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import examples
from weak_teachers.backends.recorded import column, read_table, recorded_solutions
from weak_teachers.config.problems import FileSet
from weak_teachers.config.teachers import RecordedTeacher
from weak_teachers.decompose import hard_task
from weak_teachers.errors import UserError
from weak_teachers.formats import read_problems

TASKS = [examples.task(f"t{n}", seed=n) for n in range(3)]
ROWS = [{"task": task.id, "text": f"solution of {task.id}"} for task in TASKS]


def teacher(**more: Any) -> RecordedTeacher:
    return RecordedTeacher(backend="recorded", file="people", **more)


def written(tmp_path: Path, rows: list[dict[str, Any]], suffix: str = ".jsonl") -> Path:
    path = tmp_path / f"people{suffix}"
    match suffix:
        case ".csv":
            pd.DataFrame(rows).to_csv(path, index=False)
        case ".parquet":
            pd.DataFrame(rows).to_parquet(path)
        case _:
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_all_kinds_of_files_give_the_same_solutions(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path, list(reversed(ROWS)), suffix)
    solutions = recorded_solutions(path, "people", teacher(), TASKS)
    assert [s.task for s in solutions] == ["t0", "t1", "t2"]  # in the order of the tasks
    assert [s.text for s in solutions] == [f"solution of t{n}" for n in range(3)]
    assert solutions[0].id == "t0/people/0"
    assert {s.finish for s in solutions} == {"stop"}


def test_several_solutions_of_a_task_are_numbered(tmp_path: Path) -> None:
    rows = [*ROWS, {"task": "t1", "text": "another"}]
    solutions = recorded_solutions(written(tmp_path, rows), "people", teacher(), TASKS)
    assert [(s.task, s.sample, s.text) for s in solutions][2] == ("t1", 1, "another")
    assert len({s.id for s in solutions}) == 4


def test_tasks_are_found_by_their_text_in_nested_columns(tmp_path: Path) -> None:
    rows = [
        {"question": f" {task.text.upper()}", "answers": {"ann": {"text": task.solution}}}
        for task in TASKS
    ]
    columns = {"problem": "question", "text": "answers.ann.text"}
    path = written(tmp_path, rows)
    solutions = recorded_solutions(path, "ann", teacher(columns=columns), TASKS)
    assert [s.text for s in solutions] == [task.solution for task in TASKS]


def test_nested_columns_are_found_in_parquet_too(tmp_path: Path) -> None:
    rows = [{"task": task.id, "of": {"ann": task.solution}} for task in TASKS]
    path = written(tmp_path, rows, ".parquet")
    solutions = recorded_solutions(path, "ann", teacher(columns={"text": "of.ann"}), TASKS)
    assert [s.text for s in solutions] == [task.solution for task in TASKS]


def test_a_dot_may_also_be_in_a_column_s_own_name() -> None:
    assert column({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
    assert column({"a": {"b.c": 3}}, "a.b.c") == 3
    assert column({"a": "text"}, "a.b") is None


def test_rows_of_other_tasks_are_passed_over(tmp_path: Path) -> None:
    rows = [*ROWS, {"task": "elsewhere", "text": "x"}]
    assert len(recorded_solutions(written(tmp_path, rows), "people", teacher(), TASKS)) == 3


def test_a_task_without_a_row_is_an_error_unless_partial(tmp_path: Path) -> None:
    path = written(tmp_path, ROWS[1:])
    with pytest.raises(UserError) as error:
        recorded_solutions(path, "people", teacher(), TASKS)
    assert str(error.value) == (
        f"{path}: no solution of 1 of 3 tasks, 't0' the first; expected one of each "
        "(or set teachers.people.partial: true)"
    )
    partial = recorded_solutions(path, "people", teacher(partial=True), TASKS)
    assert [s.task for s in partial] == ["t1", "t2"]


def test_a_file_of_other_tasks_is_an_error_that_shows_its_rows(tmp_path: Path) -> None:
    path = written(tmp_path, [{"task": "elsewhere", "text": "x"}])
    with pytest.raises(UserError) as error:
        recorded_solutions(path, "people", teacher(partial=True), TASKS)
    assert str(error.value) == (
        f"{path}: no row is of one of the 3 tasks; found rows of ['elsewhere'], expected such as "
        "'t0'"
    )


@pytest.mark.parametrize("before", ["", "hard-"])
def test_a_hard_problem_s_own_id_names_its_task(tmp_path: Path, before: str) -> None:
    tasks = [task.model_copy(update={"id": f"hard-{task.id}"}) for task in TASKS]
    rows = [row | {"task": before + row["task"]} for row in ROWS]
    solutions = recorded_solutions(written(tmp_path, rows), "people", teacher(), tasks)
    assert [(s.task, s.text) for s in solutions] == [
        (f"hard-t{n}", f"solution of t{n}") for n in range(3)
    ]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"task": "t0"}, "text"),
        ({"task": "t0", "text": "  "}, "text"),
        ({"task": "t0", "text": None}, "text"),
        ({"text": "x"}, "task"),
        ({"task": 7, "text": "x"}, "task"),
    ],
)
def test_a_bad_row_is_named_with_its_column(tmp_path: Path, row, name: str) -> None:
    path = written(tmp_path, [ROWS[0], row])
    with pytest.raises(UserError) as error:
        recorded_solutions(path, "people", teacher(), TASKS)
    assert str(error.value).startswith(
        f"{path}, row 2: column {name!r} is missing, empty or not a text; expected what "
        f"teachers.people.columns names, found the columns {sorted(row)}"
    )


def test_a_csv_keeps_numbers_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("task,text\n007,1.50\n1e3,NA\n")
    assert [row for _, row in read_table(path)] == [
        {"task": "007", "text": "1.50"},
        {"task": "1e3", "text": "NA"},
    ]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("people.xlsx", b"", "expected a name that ends in .jsonl, .csv or .parquet"),
        ("people.parquet", b"no parquet", "can't be read as a table"),
        ("people.csv", b"", "can't be read as a table"),
        ("people.csv", b'a,b\n"never closed', "can't be read as a table"),
        ("people.csv", b"a\n\xff\n", "can't be read as a table"),
        ("people.jsonl", b"{", "row 1: expected a JSON object a line"),
    ],
)
def test_a_file_that_is_no_table_is_an_error(tmp_path, name, content, complaint) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=complaint) as error:
        list(read_table(tmp_path / name))
    assert "\n" not in str(error.value)


def test_gsm8k_s_four_models_have_a_solution_of_every_problem(shared_file) -> None:
    settings = FileSet(source="file", file="test", format="gsm8k_socratic")
    problems = read_problems(shared_file("gsm8k/test_socratic.jsonl"), settings, "hard")
    tasks = [hard_task(problem) for problem in problems]
    path = shared_file("gsm8k/example_model_solutions.jsonl")
    for name in ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"):
        columns = {"problem": "question", "text": f"{name}.solution"}
        solutions = recorded_solutions(path, name, teacher(columns=columns), tasks)
        assert len({s.task for s in solutions}) == 1319
