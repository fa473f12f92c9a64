"""The workflow on a real SLURM: the same bytes as locally, whatever befalls jobs and nodes.

The whole tiny study instead of three of its arms:

    WEAK_TEACHERS_WHOLE=1 .venv/bin/pytest tests/test_slurm.py
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

import slurm
from weak_teachers.files import read_json
from workflow_runs import REPOSITORY, TINY, digests, snakemake_command, surroundings

PROFILE = REPOSITORY / "workflow/profiles/slurm"
THREADED = ("train_base", "train_teacher", "train_arm", "sample", "score", "score_base")
# As many threads as locally, since more may round sums in another way; and two cores have to do.
QUICK = (
    *("--set-threads", *(f"{rule}=1" for rule in THREADED)),
    *("--slurm-init-seconds-before-status-checks", "2"),
    *("--slurm-status-command", "squeue"),
    *("--latency-wait", "10"),
)
FEW_ARMS = {"teacher": "main", "tasks": 32, "hard": [50], "natural": ["weaker"], "rephrased": [50]}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A real SLURM; CI must have it."""
    if missing := slurm.missing():
        reason = f"no {', '.join(missing)}: apt-get install slurm-wlm munge"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with slurm.slurm(tmp_path_factory.mktemp("slurm")) as environment:
        yield environment


class Driver:
    """Snakemake as it is run on a login node; killed at the end of the block, if it still runs."""

    def __init__(
        self,
        cluster: dict[str, str],
        folder: Path,
        config: Path,
        *options: str,
        repository: Path = REPOSITORY,
    ) -> None:
        options = ("--workflow-profile", str(PROFILE), *QUICK, *options)
        self.log = folder / "driver.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                snakemake_command(folder, config, *options, repository=repository),
                cwd=REPOSITORY,
                env=surroundings(**cluster),
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> "Driver":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def wait_for(self, ready: Callable[[], object], what: str) -> None:
        slurm.wait_for(lambda: ready() or self.process.poll() is not None, what, 1200)
        assert self.process.poll() is None, self.said()

    def end(self) -> int:
        return self.process.wait(1200)

    def said(self) -> str:
        return self.log.read_text()


def running(cluster: dict[str, str], rule: str) -> list[tuple[str, str]]:
    """The jobs of a rule that run now, as (id, node)."""
    lines = slurm.call(cluster, "squeue", "-h", "-t", "R", "-o", "%i %N %k").splitlines()
    return [(words[0], words[1]) for words in map(str.split, lines) if f"rule_{rule}" in words[2]]


def test_a_study_ends_with_the_same_bytes_whatever_befalls_its_jobs(tiny, cluster, tmp_path):
    """One job is cancelled and one node goes down while arms are trained."""
    config = yaml.safe_load(TINY.read_text())
    whole = os.environ.get("WEAK_TEACHERS_WHOLE") == "1"
    if not whole:
        config["arms"] = FEW_ARMS
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(config))
    with Driver(cluster, tmp_path, tmp_path / "study.yaml") as driver:
        driver.wait_for(lambda: len(running(cluster, "train_arm")) > 1, "two trainings")
        (cancelled, _), *_, (lost, node) = running(cluster, "train_arm")
        slurm.call(cluster, "scancel", cancelled)
        slurm.call(cluster, "scontrol", "update", f"nodename={node}", "state=down", "reason=test")
        slurm.call(cluster, "scontrol", "update", f"nodename={node}", "state=resume")
        assert driver.end() == 0, driver.said()[-4000:]
    for job, state in {cancelled: "CANCELLED", lost: "NODE_FAIL"}.items():
        assert re.search(rf"SLURM-job '{job}' failed.*{state}", driver.said())
    here, there = digests(tmp_path / "results/tiny"), digests(tiny)
    compared = here.keys() if whole else {name for name in here if not of_all_arms(name)}
    assert {name: here[name] for name in compared} == {name: there[name] for name in compared}
    assert "scores/rephrased-50/seed-0.jsonl" in compared
    assert not whole or here.keys() == there.keys()


def of_all_arms(name: str) -> bool:
    """Whether a file is of the report, which tells of all arms together."""
    parts = ("report.html", "accuracy.csv", "findings.json", "figures")
    return name.removeprefix("manifest/").startswith(parts)


def test_a_failed_job_shows_its_one_line_error(cluster, finished) -> None:
    finished.config["student"]["arm"]["max_length"] = 10
    config = finished.save_config()
    with Driver(cluster, finished.folder, config, "--retries", "0") as driver:
        assert driver.end() == 1
    # Of the arms in a group, whichever was first.
    assert re.search(r"error: arm \S+: \d+ of \d+ rows are longer than ", driver.said())


def test_what_a_killed_run_left_is_cancelled_and_a_job_over_its_time_is_reported(
    cluster, finished
) -> None:
    finished.config["student"]["base"]["epochs"] = 1000
    config, target = finished.save_config(), "results/tiny/models/base"
    with Driver(cluster, finished.folder, config, target) as first:
        first.wait_for(lambda: running(cluster, "train_base"), "a training")
        [left] = running(cluster, "train_base")
        first.process.send_signal(signal.SIGKILL)
    assert running(cluster, "train_base")
    options = ("--retries", "0", "--set-resources", "train_base:runtime=1", "--", target)
    with Driver(cluster, finished.folder, config, *options) as second:
        second.wait_for(lambda: running(cluster, "train_base") not in ([], [left]), "another one")
        assert "JobState=CANCELLED" in slurm.call(cluster, "scontrol", "show", "job", left[0])
        assert second.end() == 1
    assert "SLURM status is: 'TIMEOUT'" in second.said()
    assert not (finished.folder / target).exists()


def test_two_nodes_learn_together_what_one_process_does(cluster, finished) -> None:
    shutil.copy(
        REPOSITORY / "tests/sharded_on_cpu/sitecustomize.py", finished.repository / "workflow"
    )
    target = "results/tiny/models/base"
    alone = read_json(finished.folder / target / "training.json")
    shutil.rmtree(finished.folder / target)
    resources = ("gpu=2", "nodes=2", "tasks=2", "mpi=srun", "tasks_per_gpu=0")
    options = ("--set-resources", *(f"train_base:{one}" for one in resources), "--", target)
    place = (finished.folder, finished.save_config())
    with Driver(cluster, *place, *options, repository=finished.repository) as driver:
        assert driver.end() == 0, driver.said()[-4000:]
    [job] = re.findall(r"SLURM jobid (\d+)", driver.said())
    assert "NumNodes=2" in slurm.call(cluster, "scontrol", "show", "job", job)
    together = read_json(finished.folder / target / "training.json")
    assert together != alone  # sums in another order, so there were two processes
    assert [one["loss"] for one in together] == pytest.approx(
        [one["loss"] for one in alone], rel=1e-4
    )
