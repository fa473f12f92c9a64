"""Training over several processes does what one does: PyTorch's launcher, processes on CPUs."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import examples
from conftest import REPOSITORY
from weak_teachers.config.training import Recipe
from weak_teachers.errors import UserError
from weak_teachers.files import read_json
from weak_teachers.manifest import sha256
from weak_teachers.processes import share_of
from weak_teachers.sharding import shares, trainer_settings
from weak_teachers.train import last_checkpoint

# Of 21 rows an epoch's last update has five, its last two processes' batches three.
ROWS = [(p.text, p.solution) for p in (examples.problem("p", 2, seed) for seed in range(21))]
RECIPE = Recipe(
    epochs=3,
    learning_rate=1e-3,
    batch_size=2,
    accumulation=4,
    max_length=128,
    precision="float32",
    save_every=1,
)


@pytest.mark.parametrize(
    ("batch_size", "accumulation", "processes", "expected"),
    [
        (2, 8, 1, (2, 8)),
        (16, 1, 1, (16, 1)),
        (2, 8, 4, (2, 2)),
        (2, 8, 8, (2, 1)),
        (2, 8, 16, (1, 1)),
        (16, 1, 4, (4, 1)),
        (4, 3, 2, (2, 3)),
        (6, 2, 3, (2, 2)),
    ],
)
def test_an_update_has_the_recipe_s_rows_however_many_share_it(
    batch_size, accumulation, processes, expected
) -> None:
    recipe = RECIPE.model_copy(update={"batch_size": batch_size, "accumulation": accumulation})
    at_once, times = shares(recipe, processes)
    assert (at_once, times) == expected
    assert at_once * times * processes == batch_size * accumulation
    assert at_once <= batch_size


@pytest.mark.parametrize("processes", [3, 16, 5])
def test_rows_that_can_t_be_shared_equally_are_an_error(processes: int) -> None:
    with pytest.raises(UserError) as error:
        shares(RECIPE, processes)
    assert str(error.value) == (
        f"an update of 8 rows (batch_size × accumulation) can't be shared equally by {processes} "
        "GPUs; expected a number of GPUs that divides 8"
    )


@pytest.mark.parametrize(
    ("threads", "processes", "each"), [(4, None, 4), (4, "2", 2), (4, "3", 1), (1, "8", 1)]
)
def test_processes_of_a_node_share_its_threads(monkeypatch, threads, processes, each) -> None:
    monkeypatch.delenv("LOCAL_WORLD_SIZE", raising=False)
    if processes:
        monkeypatch.setenv("LOCAL_WORLD_SIZE", processes)
    assert share_of(threads) == each


def test_activations_are_computed_again_in_either_way() -> None:
    recipe = RECIPE.model_copy(update={"gradient_checkpointing": True})
    alone, several = trainer_settings(recipe, 1), trainer_settings(recipe, 4)
    assert alone["gradient_checkpointing"]
    assert "fsdp" not in alone
    assert not several["gradient_checkpointing"]
    assert several["fsdp_config"]["activation_checkpointing"]
    assert not trainer_settings(RECIPE, 4)["fsdp_config"]["activation_checkpointing"]


class Place:
    """A folder with a model and rows, where trainings run and write."""

    def __init__(self, folder: Path, model: Path) -> None:
        self.folder, self.model = folder, model
        lines = [json.dumps({"prompt": prompt, "completion": text}) for prompt, text in ROWS]
        (folder / "rows.jsonl").write_text("\n".join(lines))

    def start(self, name: str, processes: int, recipe: Recipe = RECIPE) -> subprocess.Popen:
        paths = [REPOSITORY / "workflow", REPOSITORY / "tests/sharded_on_cpu"]
        devices = ",".join(map(str, range(processes)))
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "weak_teachers.train"),
                *("--settings", recipe.model_dump_json(), "--seed", "0", "--model", self.model),
                *("--rows", self.folder / "rows.jsonl", "--work", self.folder / f"{name}-work"),
                *("--output", self.folder / name),
            ],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(str, paths)),
                "CUDA_VISIBLE_DEVICES": devices,
            },
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{name}.log").open("a"),
            start_new_session=True,
        )

    def run(self, name: str, processes: int, recipe: Recipe = RECIPE) -> Path:
        assert self.start(name, processes, recipe).wait(300) == 0, self.said(name)
        return self.folder / name

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()[-4000:]


@pytest.fixture(scope="module")
def place(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("sharding"), tiny_model)


@pytest.fixture(scope="module")
def two(place: Place) -> Path:
    """What two processes made, uninterrupted."""
    return place.run("two", 2)


def losses(trained: Path) -> list[float]:
    return [entry["loss"] for entry in read_json(trained / "training.json")]


def weights(trained: Path):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(trained).state_dict()


def test_two_processes_learn_what_one_does(place: Place, two: Path) -> None:
    """Numbers of float32 differ by the order in which they are summed up, and by nothing more."""
    import torch

    one = place.run("one", 1)
    assert len(losses(one)) == 9
    assert losses(two) == pytest.approx(losses(one), rel=2e-6)
    start, alone, shared = weights(place.model), weights(one), weights(two)
    assert start.keys() == alone.keys() == shared.keys()
    for name in start:
        assert not torch.equal(start[name], alone[name])
        torch.testing.assert_close(shared[name], alone[name], rtol=0, atol=1e-6)


def test_what_is_written_is_written_once_and_whole(place: Place, two: Path) -> None:
    assert not list(place.folder.glob(".*"))
    assert list((place.folder / "two-work").iterdir()) == []
    files = {path.name for path in two.iterdir()}
    assert {"model.safetensors", "tokenizer.json", "chat_template.jinja", "config.json"} <= files
    assert "training_args.bin" not in files
    assert place.said("two").count("9/9") == 1  # the first process alone shows progress


def test_bfloat16_sums_up_in_float32(place: Place) -> None:
    """Losses summed up in bfloat16 would be off by up to 0.008."""
    recipe = RECIPE.model_copy(update={"precision": "bfloat16", "gradient_checkpointing": True})
    one, two = place.run("one-bfloat16", 1, recipe), place.run("two-bfloat16", 2, recipe)
    assert losses(two) == pytest.approx(losses(one), abs=1e-3)


def test_killed_processes_end_and_resume_to_the_same_weights(place: Place, two: Path) -> None:
    """A SIGKILL of the launcher's group reaches the launcher alone."""
    work = place.folder / "killed-work"
    launcher = place.start("killed", 2)
    while not list(work.glob("*/checkpoint-4/trainer_state.json")):
        assert launcher.poll() is None, place.said("killed")
        time.sleep(0.02)
    processes = psutil.Process(launcher.pid).children()
    assert len(processes) == 2
    os.killpg(launcher.pid, signal.SIGKILL)
    assert psutil.wait_procs(processes, 10)[1] == []
    assert not (place.folder / "killed").exists()
    (checkpoints,) = work.iterdir()
    marked = mark(last_checkpoint(checkpoints))
    resumed = place.run("killed", 2)
    assert sha256(resumed / "model.safetensors") == sha256(two / "model.safetensors")
    first, *rest = read_json(resumed / "training.json")
    assert first["loss"] == marked
    assert rest == read_json(two / "training.json")[1:]


def mark(checkpoint: Path) -> float:
    """Give a checkpoint another first loss, by which to know what was resumed from it."""
    state = read_json(checkpoint / "trainer_state.json")
    state["log_history"][0]["loss"] = 123.0
    (checkpoint / "trainer_state.json").write_text(json.dumps(state))
    return 123.0


def test_a_fault_of_one_process_ends_all_and_is_told(place: Place) -> None:
    fault = place.start("faulty", 2, RECIPE.model_copy(update={"batch_size": 3, "accumulation": 1}))
    assert fault.wait(60) == 1
    assert place.said("faulty") == (
        "error: an update of 3 rows (batch_size × accumulation) can't be shared equally by 2 GPUs; "
        "expected a number of GPUs that divides 3\n"
    )
    (place.folder / "lost").touch()  # where the model should be written
    assert place.start("lost", 2).wait(120) == 1
    assert place.said("lost").splitlines()[-1] == (
        "error: process 0 of 2 ended with status 1; what it said is above"
    )
