"""Figures in the paper's form: accuracy against ER, matched teachers, SWER against accuracy."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from weak_teachers.config.arms import Arm
from weak_teachers.contrasts import Scores, estimate
from weak_teachers.findings import nearest_match, of_family

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {"hard": "#1f5fa8", "subtask": "#d9822b", "natural": "#8a4fa3", "severity": "#3d8f5f"}
MEAN = "mean of test sets"


class Point(NamedTuple):
    """An accuracy with its 95 % interval, all in per cent and within 0–100."""

    value: float
    low: float
    high: float

    @property
    def reach(self) -> tuple[float, float]:
        """How far the interval reaches down and up from the value."""
        return self.value - self.low, self.high - self.value


def accuracy(arm: str, scores: Scores, test_sets: Sequence[str]) -> Point:
    """An arm's accuracy over test sets."""
    found = estimate({arm: 1.0}, scores, test_sets)
    return Point(100 * found.effect, 100 * max(0.0, found.low), 100 * min(1.0, found.high))


def panels(scores: Scores) -> dict[str, list[str]]:
    """The test sets of each panel: all of them, then each alone."""
    names = list(next(iter(scores.values())))
    alone = {name: [name] for name in names} if len(names) > 1 else {}
    return {MEAN if alone else names[0]: names, **alone}


def against_er(arms: Sequence[Arm], scores: Scores, base: Mapping[str, float]) -> "Figure":
    """Accuracy of hard and subtask supervision against ER, a panel for each test set."""
    from matplotlib import pyplot as plt

    shown = panels(scores)
    figure, axes = plt.subplots(
        1, len(shown), figsize=(3.1 * len(shown), 3.4), sharey=True, squeeze=False
    )
    for axis, (title, test_sets) in zip(axes[0], shown.items(), strict=True):
        for family in ("hard", "subtask"):
            chosen = of_family(arms, family)
            points = [accuracy(arm.name, scores, test_sets) for arm in chosen]
            rates = [getattr(arm, family) for arm in chosen]
            if points:
                _line(axis, rates, points, family)
        level = 100 * float(np.mean([base[name] for name in test_sets]))
        axis.axhline(level, color="#888888", linestyle=":", linewidth=1, label="base")
        axis.set(title=title, xlabel="outcome error rate (ER), %", xlim=(-5, 105))
    axes[0][0].set(ylabel="accuracy, %", ylim=(0, None))
    axes[0][0].legend(frameon=False)
    return figure


def _line(axis: "Axes", rates: Sequence[float], points: Sequence[Point], family: str) -> None:
    order = np.argsort(rates)
    axis.errorbar(
        np.array(rates)[order],
        np.array([point.value for point in points])[order],
        yerr=np.array([point.reach for point in points])[order].T,
        color=COLOURS[family],
        marker="o",
        markersize=4,
        capsize=2,
        linewidth=1.6,
        label=f"{family} tasks" if family == "hard" else "subtasks",
    )


def matched_bars(
    arms: Sequence[Arm], cards: Mapping[str, Any], scores: Scores, main: str
) -> "Figure | None":
    """Weaker teachers' supervision beside the main teacher's at the nearest ER, if any."""
    from matplotlib import pyplot as plt

    natural = of_family(arms, "natural")
    matches = {arm.name: nearest_match(arms, cards[arm.name]["er"]) for arm in natural}
    natural = [arm for arm in natural if matches[arm.name]]
    if not natural:
        return None
    test_sets = list(next(iter(scores.values())))
    figure, axis = plt.subplots(figsize=(2.2 + 1.9 * len(natural), 3.4))
    for place, arm in enumerate(natural):
        for shift, name, colour in (
            (-0.2, matches[arm.name], COLOURS["hard"]),
            (0.2, arm.name, COLOURS["natural"]),
        ):
            point = accuracy(name, scores, test_sets)
            reach = np.reshape(point.reach, (2, 1))
            axis.bar(place + shift, point.value, 0.36, yerr=reach, capsize=3, color=colour)
            card = cards[name]
            axis.annotate(
                f"ER {card['er']:.0f} %\nSWER {card['swer']:.0f} %",
                (place + shift, point.high),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=7.5,
            )
    axis.set_xticks(range(len(natural)), [f"{main}  |  {arm.teacher}" for arm in natural])
    axis.set(ylabel="accuracy, %, mean of test sets")
    axis.margins(y=0.2)
    return figure


def against_swer(arms: Sequence[Arm], cards: Mapping[str, Any], scores: Scores) -> "Figure":
    """Accuracy of every arm of hard tasks against the SWER of its mixture."""
    from matplotlib import pyplot as plt

    test_sets = list(next(iter(scores.values())))
    figure, axis = plt.subplots(figsize=(5.6, 3.8))
    for family in ("hard", "natural", "severity"):
        for place, arm in enumerate(of_family(arms, family)):
            point = accuracy(arm.name, scores, test_sets)
            axis.errorbar(
                cards[arm.name]["swer"],
                point.value,
                yerr=np.reshape(point.reach, (2, 1)),
                color=COLOURS[family],
                marker="o",
                markersize=5,
                capsize=2,
                linestyle="",
                label=family if place == 0 else None,
            )
            axis.annotate(
                arm.name,
                (cards[arm.name]["swer"], point.value),
                xytext=(6, 3),
                textcoords="offset points",
                fontsize=7.5,
            )
    axis.set(xlabel="step-wise error rate (SWER) of the mixture, %", ylim=(0, None))
    axis.set_ylabel("accuracy, %, mean of test sets")
    left, right = axis.get_xlim()
    axis.set_xlim(left, right + 0.3 * (right - left))  # room for the names
    axis.legend(frameon=False, title="arms")
    return figure
