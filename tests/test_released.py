"""The paper's released format: from the file to pools and mixtures, outcomes as they were given."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from weak_teachers import annotate, decompose, pool, problems, sample
from weak_teachers.backends.recorded import recorded_solutions
from weak_teachers.config.arms import Arm
from weak_teachers.config.problems import Decomposition, FileSet
from weak_teachers.config.stages import SampleSettings
from weak_teachers.config.teachers import Annotation, RecordedTeacher
from weak_teachers.errors import UserError
from weak_teachers.files import read_json, read_records
from weak_teachers.formats import NO_QUESTION, read_problems
from weak_teachers.mix import Mixing, mix
from weak_teachers.records import Annotated, PoolEntry, Problem, Solution, Task

TEACHER = RecordedTeacher(
    backend="recorded", file="released", format="weak_to_strong", kinds=["hard", "subtask"]
)
WANTED = FileSet(source="file", file="released", format="weak_to_strong")


def part(name: str, **changes: Any) -> dict[str, Any]:
    """A task as it is released."""
    texts = {
        "task": f"What is {name}?",
        "pos_ans": f"First we look at {name}.\nSo it is $\\boxed{{{name}}}$.",
        "neg_ans": "So it is $\\boxed{0}$.",
    }
    return {**texts, "error_type": "method error", **changes}


def row(number: int, subtasks: int = 2) -> dict[str, Any]:
    parts = {f"subtask_{n}": part(f"{number}.{n}") for n in range(1, subtasks + 1)}
    return {"ori_id": f"numina_{number}", "original": part(f"{number}"), **parts}


def written(folder: Path, rows: list[Any], name: str = "released.json") -> Path:
    path = folder / name
    if path.suffix == ".json":
        path.write_text(json.dumps(rows, indent=4))
    else:
        path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return path


@pytest.mark.parametrize("name", ["released.json", "released.jsonl"])
def test_a_row_is_a_problem_with_its_subtasks(tmp_path: Path, name: str) -> None:
    (problem,) = read_problems(written(tmp_path, [row(7)], name), WANTED, "hard")
    assert problem.id == "hard-numina_7"
    assert (problem.text, problem.answer) == ("What is 7?", "7")
    assert problem.solution.startswith("First we look at 7.")
    assert [(s.text, s.answer) for s in problem.subtasks] == [
        ("What is 7.1?", "7.1"),
        ("What is 7.2?", "7.2"),
    ]


def test_subtasks_are_in_the_order_of_their_numbers_and_may_have_gaps(tmp_path: Path) -> None:
    shuffled = {f"subtask_{n}": part(f"1.{n}") for n in (10, 2, 4)}
    rows = [{"ori_id": 1, "original": part("1"), **shuffled, "note": "x", "subtask_3": None}]
    (problem,) = read_problems(written(tmp_path, rows), WANTED, "hard")
    assert [s.answer for s in problem.subtasks] == ["1.2", "1.4", "1.10"]


def test_what_has_no_right_solution_has_no_reference(tmp_path: Path) -> None:
    rows = [
        {**row(1), "original": part("1", pos_ans="")},
        {**row(2), "subtask_1": part("2.1", pos_ans=None)},
    ]
    first, second = read_problems(written(tmp_path, rows), WANTED, "hard")
    assert first == NO_QUESTION
    assert [s.answer for s in second.subtasks] == ["2.2"]


def test_without_a_box_the_answer_is_the_last_line(tmp_path: Path) -> None:
    rows = [{**row(1), "original": part("1", pos_ans="We add.\nThe answer is 5. \n")}]
    (problem,) = read_problems(written(tmp_path, rows), WANTED, "hard")
    assert problem.answer == "The answer is 5."


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([{"ori_id": 1}], "row 1: not of format weak_to_strong, found ['ori_id'], missing or"),
        ([row(1), {**row(2), "original": {"task": "x"}}], "row 2: not of format weak_to_strong"),
        ([{**row(1), "original": part("1", task=3)}], "row 1: not of format weak_to_strong"),
        ([{**row(1), "subtask_1": part("1", neg_ans=["a"])}], "found list, expected a text"),
        ([{**row(1), "original": "text"}], "row 1: not of format weak_to_strong"),
        ({"rows": []}, "expected a JSON list of objects"),
        ([1, 2], "expected a JSON list of objects"),
    ],
)
def test_a_row_of_another_form_is_named(tmp_path: Path, rows: Any, complaint: str) -> None:
    path = written(tmp_path, rows)
    task = Task(id="t", family="t", kind="hard", text="x", solution="x", answer="x")
    with pytest.raises(UserError) as first:
        list(read_problems(path, WANTED, "hard"))
    with pytest.raises(UserError) as second:
        recorded_solutions(path, "released", TEACHER, [task])
    for error in (first, second):
        assert complaint in str(error.value)
        assert "\n" not in str(error.value)


def test_too_few_or_too_many_subtasks_leave_a_problem_out(tmp_path: Path) -> None:
    path = written(tmp_path, [row(n, subtasks=n) for n in range(1, 5)])
    read = list(read_problems(path, WANTED, "hard"))
    wanted = Decomposition(method="recorded")
    hard, subtasks, counts = decompose.decompose(read, wanted, 0)
    assert [task.answer for task in hard] == ["2", "3"]
    assert [task.id for task in subtasks][:2] == ["hard-numina_2.1", "hard-numina_2.2"]
    assert counts["dropped: can't be cut into self-contained subtasks"] == 2


@pytest.fixture
def stages(tmp_path: Path, command: Callable[..., str]) -> Callable[[list[Any]], Path]:
    """Run the stages from a released file to the pool, each by its command."""

    def run(main: Callable[[], None], settings: Any, *words: object) -> None:
        chosen = ("--settings", settings.model_dump_json()) if settings else ()
        assert command(main, *chosen, *words) == ""

    def all_of_them(rows: list[Any]) -> Path:
        path = written(tmp_path, rows)
        out = tmp_path / "out"
        run(
            problems.main,
            WANTED,
            *("--name", "hard", "--seed", 0, "--file", path),
            *("--output", out / "hard.jsonl", "--counts", out / "hard.counts.json"),
        )
        run(
            decompose.main,
            Decomposition(method="recorded"),
            *("--seed", 0, "--problems", out / "hard.jsonl", "--counts", out / "counts.json"),
            *("--rejected", out / "rejected.jsonl", "--account", out / "account.json"),
            *("--hard", out / "tasks/hard.jsonl", "--subtask", out / "tasks/subtask.jsonl"),
        )
        for kind in ("hard", "subtask"):
            run(
                sample.main,
                SampleSettings(teacher=TEACHER, samples=1, sampling=None),
                *("--teacher", "released", "--tasks", out / f"tasks/{kind}.jsonl", "--seed", 0),
                *("--recorded", path, "--output", out / f"solutions/{kind}.jsonl"),
                *("--failed", out / "failed.jsonl", "--account", out / "account.json"),
            )
            run(
                annotate.main,
                Annotation(checkers=["marks"]),
                *("--tasks", out / f"tasks/{kind}.jsonl"),
                *("--solutions", out / f"solutions/{kind}.jsonl"),
                *("--output", out / f"annotated/{kind}.jsonl", "--seed", 0),
                *("--failed", out / "failed.jsonl"),
                *("--account", out / f"annotated/{kind}.account.json"),
            )
        run(
            pool.main,
            None,
            *("--teacher", "released"),
            *("--tasks", out / "tasks/hard.jsonl", out / "tasks/subtask.jsonl"),
            *("--annotated", out / "annotated/hard.jsonl", out / "annotated/subtask.jsonl"),
            *("--output", out / "pool.jsonl", "--counts", out / "pool.counts.json"),
        )
        return out

    return all_of_them


def test_outcomes_stay_as_they_were_given(stages) -> None:
    """Even where the rules would say otherwise: the wrong solution here states the answer."""
    odd = row(1)
    odd["original"]["neg_ans"] = "A lucky guess: $\\boxed{1}$"
    out = stages([odd, row(2)])
    annotated = read_records(out / "annotated/hard.jsonl", Annotated)
    assert [(a.sample, a.outcome, a.judge) for a in annotated] == [
        (0, "correct", "recorded"),
        (1, "wrong", "recorded"),
    ] * 2
    assert read_json(out / "account.json")["calls"] == 0


def test_pools_mix_at_every_rate(stages) -> None:
    out = stages([row(n, subtasks=2 + n % 2) for n in range(20)])
    entries = read_records(out / "pool.jsonl", PoolEntry)
    assert len(entries) == 20 + 50
    assert {(len(e.correct), len(e.wrong)) for e in entries} == {(1, 1)}
    assert not any(e.correct[0].stand_in for e in entries)
    for rate in (0, 50, 100):
        arm = Arm(name="a", family="hard", teacher="released", tasks=20, hard=rate)
        rows = mix(entries, [], Mixing(arm, 0, "{problem}"))
        assert sum(r.outcome == "wrong" for r in rows) == 20 * rate // 100


def test_a_missing_wrong_solution_leaves_its_family_out(stages) -> None:
    rows = [row(n) for n in range(4)]
    rows[1]["subtask_2"]["neg_ans"] = ""
    out = stages(rows)
    counts = read_json(out / "pool.counts.json")
    assert counts["families kept"] == 3
    assert counts["dropped: a subtask without a wrong solution"] == 1


def test_problems_and_solutions_are_records_as_all_others(stages) -> None:
    out = stages([row(1)])
    (problem,) = read_records(out / "hard.jsonl", Problem)
    assert problem.source == "released"
    solutions = read_records(out / "solutions/subtask.jsonl", Solution)
    assert [s.given for s in solutions] == ["correct", "wrong"] * 2
