"""Time the dry run of the paper's study when it is finished, and with 4 and 16 times the models.

    .venv/bin/python tests/benchmarks/dry_run.py

The finished state is made up: every output is there with a few bytes and its checksum, and
Snakemake records it as its own by --touch. So the time is that of the plan and of the manifest.
"""

import contextlib
import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from weak_teachers import manifest
from weak_teachers.why import planned

REPOSITORY = Path(__file__).parents[2]
PAPER = REPOSITORY / "config/paper.yaml"
FACTORS = (1, 4, 16)


def snakemake(folder: Path, config: Path, *options: str) -> str:
    """Run Snakemake and give what it says."""
    command = ["-m", "snakemake", "--directory", folder, "--configfile", config, *options]
    ended = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout + ended.stderr


def cpu_of_children() -> float:
    """Seconds of CPU that ended subprocesses used; other work on the machine counts less in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def make_finished(folder: Path, config: Path) -> int:
    """Make up every output of a study; the number of its jobs."""
    with contextlib.redirect_stderr(io.StringIO()), planned([config], folder) as dag:
        jobs = [job for job in dag.jobs if job.output]
        for output in (output for job in jobs for output in job.output):
            path = Path(output)
            if output.is_directory:
                path.mkdir(parents=True)
                (path / "model.safetensors").write_text(output)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(output)
            manifest.record(path, path)
    snakemake(folder, config, "--touch")
    return len(jobs)


def main() -> None:
    print("models   jobs   dry run (s)   CPU (s)")
    for factor in FACTORS:
        with tempfile.TemporaryDirectory() as name:
            study = yaml.safe_load(PAPER.read_text())
            study["seeds"] = list(range(len(study["seeds"]) * factor))
            config = Path(name, "paper.yaml")
            config.write_text(yaml.safe_dump(study))
            jobs = make_finished(Path(name), config)
            start, used = time.perf_counter(), cpu_of_children()
            said = snakemake(Path(name), config, "--dry-run")
            seconds, cpu = time.perf_counter() - start, cpu_of_children() - used
            assert "Nothing to be done" in said
            models = len(list(Path(name).glob("results/paper/models/arms/*/*")))
            print(f"{models:6} {jobs:6} {seconds:9.1f} {cpu:13.1f}", flush=True)


if __name__ == "__main__":
    main()
