"""Rephrased rows: other words, the same numbers, solution and provenance."""

import re
from pathlib import Path

import pytest

import examples
from replay_server import ReplayServer
from weak_teachers.config.arms import Arm
from weak_teachers.config.assistants import Assistant
from weak_teachers.files import read_json, read_records, write_records
from weak_teachers.mix import Mixing, mix
from weak_teachers.records import FailedRephrasing, Row
from weak_teachers.rephrase import main, read_problem, read_solution
from weak_teachers.replies import Malformed

TASKS = [task for n in range(12) for task in examples.family(f"f{n:03d}", n)]
ARM = Arm(name="hard-50", family="hard", teacher="main", tasks=10, hard=50)
ROWS = mix(examples.pool(12), [], Mixing(ARM, 0, "Q: {problem}"))


def run(tmp_path: Path, command, seed: int = 0, tasks=TASKS, settings: str = "null") -> str:
    write_records(tmp_path / "rows.jsonl", ROWS)
    write_records(tmp_path / "tasks.jsonl", tasks)
    return command(
        main,
        *("--settings", settings, "--failed", tmp_path / "failed.jsonl"),
        *("--account", tmp_path / "account.json"),
        *("--rows", tmp_path / "rows.jsonl", "--tasks", tmp_path / "tasks.jsonl"),
        *("--prompt", "Q: {problem}", "--seed", seed, "--output", tmp_path / "out.jsonl"),
    )


def test_the_words_change_and_nothing_else(tmp_path: Path, command) -> None:
    assert run(tmp_path, command) == ""
    rephrased = read_records(tmp_path / "out.jsonl", Row)
    for old, new in zip(ROWS, rephrased, strict=True):
        assert new.prompt != old.prompt
        assert re.findall(r"\d+", new.prompt) == re.findall(r"\d+", old.prompt)
        assert new.prompt.startswith("Q: ")
        assert (new.id, new.rephrased) == (f"{old.id}/rephrased", True)
        same = old.model_dump(exclude={"id", "prompt", "rephrased"})
        assert new.model_dump(exclude={"id", "prompt", "rephrased"}) == same


def test_the_same_seed_tells_the_same(tmp_path: Path, command) -> None:
    texts = []
    for seed in (0, 0, 1):
        run(tmp_path, command, seed)
        texts.append((tmp_path / "out.jsonl").read_bytes())
    assert texts[0] == texts[1] != texts[2]


def test_only_synthetic_tasks_can_be_rephrased_by_rule(tmp_path: Path, command) -> None:
    real = [task.model_copy(update={"steps": ["He sells <<1+1=2>>2"]}) for task in TASKS]
    said = run(tmp_path, command, tasks=real)
    assert said.startswith(f"error: task {ROWS[0].task}: only synthetic problems can be rephrased")
    assert not (tmp_path / "out.jsonl").exists()


PROBLEMS = {task.text: task for task in TASKS}
CHANGED, REFUSED, MENDED = (ROWS[n] for n in range(3))
"""A problem whose meaning is changed, one that is never told, a solution that is put right."""


def rephraser(model: str, asked: str, number: int) -> str:
    """Tells problems and solutions in other words, some of them badly."""
    kind, _, text = asked.partition("Reply in this form")
    if "Tell the following problem" in kind:
        problem = next(one for one in PROBLEMS if one in text)
        if problem in REFUSED.prompt:
            return "I would rather not."
        if problem in MENDED.prompt and "can't be used" not in asked:
            return f"<problem>Tell me: {problem} 77</problem>"
        return f"<problem>Tell me: {problem}</problem>"
    if "Tell the following solution" in kind:
        solution = next(row.completion for row in ROWS if row.completion in text)
        if solution == MENDED.completion:
            return f"<solution>Well.\n{solution}\nAnswer: 100000</solution>"
        return f"<solution>Well.\n{solution}</solution>"
    return "<same>no</same>" if CHANGED.prompt[3:] in text else "<same>yes</same>"


def test_a_model_tells_problems_and_solutions_and_what_it_spoils_stays(tmp_path, command) -> None:
    with ReplayServer(rephraser) as server:
        model = {"backend": "openai", "model": "m", "url": server.url, "key_variable": None}
        settings = Assistant(model=model, retries=1).model_dump_json()
        assert run(tmp_path, command, settings=settings) == ""
        asked = len(server.requests)
        # Each problem and each solution by itself, so that another arm asks only for new ones.
        assert run(tmp_path, command, settings=settings) == ""
        assert len(server.requests) == asked
    told = read_records(tmp_path / "out.jsonl", Row)
    spoilt = [CHANGED, REFUSED, MENDED]
    for old, new in zip(ROWS, told, strict=True):
        assert (new.outcome, new.solution, new.task) == (old.outcome, old.solution, old.task)
        if old in spoilt:
            assert new == old.model_copy(update={"id": f"{old.id}/again"})
        else:
            assert new.prompt == f"Q: Tell me: {old.prompt[3:]}"
            assert new.completion == f"Well.\n{old.completion}"
            assert (new.id, new.rephrased) == (f"{old.id}/rephrased", True)
    failed = read_records(tmp_path / "failed.jsonl", FailedRephrasing)
    assert [one.id for one in failed] == [f"{row.id}/again" for row in spoilt]
    assert failed[0].reason == "another answer than the problem's, as the model sees it"
    assert failed[1].reason.startswith("malformed reply: found the tags (none); expected <problem>")
    assert failed[2].reason.startswith("malformed reply: found the final result '100000'; expected")
    account = read_json(tmp_path / "account.json")
    assert (account["malformed"], account["failed"], account["calls"]) == (5, 2, asked)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Two of 3.5 and 12", "found the numbers ['12', '3.5']; expected those of the problem"),
        ("What is 12 +  3?", "found the same words"),
    ],
)
def test_a_problem_keeps_its_numbers_in_other_words(text: str, fault: str) -> None:
    with pytest.raises(Malformed) as error:
        read_problem("What is 12 + 3?", f"<problem>{text}</problem>")
    assert str(error.value).startswith(fault)
    told = read_problem("What is 12 + 3?", "<problem>Add 3 to 12.</problem>")
    assert told == "Add 3 to 12."


def test_a_solution_without_a_result_can_t_be_told_in_other_words() -> None:
    with pytest.raises(Malformed, match="found the final result '5'; expected None"):
        read_solution("No idea.", "<solution>Answer: 5</solution>")
