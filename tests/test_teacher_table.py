"""The teacher table, by hand on a few solutions."""

import pytest

import examples
from weak_teachers.stats import clustered_share
from weak_teachers.teacher_table import teacher_row


def test_rates_are_those_of_the_solutions() -> None:
    one, other = (examples.task(name, 4, n) for n, name in enumerate("ab"))
    solutions = [
        examples.annotated(one, 0, 0),
        examples.annotated(one, 2, 1),
        examples.annotated(other, 3, 0),
        examples.annotated(other, 1, 1).model_copy(update={"outcome": "unknown"}),
    ]
    row = teacher_row("main", "hard", solutions)
    assert (row["teacher"], row["kind"], row["tasks"], row["solutions"]) == ("main", "hard", 2, 4)
    assert row["unknown_outcomes"] == 1
    assert row["er"][0] == pytest.approx(100 * 2 / 3)  # unknown is neither right nor wrong
    assert row["swer"][0] == pytest.approx(100 * 6 / 16)
    assert row["swer_wrong"][0] == pytest.approx(100 * 5 / 8)
    assert row["steps"] == 16
    assert row["swer_bounds"] == [37.5, 37.5]
    # First errors at steps 2, 1 and 3 of 4, from 0.
    assert row["first_error"][0] == pytest.approx(100 * (2 + 1 + 3) / 4 / 3)
    share = clustered_share([2, 4], [8, 8])
    assert row["swer"][1:] == pytest.approx([100 * share.low, 100 * share.high])


def test_unknown_steps_widen_the_bounds() -> None:
    task = examples.task()
    found = examples.annotated(task, 1)
    steps = [found.steps[0].model_copy(update={"label": "unknown"}), *found.steps[1:]]
    row = teacher_row("main", "hard", [found.model_copy(update={"steps": steps})])
    assert row["swer_bounds"] == [25.0, 50.0]
    assert row["unknown_steps"] == 1


def test_a_teacher_without_errors_has_no_first_error_and_no_swer_of_wrong_ones() -> None:
    row = teacher_row("main", "hard", [examples.annotated(examples.task())])
    assert row["first_error"] is None
    assert row["swer_wrong"] is None
    assert row["er"][0] == row["swer"][0] == 0
