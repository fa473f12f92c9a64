"""The openai backend against a local server with faults: nothing lost, nothing leaked, no loop."""

import json
import time
from email.utils import formatdate
from itertools import pairwise
from typing import Any

import pytest

from fault_server import FAULTS, FaultServer
from weak_teachers.backends import Completion, Failure, Job, Usage
from weak_teachers.backends import openai as module
from weak_teachers.backends.openai import open_model
from weak_teachers.backends.protocol import Reply, usable, wait_of, worst_case
from weak_teachers.config.models import OpenaiModel, Sampling
from weak_teachers.errors import UserError
from weak_teachers.tokens import asking

KEY = "sk-0123456789"
SAMPLING = Sampling(temperature=0.7, top_p=0.9, max_new_tokens=20)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, and pauses of milliseconds."""
    monkeypatch.setenv("TEST_KEY", f" {KEY}\n")
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)


def jobs(prompts: int, samples: int) -> list[Job]:
    return [
        Job(f"t{prompt}", asking(f"task {prompt}"), sample)
        for prompt in range(prompts)
        for sample in range(samples)
    ]


def model(server: FaultServer, **more: Any) -> OpenaiModel:
    fields = {"backend": "openai", "model": "m", "key_variable": "TEST_KEY", "timeout": 30}
    return OpenaiModel(**{**fields, "url": server.url, **more})


def answers(server: FaultServer, wanted: list[Job], **more: Any) -> dict[tuple[str, int], Any]:
    """What came, by key and number; each once."""
    batches = list(open_model(model(server, **more), SAMPLING)(wanted, Usage()))
    found = [(job.key, job.sample, answer) for batch in batches for job, answer in batch.answers]
    assert len(found) == len(wanted)
    return {(key, sample): answer for key, sample, answer in found}


def test_one_request_brings_all_samples_of_a_prompt() -> None:
    with FaultServer() as server:
        found = answers(server, jobs(4, 3))
        assert {key for key, _ in found} == {"t0", "t1", "t2", "t3"}
        assert len({answer.text for answer in found.values()}) == 12
        assert all(answer.finish == "stop" for answer in found.values())
        assert all(found[key].text.startswith(f"task {key[0][1:]} is") for key in found)
        assert len(server.requests) == 4
        request = server.requests[0]
        assert request["authorization"] == f"Bearer {KEY}"
        assert (request["model"], request["n"], request["max_tokens"]) == ("m", 3, 20)
        assert (request["temperature"], request["top_p"]) == (0.7, 0.9)


def test_more_fields_and_another_name_of_the_limit_are_sent() -> None:
    with FaultServer() as server:
        more = {"token_limit": "max_completion_tokens", "extra": {"reasoning_effort": "low"}}
        answers(server, jobs(1, 1), **more)
        (request,) = server.requests
        assert request["max_completion_tokens"] == 20
        assert request["reasoning_effort"] == "low"
        assert not {"max_tokens", "n"} & set(request)


def test_a_server_without_a_key_is_sent_none() -> None:
    with FaultServer() as server:
        answers(server, jobs(1, 1), key_variable=None)
        assert server.requests[0]["authorization"] is None


@pytest.mark.parametrize("attempts", [1, 8])
@pytest.mark.parametrize(("takes_n", "requests"), [("gives one", 9), ("refuses", 10)])
def test_a_server_that_gives_one_text_a_request_is_asked_for_each(
    takes_n, requests, attempts
) -> None:
    with FaultServer(takes_n=takes_n) as server:
        found = answers(server, jobs(3, 3), concurrency=1, attempts=attempts)
        assert all(isinstance(answer, Completion) for answer in found.values())
        assert len({answer.text for answer in found.values()}) == 9
        assert len(server.requests) == requests  # one refusal is enough to learn from


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_that_passes_is_survived(kind: str) -> None:
    with FaultServer(0.4, kinds=(kind,), seed=1) as server:
        found = answers(server, jobs(20, 2), attempts=20, timeout=1)
        assert len({answer.text for answer in found.values()}) == 40
        assert all(isinstance(answer, Completion) for answer in found.values())
        assert sum(request["fault"] == kind for request in server.requests) > 3


def test_all_faults_together_lose_and_repeat_nothing() -> None:
    with FaultServer(0.3) as server:
        found = answers(server, jobs(100, 3), attempts=20, timeout=3)
        assert len({answer.text for answer in found.values()}) == 300
        # Every good text that was served was used.
        assert server.served == {f"task {n}": 3 for n in range(100)}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("500", "500 Internal Server Error: "),
        ("400", "400 Bad Request: "),
        ("401", "401 Unauthorized: "),
        ("cut", "cut off: RemoteProtocolError"),
        ("hang", "no reply within 0.1 seconds"),
        ("broken json", "no reply in OpenAI's form: "),
        ("no choices", "no choices"),
        ("empty", "an empty text"),
        ("filtered", "refused by the server's content filter"),
        ("over-long", "a text of 2,000 characters for 20 tokens"),
    ],
)
def test_a_fault_that_stays_becomes_a_failure_with_its_reason(kind: str, reason: str) -> None:
    with FaultServer(1.0, kinds=(kind,)) as server:
        patience = 0.1 if kind == "hang" else 30
        found = answers(server, jobs(2, 2), attempts=3, timeout=patience)
        for answer in found.values():
            assert isinstance(answer, Failure)
            assert answer.reason.startswith(reason)
            assert KEY not in answer.reason


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("before", [0, 50, 195], ids="{} characters before it".format)
def test_no_part_of_a_key_that_a_server_repeats_is_in_a_reason(status, before, monkeypatch) -> None:
    said = b"x" * before + KEY.encode() + b" is no key that is known here"
    monkeypatch.setattr(
        "fault_server.Handler.answer", lambda self, body, fault: self.reply(status, said)
    )
    with FaultServer() as server:
        (answer,) = answers(server, jobs(1, 1), attempts=1).values()
    assert isinstance(answer, Failure)
    assert KEY[:3] not in answer.reason


def test_what_a_server_refuses_for_good_is_not_tried_again() -> None:
    with FaultServer(1.0, kinds=("400",)) as server:
        answers(server, jobs(1, 1), attempts=9)
        assert len(server.requests) == 1
        answers(server, jobs(1, 3), attempts=9)
        assert [request.get("n", 1) for request in server.requests] == [1, 3, 1]


def test_nobody_listening_is_a_failure_that_names_the_address() -> None:
    with FaultServer() as server:
        url = server.url
    found = answers(server, jobs(1, 1), attempts=2)
    (failure,) = found.values()
    assert failure.reason.startswith(f"{url}: can't connect")


def test_requests_under_way_are_bounded() -> None:
    with FaultServer(1.0, kinds=("hang",)) as server:
        answers(server, jobs(9, 1), attempts=1, timeout=0.2, concurrency=4)
        assert server.most_under_way >= 4
    with FaultServer() as server:
        answers(server, jobs(40, 1), concurrency=3)
        assert 1 <= server.most_under_way <= 3


def test_a_server_is_left_alone_for_as_long_as_it_asks() -> None:
    with FaultServer(1.0, kinds=("429",), retry_after="0.5") as server:
        answers(server, jobs(4, 1), attempts=2, concurrency=4)
        times = sorted(request["at"] for request in server.requests)
        assert len(times) == 8
        assert times[4] - times[0] >= 0.5


def test_pauses_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.1)
    with FaultServer(1.0, kinds=("500",)) as server:
        answers(server, jobs(1, 1), attempts=4)
        times = [request["at"] for request in server.requests]
        pauses = [after - before for before, after in pairwise(times)]
        assert pauses[0] >= 0.05
        assert pauses[2] >= 0.2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        *(("3", 3.0), ("0.25", 0.25), ("1e9", 600.0), ("inf", 600.0), ("nan", 0.0), ("-5", 0.0)),
        *(("", 0.0), ("soon", 0.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)),
    ],
)
def test_retry_after_is_read_and_bounded(header: str, seconds: float) -> None:
    assert wait_of(header) == seconds


def test_retry_after_may_be_a_date() -> None:
    assert 58 <= wait_of(formatdate(time.time() + 60, usegmt=True)) <= 60


def spent(server: FaultServer) -> int:
    """Tokens that the server counted for requests that it answered."""
    good = [r for r in server.requests if r["fault"] in (None, "surplus choices")]
    return sum(10 + 5 * r.get("n", 1) for r in good)


@pytest.mark.parametrize("faults", [0.0, 0.3])
@pytest.mark.parametrize("budget", [{"tokens": 2000}, {"dollars": 0.002}])
def test_a_budget_stops_before_it_is_passed(faults: float, budget: dict[str, float]) -> None:
    price = {"prompt": 1, "completion": 1}  # so that 2,000 tokens are $0.002
    with FaultServer(faults, kinds=("429", "500", "503")) as server:
        generate = open_model(model(server, budget=budget, price=price), SAMPLING)
        came = []
        with pytest.raises(UserError, match="the budget leaves no room for another request") as end:
            for batch in generate(jobs(300, 1), Usage()):
                came += batch.answers
        worst = worst_case(asking("task 299"), 1, 20)
        worst_tokens = worst.prompt_tokens + worst.completion_tokens
        assert 2000 - worst_tokens - 15 <= spent(server) <= 2000
        assert len(came) == server.served.total()  # all that was paid for came
        assert "\n" not in str(end.value)


def test_what_earlier_runs_spent_counts_for_the_budget() -> None:
    with FaultServer() as server:
        settings = model(server, budget={"tokens": 2000})
        with pytest.raises(UserError, match="budget"):
            list(open_model(settings, SAMPLING)(jobs(3, 1), Usage(prompt_tokens=1990)))
        assert server.requests == []


def test_a_budget_is_for_all_that_a_stage_asks() -> None:
    with FaultServer() as server:
        backend = open_model(model(server, budget={"tokens": 500}), SAMPLING)
        list(backend(jobs(20, 1), Usage()))
        with pytest.raises(UserError, match="budget"):
            list(backend(jobs(20, 1), Usage()))
        assert spent(server) <= 500


def test_a_request_that_was_cut_off_counts_as_if_it_cost_all_it_may() -> None:
    with FaultServer(1.0, kinds=("cut",)) as server:
        worst = worst_case(asking("task 0"), 1, 20)
        tokens = worst.prompt_tokens + worst.completion_tokens
        settings = model(server, budget={"tokens": 3 * tokens}, attempts=8)
        with pytest.raises(UserError, match="budget"):
            list(open_model(settings, SAMPLING)(jobs(1, 1), Usage()))
        assert len(server.requests) == 3


@pytest.mark.parametrize("key", ["", "  ", "sk-\nsecret", "sk-sécret"])
def test_a_key_that_is_missing_or_unfit_is_one_line_without_it(key, monkeypatch) -> None:
    monkeypatch.setenv("TEST_KEY", key)
    with FaultServer() as server, pytest.raises(UserError) as error:
        open_model(model(server), SAMPLING)
    assert str(error.value) == (
        "m: the environment variable TEST_KEY holds no key; set it, or set key_variable: null for "
        "a server that asks for none"
    )


def reply(*choices: tuple[str | None, str | None]) -> Reply:
    return Reply.model_validate(
        {"choices": [{"message": {"content": t}, "finish_reason": f} for t, f in choices]}
    )


def test_usable_choices_are_given_to_the_jobs_in_order() -> None:
    wanted = jobs(1, 4)
    found = usable(
        wanted,
        reply(("", "stop"), (" a\n", "stop"), (None, "length"), ("b", None), ("c", "stop")),
        SAMPLING,
    )
    assert [(job.sample, answer) for job, answer in found] == [
        (0, Completion("a", "stop")),
        (1, Completion("", "length")),
        (2, Completion("b", "stop")),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"choices": null}',
        b'{"choices": [{}]}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b'{"choices": [], "usage": {"prompt_tokens": -1, "completion_tokens": 0}}',
        b'{"choices": [{"message": {"content": "\\ud800"}}]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=lambda content: content[:30],
)
def test_whatever_a_server_sends_is_at_most_a_failure(content: bytes, monkeypatch) -> None:
    monkeypatch.setattr(
        "fault_server.Handler.answer", lambda self, body, fault: self.reply(200, content)
    )
    with FaultServer() as server:
        (answer,) = answers(server, jobs(1, 1), attempts=2).values()
        assert isinstance(answer, Failure)
        assert "\n" not in answer.reason
        assert len(answer.reason) < 200


def test_a_reply_without_end_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(module, "LARGEST_REPLY", 1000)
    big = json.dumps({"choices": [{"message": {"content": "x" * 5000}}]}).encode()
    monkeypatch.setattr(
        "fault_server.Handler.answer", lambda self, body, fault: self.reply(200, big)
    )
    with FaultServer() as server:
        (answer,) = answers(server, jobs(1, 1), attempts=1).values()
        assert answer == Failure("a reply of more than 1,000 bytes")


def test_stopping_early_leaves_nothing_running() -> None:
    with FaultServer(0.5, kinds=("hang",)) as server:
        generate = open_model(model(server), SAMPLING)(jobs(20, 1), Usage())
        next(generate)
        generate.close()
        time.sleep(0.2)  # for those that were under way
        before = len(server.requests)
        time.sleep(0.3)
        assert len(server.requests) == before
