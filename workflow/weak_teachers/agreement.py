"""How well raters agree beyond chance: Cohen's and Fleiss' kappa, with bootstrap intervals.

Steps of one solution are not independent, so the intervals resample whole solutions. Both kappas
are functions of sums over solutions; a resample is then one matrix product.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from weak_teachers.records import Record

Level = Literal["step", "first error"]
# By solution, the category of each of its units (steps, or its first error); None is undecided.
Ratings = Mapping[str, Sequence[str | None]]

RESAMPLES = 2_000


class Agreement(Record):
    """How well some raters agree, over the units on which all of them made up their minds."""

    level: Level
    raters: list[str]
    statistic: Literal["cohen", "fleiss"]
    units: int = Field(description="steps, or solutions at the level of first errors")
    solutions: int
    agreed: float | None = Field(description="share of units on which all agree; None without any")
    kappa: float | None = Field(description="None where chance alone would agree on everything")
    low: float | None = Field(description="2.5th percentile of the bootstrap")
    high: float | None = Field(description="97.5th percentile")


def cohen_kappa(table: np.ndarray) -> np.ndarray:
    """Cohen's kappa of two raters (Cohen 1960, A Coefficient of Agreement for Nominal Scales).

    Args:
        table: counts of shape (…, k, k), the first rater's category by the second's.

    Returns:
        Kappas of shape (…), not finite where they are undefined.
    """
    total = table.sum((-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = np.trace(table, axis1=-2, axis2=-1) / total
        expected = (table.sum(-1) * table.sum(-2)).sum(-1) / total**2
        return (observed - expected) / (1 - expected)


def fleiss_kappa(counts: np.ndarray) -> float:
    """Fleiss' kappa (Fleiss 1971, Measuring Nominal Scale Agreement Among Many Raters).

    Args:
        counts: shape (units, k): how many raters put each unit into each category; every unit has
            the same number of raters, two at least.
    """
    return float(_fleiss(_fleiss_sums(counts)))


def _fleiss_sums(counts: np.ndarray) -> np.ndarray:
    """What the kappa needs of units: their number, the sum of their P_i, counts by category."""
    raters = counts.sum(1)
    agreement = (counts * (counts - 1)).sum(1) / (raters * (raters - 1))
    return np.concatenate([[len(counts), agreement.sum()], counts.sum(0)])


def _fleiss(sums: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = sums[..., 1] / sums[..., 0]
        shares = sums[..., 2:] / sums[..., 2:].sum(-1, keepdims=True)
        expected = (shares**2).sum(-1)
        return (observed - expected) / (1 - expected)


def _cohen(sums: np.ndarray) -> np.ndarray:
    categories = math.isqrt(sums.shape[-1])
    return cohen_kappa(sums.reshape(*sums.shape[:-1], categories, categories))


def interval(
    sums: np.ndarray, estimate: Callable[[np.ndarray], np.ndarray], seed: int
) -> tuple[float | None, float | None]:
    """A 95 % percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13).

    Args:
        sums: shape (solutions, d): each solution's part of the sums that ``estimate`` takes.
        estimate: from sums of shape (…, d) to estimates of shape (…).
        seed: of the resampling.
    """
    solutions = len(sums)
    drawn = np.random.default_rng(seed).multinomial(
        solutions, np.full(solutions, 1 / solutions), RESAMPLES
    )
    estimates = estimate(drawn @ sums)
    estimates = estimates[np.isfinite(estimates)]
    if not estimates.size:
        return None, None
    low, high = np.quantile(estimates, [0.025, 0.975])
    return float(low), float(high)


def agree(raters: Mapping[str, Ratings], level: Level, seed: int) -> Agreement:
    """Agreement of two raters (Cohen) or of more (Fleiss)."""
    solutions = decided_by_all(list(raters.values()))
    units = [unit for solution in solutions for unit in solution]
    pair = len(raters) == 2
    kappa, low, high = _kappa(solutions, pair, seed) if units else (None, None, None)
    return Agreement(
        level=level,
        raters=list(raters),
        statistic="cohen" if pair else "fleiss",
        units=len(units),
        solutions=len(solutions),
        agreed=sum(len(set(unit)) == 1 for unit in units) / len(units) if units else None,
        kappa=kappa,
        low=low,
        high=high,
    )


def decided_by_all(raters: Sequence[Ratings]) -> list[list[tuple[str, ...]]]:
    """By solution, the raters' categories of each unit on which all of them made up their minds."""
    shared = sorted(set.intersection(*(set(ratings) for ratings in raters)))
    solutions = []
    for solution in shared:
        units = zip(*(ratings[solution] for ratings in raters), strict=True)
        decided = [unit for unit in units if None not in unit]
        if decided:
            solutions.append(decided)
    return solutions


def _kappa(
    solutions: list[list[tuple[str, ...]]], pair: bool, seed: int
) -> tuple[float | None, float | None, float | None]:
    """Kappa and its interval, or None where it is undefined."""
    categories = sorted({category for units in solutions for unit in units for category in unit})
    code = {category: place for place, category in enumerate(categories)}
    sums = []
    for units in solutions:
        chosen = np.eye(len(code))[[[code[category] for category in unit] for unit in units]]
        if pair:
            sums.append((chosen[:, 0].T @ chosen[:, 1]).ravel())
        else:
            sums.append(_fleiss_sums(chosen.sum(1)))
    estimate = _cohen if pair else _fleiss
    kappa = float(estimate(np.sum(sums, axis=0)))
    if not math.isfinite(kappa):
        return None, None, None
    return kappa, *interval(np.array(sums), estimate, seed)


def first_error(labels: Sequence[str]) -> str | None:
    """The number of the first wrong step from 1, or "none"; None where an unknown one may be it."""
    for number, label in enumerate(labels, start=1):
        if label != "correct":
            return str(number) if label == "wrong" else None
    return "none"
