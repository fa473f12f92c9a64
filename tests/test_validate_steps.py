"""Validation of checkers: measures by hand, the command, and the bars on the shared sets."""

import json
import re
import sys
from pathlib import Path

import pytest

from weak_teachers.labelled import LabelledSolution
from weak_teachers.records import StepLabel
from weak_teachers.validate_steps import Counts, count, main, measure


def solution(labels: str, problem: str = "Q") -> LabelledSolution:
    words = {"c": "correct", "w": "wrong", "u": "unknown"}
    steps = [f"step {number}" for number in range(len(labels))]
    return LabelledSolution(
        row=1, problem=problem, steps=steps, labels=[words[letter] for letter in labels]
    )


def flagged(flags: str) -> list[StepLabel]:
    return [StepLabel(text="", label="wrong" if letter == "w" else "unknown") for letter in flags]


@pytest.mark.parametrize(
    ("labels", "flags", "expected"),
    [
        # The first error found; a later flag counts neither way.
        ("cwu", ".ww", Counts(wrong=1, found=1, flags=1, right_flags=1, errors=1)),
        # A flag before it is false, even where the error itself is flagged, too.
        ("cwu", "ww.", Counts(wrong=1, flags=2, right_flags=1, errors=1)),
        ("cwu", "..w", Counts(wrong=1, errors=1)),
        ("cwu", "...", Counts(wrong=1, errors=1)),
        ("ccc", "...", Counts(right=1, clean=1)),
        ("ccc", "w.w", Counts(right=1, flags=2)),
        # PRM800K: only the last step is labelled, but the first flag must be there.
        ("uw", ".w", Counts(wrong=1, found=1, flags=1, right_flags=1, errors=1)),
        ("uw", "ww", Counts(wrong=1, flags=1, right_flags=1, errors=1)),
        ("uc", "w.", Counts(right=1)),
    ],
)
def test_what_counts(labels: str, flags: str, expected: Counts) -> None:
    assert count(solution(labels), flagged(flags)) == expected


def test_measures_by_hand() -> None:
    wrong = [count(solution("cw"), flagged(".w")), count(solution("cw"), flagged(".."))]
    right = [count(solution("cc"), flagged("..")), count(solution("cc"), flagged("w."))]
    more = [count(solution("cc"), flagged("..")), count(solution("cc"), flagged(".."))]
    found = measure([wrong, right, more])
    assert (found.on_wrong.value, found.on_right.value) == (0.5, 0.75)
    assert found.f1.value == pytest.approx(2 * 0.5 * 0.75 / 1.25)
    assert (found.precision.value, found.recall.value) == (0.5, 0.5)
    assert found.f1.low <= found.f1.value <= found.f1.high


def test_what_can_t_be_measured_is_none() -> None:
    found = measure([[count(solution("cw"), flagged(".."))]])
    assert (found.on_right, found.f1, found.precision) == (None, None, None)
    assert found.recall.value == 0


def rows(path: Path, *rows: dict) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


WRONG = {"problem": "Q1", "steps": ["1 + 1 = 2", "2 + 2 = 5"], "label": 1}
MISSED = {"problem": "Q1", "steps": ["1 + 1 = 2", "so x"], "label": 1}
RIGHT = {"problem": "Q2", "steps": ["1 + 1 = 2"], "label": -1}
FALSE = {"problem": "", "steps": ["1 + 1 = 3"], "label": -1}


def run(monkeypatch, capsys, labels: Path, *more: object) -> tuple[int, str]:
    words = ["--labels", labels, "--format", "processbench", *more]
    monkeypatch.setattr(sys, "argv", ["validate_steps", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code, capsys.readouterr().out


def test_the_command_reports_and_sums_up_last(tmp_path, monkeypatch, capsys) -> None:
    labels = rows(tmp_path / "x.jsonl", WRONG, MISSED, RIGHT, FALSE)
    disagreements = tmp_path / "out.jsonl"
    code, out = run(monkeypatch, capsys, labels, "--disagreements", disagreements)
    assert code == 0
    last = out.splitlines()[-1]
    assert last == (
        "calculation: F1 0.500, precision 0.500, recall 0.500 (x.jsonl, 4 solutions of 3 problems)"
    )
    found = [json.loads(line) for line in disagreements.read_text().splitlines()]
    assert [(row["row"], row["labelled"], row["found"]) for row in found] == [
        (2, 1, None),
        (4, None, 0),
    ]
    assert found[1]["reason"] == "1 + 1 = 3: 2 on the left, 3 on the right"


def test_below_a_requirement_is_exit_1(tmp_path, monkeypatch, capsys) -> None:
    labels = rows(tmp_path / "x.jsonl", WRONG, MISSED, RIGHT, FALSE)
    assert run(monkeypatch, capsys, labels, "--require-f1", 0.5)[0] == 0
    code, out = run(monkeypatch, capsys, labels, "--require-f1", 0.51, "--require-precision", 0.6)
    assert code == 1
    last = out.splitlines()[-1]
    assert "f1 0.5000 of calculation is below 0.51; precision 0.5000" in last


def test_a_requirement_that_can_t_be_measured_is_an_error(tmp_path, command) -> None:
    labels = rows(tmp_path / "x.jsonl", MISSED)
    for option in ("--require-f1", "--require-precision"):
        words = ("--labels", labels, "--format", "processbench", option, "0.1")
        assert command(main, *words).startswith(f"error: {option}: calculation has none here")


def test_a_requirement_is_a_share(tmp_path, command) -> None:
    labels = rows(tmp_path / "x.jsonl", WRONG, RIGHT)
    for option in ("--require-f1", "--require-precision"):
        said = command(main, "--labels", labels, "--format", "processbench", option, "95")
        assert said == f"error: {option}: found 95, expected a share from 0 to 1"


def test_a_reward_model_is_named_or_not_asked(tmp_path, command) -> None:
    labels = rows(tmp_path / "x.jsonl", WRONG)
    for more in (("--checker", "prm"), ("--prm", "model")):
        said = command(main, "--labels", labels, "--format", "processbench", *more)
        assert said == "error: --prm: expected a model with --checker prm, and only with it"


def test_a_file_without_rows_is_an_error(tmp_path, command) -> None:
    labels = rows(tmp_path / "x.jsonl")
    said = command(main, "--labels", labels, "--format", "processbench")
    assert said == f"error: {labels}: no labelled solution; found no row"


@pytest.mark.parametrize(
    ("name", "form", "options"),
    [
        ("bigbench_mistake/multistep_arithmetic.jsonl", "bigbench_mistake", ["--require-f1", 0.88]),
        ("mr_gsm8k/first_error_steps.jsonl", "mr_gsm8k", ["--require-precision", 0.95]),
        ("prm800k/phase1_test.parquet", "prm800k", ["--require-precision", 0.95]),
    ],
)
def test_the_bars_hold(shared_file, monkeypatch, capsys, name: str, form: str, options) -> None:
    words = ["--labels", shared_file(name), "--format", form, *options]
    monkeypatch.setattr(sys, "argv", ["validate_steps", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        main()
    out = capsys.readouterr().out
    assert end.value.code == 0, out
    flags = int(re.search(r"of (\d+) flags", out)[1])
    assert flags >= {"bigbench_mistake": 200, "mr_gsm8k": 90, "prm800k": 30}[form]
