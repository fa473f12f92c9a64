"""How often the 95 % interval of a contrast holds the truth, over seeds and test items.

    PYTHONPATH=workflow python tests/intervals.py

Studies are drawn from a known world: an answer is right with a probability whose log-odds are the
arm's strength, plus the seed's luck, plus how easy the item is, plus how easy it is for this arm.
The truth is the difference of two arms over all seeds and items. Printed for each world: the share
of studies whose interval holds the truth; the mean half-width over the half-width that would be
just right (1.96 standard deviations of the effects found); and, with two equal arms, the share of
studies that support a claim (2.5 % if all is well).
"""

from dataclasses import dataclass

import numpy as np

from weak_teachers.contrasts import Estimate, Scores, estimate


@dataclass(frozen=True)
class World:
    """What studies are drawn from."""

    name: str
    items: int = 300
    test_sets: int = 4
    seeds: int = 2
    arms: int = 12
    luck: float = 0.25
    """Standard deviation of a seed's luck, in log-odds."""
    ease: float = 2.0
    """Standard deviation of the ease of items."""
    taste: float = 0.5
    """Standard deviation of the ease of an item for one arm."""
    gap: float = 0.5
    """How much stronger the first arm is than the second."""


WORLDS = [
    World("the embedded study"),
    World("no luck of seeds", luck=0.0),
    World("much luck", luck=0.6),
    World("five seeds", seeds=5),
    World("few items", items=40),
    World("one test set", test_sets=1),
    World("two arms only", arms=2),
    World("two arms, much luck", arms=2, luck=0.6),
    World("one seed, no luck", seeds=1, luck=0.0),
    World("one seed, some luck", seeds=1),
]


def draw_study(world: World, gap: float, draw: np.random.Generator) -> Scores:
    """One study's scores; the first two arms differ by ``gap``, the others are spread around."""
    strengths = np.concatenate([[gap / 2, -gap / 2], np.linspace(-1.5, 1.5, world.arms - 2)])
    luck = draw.normal(0, world.luck, (world.arms, world.seeds))
    scores: Scores = {f"arm-{arm}": {} for arm in range(world.arms)}
    for test_set in range(world.test_sets):
        ease = draw.normal(0, world.ease, world.items)
        for arm, strength in enumerate(strengths):
            taste = draw.normal(0, world.taste, world.items)
            odds = strength + luck[arm][:, None] + ease + taste
            right = draw.random(odds.shape) < 1 / (1 + np.exp(-odds))
            scores[f"arm-{arm}"][f"set-{test_set}"] = right.astype(float)
    return scores


def true_effect(world: World, gap: float) -> float:
    """The difference of the first two arms over all seeds and items."""
    spread = np.sqrt(world.luck**2 + world.ease**2 + world.taste**2)
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    shares = [
        np.sum(weights / (1 + np.exp(-(half + spread * nodes)))) / weights.sum()
        for half in (gap / 2, -gap / 2)
    ]
    return float(shares[0] - shares[1])


def estimates(world: World, gap: float, studies: int, seed: int = 0) -> list[Estimate]:
    """The difference of the first two arms as so many studies find it."""
    draw = np.random.default_rng(seed)
    contrast = {"arm-0": 1.0, "arm-1": -1.0}
    found = []
    for _ in range(studies):
        scores = draw_study(world, gap, draw)
        found.append(estimate(contrast, scores, list(scores["arm-0"])))
    return found


def coverage(found: list[Estimate], truth: float) -> float:
    """The share of intervals that hold the truth."""
    return float(np.mean([one.low <= truth <= one.high for one in found]))


def width(found: list[Estimate]) -> float:
    """The mean half-width of intervals, as a multiple of what would be just right."""
    halves = [(one.high - one.low) / 2 for one in found]
    return float(np.mean(halves) / (1.96 * np.std([one.effect for one in found])))


def main() -> None:
    """Print the table."""
    print(f"{'world':24} {'coverage':>9} {'width':>7} {'false claims':>13}")
    for world in WORLDS:
        found = estimates(world, world.gap, studies=2000)
        equal = estimates(world, 0.0, studies=2000, seed=1)
        supported = np.mean([one.verdict == "supported" for one in equal])
        truth = true_effect(world, world.gap)
        print(
            f"{world.name:24} {coverage(found, truth):9.1%} {width(found):7.2f} {supported:13.1%}"
        )


if __name__ == "__main__":
    main()
