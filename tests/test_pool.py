"""The pool: complete families with right and wrong solutions, stand-ins flagged, all counted."""

from pathlib import Path

import examples
from weak_teachers.files import read_json, read_records, write_records
from weak_teachers.pool import entry, main, make_pool
from weak_teachers.records import Annotated, PoolEntry, StepCount, Task


def right_and_wrong(task: Task, faults: tuple[int, ...] = (0, 1)) -> list[Annotated]:
    return [examples.annotated(task, count, sample) for sample, count in enumerate(faults)]


def test_solutions_are_sorted_by_outcome_with_their_steps_counted() -> None:
    task = examples.task()
    unknown = examples.annotated(task).model_copy(update={"outcome": "unknown", "text": "?"})
    made = entry(task, "main", [*right_and_wrong(task, (0, 1, 3)), unknown])
    assert [solution.text for solution in made.correct] == [task.solution]
    assert [solution.steps.wrong for solution in made.wrong] == [1, 3]
    assert {solution.steps.all for solution in made.wrong} == {4}
    assert not any(solution.stand_in for solution in [*made.correct, *made.wrong])


def test_each_text_is_there_once() -> None:
    task = examples.task()
    same = [examples.annotated(task, 1, 0), examples.annotated(task, 1, 0)]
    twice = [solution.model_copy(update={"id": str(n)}) for n, solution in enumerate(same)]
    assert [solution.id for solution in entry(task, "main", twice).wrong] == ["0"]


def test_the_reference_stands_in_where_no_correct_solution_is() -> None:
    task = examples.task()
    (only,) = entry(task, "main", [examples.annotated(task, 1)]).correct
    assert only.stand_in
    assert only.text == task.solution
    assert only.id == f"{task.id}/main/reference"
    assert only.steps == StepCount(all=4, wrong=0, unknown=0)


def test_a_family_stays_only_if_each_of_its_tasks_has_a_wrong_solution() -> None:
    whole, no_hard, no_subtask = (examples.family(name, n) for n, name in enumerate("abc"))
    solutions = [one for task in whole for one in right_and_wrong(task)]
    solutions += [examples.annotated(no_hard[0])]
    solutions += [one for task in no_hard[1:] for one in right_and_wrong(task)]
    solutions += [one for task in no_subtask[:2] for one in right_and_wrong(task)]
    solutions += [examples.annotated(no_subtask[2])]
    kept, counts = make_pool([*whole, *no_hard, *no_subtask], "main", solutions)
    assert [item.id for item in kept] == [task.id for task in whole]
    assert counts == {
        "families": 3,
        "dropped: hard task without a wrong solution": 1,
        "dropped: a subtask without a wrong solution": 1,
        "families kept": 1,
        "hard tasks kept": 1,
        "subtasks kept": 2,
        "stand-ins, hard": 0,
        "stand-ins, subtask": 0,
    }


def test_without_subtasks_none_are_counted() -> None:
    hard = examples.family("a")[0]
    _, counts = make_pool([hard], "main", right_and_wrong(hard))
    assert counts["hard tasks kept"] == 1
    assert not [name for name in counts if "subtask" in name]


def test_unknown_outcomes_are_neither_right_nor_wrong() -> None:
    family = examples.family("a")
    solutions = [one for task in family for one in right_and_wrong(task)]
    blurred = [
        one.model_copy(update={"outcome": "unknown"}) if one.task == "a" else one
        for one in solutions
    ]
    kept, counts = make_pool(family, "main", blurred)
    assert kept == []
    assert counts["dropped: hard task without a wrong solution"] == 1


def test_a_kind_that_a_teacher_never_tried_asks_for_no_wrong_solutions() -> None:
    family = examples.family("a")
    kept, counts = make_pool(family, "people", [examples.annotated(family[0], 1)])
    assert [item.kind for item in kept] == ["hard", "subtask", "subtask"]
    assert [len(item.wrong) for item in kept] == [1, 0, 0]
    assert (counts["stand-ins, hard"], counts["stand-ins, subtask"]) == (1, 2)


def run(tmp_path: Path, command, tasks, solutions) -> str:
    write_records(tmp_path / "tasks.jsonl", tasks)
    write_records(tmp_path / "annotated.jsonl", solutions)
    return command(
        main,
        *("--teacher", "main", "--tasks", tmp_path / "tasks.jsonl"),
        *("--annotated", tmp_path / "annotated.jsonl"),
        *("--output", tmp_path / "pool.jsonl", "--counts", tmp_path / "counts.json"),
    )


def test_the_stage_writes_the_pool_and_its_counts(tmp_path: Path, command) -> None:
    family = examples.family("a")
    solutions = [one for task in family for one in right_and_wrong(task)]
    assert run(tmp_path, command, family, solutions) == ""
    assert len(read_records(tmp_path / "pool.jsonl", PoolEntry)) == 3
    assert read_json(tmp_path / "counts.json")["families kept"] == 1


def test_an_empty_pool_is_an_error_that_says_why(tmp_path: Path, command) -> None:
    family = examples.family("a")
    said = run(tmp_path, command, family, [examples.annotated(task) for task in family])
    assert said.startswith("error: main: no complete family is left; found {'families': 1, 'dropp")
    assert not (tmp_path / "pool.jsonl").exists()
