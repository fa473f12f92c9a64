"""Run the real workflow in a folder of its own, and compare what runs made."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[1]
STUDIES = REPOSITORY / "tests/studies"
TINY = STUDIES / "tiny.yaml"


def snakemake_command(
    folder: Path, config: Path, *options: str, repository: Path = REPOSITORY
) -> list[str]:
    """The command that runs the workflow with its results under ``folder``."""
    return [
        *(sys.executable, "-m", "snakemake"),
        *("--snakefile", str(repository / "Snakefile")),
        *("--directory", str(folder)),
        *("--configfile", str(config)),
        *("--cores", "2"),
        *options,
    ]


def surroundings(**more: str) -> dict[str, str]:
    """This process's environment, but for the place of the cache: each folder has its own."""
    return {k: v for k, v in os.environ.items() if k != "WEAK_TEACHERS_CACHE"} | more


def run_snakemake(
    folder: Path, config: Path, *options: str, repository: Path = REPOSITORY, **environment: str
) -> subprocess.CompletedProcess:
    """Run the workflow to its end and catch what it says."""
    return subprocess.run(
        snakemake_command(folder, config, *options, repository=repository),
        cwd=repository,
        env=surroundings(**environment),
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )


@contextmanager
def started(folder: Path, config: Path) -> Iterator[subprocess.Popen]:
    """Start the workflow as the leader of a process group of its own, with all its jobs."""
    # What a shell runs in the background ignores SIGINT, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        snakemake_command(folder, config),
        cwd=REPOSITORY,
        env=surroundings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def interrupt_when(
    folder: Path, config: Path, ready: str, how: signal.Signals = signal.SIGKILL
) -> None:
    """Start the workflow and interrupt its process group once a file matches ``ready``."""
    with started(folder, config) as process:
        deadline = time.monotonic() + 600
        while not any(folder.glob(ready)):
            assert process.poll() is None, f"the run ended before {ready} was there"
            assert time.monotonic() < deadline, f"{ready} did not come"
            time.sleep(0.05)
        os.killpg(process.pid, how)
        process.wait(600)


def copy_repository(target: Path) -> Path:
    """A copy of all that a run reads, to be edited."""
    for name in ("Snakefile", "README.md", "workflow", "resources", "config", "envs", "profiles"):
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)
    return target


def planned_jobs(said: str) -> set[str]:
    """The jobs that a dry run lists: each as its rule and first output below results/<study>/."""
    jobs = re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)+)", said, re.MULTILINE)
    outputs = [re.search(r"^    output: results/[^/]+/([^,\n]+)", body, re.M) for _, body in jobs]
    return {
        f"{rule} {output[1]}" for (rule, _), output in zip(jobs, outputs, strict=True) if output
    }


@dataclass
class Finished:
    """A finished study that may be edited: its repository, its folder, its config."""

    repository: Path
    folder: Path
    config: dict[str, Any]

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file of the repository."""
        path = self.repository / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def append(self, name: str, text: str) -> None:
        """Add a text at the end of a file of the repository."""
        with (self.repository / name).open("a") as file:
            file.write(text)

    def save_config(self) -> Path:
        """Write the config where a run can read it."""
        path = self.folder / "study.yaml"
        path.write_text(yaml.safe_dump(self.config, sort_keys=False))
        return path

    def planned(self, *targets: str) -> set[str]:
        """The jobs that a dry run lists now, of all or for some targets."""
        config = self.save_config()
        run = run_snakemake(self.folder, config, "--dry-run", *targets, repository=self.repository)
        assert run.returncode == 0, run.stdout + run.stderr
        return planned_jobs(run.stdout + run.stderr)


def digests(results: Path) -> dict[str, str]:
    """SHA-256 of every stage file of a study: all but logs, timings and pictures' folders."""
    return {
        str(path.relative_to(results)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(results.rglob("*"))
        if path.is_file()
        and path.relative_to(results).parts[0] not in ("logs", "benchmarks")
        and not any(part.startswith(".") for part in path.relative_to(results).parts)
    }
