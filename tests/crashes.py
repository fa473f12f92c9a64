"""Interrupt the tiny study at random times, run it to its end, and compare all that it made.

    .venv/bin/python tests/crashes.py --clean FOLDER --interruptions 36

Each round runs the study in a new folder and interrupts it up to nine times, its whole process
group at once: by SIGKILL seven times in nine, else by SIGTERM or SIGINT. Then it runs to its end.
Every stage file must be what an uninterrupted run made, byte for byte, and no text may have been
written twice: the request cache keeps what was finished. The last round runs on a disk that is
full again and again (needs root).
"""

import argparse
import collections
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow_runs import TINY, digests, run_snakemake, started

PER_ROUND = 9
SIGNALS = [signal.SIGKILL] * 7 + [signal.SIGTERM, signal.SIGINT]


def interrupt(folder: Path, seconds: float, how: signal.Signals) -> bool:
    """Run the study and interrupt it with all its jobs after a while; False if it ended before."""
    with started(folder, TINY) as process:
        try:
            assert process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, how)
            process.wait(600)
            return True
    return False


def finish(folder: Path) -> None:
    """Run the study to its end, as anyone would after a crash: with the same command."""
    run = run_snakemake(folder, TINY)
    assert run.returncode == 0, run.stderr[-4000:]


def differences(folder: Path, clean: dict[str, str]) -> list[str]:
    """Stage files that differ from those of an uninterrupted run, or that only one has."""
    made = digests(folder / "results/tiny")
    return sorted(name for name in made.keys() | clean.keys() if made.get(name) != clean.get(name))


def written_twice(folder: Path) -> int:
    """Texts that models wrote more than once, by the request cache.

    Two models of the same weights share what they write; scored at once, both may write it.
    """
    times: collections.Counter = collections.Counter()
    for path in folder.glob(".cache/requests/*/*.jsonl"):
        about, *lines = path.read_bytes().split(b"\n")
        for line in lines:
            # What a kill cut short was in flight.
            if line.endswith(b"}"):
                answers = json.loads(line)["answers"]
                times.update((about, one["request"], one["sample"]) for one in answers)
    assert times
    return sum(times.values()) - len(times)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Lay a disk of so many megabytes over a folder."""
    size = f"size={megabytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def run_on_a_full_disk(folder: Path, megabytes: int, step: int) -> int:
    """Run on a disk that is too small and grows after each failure; the number of failures."""
    failures = 0
    while run_snakemake(folder, TINY).returncode != 0:
        failures += 1
        megabytes += step
        command = ["mount", "-o", f"remount,size={megabytes}m", folder]
        subprocess.run(command, check=True)
    return failures


def report(folder: Path, clean: dict[str, str], what: str) -> bool:
    """Print how a round ended; whether it ended well."""
    differing, twice = differences(folder, clean), written_twice(folder)
    said = f"{len(clean)} files identical" if not differing else f"differing: {differing}"
    print(f"{what}: {said}, {twice} texts written twice", flush=True)
    return not differing and not twice


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--clean", type=Path, required=True, help="folder for the run to compare with"
    )
    parser.add_argument("--interruptions", type=int, default=36)
    parser.add_argument(
        "--longest", type=float, default=45, help="most seconds from a start to its interruption"
    )
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    draw = random.Random(args.seed)
    finish(args.clean)
    clean = digests(args.clean / "results/tiny")
    good, total = True, 0
    while total < args.interruptions:
        with tempfile.TemporaryDirectory() as name:
            done, start = collections.Counter(), time.monotonic()
            for how in draw.sample(SIGNALS, PER_ROUND):
                if not interrupt(Path(name), draw.uniform(0, args.longest), how):
                    break
                done[how.name] += 1
            finish(Path(name))
            total += done.total()
            counts = ", ".join(f"{count} {how}" for how, count in sorted(done.items()))
            what = f"{counts}, {time.monotonic() - start:.0f} s"
            good &= report(Path(name), clean, what)
    with tempfile.TemporaryDirectory() as name, small_disk(Path(name), 1):
        failures = run_on_a_full_disk(Path(name), 1, 2)
        good &= report(Path(name), clean, f"disk full {failures} times")
    print(f"{total} interruptions")
    sys.exit(not good)


if __name__ == "__main__":
    main()
