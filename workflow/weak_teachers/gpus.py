"""GPUs of a workstation: Snakemake gives a job a number of them, this gives it which.

A process takes free devices by locking a file for each; the system drops a lock when the process
ends, however it ends. In a job of SLURM it takes them from those that SLURM gave the job, which has
several such processes where snakemake itself runs in it.
"""

import fcntl
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TextIO

VISIBLE = "CUDA_VISIBLE_DEVICES"
SLURM_JOB, SLURM_NODE = "SLURM_JOB_ID", "SLURMD_NODENAME"
LOCKS = Path(tempfile.gettempdir())
SECONDS_BETWEEN_TRIES = 2.0

_held: list[TextIO] = []


def use_gpus(count: int | None) -> None:
    """Let this process see ``count`` GPUs that no other has taken; call before torch is imported.

    Waits until enough are free; takes fewer only where the machine has fewer, as each of several
    nodes has. None leaves all visible.
    """
    if count is None:
        return
    devices = devices_here()
    wanted = min(count, len(devices))
    if wanted < count and SLURM_JOB not in os.environ:
        print(f"note: {count} GPUs asked for, {len(devices)} found", file=sys.stderr)
    while len(taken := take(devices, wanted)) < wanted:
        time.sleep(SECONDS_BETWEEN_TRIES)
    _held.extend(taken.values())
    os.environ[VISIBLE] = ",".join(taken)


def devices_here() -> list[str]:
    """The devices to choose from: those that this process may see, else all of the machine."""
    visible = os.environ.get(VISIBLE)
    if visible is not None:
        return [device for device in visible.split(",") if device]
    return [str(number) for number, _ in enumerate(Path("/dev").glob("nvidia[0-9]*"))]


def take(devices: list[str], count: int) -> dict[str, TextIO]:
    """Lock ``count`` free devices, or none where fewer are free: device → its lock."""
    taken: dict[str, TextIO] = {}
    for device in devices:
        if len(taken) < count and (lock := lock_of(device)):
            taken[device] = lock
    if len(taken) < count:
        # Two processes that each hold a part of what they need would wait for each other for ever.
        for lock in taken.values():
            lock.close()
        return {}
    return taken


def lock_of(device: str) -> TextIO | None:
    """The lock of a device, an open file; None if another process has it."""
    # SLURM may number the devices of each job on a node from 0.
    place = [os.environ[name] for name in (SLURM_JOB, SLURM_NODE) if name in os.environ]
    path = LOCKS / "-".join(["weak-teachers-gpu", *place, f"{device.replace('/', '-')}.lock"])
    if not path.exists():
        path.touch()
        path.chmod(0o644)  # whatever the umask
    file = path.open()  # for reading, so that another user's file will do
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
