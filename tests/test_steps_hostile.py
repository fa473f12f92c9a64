"""Hostile solutions cost little, in memory and time, and nothing in them runs."""

import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import pytest

import hostile
from people_samples import HOSTILE
from weak_teachers.records import Task
from weak_teachers.steps.calculation import label_steps
from weak_teachers.steps.segment import segment

WATCHED = ("open", "exec", "compile", "import", "os.", "subprocess.", "socket.")
TASK = Task(id="t", family="t", kind="hard", text="How many?", solution="-", answer="-")

BOMBS = [
    "9^{9^{9^9}} = 1",
    "$9^{9^{9^{9}}} = 9^{9^{9^{9}}}$",
    "1" * 100_000 + " = 2",
    "1 + " * 100_000 + "1 = 2",
    "(" * 100_000 + "1" + ")" * 100_000 + " = 2",
    "-" * 100_000 + "1 = 2",
    "2^" * 10_000 + "2 = 3",
    "\\frac{" * 10_000 + "1 = 2",
    "1!" + "!" * 10_000 + " = 2",
    "10^" + "9" * 10_000 + " = 3",
    "x^6 * (a+b+c+d+e+f+g)^6 * (a+b+c+d+e+f+g)^6 = 1",
    "1 = " * 300_000,
    "1 + 1 = 3, " * 100_000,
    "a " * 500_000 + "= 1",
    " " * 1_000_000 + "= 1",
    "." * 1_000_000,
    "1,000" * 200_000 + " = 1",
    "$" * 1_000_000 + " 1 + 1 = 3",
    "1%" * 5_000 + " = 2",
    "1/2 " * 5_000 + "= 2",
    "<<" * 300_000 + "1=2" + ">>" * 300_000,
    "__import__('os').system('touch /tmp/owned') = 1",
    "\\input{/etc/passwd} = \\write18{ls} + 1",
]
FRAMES = ["1 + 1 = {}", "${}$ = 3", "\\[1 + 1 = {}\\]", "<<1+1={}>>", "\\frac{{}}{2} = 1"]


class Cost(NamedTuple):
    """What labelling hostile solutions took."""

    solutions: int
    slowest: float  # seconds
    memory: int  # most that the process ever had, kB
    events: list[str]


def solutions(canary: str) -> list[str]:
    """Hostile completions, and hostile expressions inside of statements."""
    expressions = [*HOSTILE, *BOMBS]
    framed = [frame.replace("{}", text, 1) for frame in FRAMES for text in expressions]
    return [*hostile.completions(canary), *expressions, *framed]


def label_all(canary: str) -> Cost:
    """Label all hostile solutions; run in a process of its own."""
    texts = solutions(canary)
    events: list[str] = []
    label(texts[0])
    sys.addaudithook(lambda event, _: events.append(event) if event.startswith(WATCHED) else None)
    slowest = max(map(label, texts))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(len(texts), slowest, memory, list(events))


def label(text: str) -> float:
    """Segment a solution and label its steps; the seconds of this process that it took."""
    start = time.process_time()
    label_steps(TASK, segment(text), "unknown")
    return time.process_time() - start


def run_code(code: str) -> list[str]:
    """The events of evaluating code, to see that they are noticed."""
    events: list[str] = []
    sys.addaudithook(lambda event, _: events.append(event) if event.startswith(WATCHED) else None)
    eval(code)
    return list(events)


@pytest.fixture
def child():
    """A fresh process: a hook can't be taken away again."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield pool


def test_hostile_solutions_cost_little_and_run_nothing(tmp_path: Path, child) -> None:
    cost = child.submit(label_all, str(tmp_path / "canary")).result(timeout=600)
    print(cost)
    assert cost.solutions >= 500
    assert cost.slowest < 10
    assert cost.memory < 1_000_000
    assert not cost.events
    assert not list(tmp_path.iterdir())


def test_code_that_runs_would_be_noticed(tmp_path: Path, child) -> None:
    canary = tmp_path / "canary"
    events = child.submit(run_code, hostile.CODE[2].format(canary=canary)).result(timeout=60)
    assert canary.exists()
    assert {"compile", "exec", "open"} <= set(events)
