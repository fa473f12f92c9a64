"""A study of MATH problems down to its mixtures, all models behind a local server of replies."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from math_replies import CUTS, NEVER_SOLVED, OPENINGS, SPOILT, MathModel, math_problems
from replay_server import ReplayServer
from weak_teachers.config.reading import load_study
from weak_teachers.files import read_json, read_records
from weak_teachers.records import Annotated, FailedRephrasing, PoolEntry, Restyled, Row, Task
from workflow_runs import STUDIES, Finished, copy_repository, run_snakemake

ARMS = ("hard-0", "hard-40", "subtask-0", "rephrased-40")
TARGETS = [f"results/assisted/mixtures/{arm}.card.json" for arm in ARMS]


class Run:
    """The study in a folder, and the server that it asks."""

    def __init__(self, folder: Path, server: ReplayServer, math: Path) -> None:
        config = yaml.safe_load((STUDIES / "assisted.yaml").read_text())
        config["files"]["math"]["path"] = str(math)
        config["problems"]["hard"]["only"] = {"unique_id": list(CUTS)}
        config = json.loads(json.dumps(config).replace("http://127.0.0.1:8000/v1", server.url))
        self.server, self.results = server, folder / "results/assisted"
        self.study = load_study(config)
        self.finished = Finished(copy_repository(folder / "repository"), folder, config)

    def run(self) -> list[str]:
        """Run the workflow down to the mixtures; gives the kinds of the questions asked."""
        before = len(self.server.requests)
        config = self.finished.save_config()
        repository = self.finished.repository
        run = run_snakemake(self.finished.folder, config, *TARGETS, repository=repository)
        assert run.returncode == 0, run.stderr[-4000:]
        return [kind_of(request) for request in self.server.requests[before:]]

    def read(self, name: str, record: type) -> list[Any]:
        return read_records(self.results / name, record)

    def accounts(self) -> dict[str, Any]:
        files = self.study.accounts().items()
        found = {who: self.results / name for who, name in files}
        return {who: read_json(path) for who, path in found.items() if path.exists()}


def kind_of(request: dict[str, Any]) -> str:
    """Which prompt a request comes from, and who is asked."""
    asked = " ".join(" ".join(message["content"] for message in request["messages"]).split())
    [kind] = [kind for kind, opening in OPENINGS.items() if opening in asked]
    return f"{kind} by {request['model']}"


@pytest.fixture(scope="module")
def done(tmp_path_factory, shared_file) -> Iterator[Run]:
    math = shared_file("math/train.jsonl")
    with ReplayServer(MathModel(math_problems(math))) as server:
        run = Run(tmp_path_factory.mktemp("assisted"), server, math)
        run.run()
        yield run


def test_every_request_is_in_an_account(done: Run) -> None:
    accounts = done.accounts()
    assert sum(account["calls"] for account in accounts.values()) == len(done.server.requests)
    asked = dict.fromkeys(OPENINGS, 0)
    for request in done.server.requests:
        asked[kind_of(request).partition(" ")[0]] += 1
    assert all(asked.values()), asked  # every prompt is put to use
    assert accounts["served, hard"]["texts"] == 5 * 3
    assert accounts["served, hard"]["calls"] == 5
    assert accounts["decompose"]["malformed"] == 5
    for account in accounts.values():
        price = account["prompt_tokens"] + 4 * account["completion_tokens"]
        assert account["dollars"] == pytest.approx(price / 1e6)


def test_how_models_are_reached_reruns_nothing(done: Run) -> None:
    how = {
        "url": "http://127.0.0.1:9/v1",
        "key_variable": "OTHER_KEY",
        "token_limit": "max_completion_tokens",
        "concurrency": 3,
        "timeout": 9,
        "attempts": 2,
        "price": {"prompt": 2, "completion": 3},
        "budget": {"tokens": 1_000_000},
    }
    finished = dataclasses.replace(done.finished, config=with_models(done.finished.config, how))
    assert finished.planned(*TARGETS) == set()
    finished.config = with_models(finished.config, {"extra": {"reasoning_effort": "low"}})
    jobs = {job.split()[0] for job in finished.planned(*TARGETS)}
    assert jobs == {"decompose", "sample", "annotate", "restyle", "pool", "rephrase", "mix"}


def with_models(value: Any, fields: dict[str, Any]) -> Any:
    """A config with fields set in each of its models."""
    if not isinstance(value, dict):
        return value
    changed = {key: with_models(inner, fields) for key, inner in value.items()}
    return changed | fields if value.get("backend") == "openai" else changed


def test_outcomes_say_who_gave_them(done: Run) -> None:
    found = [
        (one.outcome, one.judge)
        for kind in ("hard", "subtask")
        for one in done.read(f"annotated/served/{kind}.jsonl", Annotated)
    ]
    judged = {pair: found.count(pair) for pair in found if pair[1] == "llm"}
    assert judged == {("correct", "llm"): 1, ("unknown", "llm"): 1}
    right = sum(outcome == "correct" for outcome, _ in found)
    assert right == 5 + 10 - len(NEVER_SOLVED)
    assert sum(outcome == "wrong" for outcome, _ in found) == 3 * 15 - right - 1


def test_steps_are_labelled_by_rules_first_and_by_the_critic(done: Run) -> None:
    steps = [
        (one.outcome, step.label, step.checker)
        for kind in ("hard", "subtask")
        for one in done.read(f"annotated/served/{kind}.jsonl", Annotated)
        for step in one.steps
    ]
    assert {checker for _, _, checker in steps} == {"calculation", "llm"}
    by_critic = {(outcome, label) for outcome, label, checker in steps if checker == "llm"}
    assert ("correct", "wrong") not in by_critic
    assert {("correct", "correct"), ("wrong", "wrong"), ("wrong", "unknown")} <= by_critic


def test_what_the_teacher_never_solves_is_restyled_or_stays_the_reference(done: Run) -> None:
    hard, subtask = done.read("restyled/served.jsonl", Restyled)
    assert hard.id == f"hard-{NEVER_SOLVED[0]}"
    assert hard.text.startswith("We begin. ")
    assert subtask.text is None
    assert subtask.reason.startswith("malformed reply: found the final result '1000'; expected")
    entries = {entry.id: entry for entry in done.read("pools/served.jsonl", PoolEntry)}
    flags = {name: (e.correct[0].stand_in, e.correct[0].restyled) for name, e in entries.items()}
    assert flags.pop(hard.id) == (True, True)
    assert flags.pop(subtask.id) == (True, False)
    assert set(flags.values()) == {(False, False)}


def test_mixtures_are_exact_and_count_what_stands_in(done: Run) -> None:
    cards = {arm: read_json(done.results / f"mixtures/{arm}.card.json") for arm in ARMS}
    assert [(cards[arm]["rows"], cards[arm]["er"]) for arm in ARMS] == [
        (5, 0.0),
        (5, 40.0),
        (10, 0.0),
        (10, 40.0),
    ]
    assert (cards["hard-0"]["stand_ins"], cards["hard-0"]["restyled"]) == (1, 1)
    assert (cards["subtask-0"]["stand_ins"], cards["subtask-0"]["restyled"]) == (1, 0)


def test_rephrased_rows_keep_their_answers_or_their_words(done: Run) -> None:
    rows = done.read("mixtures/rephrased-40.jsonl", Row)
    assert [row.id.rpartition("/")[2] for row in rows[5:]].count("rephrased") == 4
    [failed] = done.read("rephrased/rephrased-40.failed.jsonl", FailedRephrasing)
    assert (failed.task, failed.reason[:14]) == (f"hard-{SPOILT}", "another answer")
    for old, new in zip(rows[:5], rows[5:], strict=True):
        assert (new.task, new.outcome) == (old.task, old.outcome)
        assert new.rephrased == (new.task != failed.task)
        assert new.prompt == ("In other words: " if new.rephrased else "") + old.prompt
        assert new.completion == ("In short: " if new.rephrased else "") + old.completion


def test_tasks_and_rows_lead_back_to_their_problems(done: Run) -> None:
    tasks = {t.id: t for k in ("hard", "subtask") for t in done.read(f"tasks/{k}.jsonl", Task)}
    for row in done.read("mixtures/subtask-0.jsonl", Row):
        assert tasks[row.task].family == row.family
        assert row.family.removeprefix("hard-") in CUTS


def test_a_changed_prompt_reruns_its_stages_and_asks_what_it_changes(done: Run) -> None:
    assert done.run() == []
    done.finished.edit("resources/prompts/rephrase_problem.yaml", "Don't solve it.", "No solution.")
    rephrased = {"rephrase rephrased/rephrased-40.jsonl", "mix mixtures/rephrased-40.jsonl"}
    assert done.finished.planned(*TARGETS) == rephrased
    # The problems are told anew, as before, so that nothing else is to be asked.
    assert done.run() == ["rephrase_problem by assistant"] * 5
