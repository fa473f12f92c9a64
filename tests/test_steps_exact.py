"""Exact step labels: every kind of fault is found, and nothing that is right is called wrong."""

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import examples
from weak_teachers.records import Task
from weak_teachers.steps.exact import label_steps
from weak_teachers.steps.segment import segment
from weak_teachers.synthetic import draw_chain, solve

# 12 + 7 = 19, 19 * 2 = 38, 38 - 8 = 30
TASK = Task(
    id="t",
    family="t",
    kind="hard",
    text="…",
    solution="12 + 7 = 19\n19 * 2 = 38\n38 - 8 = 30\nAnswer: 30",
    answer="30",
    steps=["12 + 7 = 19", "19 * 2 = 38", "38 - 8 = 30"],
)


@pytest.mark.parametrize(
    ("solution", "reasons"),
    [
        ("12 + 7 = 19\n19 * 2 = 38\n38 - 8 = 30\nAnswer: 30", ["", "", ""]),
        ("12 + 7 = 20\n20 * 2 = 40\n40 - 8 = 32\nAnswer: 32", ["12 + 7 is 19", "", ""]),
        ("12 + 7 = 19\n19 * 3 = 57\n57 - 8 = 49\nAnswer: 49", ["", "* 3 instead of * 2", ""]),
        ("12 + 7 = 19\n19 + 2 = 21\n21 - 8 = 13\nAnswer: 13", ["", "+ 2 instead of * 2", ""]),
        ("12 + 7 = 19\n18 * 2 = 36\n36 - 8 = 28", ["", "starts from 18 instead of 19", ""]),
        ("12 + 7 = 19\n19 * 2 = 38\nAnswer: 38", ["", "", "missing"]),
        ("12 + 7 = 19\n19 * 2 = 38\n38 - 8 = 30\n30 + 1 = 31\nAnswer: 31", [*[""] * 3, "surplus"]),
        ("12 + 7 = 19\nthen double\n38 - 8 = 30", ["", "not a calculation", "starts from 38 inst"]),
        ("", ["missing", "missing", "missing"]),
        ("Answer: 30", ["missing", "missing", "missing"]),
    ],
)
def test_each_kind_of_fault_is_found_at_its_step(solution: str, reasons: list[str]) -> None:
    labels = label_steps(TASK, segment(solution), "unknown")
    assert len(labels) == len(reasons)
    for label, reason in zip(labels, reasons, strict=True):
        assert label.reason.startswith(reason)
        assert label.label == ("wrong" if reason else "correct")


CHAINS = st.tuples(st.integers(2, 8), st.integers(0, 2**32))


@given(CHAINS)
def test_a_reference_solution_has_no_wrong_step(drawn: tuple[int, int]) -> None:
    task = examples.task("t", *drawn)
    found = examples.annotate(task, examples.solution(task))
    assert found.outcome == "correct"
    assert found.first_error is None
    assert found.count().model_dump() == {"all": drawn[0], "wrong": 0, "unknown": 0}


@given(CHAINS, st.data())
def test_a_changed_number_is_found_where_it_is(drawn: tuple[int, int], data: st.DataObject) -> None:
    task = examples.task("t", *drawn)
    lines = task.solution.split("\n")
    place = data.draw(st.integers(0, drawn[0] - 1))
    words = lines[place].split(" ")
    word = data.draw(st.sampled_from([0, 2, 4]))
    number = data.draw(st.integers(0, 99))
    assume(str(number) != words[word])
    words[word] = str(number)
    lines[place] = " ".join(words)
    found = examples.annotate(task, examples.solution(task, "\n".join(lines)))
    # A false result is one fault here, and the next step starts from another number than it.
    assert found.first_error == place
    assert 1 <= found.count().wrong <= 2


@given(CHAINS, CHAINS)
def test_severity_is_a_share_of_the_steps_whatever_is_written(one, other) -> None:
    task = examples.task("t", *one)
    written = solve(draw_chain(other[0], random.Random(other[1])))
    labels = label_steps(task, segment(written), "wrong")
    assert len(labels) == max(one[0], other[0])
    assert {label.label for label in labels} <= {"correct", "wrong"}
    assert sum(label.label == "wrong" for label in labels) >= abs(one[0] - other[0])


@given(st.text())
def test_no_text_breaks_the_checker(text: str) -> None:
    assert len(label_steps(TASK, segment(text), "unknown")) >= 3
