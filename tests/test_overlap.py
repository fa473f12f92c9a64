"""No training problem may be in a test set, one that was added later included."""

from pathlib import Path

import examples
from weak_teachers.files import read_json, write_records
from weak_teachers.overlap import main


def check(tmp_path: Path, command, held_out, hard, easy) -> str:
    sets = {"held_out": held_out, "hard": hard, "easy": easy}
    for name, problems in sets.items():
        write_records(tmp_path / f"{name}.jsonl", problems)
    return command(
        main,
        *("--tests", tmp_path / "held_out.jsonl", "--training"),
        *(tmp_path / "hard.jsonl", tmp_path / "easy.jsonl"),
        *("--output", tmp_path / "overlap.json"),
    )


def test_separate_sets_pass_with_their_counts(tmp_path: Path, command) -> None:
    tests, hard, easy = (examples.problem(name, seed=n) for n, name in enumerate("teh"))
    assert check(tmp_path, command, [tests], [hard], [easy]) == ""
    assert read_json(tmp_path / "overlap.json") == {"hard": 0, "easy": 0}


def test_a_shared_problem_is_an_error_that_names_it(tmp_path: Path, command) -> None:
    test, hard, easy = (examples.problem(name, seed=n) for n, name in enumerate("teh"))
    leaked = test.model_copy(update={"id": "easy-1", "text": f"  {test.text.upper()}"})
    said = check(tmp_path, command, [test], [hard], [easy, leaked])
    assert said.startswith(f"error: {tmp_path}/easy.jsonl: 1 problems are also in a test set, ")
    assert "'easy-1' as 't' the first; expected none: run snakemake with --forcerun" in said
    assert not (tmp_path / "overlap.json").exists()
