"""Contrasts: effect and interval by hand, and intervals that hold the truth as often as said."""

import numpy as np
import pytest
from scipy.stats import t

from intervals import World, coverage, estimates, true_effect, width
from weak_teachers.contrasts import Estimate, Scores, estimate, seed_variance

A_B = {"a": 1.0, "b": -1.0}


def scores(**arms: list[list[float]]) -> Scores:
    """Arms with one test set, each a list of seeds."""
    return {arm: {"set": np.array(seeds, float)} for arm, seeds in arms.items()}


def test_effect_and_interval_by_hand() -> None:
    found = estimate(
        A_B, scores(a=[[1, 1, 0, 1], [1, 0, 1, 1]], b=[[0, 1, 0, 0], [1, 0, 0, 1]]), ["set"]
    )
    # By item, over seeds: a 1, .5, .5, 1; b .5, .5, 0, .5; the difference .5, 0, .5, .5.
    assert found.effect == pytest.approx(0.375)
    of_items = 0.0625 / 4
    # By seed: a .75, .75; b .25, .5: squares 0.03125 over 2 degrees; two arms of two seeds.
    of_seeds = 2 * (0.03125 / 2) / 2
    freedom = (of_items + of_seeds) ** 2 / (of_items**2 / 3 + of_seeds**2 / 2)
    half = t.ppf(0.975, freedom) * (of_items + of_seeds) ** 0.5
    assert (found.low, found.high) == (pytest.approx(0.375 - half), pytest.approx(0.375 + half))


def test_seed_variance_is_pooled_over_arms_of_any_number_of_seeds() -> None:
    made = scores(a=[[1, 1], [0, 0]], b=[[1, 0], [1, 0], [1, 0]], c=[[1, 1]])
    # Means 1 and 0, squares 0.5; 0.5 thrice; one seed says nothing.
    assert seed_variance(made) == (pytest.approx(0.5 / 3), 3)
    assert seed_variance(scores(a=[[1, 0]])) == (0.0, 0)


def test_each_test_set_counts_the_same_whatever_its_size() -> None:
    one = {"few": np.array([[1.0, 1.0]]), "many": np.zeros((1, 100))}
    other = {"few": np.array([[0.0, 0.0]]), "many": np.zeros((1, 100))}
    assert estimate(A_B, {"a": one, "b": other}, ["few", "many"]).effect == 0.5


def test_items_are_compared_one_by_one() -> None:
    """Arms that fail on the same items are told apart by fewer items than unrelated ones."""
    right = np.array([[1.0] * 50 + [0.0] * 50])
    better = right.copy()
    better[0, 50:60] = 1
    shuffled = np.random.default_rng(0).permuted(better, axis=1)
    paired = estimate(A_B, {"a": {"s": better}, "b": {"s": right}}, ["s"])
    apart = estimate(A_B, {"a": {"s": shuffled}, "b": {"s": right}}, ["s"])
    assert paired.effect == pytest.approx(apart.effect) == pytest.approx(0.1)
    assert paired.verdict == "supported"
    assert apart.verdict == "undecided"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.01, 0.2, "supported"),
        (-0.2, -0.01, "contradicted"),
        (-0.01, 0.2, "undecided"),
        (0.0, 0.0, "undecided"),
    ],
)
def test_the_verdict_is_what_the_interval_says(low: float, high: float, verdict: str) -> None:
    assert Estimate((low + high) / 2, low, high).verdict == verdict


def test_items_that_all_agree_are_no_certainty() -> None:
    """As if one item had differed: 24 of 24 right may well be a share of 95 %."""
    nothing = estimate({"a": 1.0}, scores(a=[[0] * 24]), ["set"])
    assert nothing.low == -nothing.high == pytest.approx(-t.ppf(0.975, 23) / 24)
    few = estimate(A_B, scores(a=[[1, 1, 1]], b=[[0, 0, 0]]), ["set"])
    assert few.verdict == "undecided"


def test_a_single_item_says_nothing_about_the_next() -> None:
    found = estimate(A_B, scores(a=[[1], [1]], b=[[0], [0]]), ["set"])
    assert (found.effect, found.low, found.high) == (1, -1, 1)
    assert found.verdict == "undecided"
    alone = estimate({"a": 1.0}, scores(a=[[1]]), ["set"])
    assert (alone.low, alone.high) == (0, 1)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """A sample of what ``python tests/intervals.py`` measures."""
    world = World("small", items=60, test_sets=2, arms=8)
    found = estimates(world, world.gap, studies=400)
    assert 0.93 < coverage(found, true_effect(world, world.gap)) < 0.995
    assert 0.9 < width(found) < 1.4
    equal = estimates(world, 0.0, studies=400, seed=1)
    assert sum(one.verdict == "supported" for one in equal) < 0.04 * 400


def test_more_seeds_and_items_narrow_the_interval() -> None:
    def half(**more: int) -> float:
        world = World("w", **{"items": 40, "test_sets": 1, "seeds": 2, "arms": 8} | more)
        return float(np.mean([one.high - one.low for one in estimates(world, 0.5, 40)]))

    assert half(items=160) < half()
    assert half(seeds=6) < half()
