"""The card of a mixture, by hand on a few rows."""

from weak_teachers.card import describe_rows, make_card, total
from weak_teachers.config.arms import Arm
from weak_teachers.records import Row, StepCount


def row(task: str, outcome: str, steps: tuple[int, int, int], kind: str = "hard", **more) -> Row:
    return Row(
        id=f"a/{task}",
        prompt="p",
        completion="c",
        task=task,
        family=task[0],
        kind=kind,
        teacher="main",
        solution=f"{task}/s",
        outcome=outcome,
        steps=StepCount(all=steps[0], wrong=steps[1], unknown=steps[2]),
        **{"stand_in": False, **more},
    )


ROWS = [
    row("a", "wrong", (4, 3, 0)),
    row("b", "correct", (6, 0, 1), stand_in=True),
    row("a.1", "correct", (2, 0, 0), "subtask"),
    row("a.1", "wrong", (8, 2, 0), "subtask", rephrased=True),
]


def test_rates_are_shares_of_rows_and_of_steps() -> None:
    assert describe_rows(ROWS) == {
        "rows": 4,
        "wrong_rows": 2,
        "er": 50.0,
        "steps": 20,
        "wrong_steps": 5,
        "unknown_steps": 1,
        "swer": 25.0,
        "stand_ins": 1,
        "restyled": 0,
        "rephrased": 1,
    }


def test_the_card_has_each_kind_and_the_tokens() -> None:
    arm = Arm(name="a", family="combined", teacher="main", tasks=2, hard=50, subtask=50)
    card = make_card(arm, ROWS, [10, 20, 30, 40], max_length=30, digest="d")
    assert card["by_kind"]["hard"]["swer"] == 30.0
    assert card["by_kind"]["subtask"]["swer"] == 20.0
    assert (card["tokens"], card["longest"], card["truncated"]) == (100, 40, 1)
    assert (card["hard_tasks"], card["solutions"], card["sha256"]) == (2, 3, "d")
    assert card["arm"] == arm.model_dump()


def test_a_set_s_steps_are_the_sum_of_its_solutions() -> None:
    assert total([r.steps for r in ROWS]) == StepCount(all=20, wrong=5, unknown=1)
    assert total([]).severity == 0
