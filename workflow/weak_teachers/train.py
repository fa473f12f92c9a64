"""Train: fine-tune a model on rows with TRL's SFTTrainer.

Stage 1 makes the base from easy problems, stage 2 an arm's model from its mixture; teachers that a
study trains itself are made in the same way. Loss on completions only, end token included. A killed
training resumes from its last checkpoint, to the same weights; the checkpoints are in the work
folder, which goes when the training is done. With several GPUs, it runs in a process for each.
"""

import hashlib
import json
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weak_teachers import processes, sharding
from weak_teachers.command import (
    arguments,
    gpus_argument,
    run,
    settings_argument,
    threads_argument,
    use_threads,
)
from weak_teachers.config.training import Recipe
from weak_teachers.errors import UserError
from weak_teachers.files import folder_written_whole, read_json_lines, write_json
from weak_teachers.gpus import use_gpus
from weak_teachers.manifest import check, sha256
from weak_teachers.progress import Progress
from weak_teachers.tokens import answering, asking, check_lengths, lengths, load_tokenizer

if TYPE_CHECKING:
    from transformers import TrainerCallback
    from trl import SFTConfig


def read_rows(path: Path) -> list[tuple[str, str]]:
    """Read (prompt, completion) of each row of a mixture.

    Raises:
        UserError: a row lacks one of them, or there are no rows.
    """
    rows = []
    for number, value in read_json_lines(path):
        prompt, completion = value.get("prompt"), value.get("completion")
        if not (isinstance(prompt, str) and isinstance(completion, str) and completion):
            raise UserError(f"{path}, row {number}: expected texts `prompt` and `completion`")
        rows.append((prompt, completion))
    if not rows:
        raise UserError(f"{path}: no rows; expected at least one to train on")
    return rows


def last_checkpoint(work: Path) -> Path | None:
    """The newest complete checkpoint; a kill may have left a later one half-written."""
    done = [
        path.parent
        for path in work.glob("checkpoint-*/trainer_state.json")
        if _is_json(path)  # written last of all
    ]
    return max(done, key=lambda path: int(path.name.split("-")[1]), default=None)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True


def trainer_config(recipe: Recipe, seed: int, work: Path) -> "SFTConfig":
    """The recipe in TRL's words, for each of the processes that share it."""
    import torch
    from trl import SFTConfig

    return SFTConfig(
        output_dir=str(work),
        num_train_epochs=recipe.epochs,
        max_steps=recipe.updates or -1,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type=recipe.schedule,
        warmup_steps=recipe.warmup,
        max_length=recipe.max_length,
        weight_decay=recipe.weight_decay,
        adam_beta2=recipe.adam_beta2,
        bf16=recipe.precision == "bfloat16",
        use_cpu=not torch.cuda.is_available(),
        completion_only_loss=True,
        seed=seed,
        save_strategy="steps",
        save_steps=recipe.save_every,
        save_total_limit=2,
        # A checkpoint falls on a line of the log, or a resumed training would log other means.
        logging_steps=math.gcd(recipe.save_every, 50),
        disable_tqdm=True,
        report_to="none",
        **sharding.trainer_settings(recipe, sharding.processes_here()),
    )


def train(model: Path, rows: list[tuple[str, str]], config: "SFTConfig", output: Path) -> None:
    """Fine-tune the model in a folder on (prompt, completion) rows and write it to another.

    Resumes from the last complete checkpoint in ``config.output_dir``, if there is one.
    """
    import torch
    from datasets import Dataset, disable_progress_bars
    from transformers import AutoModelForCausalLM, PrinterCallback
    from transformers.utils import logging

    disable_progress_bars()
    logging.disable_progress_bar()
    sharding.prepare(config.world_size)
    conversations = [{"prompt": asking(p), "completion": answering(c)} for p, c in rows]
    trainer = sharding.exact_trainer()(
        model=AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32),
        args=config,
        train_dataset=Dataset.from_list(conversations),
        processing_class=load_tokenizer(model),
        callbacks=[progress_callback(output.name)] if config.process_index == 0 else [],
    )
    trainer.remove_callback(PrinterCallback)
    sharding.use_precision(trainer)
    trainer.train(resume_from_checkpoint=last_checkpoint(Path(config.output_dir)))
    if config.process_index > 0:
        sharding.save(trainer, output)
        return
    with folder_written_whole(output) as folder:
        sharding.save(trainer, folder)
        (folder / "training_args.bin").unlink()  # a pickle, with paths of this machine in it
        write_json(folder / "training.json", course(trainer.state.log_history))


def course(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The course of a training: loss and accuracy by update.

    Left out is what a resumed training can't know: what a clock measured, and TRL's own count of
    tokens, which starts anew.
    """
    kept = ("step", "epoch", "loss", "learning_rate", "mean_token_accuracy")
    return [
        {key: entry[key] for key in kept if key in entry} for entry in history if "loss" in entry
    ]


def progress_callback(label: str) -> "TrainerCallback":
    """Show a training's updates as progress."""
    from transformers import TrainerCallback

    class ShowProgress(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.shown = Progress(label, state.max_steps, "update")
            self.shown.skip(state.global_step)

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.shown.add()

        def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.shown.close()

    return ShowProgress()


def work_folder(parent: Path, *parts: object) -> Path:
    """The folder for the checkpoints of just this training: named by all that it depends on."""
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()
    return parent / digest[:16]


def main() -> None:
    """Train a model."""
    parser = arguments(__doc__)
    settings_argument(parser, Recipe)
    parser.add_argument(
        "--model", type=Path, required=True, help="folder of the model to start from"
    )
    parser.add_argument("--rows", type=Path, required=True, help="JSON Lines: prompt, completion")
    parser.add_argument("--seed", type=int, required=True, help="seed of the order of rows")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--output", type=Path, required=True, help="folder of the trained model")
    parser.add_argument("--nodes", type=int, default=1, metavar="N", help="nodes of SLURM to use")
    threads_argument(parser)
    gpus_argument(parser)
    args = parser.parse_args()
    use_threads(processes.share_of(args.threads))
    rows = read_rows(args.rows)
    if processes.launched():
        processes.end_with_launcher()
    else:
        use_gpus(args.gpus)
        check(args.model)
        tokens = lengths(load_tokenizer(args.model), rows)
        check_lengths(str(args.rows), tokens, args.settings.max_length)
        if (count := processes.count(args.nodes)) > 1:
            sharding.shares(args.settings, count)
            processes.launch("weak_teachers.train", args.nodes)
            return
    weights = sorted(sha256(path) for path in args.model.glob("*.safetensors"))
    # Checkpoints of several processes are each process's own part.
    parts = (args.settings, args.seed, sha256(args.rows), weights, sharding.processes_here())
    # Trainings that learn the same may run at once.
    work = work_folder(args.work, str(args.output), *parts)
    config = trainer_config(args.settings, args.seed, work)
    train(args.model, rows, config, args.output)
    if config.process_index == 0:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    run(main)
