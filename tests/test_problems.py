"""Problem sets: filtered, drawn, without duplicates or test problems, and everything counted."""

import json
from pathlib import Path

import pytest
import yaml

from conftest import REPOSITORY
from weak_teachers.config.problems import FileSet, HubSet, SeveralSets
from weak_teachers.files import read_json, read_records, write_records
from weak_teachers.formats import NO_QUESTION, NOT_CHOSEN
from weak_teachers.problems import drop_repeated, main, make, select, text_key, within
from weak_teachers.records import Problem


def problem(name: str, text: str = "", level: int | None = 1) -> Problem:
    return Problem(
        id=name, text=text or name, solution="s" * 10, answer="1", level=level, source="test"
    )


def names(problems: list[Problem]) -> list[str]:
    return [one.id for one in problems]


def test_equal_texts_are_equal_whatever_their_case_and_spacing() -> None:
    assert text_key(" How  many\n apples? ") == text_key("how many APPLES?")
    assert text_key("3 apples") != text_key("4 apples")


def test_bounds_include_both_ends_and_no_unknown() -> None:
    assert [within((2, 3), level) for level in (1, 2, 3, 4, None)] == [False, True, True, False, 0]
    assert within(None, None)


def test_filters_are_counted() -> None:
    rows = [problem("a", level=1), problem("b", level=2), problem("c", "long" * 50, 2)]
    rows += [NO_QUESTION, NOT_CHOSEN, NOT_CHOSEN, problem("d", level=None)]
    wanted = FileSet(source="file", file="f", levels=(2, 3), characters=(0, 100))
    kept, counts = select(rows, wanted, seed=0)
    assert names(kept) == ["b"]
    assert counts == {
        "read": 7,
        "dropped: level": 2,
        "dropped: length": 1,
        "dropped: no open question": 1,
        "dropped: not among `only`": 2,
    }


def test_problems_that_are_fewer_than_were_asked_for_are_counted() -> None:
    rows = [problem(f"p{n}") for n in range(5)]
    for skip, count, lacking in ((0, 5, 0), (0, 8, 3), (4, 3, 2), (9, 1, 1)):
        wanted = FileSet(source="file", file="f", skip=skip, count=count)
        kept, counts = select(rows, wanted, seed=0)
        assert len(kept) == count - lacking
        assert counts["fewer than `count`"] == lacking


def test_two_sets_can_share_a_file() -> None:
    rows = [problem(f"p{n}") for n in range(30)]
    one, _ = select(rows, FileSet(source="file", file="f", count=10), seed=0)
    other, _ = select(rows, FileSet(source="file", file="f", skip=10, count=10), seed=0)
    rest, _ = select(rows, FileSet(source="file", file="f", skip=20), seed=0)
    assert [len(one), len(other), len(rest)] == [10, 10, 10]
    assert {*names(one), *names(other), *names(rest)} == set(names(rows))
    again, _ = select(rows, FileSet(source="file", file="f", count=10), seed=1)
    assert names(again) != names(one)


def test_a_set_can_be_made_of_several_datasets(tmp_path: Path, command) -> None:
    """Of folders, which the library loads as it loads datasets of the hub."""
    tables = {"orca": [("Q1", "1"), ("Q2", "1")], "math": [("Q2", "2"), ("Q3", "5"), ("Q4", "3")]}
    for name, rows in tables.items():
        (tmp_path / name).mkdir()
        lines = [
            {"problem": text, "solution": r"So \boxed{7}.", "level": f"Level {level}"}
            for text, level in rows
        ]
        (tmp_path / name / "train.jsonl").write_text("\n".join(map(json.dumps, lines)))
    one = HubSet(source="hub", dataset=str(tmp_path / "orca"), split="train", format="math")
    other = one.model_copy(update={"dataset": str(tmp_path / "math"), "levels": (1, 3)})
    wanted = SeveralSets(source="several", sets=[one, other])
    problems, counts = make("easy", wanted, None, seed=0)
    assert sorted(names(problems)) == [
        "easy-1-00001",
        "easy-1-00002",
        "easy-2-00001",
        "easy-2-00003",
    ]
    assert counts == {"read": 5, "dropped: level": 1}
    said = command(
        main,
        *("--name", "easy", "--seed", 0, "--settings", wanted.model_dump_json()),
        *("--output", tmp_path / "easy.jsonl", "--counts", tmp_path / "counts.json"),
    )
    assert said == ""
    kept = {problem.text: problem for problem in read_records(tmp_path / "easy.jsonl", Problem)}
    assert kept.keys() == {"Q1", "Q2", "Q4"}
    assert (kept["Q2"].source, kept["Q4"].source) == (one.dataset, other.dataset)
    assert wanted.count is None
    counted = [set_.model_copy(update={"count": 2}) for set_ in wanted.sets]
    assert SeveralSets(source="several", sets=counted).count == 4


def test_duplicates_and_problems_of_other_sets_are_dropped_and_counted() -> None:
    rows = [problem("a", "One?"), problem("b", "one?  "), problem("c", "Two?"), problem("d", "X")]
    kept, counts = drop_repeated(rows, {text_key("two?"): "held_out"})
    assert names(kept) == ["a", "d"]
    assert counts == {"dropped: duplicate": 1, "dropped: also in held_out": 1}


def test_no_test_problem_is_ever_trained_on(tmp_path: Path, command) -> None:
    tests = [problem("t1", "What is 1 + 1?"), problem("t2", "What is 2 + 2?")]
    write_records(tmp_path / "held_out.jsonl", tests)
    rows = [
        {"text": "what is 1 + 1?", "solution": "2", "answer": "2"},
        {"text": "What is 3 + 3?", "solution": "6", "answer": "6"},
        {"text": "What is 3 + 3?", "solution": "6", "answer": "6"},
    ]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = command(
        main,
        *("--name", "easy", "--seed", 0, "--file", tmp_path / "data.jsonl"),
        *("--settings", '{"source": "file", "file": "data"}'),
        *("--without", tmp_path / "held_out.jsonl"),
        *("--output", tmp_path / "easy.jsonl", "--counts", tmp_path / "counts.json"),
    )
    assert said == ""
    assert [p.text for p in read_records(tmp_path / "easy.jsonl", Problem)] == ["What is 3 + 3?"]
    assert read_json(tmp_path / "counts.json") == {
        "read": 3,
        "dropped: duplicate": 1,
        "dropped: also in held_out": 1,
        "kept": 1,
    }


def test_synthetic_training_problems_leave_out_the_test_problems(tmp_path: Path, command) -> None:
    def make(name: str, *without: Path) -> dict[str, int]:
        settings = '{"source": "synthetic", "count": 3000, "steps": [1]}'
        said = command(
            main,
            *("--name", name, "--seed", 0, "--settings", settings, "--without", *without),
            *("--output", tmp_path / f"{name}.jsonl", "--counts", tmp_path / f"{name}.json"),
        )
        assert said == ""
        return read_json(tmp_path / f"{name}.json")

    make("tests")
    counts = make("easy", tmp_path / "tests.jsonl")
    assert counts["dropped: also in tests"] > 0  # one-step problems are few enough to meet
    made, kept = counts["made"], counts["kept"]
    assert kept == made - counts["dropped: also in tests"] - counts.get("dropped: duplicate", 0)
    tests = {text_key(p.text) for p in read_records(tmp_path / "tests.jsonl", Problem)}
    easy = [text_key(p.text) for p in read_records(tmp_path / "easy.jsonl", Problem)]
    assert not tests.intersection(easy)
    assert len(set(easy)) == len(easy) == kept


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ('{"source": "file", "file": "x"}', "error: easy: its problems come from a file; name it"),
        (
            '{"source": "file", "file": "x", "levels": [8, 9]}',
            "error: FILE: easy: no problems are left; found {'read': 1, 'dropped: level': 1}",
        ),
    ],
)
def test_a_set_without_problems_is_an_error_and_writes_nothing(tmp_path, command, settings, line):
    (tmp_path / "data.jsonl").write_text('{"text": "t", "solution": "s", "answer": "1"}\n')
    file = ["--file", tmp_path / "data.jsonl"] if "levels" in settings else ["--file"]
    said = command(
        main,
        *("--name", "easy", "--seed", 0, "--settings", settings, *file),
        *("--output", tmp_path / "out.jsonl", "--counts", tmp_path / "counts.json"),
    )
    assert said.startswith(line.replace("FILE", str(file[-1])))
    assert [path.name for path in tmp_path.iterdir()] == ["data.jsonl"]


def test_math_training_problems_are_not_in_math_500(shared_file) -> None:
    from weak_teachers.formats import read_problems

    settings = FileSet(source="file", file="m", format="math")
    tests = list(read_problems(shared_file("math/math500.jsonl"), settings, "tests"))
    elsewhere = {text_key(p.text): "held_out" for p in tests}
    train = read_problems(shared_file("math/train.jsonl"), settings, "train")
    kept, counts = drop_repeated([p for p in train if isinstance(p, Problem)], elsewhere)
    assert not {text_key(p.text) for p in kept} & set(elsewhere)
    assert len(kept) == 7498 - sum(counts.values())


def test_the_gsm8k_study_finds_its_problems(shared_file) -> None:
    study = yaml.safe_load((REPOSITORY / "config/gsm8k.yaml").read_text())
    from weak_teachers.formats import read_problems

    for settings in [study["problems"]["hard"], *study["test_sets"].values()]:
        wanted = FileSet(**settings)
        path = shared_file(study["files"][wanted.file]["path"])
        kept, _ = select(read_problems(path, wanted, "set"), wanted, seed=42)
        assert len(kept) == (wanted.count or len(kept)) > 0
