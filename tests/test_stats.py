"""Shares with intervals from clusters."""

import numpy as np
import pytest
from scipy.stats import t

from weak_teachers.stats import Share, clustered_share


def test_share_and_interval_by_hand() -> None:
    found = clustered_share([1, 2, 0, 3], [4, 4, 4, 4])
    assert found.value == pytest.approx(6 / 16)
    # Residuals −.5, .5, −1.5, 1.5: squares 5; error √(4/3 · 5) / 16.
    half = t.ppf(0.975, 3) * (4 / 3 * 5) ** 0.5 / 16
    assert found.high == pytest.approx(min(1, 6 / 16 + half))
    assert found.low == pytest.approx(max(0, 6 / 16 - half))


def test_intervals_stay_within_0_and_1() -> None:
    found = clustered_share([0, 1, 0, 1], [1, 1, 1, 1])
    assert (found.low, found.high) == (0, 1)


def test_clusters_that_all_agree_are_not_taken_for_certain() -> None:
    """Of 20 draws, none: the rule of three, exactly."""
    none = clustered_share([0] * 20, [5] * 20)
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 20))
    every = clustered_share([5] * 20 + [0] * 7, [5] * 20 + [0] * 7)
    assert (every.value, every.low, every.high) == (1, pytest.approx(1 - none.high), 1)


def test_nothing_and_a_single_cluster() -> None:
    assert clustered_share([], []) is None
    assert clustered_share([0, 0], [0, 0]) is None
    assert clustered_share([1], [4]) == Share(0.25, 0.0, 1.0)


def test_the_interval_holds_the_truth() -> None:
    """Tasks of different difficulty, four solutions each: the solutions of a task are alike."""
    draw = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        wrong = draw.binomial(4, draw.beta(1, 2, size=60))
        found = clustered_share(wrong, [4] * 60)
        held += found.low <= 1 / 3 <= found.high
    assert 0.92 < held / 400 < 0.98
