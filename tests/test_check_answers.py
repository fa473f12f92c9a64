"""The validation command: what it counts, how it ends, what it says of faulty files."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from weak_teachers.check_answers import main

RIGHT = {"gold": "1/2", "pred": "The answer is $0.5$.", "equivalent": True, "source": "made up"}
FALSE_CORRECT = {"gold": "5", "pred": "5.0", "equivalent": False}
FALSE_WRONG = {"gold": "5", "pred": "6", "equivalent": True}
UNKNOWN = {"gold": "C", "pred": "42", "equivalent": False}


def written(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_all_is_counted_and_the_last_line_sums_up(tmp_path: Path, command, capsys) -> None:
    rows = [RIGHT] * 6 + [FALSE_CORRECT, FALSE_WRONG, UNKNOWN, UNKNOWN]
    assert command(main, "--pairs", written(tmp_path, *rows)) == ""
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "row 7: false correct (rules)"
    assert lines[1:3] == ["    gold '5'", "    pred '5.0'"]
    assert lines[-4:-1] == [
        "false correct: 1 (10.00%)",
        "false wrong: 1 (10.00%)",
        "unknown: 2 (20.00%)",
    ]
    assert lines[-1] == "accuracy 0.6000: 6 of 10 pairs are judged right"


def test_the_first_ten_mistakes_are_shown(tmp_path: Path, command, capsys) -> None:
    command(main, "--pairs", written(tmp_path, *[FALSE_WRONG] * 12))
    assert sum(line.startswith("row ") for line in capsys.readouterr().out.splitlines()) == 10


@pytest.mark.parametrize(("required", "status"), [("0.5", 0), ("0.75", 0), ("0.76", 1), ("1", 1)])
def test_too_few_right_is_exit_status_1(tmp_path: Path, required: str, status: int) -> None:
    path = written(tmp_path, RIGHT, RIGHT, RIGHT, FALSE_WRONG)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "weak_teachers.check_answers",
            "--pairs",
            path,
            "--require",
            required,
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == status
    assert done.stdout.splitlines()[-1] == "accuracy 0.7500: 3 of 4 pairs are judged right"
    assert done.stderr == ""


@pytest.mark.parametrize("required", ["2", "-0.1", "98%", "nan"])
def test_a_requirement_is_a_share(tmp_path: Path, command, required: str) -> None:
    said = command(main, "--pairs", written(tmp_path, RIGHT), "--require", required)
    assert said == f"error: --require: found {required}, expected a share from 0 to 1"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"gold": "5", "pred": "5"}, "row 2: equivalent: missing; expected a value"),
        (
            {**RIGHT, "equivalent": "yes"},
            "row 2: equivalent: found 'yes', expected a valid boolean",
        ),
        ({**RIGHT, "gold": 5}, "row 2: gold: found 5, expected a valid string"),
        ([1], "row 2: expected a JSON object"),
    ],
)
def test_a_faulty_row_is_named(tmp_path: Path, command, row: Any, said: str) -> None:
    path = written(tmp_path, RIGHT, row)
    assert command(main, "--pairs", path).startswith(f"error: {path}, {said}")


def test_no_rows_and_no_file_are_errors(tmp_path: Path, command) -> None:
    assert "no rows" in command(main, "--pairs", written(tmp_path))
    assert "no such file" in command(main, "--pairs", tmp_path / "none.jsonl")


def test_known_pairs(shared_file, command, capsys) -> None:
    """Pairs of the test suites of Math-Verify and MATH: five of them are contestable (docs)."""
    said = command(main, "--pairs", shared_file("answer_pairs/pairs.jsonl"), "--require", "0.98")
    assert said == ""
    assert capsys.readouterr().out.splitlines()[-1] == (
        "accuracy 0.9813: 262 of 267 pairs are judged right"
    )
