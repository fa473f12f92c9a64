"""Processes on one machine take different GPUs, and give them back however they end."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import REPOSITORY
from weak_teachers import gpus

HOLD = """
import os, sys, time
from pathlib import Path
from weak_teachers import gpus
gpus.LOCKS, gpus.SECONDS_BETWEEN_TRIES = Path(sys.argv[1]), 0.05
gpus.use_gpus(int(sys.argv[2]))
print(os.environ["CUDA_VISIBLE_DEVICES"], flush=True)
time.sleep(600)
"""


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start processes that take GPUs of a machine that shows devices 2, 3 and 5, and hold them."""
    started = []

    def start(count: int, **slurm: str) -> subprocess.Popen:
        environment = {
            "CUDA_VISIBLE_DEVICES": "2,3,5",
            "PYTHONPATH": str(REPOSITORY / "workflow"),
            **slurm,
        }
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path), str(count)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def ids(process: subprocess.Popen) -> set[str]:
    return set(process.stdout.readline().strip().split(","))


def test_no_two_processes_have_the_same_device(hold) -> None:
    taken = [ids(process) for process in [hold(1), hold(1), hold(1)]]
    assert set.union(*taken) == {"2", "3", "5"}


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_who_asks_for_more_waits_until_a_killed_process_gives_its_own_back(hold, end) -> None:
    first, second = hold(2), hold(1)
    held = ids(first)
    assert held.isdisjoint(ids(second))
    third = hold(2)
    assert select.select([third.stdout], [], [], 1.0)[0] == []
    first.send_signal(end)
    assert ids(third) == held


def test_all_or_none_are_taken(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(gpus, "LOCKS", tmp_path)
    first = gpus.take(["0", "1", "2"], 2)
    assert gpus.take(["0", "1", "2"], 2) == {}
    assert list(gpus.take(["0", "1", "2"], 1)) == ["2"]
    assert list(first) == ["0", "1"]


def test_jobs_of_slurm_take_what_each_was_given(hold) -> None:
    """Those on one node may have devices of the same names; those of a job's nodes have."""
    places = [("7", "n1"), ("7", "n2"), ("8", "n1")]
    started = [hold(6, SLURM_JOB_ID=job, SLURMD_NODENAME=node) for job, node in places]
    assert [ids(process) for process in started] == [{"2", "3", "5"}] * 3


def test_processes_that_run_in_one_job_of_slurm_share_its_devices(hold) -> None:
    one, two = (ids(hold(count, SLURM_JOB_ID="7")) for count in (1, 2))
    assert (len(one), len(two)) == (1, 2)
    assert one | two == {"2", "3", "5"}


def test_other_users_can_open_a_lock_whatever_the_umask(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(gpus, "LOCKS", tmp_path)
    before = os.umask(0o077)
    try:
        gpus.take(["0"], 1)
    finally:
        os.umask(before)
    [lock] = tmp_path.iterdir()
    assert lock.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(("visible", "count", "seen"), [("4", 0, ""), ("4", 2, "4"), ("", 1, "")])
def test_no_more_than_asked_for_and_than_there_are(
    tmp_path, monkeypatch, capsys, visible: str, count: int, seen: str
) -> None:
    monkeypatch.setattr(gpus, "LOCKS", tmp_path)
    monkeypatch.setattr(gpus, "_held", [])
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    monkeypatch.setenv(gpus.VISIBLE, visible)
    gpus.use_gpus(count)
    assert os.environ[gpus.VISIBLE] == seen
    found = len(gpus.devices_here())
    expected = f"note: {count} GPUs asked for, {found} found\n" if found < count else ""
    assert capsys.readouterr().err == expected


def test_devices_have_names_of_any_kind(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(gpus, "LOCKS", tmp_path)
    taken = gpus.take(["GPU-8932f937", "MIG-GPU-8932f937/1/0"], 2)
    assert list(taken) == ["GPU-8932f937", "MIG-GPU-8932f937/1/0"]
