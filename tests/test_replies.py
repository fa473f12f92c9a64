"""Replies in a strict form: read, asked for again with the fault shown, or counted as failed."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from fault_server import FaultServer
from replay_server import ReplayServer
from weak_teachers import replies
from weak_teachers.backends import Batch, Completion, Failure, Job, Usage
from weak_teachers.backends import openai as backend
from weak_teachers.config.assistants import Assistant
from weak_teachers.errors import UserError
from weak_teachers.replies import Asker, Malformed, Question, one_of, sections, total
from weak_teachers.tokens import asking


def assistant(url: str, retries: int = 2, **sampling: float) -> Assistant:
    model = {"backend": "openai", "model": "m", "url": url, "key_variable": None, "attempts": 2}
    return Assistant(model=model, retries=retries, sampling={"temperature": 0.0, **sampling})


def word(reply: str) -> str:
    return sections(reply, ["word"])["word"]


QUESTIONS = [Question(f"q{n}", asking(f"Question {n}"), word) for n in range(5)]


@pytest.fixture
def served() -> Iterator[Callable[..., ReplayServer]]:
    """A server that gives each question's replies one after the other, then the last again."""
    servers = []

    def serve(*replies: str) -> ReplayServer:
        def reply(model: str, asked: str, number: int) -> str:
            return replies[min(asked.count("can't be used"), len(replies) - 1)]

        servers.append(ReplayServer(reply).__enter__())
        return servers[-1]

    yield serve
    for server in servers:
        server.__exit__()


def test_what_a_reply_says_is_given(served) -> None:
    server = served("Well. <word> a <b> </word> So.")
    asker = Asker(assistant(server.url), 0, "restyle")
    assert asker.ask("ask", QUESTIONS) == {f"q{n}": "a <b>" for n in range(5)}
    assert (asker.account["texts"], asker.account["malformed"]) == (5, 0)


def test_a_malformed_reply_is_asked_for_again_with_its_fault(served) -> None:
    server = served("nothing", "<word>", "<word>third</word>")
    asker = Asker(assistant(server.url), 0, "restyle")
    assert set(asker.ask("ask", QUESTIONS[:1]).values()) == {"third"}
    last = server.requests[-1]["messages"]
    assert [m["content"].partition(";")[0] for m in last] == [
        "Question 0",
        "nothing",
        "That reply can't be used: found the tags (none)",
        "<word>",
        "That reply can't be used: found the tags <word>",
    ]
    assert asker.account | {"texts": 3, "calls": 3, "malformed": 2, "failed": 0} == asker.account


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_after_the_last_retry_it_is_a_failure_with_its_reason(served, retries: int) -> None:
    server = served("nothing")
    asker = Asker(assistant(server.url, retries), 0, "restyle")
    found = asker.ask("ask", QUESTIONS)
    reason = "malformed reply: found the tags (none); expected <word> </word>"
    assert set(found.values()) == {Failure(reason)}
    assert len(server.requests) == 5 * (retries + 1) == asker.account["malformed"]
    assert asker.account["failed"] == 5


def test_a_reply_that_was_cut_is_malformed(served) -> None:
    server = served("", "<word>whole</word>")
    assert Asker(assistant(server.url), 0, "restyle").ask("ask", QUESTIONS[:1]) == {"q0": "whole"}
    assert "cut at the token limit" in server.requests[-1]["messages"][-1]["content"]
    assert server.requests[-1]["messages"][-2]["content"] == "(nothing)"


def test_what_a_model_thinks_aloud_is_no_reply(served) -> None:
    server = served("<think>First <word>a</word>?</think>\n<word>b</word>")
    assert Asker(assistant(server.url), 0, "restyle").ask("ask", QUESTIONS[:1]) == {"q0": "b"}


def test_refused_requests_are_failures_up_to_their_share(monkeypatch) -> None:
    monkeypatch.setattr(backend, "FIRST_PAUSE", 0.001)
    with FaultServer(0.4, kinds=("400",), seed=1) as server:
        found = Asker(assistant(server.url, retries=0, failures=0.9), 0, "restyle").ask(
            "ask", QUESTIONS
        )
        assert any(str(reply).find("400 Bad Request") > 0 for reply in found.values())
        said = (
            r"ask: 1 of 5 failed, 1 of them so: 400 Bad Request.* \(restyle\.sampling\.failures is"
        )
        with pytest.raises(UserError, match=said):
            Asker(assistant(server.url, retries=0, failures=0.0), 0, "restyle").ask(
                "ask", QUESTIONS
            )


def test_the_share_that_may_be_refused_is_of_all_questions_also_on_a_retry(monkeypatch) -> None:
    """One of five may fail: the one that is asked again is all that its round asks for."""

    def generate(jobs: Sequence[Job]) -> Iterator[Batch]:
        for job in jobs:
            good = Completion("no word" if job.key == "q0" else "<word>a</word>", "stop")
            again = len(job.messages) > 1
            yield Batch([(job, Failure("refused") if again else good)], Usage(calls=1))

    monkeypatch.setattr(replies, "open_backend", lambda *_: generate)
    asker = Asker(assistant("http://x", failures=0.2), 0, "restyle")
    found = asker.ask("ask", QUESTIONS)
    assert found == {f"q{n}": "a" for n in range(1, 5)} | {"q0": Failure("refused")}
    assert (asker.account["failed"], asker.account["malformed"]) == (1, 1)
    with pytest.raises(UserError, match="1 of 1 failed"):
        Asker(assistant("http://x", failures=0.19), 0, "restyle").ask("ask", QUESTIONS)


def test_no_questions_ask_nothing() -> None:
    asker = Asker(assistant("http://127.0.0.1:9"), 0, "restyle")
    assert asker.ask("ask", []) == {}
    assert asker.account["texts"] == 0


def test_one_model_in_two_roles_is_counted_once(served) -> None:
    server = served("<word>a</word>")
    one, other = (Asker(assistant(server.url), 0, "restyle") for _ in range(2))
    one.ask("ask", QUESTIONS[:2])
    other.ask("ask", QUESTIONS[2:])
    assert total([one, one])["texts"] == 2
    assert total([one, other])["texts"] == 5


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<a>1</a>", "found the tags <a> </a>; expected <a> </a> <b-2> </b-2>"),
        ("<b-2>1</b-2><a>1</a>", "found the tags <b-2> </b-2> <a> </a>; expected"),
        ("<a>1</a><b-2>1</b-2><b-3>1</b-3>", "found the tags <a> </a> <b-2> </b-2> <b-3> </b-3>;"),
        ("<a><b-2>1</b-2></a>", "found the tags <a> <b-2> </b-2> </a>; expected"),
        ("<a>1</a><b-2> \n</b-2>", "nothing between <b-2> and </b-2>"),
    ],
)
def test_tags_must_be_those_and_in_order(text: str, fault: str) -> None:
    with pytest.raises(Malformed) as error:
        sections(text, ["a", "b-2"])
    assert str(error.value).startswith(fault)


def test_other_signs_in_a_text_are_no_tags() -> None:
    text = "<a>x<y>z</a> <c> <b-2>1 < 2</b-2>"
    assert sections(text, ["a", "b-2"]) == {"a": "x<y>z", "b-2": "1 < 2"}


def test_a_word_is_one_of_those_allowed() -> None:
    assert one_of({"same": "Yes."}, "same", ["yes", "no"]) == "yes"
    with pytest.raises(Malformed, match="found 'maybe' in <same>; expected yes or no"):
        one_of({"same": "Maybe"}, "same", ["yes", "no"])
