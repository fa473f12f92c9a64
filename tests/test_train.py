"""Training: what TRL really learns from, exact resumption, and faults before any work is done."""

import json
import shutil
from pathlib import Path

import pytest

import examples
from weak_teachers import train as stage
from weak_teachers.config.training import Recipe
from weak_teachers.errors import UserError
from weak_teachers.files import read_json
from weak_teachers.manifest import sha256
from weak_teachers.tokens import give_template, load_tokenizer
from weak_teachers.train import (
    last_checkpoint,
    main,
    read_rows,
    train,
    trainer_config,
    work_folder,
)

ROWS = [(p.text, p.solution) for p in (examples.problem("p", 2, seed) for seed in range(12))]
RECIPE = Recipe(
    epochs=2,
    learning_rate=1e-3,
    batch_size=4,
    accumulation=1,
    max_length=128,
    precision="float32",
    save_every=2,
)


def written(path: Path, rows: list[tuple[str, str]]) -> Path:
    lines = [json.dumps({"prompt": prompt, "completion": text}) for prompt, text in rows]
    path.write_text("\n".join(lines))
    return path


def run(
    command,
    tmp_path: Path,
    model: Path,
    recipe: Recipe = RECIPE,
    seed: int = 0,
    output: str = "trained",
) -> str:
    return command(
        main,
        *("--settings", recipe.model_dump_json(), "--seed", seed, "--model", model),
        *("--rows", tmp_path / "rows.jsonl", "--work", tmp_path / "work"),
        *("--output", tmp_path / output),
    )


@pytest.mark.parametrize("template", [True, False])
def test_labels_cover_the_completion_and_the_end_token_only(
    tiny_model, tmp_path, monkeypatch, template
) -> None:
    """Looks at the batches that TRL really builds, from a base model's plain text too."""
    from trl import SFTTrainer

    seen = []
    monkeypatch.setattr(SFTTrainer, "train", lambda trainer, **_: seen.append(trainer))
    model, ask = (tiny_model, " <ask>") if template else (plain(tiny_model, tmp_path), "\n")
    train(model, ROWS, trainer_config(RECIPE, 0, tmp_path / "work"), tmp_path / "out")
    (trainer,) = seen
    tokenizer = load_tokenizer(model)
    learnt, read = set(), set()
    for batch in trainer.get_train_dataloader():
        for ids, labels, mask in zip(
            batch["input_ids"], batch["labels"], batch["attention_mask"], strict=True
        ):
            kept = labels != -100
            assert (labels[kept] == ids[kept]).all()
            assert mask[kept].all()  # no padding is learnt
            learnt.add(tokenizer.decode(labels[kept]))
            read.add(tokenizer.decode(ids[mask.bool() & ~kept]))
    assert learnt == {f"{completion} <end>" for _, completion in ROWS}
    assert all(text.endswith(ask) for text in read)
    assert {text.removesuffix(ask) for text in read} == {prompt for prompt, _ in ROWS}


def plain(model: Path, tmp_path: Path) -> Path:
    """A copy of a model with the template that one without its own gets."""
    tokenizer = load_tokenizer(model)
    tokenizer.chat_template = None
    give_template(tokenizer)
    shutil.copytree(model, tmp_path / "plain")
    tokenizer.save_pretrained(tmp_path / "plain")
    return tmp_path / "plain"


def test_the_recipe_reaches_trl_as_it_is(tmp_path: Path) -> None:
    config = trainer_config(RECIPE.model_copy(update={"updates": 7}), 3, tmp_path)
    assert (config.max_steps, config.seed, config.max_length) == (7, 3, 128)
    assert (config.learning_rate, config.adam_beta2) == (1e-3, 0.999)
    assert (config.per_device_train_batch_size, config.gradient_accumulation_steps) == (4, 1)
    assert config.get_warmup_steps(100) == 10
    assert config.completion_only_loss
    assert not config.bf16
    assert not config.packing
    assert not config.gradient_checkpointing
    assert trainer_config(RECIPE, 0, tmp_path).max_steps == -1
    checked = RECIPE.model_copy(update={"gradient_checkpointing": True, "precision": "bfloat16"})
    config = trainer_config(checked, 0, tmp_path)
    assert config.gradient_checkpointing
    assert config.bf16


def test_what_was_learnt_is_written_and_ended(learnt: Path, learnt_rows) -> None:
    """A model that saw a few rows often writes them back, and stops where they stop."""
    from transformers import AutoModelForCausalLM

    tokenizer = load_tokenizer(learnt)
    model = AutoModelForCausalLM.from_pretrained(learnt)
    for prompt, completion in learnt_rows:
        ids = tokenizer(f"{prompt}<ask>", return_tensors="pt")
        output = model.generate(**ids, max_new_tokens=60, do_sample=False)
        text = tokenizer.decode(output[0, ids["input_ids"].shape[1] :])
        assert text == f"{completion} <end>"


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tiny_model, tmp_path):
    digests = {}
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        train(
            tiny_model, ROWS, trainer_config(RECIPE, seed, tmp_path / f"w{name}"), tmp_path / name
        )
        digests[name] = sha256(tmp_path / name / "model.safetensors")
    assert digests["a"] == digests["b"] != digests["c"]
    assert digests["a"] != sha256(tiny_model / "model.safetensors")
    files = {path.name for path in (tmp_path / "a").iterdir()}
    assert "training_args.bin" not in files
    assert {"model.safetensors", "tokenizer.json", "chat_template.jinja", "training.json"} <= files
    assert (tmp_path / "a/training.json").read_bytes() == (
        tmp_path / "b/training.json"
    ).read_bytes()


class Killed(Exception):
    """In the place of a SIGKILL after an update."""


@pytest.mark.parametrize("half_written", [False, True])
def test_a_killed_training_resumes_to_the_same_weights(
    tiny_model, tmp_path, monkeypatch, half_written
) -> None:
    whole, cut = (trainer_config(RECIPE, 0, tmp_path / name) for name in ("whole", "cut"))
    train(tiny_model, ROWS, whole, tmp_path / "a")

    from trl import SFTTrainer

    plain = SFTTrainer.training_step
    steps = []

    def killed_later(self, *words, **more):
        steps.append(self.state.global_step)
        if len(steps) == 6:
            raise Killed
        return plain(self, *words, **more)

    monkeypatch.setattr(SFTTrainer, "training_step", killed_later)
    with pytest.raises(Killed):
        train(tiny_model, ROWS, cut, tmp_path / "b")
    assert not (tmp_path / "b").exists()
    assert last_checkpoint(tmp_path / "cut").name == "checkpoint-4"
    if half_written:  # killed while the newest checkpoint was written: its state is missing
        (tmp_path / "cut/checkpoint-4/trainer_state.json").unlink()
        assert last_checkpoint(tmp_path / "cut").name == "checkpoint-2"
    train(tiny_model, ROWS, cut, tmp_path / "b")
    assert steps[6:] == ([2, 3, 4, 5] if half_written else [4, 5])
    for name in ("model.safetensors", "training.json"):
        assert sha256(tmp_path / "a" / name) == sha256(tmp_path / "b" / name)
    assert [entry["step"] for entry in read_json(tmp_path / "b/training.json")] == [2, 4, 6]


def test_a_half_written_checkpoint_is_passed_over(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path / "nowhere") is None
    for step, state in ((100, "{}"), (900, "{}"), (1000, '{"half'), (1100, None)):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        if state is not None:
            (folder / "trainer_state.json").write_text(state)
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-900"
    shutil.rmtree(tmp_path / "checkpoint-900")
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-100"


def test_the_stage_trains_and_clears_its_work(tiny_model, tmp_path, command) -> None:
    written(tmp_path / "rows.jsonl", ROWS)
    assert run(command, tmp_path, tiny_model) == ""
    assert (tmp_path / "trained/model.safetensors").is_file()
    assert list((tmp_path / "work").iterdir()) == []


def test_too_long_rows_are_an_error_before_any_training(tiny_model, tmp_path, command) -> None:
    written(tmp_path / "rows.jsonl", ROWS)
    said = run(command, tmp_path, tiny_model, RECIPE.model_copy(update={"max_length": 20}))
    assert said.startswith(f"error: {tmp_path}/rows.jsonl: 12 of 12 rows are longer than max_len")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no rows; expected at least one to train on"),
        ('{"prompt": "p"}', "row 1: expected texts `prompt` and `completion`"),
        ('{"prompt": "p", "completion": ""}', "row 1: expected texts"),
        ('{"prompt": "p", "completion": "c"}\n{"prompt": 1, "completion": "c"}', "row 2: exp"),
    ],
)
def test_rows_that_can_t_be_trained_on_are_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "rows.jsonl").write_text(text)
    with pytest.raises(UserError, match=complaint):
        read_rows(tmp_path / "rows.jsonl")


def test_two_trainings_of_the_same_kind_have_their_own_checkpoints(
    command, tiny_model, tmp_path, monkeypatch
) -> None:
    works = []
    monkeypatch.setattr(stage, "train", lambda *given: works.append(given[2].output_dir))
    written(tmp_path / "rows.jsonl", ROWS)
    for name in ("trained", "other", "trained"):
        assert run(command, tmp_path, tiny_model, output=name) == ""
    assert works[0] == works[2] != works[1]


def test_checkpoints_of_another_training_are_never_taken(tmp_path: Path) -> None:
    folders = {
        work_folder(tmp_path, recipe, seed, rows)
        for recipe in (RECIPE, RECIPE.model_copy(update={"epochs": 3}))
        for seed in (0, 1)
        for rows in ("a", "b")
    }
    assert len(folders) == 8
    assert work_folder(tmp_path, RECIPE, 0, "a") in folders
