"""Labelled solutions: each public format's rows, as they are and as they may be malformed."""

import json
from pathlib import Path
from typing import Any

import pytest

from weak_teachers.errors import UserError
from weak_teachers.labelled import read_labelled

STEPS = ["one", "two", "three"]
MR = {
    "question": "Q",
    "model_output_steps": STEPS,
    "model_output_solution_correctness": "wrong",
    "model_output_solution_first_error_step": 2,
}
BEN = {
    "Question": "Q",
    "Options": ["A: 1", "B: 2"],
    "Subject": "physics",
    "Model_Solution_Steps": "Step 1: one\n\nStep 2: two\nmore of two\nStep 3: three",
    "Model_Solution_Correctness": "incorrect",
    "Model_Solution_First_Error_Step": "2",
}
ROWS: dict[str, dict[str, Any]] = {
    "processbench": {"id": "gsm8k-0", "problem": "Q", "steps": STEPS, "label": 1},
    "bigbench_mistake": {
        "input": "Q", "steps": STEPS, "target": "1", "answer": "2", "mistake_index": 1,
    },
    "mr_gsm8k": MR,
    "mr_ben": BEN,
    "prm800k": {"instruction": "Q", "responses": ["one"], "next_response": "two", "rating": -1.0},
}  # fmt: skip
RIGHT: dict[str, dict[str, Any]] = {
    "processbench": {"label": -1},
    "bigbench_mistake": {"mistake_index": None, "answer": " 1 "},
    "mr_gsm8k": {
        "model_output_solution_correctness": "correct",
        "model_output_solution_first_error_step": "N/A",
    },
    "mr_ben": {
        "Model_Solution_Correctness": "Correct",
        "Model_Solution_First_Error_Step": " n/a ",
    },
    "prm800k": {"rating": 0.0},
}


def read(tmp_path: Path, form: str, *rows: dict[str, Any], name: str = "x.jsonl", **more):
    path = tmp_path / name
    lines = "\n".join(map(json.dumps, rows))
    path.write_text(json.dumps(rows) if name.endswith(".json") else lines)
    return read_labelled(path, form, **more)


@pytest.mark.parametrize("form", ROWS)
@pytest.mark.parametrize("name", ["x.jsonl", "x.json"])
def test_wrong_and_right_rows(tmp_path: Path, form: str, name: str) -> None:
    solutions, left_out = read(tmp_path, form, ROWS[form], ROWS[form] | RIGHT[form], name=name)
    wrong, right = solutions
    assert not left_out
    assert wrong.first_error == 1
    assert right.first_error is None
    assert wrong.problem.startswith("Q")
    assert [step.removeprefix("Step 2: ")[:3] for step in wrong.steps][1] == "two"
    if form == "prm800k":
        assert (wrong.labels, right.labels) == (["unknown", "wrong"], ["unknown", "correct"])
    else:
        assert wrong.labels == ["correct", "wrong", "unknown"]
        assert right.labels == ["correct"] * 3


def test_mr_ben_s_steps_and_options(tmp_path: Path) -> None:
    [solution], _ = read(tmp_path, "mr_ben", BEN)
    assert solution.problem == "Q\nA: 1\nB: 2"
    assert solution.steps == ["Step 1: one", "Step 2: two\nmore of two", "Step 3: three"]
    coding = {key: value for key, value in BEN.items() if key != "Options"}
    bold = coding | {"Model_Solution_Steps": "**Step 1:** one\n**Step 2:** two"}
    [solution], _ = read(tmp_path, "mr_ben", bold)
    assert (solution.problem, len(solution.steps)) == ("Q", 2)


@pytest.mark.parametrize(
    ("form", "change", "reason"),
    [
        ("processbench", {"label": 3}, "the first error is none of the steps"),
        ("mr_gsm8k", RIGHT["mr_gsm8k"] | {"model_output_solution_correctness": "wrong"}, "a wrong"),
        ("mr_ben", {"Model_Solution_Correctness": "correct"}, "a wrong solution without"),
        ("mr_ben", {"Model_Solution_First_Error_Step": "Step 9"}, "the first error is none of"),
        ("bigbench_mistake", {"mistake_index": None}, "no step is labelled wrong, but the answer"),
        ("prm800k", {"rating": float("nan")}, "the step isn't rated"),
    ],
)
def test_labels_that_contradict_themselves_are_left_out(tmp_path, form, change, reason) -> None:
    solutions, left_out = read(tmp_path, form, ROWS[form], ROWS[form] | change)
    assert len(solutions) == 1
    [(found, number)] = left_out.items()
    assert found.startswith(reason)
    assert number == 1


def test_or_taken_at_their_word_where_they_can_be(tmp_path: Path) -> None:
    rows = [ROWS["bigbench_mistake"] | {"mistake_index": index} for index in (None, 7)]
    [solution], left_out = read(tmp_path, "bigbench_mistake", *rows, at_their_word=True)
    assert solution.first_error is None
    assert left_out == {"the first error is none of the steps": 1}


@pytest.mark.parametrize(
    ("form", "change", "message"),
    [
        ("processbench", {"steps": []}, "row 1: steps: found [], expected it to have"),
        ("processbench", {"steps": [1]}, "row 1: steps.0: found 1, expected a valid string"),
        ("processbench", {"label": "x"}, "row 1: label: found 'x', expected a valid integer"),
        ("processbench", {"label": -2}, "row 1: label: found -2, expected greater than or"),
        ("mr_ben", {"Model_Solution_First_Error_Step": "two"}, "row 1: Model_Solution_First_Err"),
        ("prm800k", {"responses": None}, "row 1: responses: found None, expected a valid list"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, form: str, change, message: str) -> None:
    with pytest.raises(UserError, match=form) as error:
        read(tmp_path, form, ROWS[form] | change)
    assert message in str(error.value)


def test_rows_of_another_format_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Question: missing"):
        read(tmp_path, "mr_ben", MR)


def test_a_json_file_of_lines_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("\n".join([json.dumps(BEN)] * 2))
    assert len(read_labelled(path, "mr_ben")[0]) == 2


def test_the_shared_sets_are_read_whole(shared_file) -> None:
    for name, form, solutions, wrong in (
        ("bigbench_mistake/multistep_arithmetic.jsonl", "bigbench_mistake", 282, 238),
        ("mr_gsm8k/first_error_steps.jsonl", "mr_gsm8k", 590, 590),
        ("prm800k/phase1_test.parquet", "prm800k", 5082, 1970),
    ):
        found, _ = read_labelled(shared_file(name), form)
        assert len(found) == solutions
        assert sum(solution.first_error is not None for solution in found) == wrong
