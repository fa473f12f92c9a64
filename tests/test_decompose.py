"""Subtasks are self-contained, right, two or three a task, and never the whole task."""

import re
from pathlib import Path

import pytest

import examples
from weak_teachers.config.problems import Decomposition, FileSet
from weak_teachers.decompose import cuts, decompose, main, structural
from weak_teachers.files import read_json, read_records, write_records
from weak_teachers.formats import read_problems
from weak_teachers.problems import text_key
from weak_teachers.records import Problem, Task
from weak_teachers.synthetic import chain_of

STRUCTURAL = Decomposition(method="structural")
SOCRATIC = Decomposition(method="socratic")
NAMES = ("hard", "subtask", "rejected", "counts", "account")


@pytest.mark.parametrize("steps", range(1, 13))
def test_cuts_are_runs_of_two_or_three_that_cover_all_steps(steps: int) -> None:
    found = cuts(steps, 2, 3)
    assert bool(found) == (4 <= steps <= 9)
    for runs in found:
        assert 2 <= len(runs) <= 3
        assert [place for start, end in runs for place in range(start, end)] == list(range(steps))
        assert {end - start for start, end in runs} <= {2, 3}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("steps", [4, 5, 6])
def test_structural_subtasks_are_the_chain_s_own_runs(steps: int, seed: int) -> None:
    problem = examples.problem("p", steps, seed)
    tasks = structural(problem, STRUCTURAL, seed=0)
    assert [step for task in tasks for step in task.steps] == problem.steps
    for task in tasks:
        assert task.family == "p"
        assert task.kind == "subtask"
        chain = chain_of(task.steps)
        assert task.solution == "\n".join([*task.steps, f"Answer: {chain[-1][3]}"])
        assert task.answer == str(chain[-1][3])
        # Self-contained: its text gives the number that it starts from, and its changes.
        assert re.search(rf"\b{chain[0][0]}\b", task.text)
        assert len(task.steps) < steps


def test_tasks_that_can_t_be_cut_are_dropped_and_counted() -> None:
    problems = [examples.problem(f"p{steps}", steps) for steps in (3, 4, 5)]
    hard, subtasks, counts = decompose(problems, STRUCTURAL, seed=0)
    assert [task.id for task in hard] == ["p4", "p5"]
    assert {task.family for task in subtasks} == {"p4", "p5"}
    assert counts == {
        "hard problems": 3,
        "dropped: can't be cut into self-contained subtasks": 1,
        "cut into 2 subtasks": 2,
    }


def test_all_problems_are_tasks_where_none_is_to_be_cut(tmp_path: Path, command) -> None:
    write_records(tmp_path / "problems.jsonl", [examples.problem(f"p{n}", n) for n in (1, 4)])
    assert run(tmp_path, command, None) == ""
    assert [task.id for task in read_records(tmp_path / "hard.jsonl", Task)] == ["p1", "p4"]
    assert read_records(tmp_path / "subtask.jsonl", Task) == []
    assert read_json(tmp_path / "counts.jsonl") == {"hard problems": 2}


@pytest.mark.parametrize("method", ["structural", None])
def test_fewer_hard_tasks_than_an_arm_needs_are_an_error(tmp_path, command, method) -> None:
    problems = [examples.problem(f"p{n}", 4, n) for n in range(3)]
    write_records(tmp_path / "problems.jsonl", problems)
    said = run(tmp_path, command, method, "--needed", 4)
    assert said.startswith(
        f"error: {tmp_path}/problems.jsonl: 3 tasks can be made, expected 4 at least; lower "
    )
    assert [path.name for path in tmp_path.iterdir()] == ["problems.jsonl"]
    assert run(tmp_path, command, method, "--needed", 3) == ""


def test_both_numbers_of_subtasks_occur_where_both_are_possible() -> None:
    problems = [examples.problem(f"p{n}", 6, n) for n in range(40)]
    _, _, counts = decompose(problems, STRUCTURAL, seed=0)
    assert counts["cut into 2 subtasks"] > 5
    assert counts["cut into 3 subtasks"] > 5


def gsm8k_problem(text: str, *parts: tuple[str, str], answer: str = "26") -> Problem:
    return Problem(
        id="g",
        text=text,
        solution="\n".join(step for _, step in parts),
        answer=answer,
        level=len(parts),
        source="gsm8k",
        steps=[step for _, step in parts],
        questions=[question for question, _ in parts],
    )


DUCKS = "Ducks lay 16 eggs. Jan eats three. She sells the rest for $2 each. How much does she make?"
SELLS = ("How many eggs does she sell?", "She sells 16-3 = <<16-3=13>>13 eggs")
MAKES = ("How much does she make?", "She makes 13*2 = $<<13*2=26>>26")


def test_a_sub_question_comes_with_the_context_that_it_needs() -> None:
    _, (first, second), _ = decompose([gsm8k_problem(DUCKS, SELLS, MAKES)], SOCRATIC, seed=0)
    story = "Ducks lay 16 eggs. Jan eats three. She sells the rest for $2 each."
    assert first.text == f"{story} How many eggs does she sell?"
    assert (first.answer, first.solution) == ("13", f"{SELLS[1]}\n#### 13")
    assert second.text == f"{story} She sells 16-3 = 13 eggs. How much does she make?"
    assert second.answer == "26"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ducks lay many eggs. Jan eats three. How much does she make?", (SELLS, MAKES)),
        (DUCKS, ((SELLS[0], "She sells 13 eggs"), MAKES)),
        (DUCKS, (("How much does she make?", SELLS[1]), MAKES)),
        ("If ducks lay 16 eggs, how many are left when 3 are eaten?", (SELLS, MAKES)),
        (DUCKS.replace("How much does she make?", "Find what she makes."), (SELLS, MAKES)),
    ],
    ids=["number not given", "no mark", "the whole task", "no story", "no question"],
)
def test_a_sub_question_that_can_t_stand_alone_is_left_out(text, parts) -> None:
    hard, subtasks, counts = decompose([gsm8k_problem(text, *parts)], SOCRATIC, seed=0)
    assert hard == subtasks == []
    assert counts["dropped: can't be cut into self-contained subtasks"] == 1


def test_real_sub_questions_give_every_number_that_they_need(shared_file) -> None:
    settings = FileSet(source="file", file="test", format="gsm8k_socratic")
    problems = [*read_problems(shared_file("gsm8k/test_socratic.jsonl"), settings, "hard")]
    hard, subtasks, counts = decompose(problems, SOCRATIC, seed=0)
    assert len(hard) > 0.7 * len(problems)
    assert counts["hard problems"] == len(problems) == sum(counts.values()) - len(problems)
    families: dict[str, list[Task]] = {task.id: [] for task in hard}
    whole = {task.id: text_key(task.text) for task in hard}
    in_digits = []
    for task in subtasks:
        families[task.family].append(task)
        assert text_key(task.text) != whole[task.family]
        assert len(task.steps) == 1
        in_digits.append(taken_numbers(task.steps[0]) <= digits(task.text))
    # The others are given in words ("half", "a week") or as per cent.
    assert sum(in_digits) > 0.7 * len(in_digits)
    assert all(2 <= len(tasks) <= 3 for tasks in families.values())
    results = {task.id: stated_result(task.steps[0]) for task in subtasks}
    assert all(float(task.answer) == results[task.id] for task in subtasks)


def digits(text: str) -> set[float]:
    found = re.findall(r"\d[\d,]*(?:\.\d+)?|\.\d+", text)
    return {float(number.replace(",", "")) for number in found}


def taken_numbers(step: str) -> set[float]:
    taken: set[float] = set()
    known: set[float] = set()
    for expression, result in re.findall(r"<<([^=]*)=(.*?)>>", step):
        taken |= digits(expression) - known
        known |= digits(result)
    return taken


def stated_result(step: str) -> float:
    return float(re.findall(r"=([^=]*)>>", step)[-1])


@pytest.mark.parametrize(
    ("method", "problem", "line"),
    [
        ("socratic", examples.problem("p"), "problem p: found 0 sub-questions for 4 steps"),
        ("structural", gsm8k_problem(DUCKS, SELLS), "problem g: its steps are no chain of calcul"),
        (
            "structural",
            examples.problem("p", 2),
            "problems.jsonl: 0 tasks can be made",
        ),
    ],
)
def test_a_method_that_doesn_t_fit_the_problems_says_so(tmp_path, command, method, problem, line):
    write_records(tmp_path / "problems.jsonl", [problem])
    assert line in run(tmp_path, command, method)
    assert [path.name for path in tmp_path.iterdir()] == ["problems.jsonl"]


def run(tmp_path: Path, command, method: str | None, *more: object) -> str:
    settings = Decomposition(method=method).model_dump_json() if method else "null"
    outputs = {name: tmp_path / f"{name}.jsonl" for name in NAMES}
    return command(
        main,
        *("--settings", settings, "--seed", 3),
        *("--problems", tmp_path / "problems.jsonl"),
        *(word for name, path in outputs.items() for word in (f"--{name}", path)),
        *more,
    )


def test_the_stage_writes_the_same_tasks_with_the_same_seed(tmp_path: Path, command) -> None:
    write_records(tmp_path / "problems.jsonl", [examples.problem(f"p{n}", 5, n) for n in range(5)])
    assert run(tmp_path, command, "structural") == ""
    first = (tmp_path / "subtask.jsonl").read_bytes()
    assert run(tmp_path, command, "structural") == ""
    assert (tmp_path / "subtask.jsonl").read_bytes() == first
    assert len(read_records(tmp_path / "hard.jsonl", Task)) == 5
    assert read_json(tmp_path / "counts.jsonl")["hard problems"] == 5
