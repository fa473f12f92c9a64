import json
import re
import subprocess
import sys

import pytest

from people_samples import solution, task
from weak_teachers.annotate_page import make_page
from weak_teachers.files import read_records, write_json, write_records
from weak_teachers.import_labels import agreements, by_checker
from weak_teachers.people import HumanLabels, majorities

STEPS = [f"step {number}" for number in range(4)]
TRUTH = [["right", "right", "wrong", "right"], ["right"] * 4, ["wrong"] * 4]


@pytest.fixture
def folder(tmp_path):
    solutions = [
        solution(n, steps=STEPS, labels=["correct", "unknown", "wrong", "correct"])
        for n in range(3)
    ]
    _, key = make_page(solutions, {f"task-{n}": task(n) for n in range(3)})
    write_json(tmp_path / "key.json", key.model_dump())
    write_records(tmp_path / "annotated.jsonl", solutions)
    return tmp_path


def export(folder, annotator, labels, page=None):
    path = folder / f"{annotator}.json"
    page = page or json.loads((folder / "key.json").read_text())["page"]
    write_json(path, {"page": page, "annotator": annotator, "labels": labels})
    return path


def numbered(marks):
    return {str(number): list(item) for number, item in enumerate(marks, start=1)}


def run(folder, *labels, more=()):
    words = ["--labels", *labels, "--key", folder / "key.json", "--output", folder / "human.jsonl"]
    return subprocess.run(
        [sys.executable, "-m", "weak_teachers.import_labels", *map(str, [*words, *more])],
        capture_output=True,
        text=True,
        check=False,
    )


def test_labels_come_back_with_their_solutions(folder):
    path = export(folder, "Ada", numbered(TRUTH))
    result = run(folder, path)
    assert result.returncode == 0, result.stderr
    records = read_records(folder / "human.jsonl", HumanLabels, unique=None)
    assert [(r.solution, r.annotator, r.labels) for r in records] == [
        (f"task-{n}/teacher-a/0", "Ada", labels) for n, labels in enumerate(TRUTH)
    ]
    assert result.stdout.splitlines()[-1].endswith(
        "3 rows by Ada: 7 steps right, 5 steps wrong, 0 steps unsure"
    )


def test_the_report_compares_people_and_checkers(folder):
    paths = [
        export(folder, "Ada", numbered(TRUTH)),
        export(folder, "Bob", numbered(TRUTH)),
        export(folder, "Cy", numbered([TRUTH[0], ["right"] * 3 + ["wrong"], ["unsure"] * 4])),
    ]
    report = folder / "agreement.json"
    more = ["--annotated", folder / "annotated.jsonl", "--report", report]
    result = run(folder, *paths, more=more)
    assert result.returncode == 0, result.stderr
    entries = {
        (entry["level"], " × ".join(entry["raters"])): entry
        for entry in json.loads(report.read_text())
    }
    assert entries["step", "Ada × Bob"]["kappa"] == 1
    assert entries["step", "Ada × Bob"]["units"] == 12
    # Cy is unsure of four steps and differs in one of the other eight.
    assert entries["step", "Ada × Cy"]["agreed"] == 7 / 8
    assert entries["step", "Ada × Bob × Cy"]["statistic"] == "fleiss"
    # The checkers leave a step unknown in each solution.
    assert entries["step", "Ada × (checkers)"]["units"] == 9
    # They flag step 3 first everywhere, as the truth has it in the first solution alone.
    assert entries["first error", "Ada × (checkers)"]["agreed"] == pytest.approx(1 / 3)
    assert entries["first error", "(majority) × (checkers)"]["units"] == 3
    assert entries["first error", "Ada × Cy"]["units"] == 2
    assert "Ada × Bob × Cy" in result.stdout


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"4": ["right"] * 4}, "item 4 is not in the page; expected 1 to 3"),
        ({"0": ["right"] * 4}, "item 0 is not in the page; expected 1 to 3"),
        ({"1": ["right"] * 3}, "item 1 has 3 labels; expected 4, one a step"),
        ({"2": ["right", None, "wrong", None]}, "item 2 has no label for step 2, 4; mark all"),
        ({"1": ["right", "maybe", "wrong", "right"]}, "labels.1.1: found 'maybe', expected"),
        ({"one": ["right"]}, "labels.one"),
    ],
)
def test_faults_are_one_line(folder, labels, message):
    path = export(folder, "Ada", labels)
    result = run(folder, path)
    assert result.returncode == 1
    assert result.stderr.startswith(f"error: {path}: ")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (folder / "human.jsonl").exists()


def test_another_pages_labels_are_refused(folder):
    result = run(folder, export(folder, "Ada", {}, page="feedfeedfeedfeed"))
    assert "labels of page 'feedfeedfeedfeed'; expected page" in result.stderr


def test_two_files_of_one_annotator_are_refused(folder):
    first, second = export(folder, "Ada", numbered(TRUTH)), export(folder, "ada ", numbered(TRUTH))
    result = run(folder, first, second)
    assert f"{second}: annotator 'ada ' also wrote {first}" in result.stderr


def test_unmarked_solutions_are_left_out(folder):
    path = export(folder, "Ada", numbered([TRUTH[0], [None] * 4, [None] * 4]))
    assert run(folder, path).returncode == 0
    assert len((folder / "human.jsonl").read_text().splitlines()) == 1


def test_nothing_marked_is_refused(folder):
    result = run(folder, export(folder, "Ada", numbered([[None] * 4] * 3)))
    assert result.stderr == "error: --labels: no solution is marked; expected one at least\n"


def test_a_page_is_no_label_file(folder):
    (folder / "page.html").write_text("<!DOCTYPE html>")
    assert "expected JSON" in run(folder, folder / "page.html").stderr


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ([solution(n, steps=[*STEPS[:3], "other"]) for n in range(3)], "are not those on the page"),
        ([solution(0, steps=STEPS)], "solution 'task-1/teacher-a/0' is missing"),
    ],
)
def test_other_steps_than_people_saw_are_refused(folder, changed, message):
    path = export(folder, "Ada", numbered(TRUTH))
    write_records(folder / "annotated.jsonl", changed)
    result = run(folder, path, more=["--annotated", folder / "annotated.jsonl"])
    assert result.returncode == 1
    assert re.search(message, result.stderr)


def test_the_majority_decides_and_a_tie_is_unknown():
    people = {
        "a": {"1": ["correct", "wrong", "unknown", "correct"]},
        "b": {"1": ["correct", "correct", "wrong", "unknown"]},
        "c": {"1": ["wrong", "unknown", "unknown", "unknown"], "2": ["wrong"]},
    }
    assert majorities(people) == {"1": ["correct", "unknown", "wrong", "correct"], "2": ["wrong"]}


def test_every_checker_is_compared_by_the_labels_it_gave():
    labels = ["correct", "wrong"]
    checkers = by_checker(
        [
            solution(1, labels=labels, checker="calculation"),
            solution(2, labels=labels, checker="llm"),
            solution(3, labels=labels, checker="human"),
        ]
    )
    assert list(checkers) == ["calculation", "llm", "(checkers)"]
    decided = {
        name: sum(label != "unknown" for steps in ratings.values() for label in steps)
        for name, ratings in checkers.items()
    }
    assert decided == {"calculation": 2, "llm": 2, "(checkers)": 4}


def test_people_alone_are_compared_without_checkers():
    people = {"a": {"1": ["correct", "wrong"]}, "b": {"1": ["correct", "wrong"]}}
    assert [entry.raters for entry in agreements(people, {}, seed=1)] == [["a", "b"]] * 2
