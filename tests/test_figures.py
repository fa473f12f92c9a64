"""Figures show the numbers that they are given, where they belong."""

import matplotlib
import numpy as np
import pytest

import examples
from weak_teachers import figures
from weak_teachers.contrasts import Scores, estimate

matplotlib.use("Agg")

STUDY = examples.study()
ARMS = STUDY.arms.spelt_out()


@pytest.fixture(autouse=True)
def closed():
    """No figure outlives its test."""
    from matplotlib import pyplot as plt

    yield
    plt.close("all")


@pytest.fixture(scope="module")
def scores() -> Scores:
    draw = np.random.default_rng(0)
    return {
        arm.name: {name: (draw.random((2, 50)) < 0.5).astype(float) for name in STUDY.test_sets}
        for arm in ARMS
    }


CARDS = {arm.name: {"er": 70.0, "swer": 10.0 + 3 * place} for place, arm in enumerate(ARMS)}
BASE = {name: np.full((1, 50), 0.2) for name in STUDY.test_sets}


def test_accuracy_is_the_estimate_in_per_cent(scores: Scores) -> None:
    found = estimate({"hard-0": 1.0}, scores, ["short", "long"])
    point = figures.accuracy("hard-0", scores, ["short", "long"])
    assert point == pytest.approx((100 * found.effect, 100 * found.low, 100 * found.high))


def test_an_interval_ends_where_accuracies_do(scores: Scores) -> None:
    sets = {"short": np.array([[1.0] * 49 + [0.0]] * 2)}
    found = estimate({"one": 1.0}, {**scores, "one": sets}, ["short"])
    assert found.high > 1
    assert figures.accuracy("one", {**scores, "one": sets}, ["short"]).high == 100


def test_panels_are_the_mean_and_each_test_set(scores: Scores) -> None:
    assert list(figures.panels(scores).items()) == [
        ("mean of test sets", ["short", "long"]),
        ("short", ["short"]),
        ("long", ["long"]),
    ]
    one = {arm: {"short": sets["short"]} for arm, sets in scores.items()}
    assert figures.panels(one) == {"short": ["short"]}


def test_curves_run_over_the_error_rates(scores: Scores) -> None:
    figure = figures.against_er(list(reversed(ARMS)), scores, BASE)
    assert [axis.get_title() for axis in figure.axes] == ["mean of test sets", "short", "long"]
    lines = {curve.get_label(): curve.lines[0] for curve in figure.axes[1].containers}
    assert list(lines["hard tasks"].get_xdata()) == [0, 50, 90]
    assert list(lines["subtasks"].get_xdata()) == [0, 50]
    expected = [100 * scores[f"hard-{rate}"]["short"].mean() for rate in (0, 50, 90)]
    assert list(lines["hard tasks"].get_ydata()) == pytest.approx(expected)
    level = next(line for line in figure.axes[1].get_lines() if line.get_label() == "base")
    assert list(level.get_ydata()) == pytest.approx([20, 20])


def test_panels_share_an_axis_that_reaches_over_all_of_them(scores: Scores) -> None:
    high = {arm: {**sets, "long": np.ones((2, 50))} for arm, sets in scores.items()}
    for axis in figures.against_er(ARMS, high, BASE).axes:
        low, top = axis.get_ylim()
        assert low == 0
        assert top > 100


def test_matched_bars_stand_in_pairs(scores: Scores) -> None:
    figure = figures.matched_bars(ARMS, CARDS, scores, "main")
    (axis,) = figure.axes
    heights = [bar.get_height() for bar in axis.patches]
    expected = [figures.accuracy(name, scores, ["short", "long"])[0]
                for name in ("hard-50", "natural-weaker")]  # fmt: skip
    assert heights == pytest.approx(expected)
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["main  |  weaker"]


def test_without_weaker_teachers_there_are_no_bars(scores: Scores) -> None:
    rest = [arm for arm in ARMS if arm.family != "natural"]
    assert figures.matched_bars(rest, CARDS, scores, "main") is None


def test_every_arm_of_hard_tasks_stands_at_its_swer(scores: Scores) -> None:
    figure = figures.against_swer(ARMS, CARDS, scores)
    (axis,) = figure.axes
    shown = {text.get_text(): text.xy[0] for text in axis.texts}
    names = [a.name for a in ARMS if a.family in ("hard", "natural", "severity")]
    assert shown == {name: CARDS[name]["swer"] for name in names}
