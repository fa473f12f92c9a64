"""The critic: what it is asked, how its replies are read, how they vote."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
from fault_server import FaultServer
from replay_server import ReplayServer
from weak_teachers.annotate import annotate
from weak_teachers.config.teachers import Annotation, Critic
from weak_teachers.steps.llm import label_steps, parse_reply, question, vote

TASK = examples.task("t", 2)
STEPS = ["first {step}", "second \\boxed{1}", "third"]


def test_the_prompt_holds_problem_and_numbered_steps() -> None:
    system, user = question(TASK, STEPS)
    assert (system["role"], user["role"]) == ("system", "user")
    assert TASK.text in user["content"]
    for number, step in enumerate(STEPS):
        assert f"<paragraph_{number}>\n{step}\n</paragraph_{number}>" in user["content"]
    assert r"\boxed{-1}" in user["content"]


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (r"Paragraph 1 is wrong. \boxed{1}", 1),
        (r"All is well: $\boxed{-1}$", -1),
        (r"First \boxed{0}, no: \boxed{2}", 2),
        (r"\boxed{ \text{2} }", 2),
        (r"\boxed{3}", None),
        (r"\boxed{-2}", None),
        (r"\boxed{x}", None),
        ("2", None),
        ("", None),
    ],
)
def test_replies(reply: str, found: int | None) -> None:
    assert parse_reply(reply, len(STEPS)) == found


@given(st.text())
def test_any_reply_is_read(reply: str) -> None:
    assert parse_reply(reply, 3) in (None, -1, 0, 1, 2)


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ([1, 1, -1], 1),
        ([-1, -1, 0, 1], -1),
        ([1, -1], None),
        ([None, None, 2], 2),
        ([None], None),
        ([], None),
    ],
)
def test_votes(numbers: list[int | None], found: int | None) -> None:
    assert vote(numbers) == found


def test_labels_before_at_and_after_the_first_error() -> None:
    found = label_steps(STEPS, [r"\boxed{1}", r"\boxed{1}", r"\boxed{2}"])
    assert [(step.label, step.reason) for step in found] == [
        ("correct", "2 of 3 votes"),
        ("wrong", "2 of 3 votes"),
        ("unknown", ""),
    ]
    none = [r"\boxed{-1}", r"\boxed{-1}", "I don't know."]
    assert [step.label for step in label_steps(STEPS, none)] == ["correct"] * 3
    tied = [r"\boxed{0}", r"\boxed{1}"]
    assert [step.label for step in label_steps(STEPS, tied)] == ["unknown"] * 3
    assert label_steps([], []) == []


def critic(model: str, asked: str, number: int) -> str:
    """Names the first paragraph that holds the word wrong; its third reply makes no sense."""
    steps = re.findall(r"<paragraph_(\d+)>\n(.*?)\n</", asked)
    named = next((place for place, text in steps if "wrong" in text), "-1")
    return "Hm." if number == 2 else f"So: \\boxed{{{named}}}"


def test_a_model_behind_a_server_is_the_critic() -> None:
    texts = ["1 + 1 = 2\nthis is wrong\n3 + 3 = 6", "2 + 2 = 5\nwell", "", "1 + 1 = 3"]
    with ReplayServer(critic) as server:
        model = {"backend": "openai", "model": "m", "url": server.url, "key_variable": None}
        settings = Annotation(
            checkers=["calculation", "llm"],
            llm=Critic(model=model, votes=3, sampling={"temperature": 1.0}),
        )
        solutions = [examples.solution(TASK, text, number) for number, text in enumerate(texts)]
        found, failed, account = annotate([TASK] * len(texts), solutions, settings)
    assert failed == []
    labels = [[(step.label, step.checker) for step in one.steps] for one in found]
    assert labels == [
        [("correct", "llm"), ("wrong", "llm"), ("unknown", "llm")],
        # What the first checker knows stays, whatever the critic says.
        [("wrong", "calculation"), ("correct", "llm")],
        [],
        [("wrong", "calculation")],
    ]
    assert found[0].steps[1].reason == "2 of 3 votes"
    # Nothing is asked about solutions of which nothing is unknown.
    assert account["texts"] == 2 * 3
    assert all(TASK.text in str(request["messages"]) for request in server.requests)


def test_votes_that_don_t_come_are_kept_with_the_reason() -> None:
    with FaultServer(1.0, kinds=("400",)) as server:
        model = {"backend": "openai", "model": "m", "url": server.url, "key_variable": None}
        settings = Annotation(
            checkers=["llm"], llm=Critic(model=model, votes=2, sampling={"failures": 1})
        )
        solution = examples.solution(TASK, "1 + 1 = 2\n2 + 2 = 4")
        [found], failed, account = annotate([TASK], [solution], settings)
    assert [(step.label, step.reason) for step in found.steps] == [
        ("unknown", "no majority of 2 votes")
    ] * 2
    assert [(one.id, one.asked, one.sample) for one in failed] == [
        (solution.id, "steps", 0),
        (solution.id, "steps", 1),
    ]
    assert all(one.reason.startswith("400 Bad Request: ") for one in failed)
    assert account["failed"] == 2
