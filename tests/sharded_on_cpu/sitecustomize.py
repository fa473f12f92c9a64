"""Train on CPUs as on GPUs: Python runs this at its start where this folder is on PYTHONPATH.

Accelerate shards a model over accelerators only. All that is changed here is its word for the kind
of processes; launching, sharding, gathering and checkpoints are the real ones.
"""

import os


def shard_on_cpu() -> None:
    """Have Accelerate take processes on CPUs for processes on GPUs."""
    from accelerate import state
    from accelerate.utils import DistributedType

    as_it_is = state.AcceleratorState.__init__

    def as_on_gpus(self: state.AcceleratorState, *words: object, **more: object) -> None:
        processes = state.PartialState._shared_state
        if processes["distributed_type"] == DistributedType.MULTI_CPU:
            processes["distributed_type"] = DistributedType.MULTI_GPU
        as_it_is(self, *words, **more)

    state.AcceleratorState.__init__ = as_on_gpus


if "RANK" in os.environ:  # a process that the launcher started
    shard_on_cpu()
