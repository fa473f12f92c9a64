"""Agreement of the calculation checker with exact labels: what counts, how it ends."""

import sys
from pathlib import Path

import pytest

import examples
from weak_teachers.config.teachers import Annotation
from weak_teachers.exact_agreement import finding, main
from weak_teachers.files import write_records
from weak_teachers.records import StepLabel

TASK = examples.task("t", 4, 1)


@pytest.mark.parametrize(
    ("text", "label", "flagged", "expected"),
    [
        ("2 + 3 = 6", "wrong", True, "agreed"),
        ("2 + 3 = 5", "correct", False, "agreed"),
        ("2 + 3 = 6", "wrong", False, "missed"),
        ("2 + 3 = 5", "correct", True, "flagged"),
        ("2 + 3 = 5", "wrong", False, "not to be known"),
        ("Hm.", "wrong", False, "not to be known"),
    ],
)
def test_findings(text: str, label: str, flagged: bool, expected: str) -> None:
    assert finding(StepLabel(text=text, label=label), flagged) == expected


@pytest.fixture
def words(tmp_path: Path):
    """Makes the command's words for one solution of ``TASK``."""

    def written(text: str, checker: str = "exact") -> list[object]:
        settings = Annotation(checkers=[checker])
        solution = examples.annotate(TASK, examples.solution(TASK, text), settings)
        write_records(tmp_path / "annotated.jsonl", [solution])
        write_records(tmp_path / "tasks.jsonl", [TASK])
        return ["--annotated", tmp_path / "annotated.jsonl", "--tasks", tmp_path / "tasks.jsonl"]

    return written


def test_false_results_are_found_and_missing_steps_not_counted(words, command, capsys) -> None:
    text = "\n".join(examples.with_faults(TASK, 2).splitlines()[:3])
    assert command(main, *words(text)) == ""
    assert capsys.readouterr().out.splitlines() == [
        "no disagreement",
        "agreement 1.0000 of 3 steps: 0 missed, 0 flagged though right; 1 not to be known",
    ]


def test_a_requirement_is_a_share(words, command) -> None:
    said = command(main, *words("5 + 4 = 9"), "--require", "99")
    assert said == "error: --require: found 99, expected a share from 0 to 1"


def test_too_little_agreement_is_exit_1(words, monkeypatch, capsys) -> None:
    # A result ten times too large may be in another unit, which exact labels don't allow.
    text = "5 + 4 = 90\n" * 4
    monkeypatch.setattr(sys, "argv", ["", *map(str, words(text)), "--require", "0.5"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("agreement 0.0000 of 4 steps: 4 mis")


def test_labels_of_another_checker_are_an_error(words, command) -> None:
    options = words("2 + 3 = 5", "calculation")
    said = command(main, *options)
    assert said.endswith(": expected every step labelled by the checker exact")
