"""The synthetic world: true chains within 0–99, told in many ways, the same with the same seed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weak_teachers.synthetic import (
    calculate,
    chain_of,
    draw_chain,
    parse_step,
    problem,
    problems,
    solve,
    tell,
    vocabulary,
)

SEEDS = st.integers(0, 2**32)


@given(steps=st.integers(1, 12), seed=SEEDS)
def test_every_step_is_true_and_starts_where_the_last_one_ended(steps: int, seed: int) -> None:
    chain = draw_chain(steps, random.Random(seed))
    assert len(chain) == steps
    for start, operator, operand, result in chain:
        assert calculate(start, operator, operand) == result
        assert 0 <= result <= 99
        assert operand in (range(1, 10) if operator in "+-" else (2, 3))
    assert [step[0] for step in chain[1:]] == [step[3] for step in chain[:-1]]


@given(steps=st.integers(1, 12), seed=SEEDS)
def test_a_problem_reads_back_as_its_chain(steps: int, seed: int) -> None:
    draw = random.Random(seed)
    chain = draw_chain(steps, draw)
    made = problem("p", chain, draw)
    assert chain_of(made.steps) == chain
    assert made.level == steps
    assert made.answer == str(chain[-1][3])
    assert made.solution.split("\n") == [*made.steps, f"Answer: {made.answer}"]
    # All numbers of the problem are in its text; "twice" and "triple" stand for 2 and 3.
    digits = [int(word.strip(".")) for word in made.text.split() if word.strip(".").isdigit()]
    told = [chain[0][0], *(operand for _, operator, operand, _ in chain if operator != "*")]
    assert digits == told


def test_starts_are_spread_over_all_numbers() -> None:
    starts = [draw_chain(1, random.Random(seed))[0][0] for seed in range(2000)]
    assert set(starts) == set(range(1, 100))


def test_all_operations_are_common() -> None:
    steps = [step for p in problems("p", 300, [5], 0) for step in chain_of(p.steps)]
    shares = {op: sum(step[1] == op for step in steps) / len(steps) for op in "+-*"}
    assert min(shares.values()) > 0.05


def test_a_chain_is_told_in_many_forms_with_the_same_numbers() -> None:
    chain = [(12, "+", 7, 19), (19, "*", 2, 38)]
    texts = {tell(chain, random.Random(seed)) for seed in range(200)}
    assert len(texts) > 100
    assert all("12" in text and "7" in text for text in texts)
    assert solve(chain) == "12 + 7 = 19\n19 * 2 = 38\nAnswer: 38"


def test_the_same_seed_makes_the_same_problems() -> None:
    assert list(problems("hard", 50, [4, 5], 1)) == list(problems("hard", 50, [4, 5], 1))
    assert list(problems("hard", 50, [4, 5], 1)) != list(problems("hard", 50, [4, 5], 2))
    texts = {p.text for p in problems("hard", 50, [4, 5], 1)}
    assert not texts & {p.text for p in problems("easy", 50, [4, 5], 1)}


def test_numbers_of_steps_are_drawn_as_asked() -> None:
    levels = [p.level for p in problems("easy", 4000, [1, 2, 2, 3], 0)]
    assert {level: round(levels.count(level) / 1000) for level in set(levels)} == {1: 1, 2: 2, 3: 1}


@pytest.mark.parametrize(
    "line", ["", "Answer: 3", "1 + 2", "1 + 2 = 3.", "1 / 2 = 3", "-1 + 2 = 1", "1 + 2 = 3 = 4"]
)
def test_what_is_no_calculation_is_none(line: str) -> None:
    assert parse_step(line) is None


def test_a_list_that_is_no_chain_is_refused() -> None:
    with pytest.raises(ValueError, match="not a chain"):
        chain_of([])
    with pytest.raises(ValueError, match="not a chain"):
        chain_of(["1 + 1 = 2", "then"])


def test_the_vocabulary_is_small_and_in_a_fixed_order() -> None:
    assert vocabulary() == sorted(set(vocabulary()))
    assert {"Tom", "apples", "thrice", "Answer", "7", "\n", "="} <= set(vocabulary())
    assert len(vocabulary()) < 100
