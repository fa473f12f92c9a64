"""Processes: a training runs in one process for each GPU that it has, on one node or on several.

The command runs once at first and checks its input. If it has several GPUs, it then starts itself
again in a process for each through PyTorch's launcher, torchrun; on several nodes of SLURM, srun
starts it on each of them before that.
"""

import ctypes
import os
import signal
import sys

from weak_teachers.errors import UserError
from weak_teachers.gpus import devices_here

PR_SET_PDEATHSIG = 1
"""Of prctl(2): the signal that a process gets when the one that started it ends."""
FIRST_PORT, PORTS = 20_000, 10_000
"""Where the nodes of a job meet: a port by the job's id."""


def launched() -> bool:
    """Whether this process is one of several that the launcher started."""
    return "RANK" in os.environ


def count(nodes: int) -> int:
    """How many processes a command has: one for each GPU of its nodes, and at least one.

    Args:
        nodes: the nodes of its job, each with as many GPUs as this one.
    """
    return max(1, nodes * len(devices_here()))


def share_of(threads: int) -> int:
    """The CPU threads that this process uses of those that its command has on this node."""
    return max(1, threads // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))


def launch(module: str, nodes: int) -> None:
    """Run this command again, in a process for each GPU of its nodes, until all have ended.

    Args:
        module: what ``python -m`` runs for this command.
        nodes: the nodes of its job.

    Raises:
        UserError: a process failed, or there are no such nodes.
    """
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    command = ["-m", module, *sys.argv[1:]]
    if nodes > 1 and os.environ.get("SLURM_STEP_NUM_NODES") != str(nodes):
        _run_on_nodes(nodes, command)
    config = LaunchConfig(
        min_nodes=nodes,
        max_nodes=nodes,
        nproc_per_node=len(devices_here()),
        run_id=os.environ.get("SLURM_JOB_ID", "here"),
        rdzv_backend="c10d",
        rdzv_endpoint=_meeting_point(nodes),
        max_restarts=0,
    )
    try:
        elastic_launch(config, sys.executable)(*command)
    except SignalException as error:
        sys.exit(128 + error.sigval)
    except ChildFailedError as error:
        rank, failure = error.get_first_failure()
        raise UserError(
            f"process {rank} of {count(nodes)} ended with status {failure.exitcode}; "
            "what it said is above"
        ) from None


def _run_on_nodes(nodes: int, command: list[str]) -> None:
    """Become srun, which runs the command once on each node of the job."""
    if "SLURM_JOB_ID" not in os.environ:
        raise UserError(f"--nodes {nodes}: this is no job of SLURM, which has one node; expected 1")
    once_a_node = [f"--nodes={nodes}", f"--ntasks={nodes}", "--ntasks-per-node=1"]
    whole_node = ["--cpu-bind=none"]  # its processes share all CPUs that the job has there
    options = [*once_a_node, *whole_node, "--kill-on-bad-exit=1"]
    os.execvp("srun", ["srun", *options, sys.executable, *command])


def _meeting_point(nodes: int) -> str:
    """The address and port where the processes of a job find each other."""
    if nodes == 1:
        return "localhost:0"
    port = FIRST_PORT + int(os.environ["SLURM_JOB_ID"]) % PORTS
    return f"{os.environ['SLURM_LAUNCH_NODE_IPADDR']}:{port}"


def end_with_launcher() -> None:
    """End this process when the launcher ends, however it ends.

    The launcher starts each process in a session of its own, which what kills the launcher's group
    doesn't reach.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
