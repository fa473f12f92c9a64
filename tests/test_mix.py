"""Mixtures: exactly the error rate, nested, the same tasks in all arms, proved by the card."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import examples
from weak_teachers.config.arms import Arm
from weak_teachers.config.stages import MixSettings
from weak_teachers.errors import UserError
from weak_teachers.files import read_json, read_records, write_records
from weak_teachers.manifest import sha256
from weak_teachers.mix import Mixing, main, mix
from weak_teachers.records import Annotated, Row, StepCount

POOL = examples.pool(40)
SUBTASKS = {entry.id for entry in POOL if entry.kind == "subtask"}


def arm(**more: Any) -> Arm:
    fields = {"name": "arm", "family": "hard", "teacher": "main", "tasks": 30} | more
    return Arm(**fields)


def mixed(seed: int = 0, solutions: list[Annotated] | None = None, **more: Any) -> list[Row]:
    return mix(POOL, solutions or [], Mixing(arm(**more), seed, "Q: {problem}"))


def wrong(rows: list[Row]) -> dict[str, str]:
    """Each wrong row's task with its solution."""
    return {row.task: row.solution for row in rows if row.outcome == "wrong"}


RATES = st.one_of(st.integers(0, 100), st.floats(0, 100))


@settings(max_examples=60)
@given(rate=RATES, tasks=st.integers(1, 40), seed=st.integers(0, 2**32))
def test_exactly_the_rate_is_wrong_at_any_size(rate: float, tasks: int, seed: int) -> None:
    rows = mixed(seed, hard=rate, tasks=tasks)
    assert len(rows) == tasks == len({row.task for row in rows})
    assert len(wrong(rows)) == round(rate * tasks / 100)


@settings(max_examples=40)
@given(rates=st.lists(RATES, min_size=2, max_size=4), seed=st.integers(0, 2**32))
def test_what_is_wrong_at_a_rate_is_wrong_in_the_same_way_at_any_higher(rates, seed) -> None:
    by_rate = [wrong(mixed(seed, hard=rate)) for rate in sorted(rates)]
    for lower, higher in pairwise(by_rate):
        assert lower.items() <= higher.items()


def test_rows_that_stay_right_are_the_same_at_every_rate() -> None:
    right = {row.task: row.solution for row in mixed(hard=0)}
    for row in mixed(hard=50):
        if row.outcome == "correct":
            assert row.solution == right[row.task]


def test_all_arms_take_the_same_tasks() -> None:
    families = {row.family for row in mixed(hard=0)}
    others = [
        mixed(hard=90, name="other"),
        mixed(subtask=50, family="subtask"),
        mixed(hard=50, subtask=10, family="combined"),
        mixed(hard=50, severity="low", family="severity"),
        mixed(hard=50, epochs=2, family="epochs"),
    ]
    assert len(families) == 30
    for rows in others:
        assert {row.family for row in rows} == families
    assert {row.family for row in mixed(hard=0, seed=1)} != families


def test_subtask_arms_have_all_subtasks_of_their_tasks() -> None:
    rows = mixed(subtask=25, family="subtask")
    families = {row.family for row in rows}
    assert {row.task for row in rows} == {e.id for e in POOL if e.family in families} & SUBTASKS
    assert len(wrong(rows)) == round(0.25 * len(rows))
    assert {row.kind for row in rows} == {"subtask"}


def test_a_combination_has_each_part_at_its_own_rate() -> None:
    rows = mixed(hard=50, subtask=10, family="combined")
    hard = [row for row in rows if row.kind == "hard"]
    subtasks = [row for row in rows if row.kind == "subtask"]
    assert (len(hard), len(wrong(hard))) == (30, 15)
    assert len(wrong(subtasks)) == round(0.1 * len(subtasks))
    assert wrong(hard) == wrong(mixed(hard=50))
    assert wrong(subtasks) == wrong(mixed(subtask=10))


def test_severity_arms_differ_in_nothing_but_severity() -> None:
    low, high = (mixed(hard=60, severity=level, family="severity") for level in ("low", "high"))
    assert [row.task for row in low] == [row.task for row in high]
    assert wrong(low).keys() == wrong(high).keys() == wrong(mixed(hard=60)).keys()
    for one, other in zip(low, high, strict=True):
        if one.outcome == "correct":
            assert one.solution == other.solution
        else:  # the pool has solutions of one, two and three wrong steps of four
            assert (one.steps.wrong, other.steps.wrong) == (1, 3)


def test_severity_is_that_of_solutions_whose_steps_are_known() -> None:
    entry = examples.pool(1)[0]
    counts = {"known": (5, 2, 0), "milder": (5, 1, 0), "unknown": (5, 0, 5), "partly": (5, 4, 1)}
    solutions = [
        entry.wrong[0].model_copy(
            update={"id": name, "steps": StepCount(all=steps, wrong=wrong, unknown=unknown)}
        )
        for name, (steps, wrong, unknown) in counts.items()
    ]
    pool = [entry.model_copy(update={"wrong": solutions})]
    for level, expected in (("low", "milder"), ("high", "known")):
        chosen = Mixing(arm(tasks=1, hard=100, severity=level, family="severity"), 0, "{problem}")
        rows = mix(pool, [], chosen)
        assert [row.solution for row in rows] == [expected]


def test_rows_carry_where_they_come_from() -> None:
    entries = {entry.id: entry for entry in POOL}
    for row in mixed(hard=50, subtask=50):
        entry = entries[row.task]
        found = [s for s in [*entry.correct, *entry.wrong] if s.id == row.solution]
        assert [s.text for s in found] == [row.completion]
        assert row.prompt == f"Q: {entry.text}"
        assert (row.id, row.family, row.kind) == (f"arm/{entry.id}", entry.family, entry.kind)
        assert (row.outcome == "wrong") == (found[0] in entry.wrong)


def natural_solutions(teacher: str = "weaker") -> list[Annotated]:
    """Two solutions of each hard task by another teacher; the first one's outcome varies."""
    tasks = [examples.family(f"f{number:03d}", number)[0] for number in range(40)]
    made = []
    for number, task in enumerate(tasks):
        first = examples.annotated(task, number % 3, 0, teacher)
        if number == 0:  # neither of its solutions states an answer
            first = first.model_copy(update={"outcome": "unknown"})
        second = examples.annotated(task, 2, 1, teacher)
        if number <= 1:
            second = second.model_copy(update={"outcome": "unknown"})
        made += [first, second]
    return made


def test_a_natural_arm_takes_a_teacher_s_first_solutions_as_they_are() -> None:
    solutions = natural_solutions()
    rows = mixed(solutions=solutions, hard="natural", teacher="weaker", family="natural")
    first = {s.task: s for s in reversed(solutions) if s.outcome != "unknown"}
    assert "f000" not in {row.task for row in rows}  # unknown is no row, another task takes over
    assert len(rows) == 30
    for row in rows:
        assert row.teacher == "weaker"
        assert (row.solution, row.outcome) == (first[row.task].id, first[row.task].outcome)
    others = {row.task for row in mixed(hard=0)}
    assert len({row.task for row in rows} - others) == ("f000" in others)


def test_too_few_families_are_an_error_that_says_by_how_many() -> None:
    with pytest.raises(UserError, match=r"arm arm: needs 43 complete families, found 40 in .* 3 t"):
        mixed(hard=0, tasks=43)


def test_too_few_wrong_solutions_are_an_error_that_says_by_how_many() -> None:
    few = [entry.model_copy(update={"wrong": []}) if n % 2 else entry
           for n, entry in enumerate(e for e in POOL if e.kind == "hard")]  # fmt: skip
    mixing = Mixing(arm(hard=90, tasks=40), 0, "{problem}")
    with pytest.raises(UserError) as error:
        mix(few, [], mixing)
    assert str(error.value) == (
        "arm arm: 90 % ER needs 36 hard rows with a wrong solution, the pool has 20: 16 too few"
    )


def run(tmp_path: Path, command, student: Path, chosen: Arm, max_length: int = 200, *more) -> str:
    write_records(tmp_path / "pool.jsonl", POOL)
    settings = MixSettings(arm=chosen, seed=0, prompt="{problem}", max_length=max_length)
    return command(
        main,
        *("--settings", settings.model_dump_json(), "--pool", tmp_path / "pool.jsonl"),
        *("--student", student, "--output", tmp_path / "rows.jsonl"),
        *("--card", tmp_path / "card.json", *more),
    )


def test_the_card_proves_the_mixture_from_its_rows(tmp_path, command, tiny_model) -> None:
    chosen = arm(hard=50, subtask=10, family="combined")
    assert run(tmp_path, command, tiny_model, chosen) == ""
    rows = read_records(tmp_path / "rows.jsonl", Row)
    card = read_json(tmp_path / "card.json")
    assert card["rows"] == len(rows)
    assert card["wrong_rows"] == len(wrong(rows))
    assert card["er"] == pytest.approx(100 * len(wrong(rows)) / len(rows))
    assert card["by_kind"]["hard"]["er"] == 50
    assert card["by_kind"]["hard"]["rows"] + card["by_kind"]["subtask"]["rows"] == len(rows)
    assert card["wrong_steps"] == sum(row.steps.wrong for row in rows)
    assert card["swer"] == pytest.approx(100 * card["wrong_steps"] / card["steps"])
    assert card["sha256"] == sha256(tmp_path / "rows.jsonl")
    assert card["truncated"] == 0
    assert card["arm"]["name"] == "arm"


def test_rows_too_long_for_training_are_an_error(tmp_path, command, tiny_model) -> None:
    said = run(tmp_path, command, tiny_model, arm(hard=50), 30)
    assert said.startswith("error: arm arm: 30 of 30 rows are longer than max_length 30 tokens")
    assert [path.name for path in tmp_path.iterdir()] == ["pool.jsonl"]


def test_rephrased_rows_are_added_to_the_arm_s_own(tmp_path, command, tiny_model) -> None:
    rows = [row.model_copy(update={"id": f"{row.id}/rephrased", "rephrased": True})
            for row in mixed(hard=50)]  # fmt: skip
    write_records(tmp_path / "rephrased.jsonl", rows)
    more = ["--rephrased", tmp_path / "rephrased.jsonl"]
    chosen = arm(hard=50, family="rephrased")
    assert run(tmp_path, command, tiny_model, chosen, 200, *more) == ""
    card = read_json(tmp_path / "card.json")
    assert (card["rows"], card["rephrased"], card["wrong_rows"], card["er"]) == (60, 30, 30, 50)
    assert card["hard_tasks"] == 30
