"""Completions are hostile input: they cost themselves an unknown, and nothing else happens."""

import sys
import time
from pathlib import Path

import psutil
import pytest

import hostile
from weak_teachers.answers import extract_answer, judge_answers
from weak_teachers.answers.extract import final_answer

# Compared with it, nothing is plain.
REFERENCE = r"\frac{\sqrt{2}}{3}"
EVENTS = {"os.system", "os.exec", "os.fork", "os.posix_spawn", "socket.connect"}
seen: list[str] = []
watching = False


def watch(event: str, arguments: tuple) -> None:
    """Note what would run code or touch a file in this process, but for the cache's own files."""
    if not watching:
        return
    of_text = event == "exec" and arguments[0].co_filename == "<string>"
    of_canary = event == "open" and "canary" in str(arguments[0])
    if of_text or of_canary or event in EVENTS:
        seen.append(f"{event} {arguments}"[:300])


@pytest.fixture(scope="module")
def _watch() -> None:
    # A hook can't be taken away again.
    sys.addaudithook(watch)


@pytest.fixture
def watched(_watch):
    global watching
    watching = True
    yield seen
    watching = False


def test_hostile_completions_cost_nothing_but_themselves(tmp_path: Path, watched) -> None:
    completions = list(hostile.completions(str(tmp_path / "canary")))
    assert len(completions) >= 500
    start, before = time.monotonic(), set(psutil.Process().children(recursive=True))
    pairs = [
        (REFERENCE, (extract_answer if place % 2 else final_answer)(text))
        for place, text in enumerate(completions)
    ]
    verdicts = judge_answers(pairs, workers=2, seconds=1)
    assert len(verdicts) == len(completions)
    assert time.monotonic() - start < 300
    assert psutil.Process().memory_info().rss < 1e9
    assert set(psutil.Process().children(recursive=True)) <= before
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert watched == []


def test_the_watch_sees_an_execution(tmp_path: Path, watched) -> None:
    attack = hostile.CODE[2].format(canary=tmp_path / "canary")
    eval(attack).close()
    assert (tmp_path / "canary").exists()
    assert any("exec" in event for event in watched)
    assert any("canary" in event for event in watched)
    watched.clear()


def test_a_bomb_leaves_its_neighbours_alone() -> None:
    pairs = [(r"2\sqrt{2}", r"\sqrt{8}"), ("x", hostile.BOMBS[0]), (r"2\sqrt{2}", r"\sqrt{9}")]
    verdicts = judge_answers(pairs, workers=1, seconds=1)
    assert [verdict.outcome for verdict in verdicts] == ["correct", "unknown", "wrong"]
