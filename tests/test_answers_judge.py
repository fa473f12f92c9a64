"""Verdicts depend on the two answers alone: not on company, order, workers, cache or a kill."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from weak_teachers.answers import Verdict, judge_answers, same_answer
from weak_teachers.answers import judge as module
from weak_teachers.answers.judge import LONGEST, plain_verdict

PLAIN = [("5", "5.0"), ("5", "6"), ("5", None), ("(1,2)", "(2,1)"), ("Evelyn", "Briana")]
HARD = [
    (r"1+\sqrt{2}", r"\sqrt{3+2\sqrt{2}}"),
    (r"\sin 1", r"\cos 1"),
    ("x+1", r"\frac{x^2-1}{x-1}"),
    (r"\tan^2 y+1", r"\sec^2 y"),
    ("2", "9^{9^{9^9}}"),
    (r"\sin x", r"\zzz_{"),
]
EXPECTED = ["correct", "wrong", "correct", "correct", "unknown", "unknown"]


def verdict_files() -> list[Path]:
    return [p for p in Path(os.environ["WEAK_TEACHERS_CACHE"]).rglob("*") if p.is_file()]


def test_plain_verdicts_say_that_rules_gave_them() -> None:
    found = judge_answers(PLAIN)
    assert [one.outcome for one in found] == ["correct", "wrong", "unknown", "wrong", "wrong"]
    assert {one.judge for one in found} == {"rules"}
    assert not verdict_files()


def test_verdicts_are_the_same_in_any_order_with_any_number_of_workers_cached_or_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pairs = [*PLAIN, *HARD]
    once = judge_answers(pairs, workers=1, seconds=1)
    assert [one.outcome for one in once[len(PLAIN) :]] == EXPECTED
    assert {one.judge for one in once[len(PLAIN) :]} == {"math-verify"}
    assert len(verdict_files()) == 5  # all but the time-out
    assert judge_answers(pairs, workers=1, seconds=1) == once
    monkeypatch.setenv("WEAK_TEACHERS_CACHE", str(tmp_path / "another"))
    assert judge_answers(pairs[::-1] * 2, workers=2, seconds=1) == (once * 2)[::-1]


def test_workers_start_while_pairs_are_still_coming() -> None:
    started: list[psutil.Process] = []

    def pairs() -> Iterator[tuple[str, str | None]]:
        yield HARD[0]
        deadline = time.monotonic() + 30
        while not psutil.Process().children() and time.monotonic() < deadline:
            time.sleep(0.01)
        started.extend(psutil.Process().children())
        yield "5", "6"

    assert [one.outcome for one in judge_answers(pairs(), seconds=20)] == ["correct", "wrong"]
    assert len(started) == 1


def test_what_is_cached_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    once = judge_answers(HARD[:2], seconds=20)
    monkeypatch.setattr(module.Sandbox, "ask", lambda self, item: None)
    assert judge_answers(HARD[:2]) == once
    assert same_answer(r"$\sqrt{3+2\sqrt{2}}$", r"$1+\sqrt{2}$") == "correct"


def test_single_answers_share_a_worker() -> None:
    assert same_answer(None, "5") == "unknown"
    assert [same_answer(pred, gold) for gold, pred in HARD[:1]] == ["correct"]
    workers = psutil.Process().children()
    assert workers
    assert [same_answer(pred, gold) for gold, pred in HARD[1:2]] == ["wrong"]
    assert psutil.Process().children() == workers
    module.own_sandbox().close()


def test_another_version_of_the_code_has_another_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = HARD[0]
    place = module.place(pair)
    assert module.place(pair) == place
    assert module.place(("2", "3")) != place
    monkeypatch.setattr(module, "fingerprint", lambda stage: "another")
    assert module.place(pair) != place


def test_a_cut_or_strange_cache_file_is_no_verdict() -> None:
    pair = HARD[0]
    for content in (b"", b"corr", b"\xff", b"right"):
        module.place(pair).parent.mkdir(parents=True, exist_ok=True)
        module.place(pair).write_bytes(content)
        assert module.cached(pair) is None
    assert judge_answers([pair], seconds=20) == [Verdict("correct", "math-verify")]


def test_a_long_answer_is_right_only_if_it_is_the_reference() -> None:
    long = "x+" * LONGEST
    assert plain_verdict(long, long)[0] == "correct"
    assert plain_verdict("x", long)[0] == "unknown"
    assert plain_verdict(long, "x")[0] == "unknown"


def test_only_a_reader_can_tell_an_option_from_a_value() -> None:
    assert judge_answers([("C", "42")]) == [Verdict("unknown", "rules")]
    assert judge_answers([("the line bisects it", "the line cuts it in two halves")]) == [
        Verdict("unknown", "rules")
    ]


def test_plain_answers_start_no_worker_and_import_no_algebra() -> None:
    code = (
        "import sys, psutil\n"
        "from weak_teachers.answers import extract_answer, judge_answers\n"
        "pairs = [(str(n), extract_answer(f'1 + 1 = 2\\nAnswer: {n % 7}')) for n in range(2000)]\n"
        "assert {v.outcome for v in judge_answers(pairs)} == {'correct', 'wrong'}\n"
        "assert not psutil.Process().children()\n"
        "assert not {'sympy', 'math_verify', 'torch'} & set(sys.modules)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=True,
        timeout=60,
    )
