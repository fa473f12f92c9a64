"""Annotate: outcome by the final answer alone, steps by the checkers, unknown stays unknown."""

from pathlib import Path

import pytest

import examples
from replay_server import ReplayServer
from weak_teachers.annotate import main
from weak_teachers.config.teachers import Annotation
from weak_teachers.files import read_json, read_records, write_records
from weak_teachers.records import Annotated, FailedJudgement, Task

EXACT = Annotation(checkers=["exact"])
TASK = examples.task()


def outcome_of(text: str) -> str:
    return examples.annotate(TASK, examples.solution(TASK, text)).outcome


def test_the_final_answer_alone_gives_the_outcome() -> None:
    assert outcome_of(TASK.solution) == "correct"
    assert outcome_of(f"nonsense\nAnswer: {TASK.answer}") == "correct"
    assert outcome_of(TASK.solution.rpartition("\n")[0] + "\nAnswer: 1000") == "wrong"


@pytest.mark.parametrize("text", ["", "1 + 1 = 2", "I would rather not say."])
def test_no_answer_is_unknown_and_not_wrong(text: str) -> None:
    found = examples.annotate(TASK, examples.solution(TASK, text))
    assert found.outcome == "unknown"
    assert found.answer is None


@pytest.mark.parametrize("faults", [0, 1, 2, 3, 4])
def test_wrong_steps_are_counted_and_the_first_is_named(faults: int) -> None:
    found = examples.annotated(TASK, faults)
    assert found.count().wrong == faults
    assert found.count().severity == faults / 4
    assert found.first_error == (4 - faults if faults else None)
    assert found.outcome == ("wrong" if faults else "correct")
    assert {step.checker for step in found.steps} == {"exact"}


def run(tmp_path: Path, command, tasks, solutions, settings=EXACT) -> str:
    write_records(tmp_path / "tasks.jsonl", tasks)
    write_records(tmp_path / "solutions.jsonl", solutions)
    return command(
        main,
        *("--settings", settings.model_dump_json(), "--tasks", tmp_path / "tasks.jsonl"),
        *("--seed", 0, "--account", tmp_path / "account.json"),
        *("--failed", tmp_path / "failed.jsonl"),
        *("--solutions", tmp_path / "solutions.jsonl", "--output", tmp_path / "out.jsonl"),
    )


def test_the_stage_keeps_ids_and_texts(tmp_path: Path, command) -> None:
    tasks = [examples.task(f"t{n}", seed=n) for n in range(3)]
    solutions = [examples.solution(task, sample=n) for task in tasks for n in range(2)]
    assert run(tmp_path, command, tasks, solutions) == ""
    found = read_records(tmp_path / "out.jsonl", Annotated)
    fields = set(type(solutions[0]).model_fields)
    assert [one.model_dump(include=fields) for one in found] == [s.model_dump() for s in solutions]


def test_a_solution_of_no_task_is_an_error(tmp_path: Path, command) -> None:
    stray = examples.solution(examples.task("other"))
    said = run(tmp_path, command, [TASK], [examples.solution(TASK), stray])
    assert said.startswith(f"error: {tmp_path}/solutions.jsonl, row 2: found task 'other', expect")
    assert not (tmp_path / "out.jsonl").exists()


def test_a_checker_that_doesn_t_fit_the_tasks_says_so(tmp_path: Path, command) -> None:
    task = Task(id="t", family="t", kind="hard", text="?", solution="1", answer="1", steps=["one"])
    said = run(tmp_path, command, [task], [examples.solution(task)])
    assert said.startswith("error: task t: its steps are no chain of calculations; annotate.check")
    assert not (tmp_path / "out.jsonl").exists()


UNSAID = "I get the same as the others did."


def test_a_model_judges_where_rules_don_t_know_and_unclear_stays_unknown(tmp_path, command):
    texts = [TASK.solution, f"{UNSAID} Right.", f"{UNSAID} Wrong.", UNSAID, f"{UNSAID} Ha.", " "]
    solutions = [examples.solution(TASK, text, n) for n, text in enumerate(texts)]
    given = examples.solution(TASK, UNSAID, 9).model_copy(update={"given": "wrong"})

    def reply(model: str, asked: str, number: int) -> str:
        verdicts = {"Right.": "right", "Wrong.": "wrong", "Ha.": "surely"}
        found = [word for said, word in verdicts.items() if said in asked]
        return f"Let me see.\n<verdict>{(found or ['unclear'])[0]}</verdict>"

    with ReplayServer(reply) as server:
        model = {"backend": "openai", "model": "m", "url": server.url, "key_variable": None}
        settings = Annotation(checkers=["exact"], judge={"model": model, "retries": 1})
        assert run(tmp_path, command, [TASK], [*solutions, given], settings) == ""
    found = read_records(tmp_path / "out.jsonl", Annotated)
    assert [(one.outcome, one.judge) for one in found] == [
        ("correct", "rules"),
        ("correct", "llm"),
        ("wrong", "llm"),
        ("unknown", "llm"),
        ("unknown", "rules"),  # no usable verdict
        ("unknown", "rules"),  # nothing to judge
        ("wrong", "recorded"),
    ]
    account = read_json(tmp_path / "account.json")
    assert account["calls"] == len(server.requests) == 4 + 1
    assert (account["malformed"], account["failed"]) == (2, 1)
    [failed] = read_records(tmp_path / "failed.jsonl", FailedJudgement)
    assert (failed.id, failed.asked) == (solutions[4].id, "outcome")
    assert failed.reason.startswith("malformed reply: found 'surely' in <verdict>")
    assert all(TASK.answer in str(request["messages"]) for request in server.requests)


def test_a_later_checker_is_asked_where_the_earlier_ones_don_t_know() -> None:
    task = Task(id="t", family="t", kind="hard", text="?", solution="1", answer="2", steps=["…"])
    text = "<<1+1=2>>2\nSo 3 + 4 = 8.\nAnswer: 2"
    settings = Annotation(checkers=["marks", "calculation"])
    found = examples.annotate(task, examples.solution(task, text), settings)
    assert [(s.label, s.checker) for s in found.steps] == [
        ("correct", "marks"),
        ("wrong", "calculation"),
    ]
    assert found.first_error == 1
