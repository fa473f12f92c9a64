"""A real SLURM on this machine for tests: one controller, two nodes with two fake GPUs each.

Needs Debian's slurm-wlm and munge, and rights to make device nodes (root).
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

NODES = ("n1", "n2")
NEEDED = ("slurmctld", "slurmd", "munged", "sbatch", "srun", "squeue", "scontrol")

SLURM_CONF = """\
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/log/jobs.log
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0,batch_sched_delay=0
SlurmdParameters=config_overrides
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=20
KillWait=2
MinJobAge=300
DefMemPerCPU=500
GresTypes=gpu
{nodes}
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=24:00:00 DefaultTime=00:10:00 State=UP
"""
NODE = (
    "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=4 RealMemory=1000000"
    " Gres=gpu:fake:2 State=UNKNOWN"
)


def missing() -> list[str]:
    """The programs of SLURM that aren't installed."""
    return [name for name in NEEDED if shutil.which(name) is None]


@contextmanager
def slurm(folder: Path) -> Iterator[dict[str, str]]:
    """Run a SLURM whose files are all in a folder, and give the environment that reaches it."""
    for name in ("munge", "state", "spool", "log", "dev", "bin"):
        (folder / name).mkdir(parents=True)
    (folder / "munge").chmod(0o700)
    configuration = write_configuration(folder)
    environment = {
        "SLURM_CONF": str(configuration),
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    with ExitStack() as running:
        running.enter_context(daemon(munged(folder), environment))
        wait_for(lambda: (folder / "munge/munge.socket").exists(), "munged's socket")
        running.enter_context(daemon(["slurmctld", "-D", "-c"], environment))
        for node in NODES:
            running.enter_context(daemon(["slurmd", "-D", "-N", node], environment))
        wait_for(lambda: idle(environment), "idle nodes")
        try:
            yield environment
        finally:
            call(environment, "scancel", "--full", "--me")
            wait_for(lambda: not call(environment, "squeue", "-h"), "the end of all jobs")


def write_configuration(folder: Path) -> Path:
    """Write all that SLURM reads: its configuration, fake GPUs, a key, and a wrapper for srun."""
    host = socket.gethostname().split(".")[0]
    ports = free_ports(1 + len(NODES))
    nodes = "\n".join(
        NODE.format(name=name, host=host, port=port)
        for name, port in zip(NODES, ports[1:], strict=True)
    )
    for number in range(2):
        # A device of another kind would set no CUDA_VISIBLE_DEVICES; this one is /dev/null's.
        os.mknod(folder / f"dev/fakegpu{number}", 0o20666, os.makedev(1, 3))
    (folder / "gres.conf").write_text(
        f"AutoDetect=off\nName=gpu Type=fake File={folder}/dev/fakegpu[0-1]\n"
    )
    configuration = folder / "slurm.conf"
    configuration.write_text(SLURM_CONF.format(host=host, ports=ports, folder=folder, nodes=nodes))
    # The executor plugin takes SLURM_CONF away from the steps that it starts within a job.
    wrapper = folder / "bin/srun"
    wrapper.write_text(f'#!/bin/sh\nSLURM_CONF={configuration} exec {shutil.which("srun")} "$@"\n')
    wrapper.chmod(0o755)
    (folder / "munge/key").write_bytes(os.urandom(128))
    (folder / "munge/key").chmod(0o600)
    return configuration


def munged(folder: Path) -> list[str]:
    """The command that runs munge's daemon with all its files in a folder."""
    files = {"socket": "socket", "key-file": "key", "pid-file": "pid", "log-file": "log"}
    options = [f"--{option}={folder}/munge/{name}" for option, name in files.items()]
    options[0] = f"--socket={folder}/munge/munge.socket"
    return ["munged", "--foreground", "--force", f"--seed-file={folder}/munge/seed", *options]


@contextmanager
def daemon(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    """Run a daemon for as long as the block runs."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def call(environment: dict[str, str], *command: str) -> str:
    """What a SLURM command prints."""
    ended = subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return ended.stdout


def idle(environment: dict[str, str]) -> bool:
    """Whether all nodes wait for jobs."""
    return call(environment, "sinfo", "-h", "-N", "-o", "%T").split() == ["idle"] * len(NODES)


def wait_for(ready, what: str, seconds: float = 60) -> None:
    """Wait until a function says yes."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"{what}: not there after {seconds} s"
        time.sleep(0.1)
