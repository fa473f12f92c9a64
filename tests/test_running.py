"""A study runs once at a time in a folder; other studies beside it; a killed run is no obstacle."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from conftest import REPOSITORY
from weak_teachers import running
from weak_teachers.errors import UserError
from workflow_runs import TINY, run_snakemake, snakemake_command

HOLD = """
import sys, time
from pathlib import Path
from weak_teachers.running import hold
hold(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""
SHORT = "results/{}/problems/tests/steps-2.jsonl"


@pytest.fixture
def holder() -> Iterator[Callable[[Path], subprocess.Popen]]:
    """Start a process that marks a study as running."""
    started = []

    def start(results: Path) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(results)],
            env={"PYTHONPATH": str(REPOSITORY / "workflow")},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_second_run_is_told_who_runs_already(tmp_path: Path, holder) -> None:
    results = tmp_path / "results/tiny"
    first = holder(results)
    with pytest.raises(UserError, match=rf"already \(process {first.pid} on .+ since 20.+\); wait"):
        running.hold(results)
    running.hold(tmp_path / "results/other")
    first.kill()
    first.wait()
    running.hold(results)
    assert f"process {first.pid} " not in (results / ".running").read_text()


def test_a_second_snakemake_is_told_too_and_a_killed_one_is_no_obstacle(tmp_path, holder) -> None:
    first = holder(tmp_path / "results/tiny")
    target = SHORT.format("tiny")
    run = run_snakemake(tmp_path, TINY, target)
    assert run.returncode == 1
    [line] = [line for line in run.stderr.splitlines() if line.startswith("error: ")]
    assert line.startswith("error: results/tiny: this study is being run already (process ")
    assert not (tmp_path / target).exists()
    assert run_snakemake(tmp_path, TINY, "--dry-run", target).returncode == 0
    first.kill()
    first.wait()
    # What Snakemake itself leaves of a killed run.
    locks = tmp_path / ".snakemake/locks"
    locks.mkdir(exist_ok=True)
    (locks / "0.output.lock").write_text(f"{target}\n")
    assert run_snakemake(tmp_path, TINY, target).returncode == 0
    assert (tmp_path / target).is_file()


@pytest.mark.parametrize("mark", [running.hold, running.register])
def test_a_folder_that_can_t_be_made_is_one_line(tmp_path: Path, monkeypatch, mark) -> None:
    monkeypatch.setenv("SLURM_JOB_ID", "17")
    (tmp_path / "results").write_text("no folder")
    with pytest.raises(UserError) as error:
        mark(tmp_path / "results/tiny")
    assert str(error.value) == f"{tmp_path}/results/tiny: can't be written (Not a directory)"


def test_a_file_system_without_locks_is_one_line(tmp_path: Path, monkeypatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(UserError, match=r"can't be written .No locks available"):
        running.hold(tmp_path)


def test_snakemake_says_so_in_one_line_too(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("no folder")
    run = run_snakemake(tmp_path, TINY, SHORT.format("tiny"))
    assert run.returncode == 1
    assert "error: results/tiny: can't be written (Not a directory)" in run.stderr.splitlines()
    assert "Traceback" not in run.stderr


def test_two_studies_run_side_by_side(tmp_path: Path) -> None:
    started = []
    for name in ("one", "two"):
        config = tmp_path / f"{name}.yaml"
        config.write_text(yaml.safe_dump({**yaml.safe_load(TINY.read_text()), "study": name}))
        command = snakemake_command(tmp_path, config, SHORT.format(name))
        started.append(subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL))
    assert [process.wait() for process in started] == [0, 0]
    one, two = (tmp_path / SHORT.format(name) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_a_job_of_slurm_registers_itself(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    running.register(tmp_path)
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("SLURM_JOB_ID", "17")
    running.register(tmp_path)
    assert (tmp_path / ".jobs/17").is_file()


def test_without_slurm_nothing_is_cancelled(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("SLURM_JOB_ID", "17")
    running.register(tmp_path)
    running.cancel_left(tmp_path, ["1", "2"])
    assert not list(tmp_path.iterdir())
