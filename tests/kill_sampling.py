"""Kill a stage that asks a failing server, again and again, and count what was lost and repeated.

    python tests/kill_sampling.py --kills 20 --tasks 1000 --samples 3 --faults 0.3

The stage is the real one, asking over HTTP; the server numbers every text that it gives. At the end
each solution is there once and is a text of its own, and the server gave no more texts than those
and what was in flight at each kill.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import examples
from conftest import REPOSITORY
from fault_server import FaultServer
from weak_teachers.cache import read_lines
from weak_teachers.config.stages import SampleSettings
from weak_teachers.config.teachers import TeacherSampling
from weak_teachers.files import read_records, write_records
from weak_teachers.records import FailedSolution, Solution, Task

CONCURRENCY = 8


class Outcome(NamedTuple):
    """What came of a run with its kills."""

    kills: int
    requests: int
    faults: int
    kept: int
    """Solutions in the end."""
    lost: int
    """Texts that the server gave and that no solution is."""
    most_lost: int
    """The most at one kill."""


def stage(folder: Path, url: str, samples: int) -> subprocess.Popen:
    """Start the stage in a folder."""
    teacher = {
        "backend": "openai",
        "model": "m",
        "url": url,
        "key_variable": None,
        "timeout": 3,
        "attempts": 20,
        "concurrency": CONCURRENCY,
    }
    settings = SampleSettings(
        teacher=teacher, samples=samples, sampling=TeacherSampling(max_new_tokens=20, failures=0)
    )
    environment = {k: v for k, v in os.environ.items() if k != "WEAK_TEACHERS_CACHE"}
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "weak_teachers.sample"),
            *("--settings", settings.model_dump_json(), "--teacher", "main", "--seed", "0"),
            *("--tasks", "tasks.jsonl", "--output", "hard.jsonl"),
            *("--failed", "failed.jsonl", "--account", "account.json"),
        ],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(REPOSITORY / "workflow")},
        stderr=(folder / "log").open("a"),
    )


def kept(folder: Path) -> int:
    """Texts in the request cache."""
    files = folder.glob(".cache/requests/*/*.jsonl")
    return sum(len(line.answers) for path in files for line in read_lines(path))


def killed_somewhere(process: subprocess.Popen, server: FaultServer, draw: random.Random) -> bool:
    """Kill a stage, before or while it asks; False if it had ended."""
    before = len(server.requests)
    if draw.random() < 0.1:
        time.sleep(draw.uniform(0, 0.3))  # before it asks
    else:
        while len(server.requests) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(draw.uniform(0, 1.5))
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return not ended


def run(
    folder: Path, kills: int, tasks: int, samples: int, faults: float, seed: int = 0
) -> Outcome:
    """Sample in a folder until the end, killed so many times on the way."""
    draw = random.Random(seed)
    wanted = [examples.task(f"t{n}", steps=2, seed=n) for n in range(tasks)]
    write_records(folder / "tasks.jsonl", wanted)
    lost = [0]  # up to the start, and up to each kill
    with FaultServer(faults, seed=seed) as server:
        while len(lost) <= kills and killed_somewhere(
            stage(folder, server.url, samples), server, draw
        ):
            time.sleep(0.2)  # for the server to notice
            lost.append(server.served.total() - kept(folder))
        assert stage(folder, server.url, samples).wait() == 0, (folder / "log").read_text()[-2000:]
        check(folder, wanted, samples)
        return Outcome(
            kills=len(lost) - 1,
            requests=len(server.requests),
            faults=sum(request["fault"] is not None for request in server.requests),
            kept=kept(folder),
            lost=server.served.total() - tasks * samples,
            most_lost=max((after - before for before, after in pairwise(lost)), default=0),
        )


def check(folder: Path, tasks: list[Task], samples: int) -> None:
    """Every solution is there, in order, answers its task, and is no other's text."""
    solutions = read_records(folder / "hard.jsonl", Solution)
    assert [s.id for s in solutions] == [f"{t.id}/main/{n}" for t in tasks for n in range(samples)]
    by_id = {task.id: task for task in tasks}
    for solution in solutions:
        assert solution.text.startswith(f"{by_id[solution.task].text} is number ")
    assert len({solution.text for solution in solutions}) == len(solutions)
    assert read_records(folder / "failed.jsonl", FailedSolution) == []


def main() -> None:
    """Run once and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(run(Path(folder), **vars(args)))


if __name__ == "__main__":
    main()
