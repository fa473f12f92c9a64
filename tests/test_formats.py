"""Formats read the public benchmark files, and name the row of whatever they can't read."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from weak_teachers.boxed import last_box
from weak_teachers.config.problems import FileSet, HubSet
from weak_teachers.errors import UserError
from weak_teachers.formats import (
    LONGEST,
    NO_QUESTION,
    NOT_CHOSEN,
    TOO_LONG,
    load_problems,
    read_problems,
)
from weak_teachers.records import Problem


def read(path: Path, form: str, **more: Any) -> list[Problem | str]:
    wanted = FileSet(source="file", file="source", format=form, **more)
    return list(read_problems(path, wanted, "set"))


def written(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("file", "form", "rows", "open_questions"),
    [
        # Two rows have an empty box in the place of an answer.
        ("math/train.jsonl", "math", 7500, 7498),
        ("math/math500.jsonl", "math", 500, 500),
        ("gsm8k/train.jsonl", "gsm8k", 7473, 7473),
        ("gsm8k/test.jsonl", "gsm8k", 1319, 1319),
        ("gsm8k/test_socratic.jsonl", "gsm8k_socratic", 1319, 1319),
        ("agieval/sat-math.jsonl", "agieval", 220, 220),
        ("agieval/gaokao-mathcloze.jsonl", "agieval", 118, 118),
        # Mathematics: 53 with one right option, 61 numeric and 37 integer ones.
        ("jeebench/dataset.json", "jeebench", 515, 151),
    ],
)
def test_real_files_are_read_whole(shared_file, file, form, rows, open_questions) -> None:
    problems = read(shared_file(file), form)
    assert len(problems) == rows
    kept = [problem for problem in problems if isinstance(problem, Problem)]
    assert len(kept) == open_questions
    assert len({problem.id for problem in kept}) == open_questions
    assert all(problem.answer == problem.answer.strip() for problem in kept)


def test_math_levels_and_answers(shared_file) -> None:
    problems = [p for p in read(shared_file("math/train.jsonl"), "math") if isinstance(p, Problem)]
    assert Counter(p.level for p in problems)[None] == 2  # "Level ?"
    assert {p.level for p in problems} == {1, 2, 3, 4, 5, None}
    rows = [json.loads(line) for line in shared_file("math/math500.jsonl").open()]
    # The box of the solution is the answer that MATH-500 states, spacing apart.
    same = [last_box(row["solution"]).split() == row["answer"].split() for row in rows]
    assert sum(same) >= 490


def test_gsm8k_and_its_socratic_form_are_the_same_problems(shared_file) -> None:
    plain = read(shared_file("gsm8k/test.jsonl"), "gsm8k")
    socratic = read(shared_file("gsm8k/test_socratic.jsonl"), "gsm8k_socratic")
    assert [(p.text, p.answer, p.level) for p in plain] == [
        (p.text, p.answer, p.level) for p in socratic
    ]
    assert all(len(p.questions) == len(p.steps) == p.level for p in socratic)
    assert not any(" ** " in step or step.endswith("?") for p in socratic for step in p.steps[:1])
    assert all(p.solution.endswith(f"#### {p.answer}") for p in plain)


def test_jeebench_questions_are_asked_without_their_options(shared_file) -> None:
    problems = [
        p for p in read(shared_file("jeebench/dataset.json"), "jeebench") if isinstance(p, Problem)
    ]
    assert not any(mark in p.text for p in problems for mark in ("\n(A)", "\n[A]", "\n(B)"))
    assert not any(p.answer in "ABCD" for p in problems)
    answers = {p.id: p.answer for p in problems}
    rows = json.loads(shared_file("jeebench/dataset.json").read_text())
    bracketed = next(
        (n, r)
        for n, r in enumerate(rows, 1)
        if r["type"] == "MCQ" and "\n[A] centroid" in r["question"]
    )
    assert answers[f"set-{bracketed[0]:05d}"] == "orthocenter"


def test_sat_questions_keep_their_options(shared_file) -> None:
    problem = read(shared_file("agieval/sat-math.jsonl"), "agieval")[0]
    assert problem.answer == "D"
    assert problem.text.endswith("(D)10")
    assert problem.solution.startswith("Choice D is correct")


def test_own_problems_come_in_by_columns(tmp_path: Path) -> None:
    rows = [
        {"name": 7, "question": "1 + 1?", "reasoning": "1 + 1 = 2", "gold": "2", "level": "3"},
        {"name": 8, "question": "2 + 2?", "reasoning": "2 + 2 = 4", "gold": "4"},
    ]
    columns = {"id": "name", "text": "question", "solution": "reasoning", "answer": "gold"}
    first, second = read(written(tmp_path, *rows), "problems", columns=columns)
    assert (first.id, first.text, first.answer, first.level) == ("set-7", "1 + 1?", "2", 3)
    assert (second.id, second.level, second.source) == ("set-8", None, "source")


def test_the_project_s_own_records_are_read_back(tmp_path: Path) -> None:
    record = Problem(
        id="a", text="t", solution="1 + 1 = 2", answer="2", level=1, source="s", steps=["1 + 1 = 2"]
    )
    (again,) = read(written(tmp_path, record.model_dump()), "problems")
    assert again == record.model_copy(update={"id": "set-a", "source": "source"})


GOOD = {"text": "t", "solution": "s", "answer": "a", "id": "x"}


@pytest.mark.parametrize(
    ("form", "row", "complaint"),
    [
        ("problems", {**GOOD, "text": ""}, "text: found '', expected it to have at least 1 char"),
        ("problems", {**GOOD, "answer": None}, "answer: found None, expected a valid string"),
        ("problems", {**GOOD, "level": "hard"}, "level: found 'hard', expected a valid integer"),
        ("problems", {"text": "t"}, "not of format problems, found ['text'], missing or ill-typ"),
        ("gsm8k", {"question": "q", "answer": "no mark"}, "not of format gsm8k, found"),
        ("gsm8k", {"question": "q", "answer": "x = 3\n#### "}, "answer: found '', expected"),
        ("gsm8k_socratic", {"question": "q", "answer": "plain\n#### 1"}, "not of format gsm8k_soc"),
        ("math", {"problem": "p"}, "not of format math, found ['problem'], missing or ill-typed:"),
        ("agieval", {"question": 3}, "not of format agieval"),
        ("jeebench", {"subject": "math", "type": "MCQ", "question": "?", "gold": "A"}, "not of"),
    ],
)
def test_a_row_that_can_t_be_read_is_named(tmp_path, form, row, complaint) -> None:
    path = written(tmp_path, row)
    with pytest.raises(UserError) as error:
        read(path, form)
    assert str(error.value).startswith(f"{path}, row 1: {complaint}")


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("text", "is \x0crac{1}{2}?", r"U+000C in 'is \x0crac{1}{2}?'"),
        ("solution", "a\0b", r"U+0000 in 'a\x00b'"),
        ("answer", "it\x92s 2", r"U+0092 in 'it\x92s 2'"),
        ("steps", ["1 + 1 = 2", "\x1b[31m"], r"U+001B in '\x1b[31m'"),
        ("id", "a\x7f", r"U+007F in 'set-a\x7f'"),
    ],
)
def test_a_control_character_is_named_with_its_field(tmp_path, field, value, found) -> None:
    path = written(tmp_path, GOOD, {**GOOD, "id": "y", field: value})
    with pytest.raises(UserError) as error:
        read(path, "problems")
    line = f"{path}, row 2: {field}: found the control character {found}, expected only tabs"
    assert str(error.value).startswith(line)


def test_tabs_and_line_ends_are_no_fault(tmp_path: Path) -> None:
    (problem,) = read(written(tmp_path, {**GOOD, "text": "a\tb\r\nc"}), "problems")
    assert problem.text == "a\tb\r\nc"


@pytest.mark.parametrize("field", ["text", "solution", "answer"])
def test_a_row_with_an_absurdly_long_text_is_left_out(tmp_path: Path, field: str) -> None:
    rows = [{**GOOD, "id": str(n), field: "x" * n} for n in (LONGEST, LONGEST + 1)]
    kept, left_out = read(written(tmp_path, *rows), "problems")
    assert (kept.id, left_out) == (f"set-{LONGEST}", TOO_LONG)


def test_a_repeated_id_is_named_with_both_rows(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="row 3: id 'set-x' is already in row 1; expected each"):
        read(written(tmp_path, GOOD, {**GOOD, "id": "y"}, GOOD), "problems")


@pytest.mark.parametrize("text", ["3", '{"a": 1}', '["a"]', "[1"])
def test_a_json_file_must_be_a_list_of_objects(tmp_path: Path, text: str) -> None:
    path = tmp_path / "data.json"
    path.write_text(text)
    with pytest.raises(UserError, match=r"data\.json: .*expected "):
        read(path, "jeebench")


NUMINA = {
    "source": "orca_math",
    "problem": "1 + 1?",
    "solution": r"So $\boxed{2}$.",
    "messages": [],
}
ARENA = {
    "id": "Math_1",
    "problem": "x?",
    "solution": "x = 3",
    "answer": ["3"],
    "answer_type": "NV",
    "figure_urls": None,
    "language": "EN",
}


def test_numinamath_s_answer_is_in_the_box_and_sources_are_chosen(tmp_path: Path) -> None:
    others = [{**NUMINA, "source": "olympiads"}, {**NUMINA, "solution": "No box."}]
    path = written(tmp_path, *others, NUMINA)
    other, unboxed, problem = read(path, "numinamath", only={"source": ["orca_math", "math"]})
    assert (other, unboxed) == (NOT_CHOSEN, NO_QUESTION)
    assert (problem.id, problem.text, problem.answer) == ("set-00003", "1 + 1?", "2")


def test_olympicarena_is_text_only_with_one_answer_or_several(tmp_path: Path) -> None:
    rows = [ARENA, {**ARENA, "id": "b", "answer": ["1", "2"]}, {**ARENA, "figure_urls": ["x.png"]}]
    one, two, figure = read(written(tmp_path, *rows), "olympicarena")
    assert (one.id, one.answer, two.answer, figure) == ("set-Math_1", "3", "1, 2", NO_QUESTION)


def test_a_column_to_choose_by_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"row 1: not of format numinamath.*missing.*'kind'"):
        read(written(tmp_path, NUMINA), "numinamath", only={"kind": ["a"]})


def test_a_dataset_of_the_hub_is_loaded_by_its_split(tmp_path: Path) -> None:
    """From a folder, which the library loads as it loads a dataset of the hub."""
    (tmp_path / "data").mkdir()
    for split, rows in {"train": [NUMINA] * 2, "test": [NUMINA]}.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"data/{split}.jsonl").write_text(lines)
    folder = str(tmp_path / "data")
    wanted = HubSet(source="hub", dataset=folder, split="train", format="numinamath")
    problems = list(load_problems(wanted, "easy"))
    assert [problem.id for problem in problems] == ["easy-00001", "easy-00002"]
    assert problems[0].source == folder
    # Whoever uses a dataset can't mend it.
    row = json.dumps({**NUMINA, "problem": "\x0c?"}) + "\n"
    (tmp_path / "data/validation.jsonl").write_text(row)
    odd = wanted.model_copy(update={"split": "validation"})
    assert [problem.text for problem in load_problems(odd, "easy")] == ["\x0c?"]
    with pytest.raises(UserError, match=r"data: can't be loaded \(.*\); check its name"):
        list(load_problems(wanted.model_copy(update={"split": "none"}), "easy"))


def test_a_dataset_that_can_t_be_reached_is_one_line(monkeypatch) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    wanted = HubSet(source="hub", dataset="nobody/nothing", split="train")
    with pytest.raises(UserError, match=r"^nobody/nothing: can't be loaded"):
        list(load_problems(wanted, "easy"))
