"""Sharding: a training over several processes, of which each holds a part of the model (FSDP).

An update has the same rows as in one process, and does the same but for rounding, however many
processes share it.
"""

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weak_teachers.config.training import Recipe
from weak_teachers.errors import UserError

if TYPE_CHECKING:
    from trl import SFTTrainer


def processes_here() -> int:
    """How many processes this one trains with, itself among them."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def shares(recipe: Recipe, processes: int) -> tuple[int, int]:
    """What each process takes of an update: rows at once, and how many times.

    Raises:
        UserError: the rows of an update can't be shared equally.
    """
    rows = recipe.batch_size * recipe.accumulation
    share, rest = divmod(rows, processes)
    if rest:
        raise UserError(
            f"an update of {rows} rows (batch_size × accumulation) can't be shared equally by "
            f"{processes} GPUs; expected a number of GPUs that divides {rows}"
        )
    at_once = math.gcd(share, recipe.batch_size)
    return at_once, share // at_once


def trainer_settings(recipe: Recipe, processes: int) -> dict[str, Any]:
    """What TRL is told of the processes and of what each keeps and takes."""
    at_once, times = shares(recipe, processes)
    settings = {
        "per_device_train_batch_size": at_once,
        "gradient_accumulation_steps": times,
        "gradient_checkpointing": recipe.gradient_checkpointing,
    }
    if processes == 1:
        return settings
    return settings | {
        "gradient_checkpointing": False,
        "fsdp": True,
        "fsdp_config": {
            # In the place of gradient_checkpointing, which would gather all weights twice.
            "activation_checkpointing": recipe.gradient_checkpointing,
            # One process a node reads the weights, and hands them out.
            "cpu_ram_efficient_loading": True,
            # Checkpoints are written by all, each its part.
            "state_dict_type": "SHARDED_STATE_DICT",
        },
    }


def exact_trainer() -> type["SFTTrainer"]:
    """TRL's trainer, which learns from each row once an epoch over several processes too."""
    from trl import SFTTrainer

    class ExactTrainer(SFTTrainer):
        def get_batch_samples(
            self, epoch_iterator: Iterator, num_batches: int, device: Any
        ) -> tuple[list, Any]:
            once = map(self._without_repeated, epoch_iterator)
            return super().get_batch_samples(once, num_batches, device)

        def _without_repeated(self, batch: dict[str, Any]) -> dict[str, Any]:
            """Where an epoch ends on too few rows for all processes, its first rows fill up."""
            at_once = self.args.per_device_train_batch_size
            left = len(self.train_dataset) % (at_once * self.args.world_size)
            if left and self.accelerator.gradient_state.end_of_dataloader:
                mine = max(0, left - at_once * self.args.process_index)
                batch["labels"][mine:] = -100
            return batch

    return ExactTrainer


def prepare(processes: int) -> None:
    """Have one process a node read the weights; to be called before they are loaded."""
    from accelerate.utils import enable_fsdp_ram_efficient_loading

    if processes > 1:
        enable_fsdp_ram_efficient_loading()


def use_precision(trainer: "SFTTrainer") -> None:
    """Compute in bfloat16, where the recipe wants it, but sum up gradients and losses in float32.

    The library's default sums up both in bfloat16, which has three digits.
    """
    import torch
    from torch.distributed.fsdp import MixedPrecisionPolicy

    if trainer.is_fsdp_enabled and trainer.args.bf16:
        policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32)
        trainer.accelerator.state.fsdp_plugin.mixed_precision_policy = policy


def save(trainer: "SFTTrainer", folder: Path) -> None:
    """Write the whole model to a folder: each process hands over its part, the first one writes."""
    if trainer.is_fsdp_enabled:
        trainer.accelerator.state.fsdp_plugin.set_state_dict_type("FULL_STATE_DICT")
    trainer.save_model(str(folder))
