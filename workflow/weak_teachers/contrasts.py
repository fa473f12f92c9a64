"""Contrasts: weighted sums of arms' accuracies, with intervals over seeds and test items.

An arm's accuracy is the mean over the test sets, each counting the same. A claim is written as a
contrast that is positive if the claim holds. Its variance has two parts:

- test items: the spread over items of the contrast itself, so that arms which fail on the same
  items are compared item by item;
- seeds: a training's random share, estimated from the spread between seeds within arms, pooled over
  all arms since two or three seeds of one arm say little (a random-effects analysis of variance).

The 95 % interval is Student's, with Satterthwaite's degrees of freedom (Satterthwaite 1946). Seeds'
spread over items is in both parts, so the interval is rather too wide than too narrow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Scores = dict[str, dict[str, np.ndarray]]
"""Arm → test set → correctness, an array of shape (seeds, items) of shares in 0–1."""
Contrast = Mapping[str, float]
"""Arm → weight."""


@dataclass(frozen=True)
class Estimate:
    """A contrast's value with its 95 % interval."""

    effect: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """What the interval says of the claim that the contrast is positive."""
        if self.low > 0:
            return "supported"
        return "contradicted" if self.high < 0 else "undecided"


def seed_variance(scores: Scores) -> tuple[float, int]:
    """Variance of accuracy between an arm's seeds, pooled over arms, and its degrees of freedom."""
    squares, freedom = 0.0, 0
    for sets in scores.values():
        means = np.mean([correct.mean(axis=1) for correct in sets.values()], axis=0)
        squares += float(((means - means.mean()) ** 2).sum())
        freedom += len(means) - 1
    return (squares / freedom if freedom else 0.0), freedom


def estimate(contrast: Contrast, scores: Scores, test_sets: Sequence[str]) -> Estimate:
    """Estimate a contrast over test sets.

    With one seed an arm, the interval covers test items only. A test set of a single item says
    nothing about others, so the interval is all that the contrast can be.
    """
    from scipy.stats import t

    items = [
        sum(weight * scores[arm][name].mean(axis=0) for arm, weight in contrast.items())
        for name in test_sets
    ]
    effect = float(np.mean([item.mean() for item in items]))
    if min(len(item) for item in items) < 2:
        weights = contrast.values()
        return Estimate(
            effect, sum(min(w, 0.0) for w in weights), sum(max(w, 0.0) for w in weights)
        )
    of_items = sum(_variance(item) / len(item) for item in items) / len(items) ** 2
    chosen = {arm: {name: sets[name] for name in test_sets} for arm, sets in scores.items()}
    variance, freedom = seed_variance(chosen)
    of_seeds = sum(
        weight**2 * variance / len(scores[arm][test_sets[0]]) for arm, weight in contrast.items()
    )
    parts = [(of_items, sum(len(item) - 1 for item in items)), (of_seeds, freedom)]
    whole = of_items + of_seeds
    spread = sum(part**2 / df for part, df in parts if df)
    half = t.ppf(0.975, whole**2 / spread) * whole**0.5 if spread else 0.0
    return Estimate(effect, effect - half, effect + half)


def _variance(item: np.ndarray) -> float:
    """Variance between items; where all agree, as if one of them hadn't, for so one might have."""
    return float(item.var(ddof=1)) or 1 / len(item)
