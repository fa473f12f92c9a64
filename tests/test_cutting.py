r"""Hard problems of MATH cut by a model behind a local server, good replies and bad ones."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import examples
from math_replies import CIRCLE, CUTS, MathModel, cut_reply, math_problems
from replay_server import ReplayServer
from weak_teachers.config.assistants import AssistedDecomposition
from weak_teachers.cutting import number_of_subtasks, read_subtasks
from weak_teachers.decompose import main
from weak_teachers.files import read_json, read_records, write_records
from weak_teachers.filters import OTHERS
from weak_teachers.records import Problem, RejectedSubtask, Task
from weak_teachers.replies import Malformed


@pytest.fixture(scope="module")
def problems(shared_file: Callable[[str], Path]) -> list[Problem]:
    """The ten problems, in the order of their replies."""
    return list(math_problems(shared_file("math/train.jsonl")).values())


def settings(url: str, **more: Any) -> AssistedDecomposition:
    model = {"backend": "openai", "model": "assistant", "url": url, "key_variable": None}
    return AssistedDecomposition(method="llm", model=model, **more)


class Cutting:
    """A run of the stage and what it wrote."""

    def __init__(self, folder: Path, command: Callable[..., str], problems: list[Problem]) -> None:
        self.folder, self.command = folder, command
        write_records(folder / "problems.jsonl", problems)

    def run(self, settings: AssistedDecomposition) -> str:
        names = ("hard", "subtask", "rejected", "counts", "account")
        outputs = (word for name in names for word in (f"--{name}", self.folder / f"{name}.out"))
        words = ("--settings", settings.model_dump_json(), "--seed", 3)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WEAK_TEACHERS_CACHE", str(self.folder / "cache"))
            problems = self.folder / "problems.jsonl"
            return self.command(main, *words, "--problems", problems, *outputs)

    def read(self, name: str, record: type) -> list[Any]:
        return read_records(self.folder / f"{name}.out", record)


@pytest.fixture(scope="module")
def done(tmp_path_factory, command, problems) -> Iterator[tuple[Cutting, ReplayServer]]:
    folder = tmp_path_factory.mktemp("cut")
    model = MathModel(dict(zip(CUTS, problems, strict=True)))
    with ReplayServer(model) as server:
        cutting = Cutting(folder, command, problems)
        assert cutting.run(settings(server.url)) == ""
        yield cutting, server


def test_every_filter_fires_and_says_why(done) -> None:
    rejected = done[0].read("rejected", RejectedSubtask)
    assert [(one.id.removeprefix("hard-train/"), one.filter, one.reason) for one in rejected] == [
        (
            "number_theory/823.json",
            "no usable reply",
            "malformed reply: found no \\boxed{} in <solution-1>; expected its final result",
        ),
        ("number_theory/1237.json.2", "its hard task again", "similarity 0.97 of their words"),
        (
            "counting_and_probability/187.json.2",
            "doesn't stand alone",
            "mentions 'previous problem'",
        ),
        ("number_theory/413.json.3", "trivial", "steps: found 1, expected 2 or more"),
        (
            "algebra/458.json.1",
            "doesn't stand alone",
            "The problem doesn't say that $f$ is invertible.",
        ),
        ("algebra/714.json.2", "its hard task again", "the same work, as the checker sees it"),
        ("number_theory/386.json.2", "answer not found again", "the checker finds '20'"),
    ]


def test_families_with_enough_subtasks_are_kept_whole(done, problems) -> None:
    hard = done[0].read("hard", Task)
    names = ["algebra/1986", "number_theory/413", "geometry/842"]
    names += ["intermediate_algebra/1443", "number_theory/386"]
    assert [task.id for task in hard] == [f"hard-train/{name}.json" for name in names]
    assert hard[0].text == problems[0].text
    subtasks = done[0].read("subtask", Task)
    assert [task.family for task in subtasks] == [t.id for t in hard for _ in range(2)]
    assert [(task.text, task.answer) for task in subtasks[:2]] == [
        (CIRCLE[0].problem, "-9"),
        (CIRCLE[1].problem, r"\frac{1}{3}"),
    ]
    # Of three subtasks of which the second is rejected, the others keep their numbers.
    assert [task.id[-2:] for task in subtasks[-2:]] == [".1", ".3"]


def test_counts_say_what_became_of_problems_and_subtasks(done) -> None:
    assert read_json(done[0].folder / "counts.out") == {
        "hard problems": 10,
        "cut into 2 subtasks": 5,
        "dropped: can't be cut into self-contained subtasks": 5,
        "not cut: no usable reply": 1,
        "subtask rejected: its hard task again": 2,
        "subtask rejected: doesn't stand alone": 2,
        "subtask rejected: trivial": 1,
        "subtask rejected: answer not found again": 1,
    }


def test_only_what_is_left_is_asked_about_and_malformed_replies_again(done) -> None:
    cutting, server = done
    assert server.asked("Below are a hard problem") == 10
    # One problem needed a second try and one failed three times; one check was malformed.
    assert server.asked("That reply can't be used") == 1 + 2 + 1
    subtasks = 8 * 2 + 2 * 3 - 2
    assert server.asked("Below are a problem and its solution") == subtasks - 2
    assert server.asked("Below are two problems") == subtasks - 4
    assert server.asked("Solve the following problem") == subtasks - 5
    assert server.asked("You grade a student's solution") == 1  # what rules can't compare
    account = read_json(cutting.folder / "account.out")
    assert account["calls"] == account["texts"] == len(server.requests)
    assert (account["malformed"], account["failed"]) == (5, 1)


def test_the_fault_is_shown_with_the_reply_that_has_it(done) -> None:
    [again] = [
        r["messages"]
        for r in done[1].requests
        if "That reply" in r["messages"][-1]["content"] and "subproblems" in str(r["messages"])
    ]
    assert [message["role"] for message in again[-3:]] == ["user", "assistant", "user"]
    assert again[-2]["content"] == CUTS["train/geometry/842.json"][0]
    assert again[-1]["content"].startswith(
        "That reply can't be used: found the tags (none); expected <problem-1> </problem-1> "
    )


def test_a_second_run_asks_nothing_and_writes_the_same(done) -> None:
    cutting, server = done
    before = {p.name: p.read_bytes() for p in cutting.folder.glob("*.out")}
    asked = len(server.requests)
    assert cutting.run(settings(server.url)) == ""
    assert len(server.requests) == asked
    assert {p.name: p.read_bytes() for p in cutting.folder.glob("*.out")} == before


def test_a_changed_bound_asks_only_what_it_changes(done) -> None:
    cutting, server = done
    asked = len(server.requests)
    assert cutting.run(settings(server.url, similarity=1.0)) == ""
    # The subtask that was too similar goes on to the checks that take a model.
    assert len(server.requests) == asked + 3


def test_a_checker_of_its_own_is_asked_to_check(tmp_path, command, problems) -> None:
    model = MathModel(dict(zip(CUTS, problems, strict=True)))
    with ReplayServer(model) as server:
        other = {**settings(server.url).model.model_dump(), "model": "checker"}
        cutting = Cutting(tmp_path, command, problems[:1])
        assert cutting.run(settings(server.url, checker={"model": other})) == ""
        asked = [request["model"] for request in server.requests]
    assert asked == ["assistant"] + ["checker"] * 6
    assert read_json(tmp_path / "account.out")["calls"] == 7


def test_where_nothing_is_left_it_says_what_became_of_it(tmp_path, command, problems) -> None:
    with ReplayServer(lambda *_: "I can't.") as server:
        cutting = Cutting(tmp_path, command, problems[:2])
        line = cutting.run(settings(server.url, retries=0))
    assert line == (
        f"error: {tmp_path}/problems.jsonl: 0 tasks can be made, expected 1 at least; lower "
        "arms.tasks, or give more hard problems; found {'hard problems': 2, "
        "\"dropped: can't be cut into self-contained subtasks\": 2, 'not cut: no usable reply': 2}"
    )
    assert not list(tmp_path.glob("*.out"))


def test_long_solutions_are_cut_into_the_most_subtasks() -> None:
    bounds = settings("http://x", long_solution=100, subtasks=(2, 4))
    problem = examples.problem()
    short, long = (problem.model_copy(update={"solution": "x" * n}) for n in (100, 101))
    assert [number_of_subtasks(p, bounds) for p in (short, long)] == [2, 4]


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("", "found the tags (none); expected <problem-1>"),
        (
            cut_reply(CIRCLE[0]),
            "found the tags <problem-1> </problem-1> <solution-1> </solution-1>;",
        ),
        (cut_reply(*CIRCLE, CIRCLE[0]), "found the tags <problem-1>"),
        (cut_reply(CIRCLE[0], CIRCLE[0]), "found the same problem twice"),
        (cut_reply(CIRCLE[0], CIRCLE[1]._replace(problem=" ")), "nothing between <problem-2> and "),
        (
            cut_reply(CIRCLE[0], CIRCLE[1]._replace(solution="6")),
            "found no \\boxed{} in <solution-2>",
        ),
        ("<problem-1>" * 9_000, "found the tags <problem-1>"),
    ],
    ids=["empty", "too few", "too many", "twice the same", "blank", "no box", "long"],
)
def test_replies_in_another_form_are_malformed(reply: str, fault: str) -> None:
    with pytest.raises(Malformed) as error:
        read_subtasks(examples.problem(), 2, reply)
    assert str(error.value).startswith(fault)
    assert len(str(error.value)) < 1000


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Use the result of the Original Problem.", "Original Problem"),
        ("As in problem 1, find x.", "problem 1"),
        ("With the value found above, find x.", "found above"),
        ("Follow the reference solution.", "reference solution"),
        ("Find the second solution of $x^2 = 4$.", None),
        ("A test has 12 problems, of which Ann solves the first.", None),
        ("The points above the line are counted first.", None),
    ],
)
def test_words_that_refer_to_others_are_found(text: str, mention: str | None) -> None:
    found = OTHERS.search(text)
    assert (found and found[0]) == mention


def test_hardly_any_real_problem_seems_to_refer_to_others(shared_file) -> None:
    rows = map(json.loads, shared_file("math/train.jsonl").open(encoding="utf-8"))
    assert sum(bool(OTHERS.search(row["problem"])) for row in rows) <= 2
