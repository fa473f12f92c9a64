"""Restyled solutions: right, as long as the teacher's, of just the tasks that it never solves."""

from pathlib import Path

import pytest

import examples
from replay_server import ReplayServer
from weak_teachers.config.assistants import Restyle
from weak_teachers.files import read_json, read_records, write_records
from weak_teachers.pool import main as pool
from weak_teachers.records import PoolEntry, Restyled
from weak_teachers.replies import Malformed
from weak_teachers.restyle import main, never_solved, read_solution

FAMILIES = [examples.family(f"f{n}", n) for n in range(4)]
TASKS = [task for family in FAMILIES for task in family]
SOLVED = {task.id for task in FAMILIES[0]}
SOLUTIONS = [
    examples.annotated(task, faults, sample)
    for task in TASKS
    for sample, faults in enumerate((1, 0) if task.id in SOLVED else (1, 2))
    if task.id != FAMILIES[3][1].id  # no wrong solution of it: its family is dropped
]
UNSOLVED = [task for family in FAMILIES[1:3] for task in family]
ALWAYS_WRONG, FIRST_LONG = UNSOLVED[1], UNSOLVED[2]


def writer(model: str, asked: str, number: int) -> str:
    """Writes a task's solution in the style that it is shown, for two tasks not at once."""
    task = next(task for task in TASKS if task.text in asked)
    if task == ALWAYS_WRONG:
        return "<solution>1 + 1 = 2\nAnswer: 100000</solution>"
    if task == FIRST_LONG and "can't be used" not in asked:
        return f"<solution>{'So ' * 500}\n{task.solution}</solution>"
    return f"<solution>{task.solution.replace(' = ', '  = ')}</solution>"


@pytest.fixture
def restyled(tmp_path: Path, command) -> tuple[Path, ReplayServer]:
    kinds = {kind: [t for t in TASKS if t.kind == kind] for kind in ("hard", "subtask")}
    for kind, tasks in kinds.items():
        write_records(tmp_path / f"{kind}.jsonl", tasks)
        ids = {task.id for task in tasks}
        own = [solution for solution in SOLUTIONS if solution.task in ids]
        write_records(tmp_path / f"{kind}.annotated.jsonl", own)
    with ReplayServer(writer) as server:
        model = {"backend": "openai", "model": "m", "url": server.url, "key_variable": None}
        said = command(
            main,
            *("--settings", Restyle(model=model, retries=1).model_dump_json(), "--teacher", "main"),
            *("--seed", 0, "--tasks", *(tmp_path / f"{kind}.jsonl" for kind in kinds)),
            *("--annotated", *(tmp_path / f"{kind}.annotated.jsonl" for kind in kinds)),
            *("--output", tmp_path / "restyled.jsonl", "--account", tmp_path / "account.json"),
        )
    assert said == ""
    return tmp_path, server


def test_only_tasks_of_the_pool_that_are_never_solved_are_asked_for() -> None:
    assert [entry.id for entry in never_solved(TASKS, "main", SOLUTIONS)] == [
        task.id for task in UNSOLVED
    ]


def test_each_gets_a_solution_or_a_reason(restyled) -> None:
    folder, server = restyled
    records = {one.id: one for one in read_records(folder / "restyled.jsonl", Restyled)}
    assert records.keys() == {task.id for task in UNSOLVED}
    for task in UNSOLVED:
        if task == ALWAYS_WRONG:
            assert records[task.id].text is None
            assert records[task.id].reason.startswith(
                f"malformed reply: found the final result '100000'; expected '{task.answer}'"
            )
        else:
            assert records[task.id].text == task.solution.replace(" = ", "  = ")
    account = read_json(folder / "account.json")
    assert account["calls"] == len(server.requests) == len(UNSOLVED) + 2
    assert (account["malformed"], account["failed"]) == (3, 1)


def test_the_model_is_shown_the_teacher_s_solutions_and_the_bounds(restyled) -> None:
    task = UNSOLVED[0]
    texts = [solution.text for solution in SOLUTIONS if solution.task == task.id]
    asked = restyled[1].requests
    [own] = [r["messages"][0]["content"] for r in asked if task.text in str(r["messages"])]
    assert all(text in own for text in [*texts, task.solution, task.answer])
    mean = sum(map(len, texts)) / 2
    assert f"between {round(0.8 * mean)} and {round(1.2 * mean)} characters" in own


def test_the_pool_takes_them_as_flagged_stand_ins(restyled, command) -> None:
    folder, _ = restyled
    names = ("hard", "subtask")
    words = ("--tasks", *(folder / f"{name}.jsonl" for name in names), "--teacher", "main")
    words += ("--annotated", *(folder / f"{name}.annotated.jsonl" for name in names))
    words += ("--output", folder / "pool.jsonl", "--counts", folder / "counts.json")
    assert command(pool, *words, "--restyled", folder / "restyled.jsonl") == ""
    entries = {entry.id: entry for entry in read_records(folder / "pool.jsonl", PoolEntry)}
    for task in UNSOLVED:
        (only,) = entries[task.id].correct
        assert only.stand_in
        assert only.restyled == (task != ALWAYS_WRONG)
        assert only.id == f"{task.id}/main/{'restyled' if only.restyled else 'reference'}"
        assert only.steps.all == len(task.steps)
        assert (only.text == task.solution) == (task == ALWAYS_WRONG)
    assert not any(s.stand_in for name in SOLVED for s in entries[name].correct)
    counts = read_json(folder / "counts.json")
    assert counts["stand-ins in the teacher's style"] == len(UNSOLVED) - 1
    assert counts["stand-ins, hard"] + counts["stand-ins, subtask"] == len(UNSOLVED)


@pytest.mark.parametrize(("length", "good"), [(7, False), (8, True), (12, True), (13, False)])
def test_both_bounds_of_the_length_are_within(length: int, good: bool) -> None:
    text = "Answer: 5".rjust(length + 0, "x") if length > 9 else "A: 5".rjust(length, "x")
    text = text.replace("x", "\n")
    reply = f"<solution>.{text[1:]}</solution>"
    if good:
        assert len(read_solution("5", 8, 12, reply)) == length
    else:
        with pytest.raises(Malformed, match=f"found a solution of {length} characters; expected 8"):
            read_solution("5", 8, 12, reply)
