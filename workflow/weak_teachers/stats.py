"""Intervals for shares, in small pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval, all in 0–1."""

    value: float
    low: float
    high: float


def clustered_share(parts: Sequence[float], wholes: Sequence[float]) -> Share | None:
    """The share sum(parts) / sum(wholes) over clusters, such as the wrong steps of each task.

    The interval is that of a ratio estimator from clusters (Cochran 1977, Sampling Techniques,
    6.3 and 9A.1), with Student's quantile, and kept within 0–1. Clusters that all have a share of
    0, or all of 1, show no variance to estimate it from: then it is the exact interval of as many
    independent draws (Clopper and Pearson 1934).

    Returns:
        None if the wholes are all 0; an interval of 0–1 from a single cluster.
    """
    from scipy.stats import t

    part, whole = np.asarray(parts, float), np.asarray(wholes, float)
    if whole.sum() == 0:
        return None
    value = float(part.sum() / whole.sum())
    clusters = len(whole)
    if clusters < 2:
        return Share(value, 0.0, 1.0)
    if value in (0, 1):
        bound = float(0.025 ** (1 / (whole > 0).sum()))
        return Share(value, bound if value else 0.0, 1.0 if value else 1 - bound)
    residual = part - value * whole
    error = (clusters / (clusters - 1) * (residual**2).sum()) ** 0.5 / whole.sum()
    half = float(t.ppf(0.975, clusters - 1) * error)
    return Share(value, max(0.0, value - half), min(1.0, value + half))
