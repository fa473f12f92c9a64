"""Running: a study runs once at a time in a folder, and a killed run leaves nothing in the way.

A run locks a file of its study for as long as it lives; the system drops the lock when its process
ends, however it ends. What a killed run may leave are its jobs in SLURM, which are cancelled.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from weak_teachers.errors import UserError
from weak_teachers.files import read_text

JOBS = ".jobs"
SECONDS_TO_CANCEL = 120

_held: list[TextIO] = []


def hold(results: Path) -> None:
    """Mark a study as running until this process ends.

    Raises:
        UserError: it runs already, in the same folder, or the folder can't be written or locked.
    """
    with _writing_in(results):
        results.mkdir(parents=True, exist_ok=True)
        file = (results / ".running").open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = read_text(results / ".running").strip()
            raise UserError(
                f"{results}: this study is being run already ({who}); wait for that run or stop it"
            ) from None
        file.truncate(0)
        started = time.strftime("%Y-%m-%d %H:%M")
        file.write(f"process {os.getpid()} on {socket.gethostname()} since {started}\n")
        file.flush()
    _held.append(file)


def register(results: Path) -> None:
    """Note that this process is a job of the study in SLURM, if it is one.

    Raises:
        UserError: the folder can't be written.
    """
    if ident := os.environ.get("SLURM_JOB_ID"):
        with _writing_in(results):
            (results / JOBS).mkdir(parents=True, exist_ok=True)
            (results / JOBS / ident).touch()


@contextmanager
def _writing_in(results: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{results}: can't be written ({error.strerror})") from None


def cancel_left(results: Path, submitted: Iterable[str]) -> None:
    """Cancel what an earlier run of the study left in SLURM, and wait until it is gone.

    Args:
        results: the study's folder.
        submitted: jobs that were submitted; those that began have registered themselves.

    Raises:
        UserError: they don't end.
    """
    wanted = {*submitted, *(path.name for path in results.glob(f"{JOBS}/*"))}
    if wanted and shutil.which("squeue"):
        _cancel(wanted)
    shutil.rmtree(results / JOBS, ignore_errors=True)


def _cancel(wanted: set[str]) -> None:
    deadline = time.monotonic() + SECONDS_TO_CANCEL
    while left := sorted(wanted & _mine()):
        if time.monotonic() > deadline:
            raise UserError(f"SLURM jobs {', '.join(left)} of a killed run don't end; scancel them")
        subprocess.run(["scancel", *left], check=False)
        time.sleep(2)


def _mine() -> set[str]:
    """The ids of this user's jobs that wait, run or are ending; array jobs by both their ids."""
    asked = ["squeue", "--me", "--noheader", "--format=%A %i"]
    return set(subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split())
