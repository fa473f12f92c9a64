"""Findings: the paper's three claims and the severity claim, tested on a study's arms.

Each claim is one or more contrasts of arms; a claim of several holds if all of them do, and the
weakest of them is its effect (an intersection-union test, Berger 1982).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weak_teachers.config.arms import Arm
from weak_teachers.contrasts import Contrast, Scores, estimate

HIGH_RATES = (50, 90)
"""The paper's first claim is about hard supervision at an ER within these, in per cent."""
SAME_ER = 5.0
"""Two sets of supervision are at about the same ER if it differs by no more, in points."""

VERDICTS = ("contradicted", "undecided", "supported")
ONE_SEED = "one seed: the interval leaves out the chance of training"


@dataclass
class Claim:
    """A claim with the contrasts that must all be positive for it to hold."""

    name: str
    statement: str
    needs: str
    contrasts: dict[str, Contrast] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Rates:
    """Of an arm's rows: the shares of wrong outcomes and of wrong steps, in per cent."""

    er: float
    swer: float

    def __str__(self) -> str:
        return f"ER {self.er:.1f} %, SWER {self.swer:.1f} %"


def difference(better: str, worse: str) -> Contrast:
    """The contrast of two arms."""
    return {better: 1.0, worse: -1.0}


def mean(contrasts: Sequence[Contrast]) -> Contrast:
    """The mean of several contrasts."""
    arms = {arm for contrast in contrasts for arm in contrast}
    return {arm: sum(c.get(arm, 0.0) for c in contrasts) / len(contrasts) for arm in sorted(arms)}


def of_family(arms: Sequence[Arm], family: str) -> list[Arm]:
    """The arms of a family, in the order of the config."""
    return [arm for arm in arms if arm.family == family]


def nearest_match(arms: Sequence[Arm], er: float) -> str | None:
    """The main teacher's hard arm at the ER nearest to ``er`` per cent, the lower of two."""
    hard = of_family(arms, "hard")
    return min(hard, key=lambda arm: (abs(arm.hard - er), arm.hard)).name if hard else None


def hard_over_subtask(arms: Sequence[Arm]) -> Claim:
    """Claim 1: hard supervision, even with many errors, against subtask supervision with none."""
    low, high = HIGH_RATES
    claim = Claim(
        "hard_over_subtask",
        "Hard supervision with most outcomes wrong beats subtask supervision with none wrong",
        f"needs a `hard` arm at an ER of {low} to {high} % and a `subtask` arm at 0 %",
    )
    hard = [arm for arm in of_family(arms, "hard") if low <= arm.hard <= high]
    subtask = [arm for arm in of_family(arms, "subtask") if arm.subtask == 0]
    if hard and subtask:
        worst = max(hard, key=lambda arm: arm.hard)
        claim.statement = (
            f"Hard supervision at {worst.hard:g} % ER beats subtask supervision at 0 % ER"
        )
        claim.contrasts[f"{worst.name} − subtask-0"] = difference(worst.name, "subtask-0")
    return claim


def severity_of_teachers(arms: Sequence[Arm], rates: Mapping[str, Rates]) -> Claim:
    """Claim 2: at about the same ER, teachers with fewer wrong steps teach better.

    A pair counts if it is one: its ERs are about the same, the weaker teacher's SWER is higher.
    """
    claim = Claim(
        "severity_between_teachers",
        "At about the same ER, the main teacher's supervision beats that of weaker teachers, "
        "whose SWER is higher",
        f"needs a `natural` arm and a `hard` arm of lower SWER within {SAME_ER:g} points of its ER",
    )
    pairs, notes = [], []
    for arm in of_family(arms, "natural"):
        if match := nearest_match(arms, rates[arm.name].er):
            main, weaker = rates[match], rates[arm.name]
            is_pair = abs(main.er - weaker.er) <= SAME_ER and main.swer < weaker.swer
            pairs += [difference(match, arm.name)] if is_pair else []
            word = "against" if is_pair else "is no match of"
            notes.append(f"{match} ({main}) {word} {arm.name} ({weaker})")
    if pairs:
        claim.contrasts["mean of matched pairs"] = mean(pairs)
    claim.note = "; ".join(notes)
    return claim


def combination(arms: Sequence[Arm], main: str) -> Claim:
    """Claim 3: subtasks added to hard tasks beat the same hard tasks rephrased or trained twice."""
    claim = Claim(
        "combination_over_baselines",
        "Hard with subtask supervision beats hard alone, hard with rephrased hard, and twice the "
        "epochs",
        "needs a `combined` arm with `hard`, `rephrased` and `epochs` arms at its hard ER",
    )
    names = {arm.name for arm in arms}
    baselines = ("hard", "rephrased", "epochs")
    combined = [
        arm
        for arm in of_family(arms, "combined")
        if arm.teacher == main
        and arm.hard != "natural"
        and all(f"{baseline}-{arm.hard:g}" in names for baseline in baselines)
    ]
    for baseline in baselines if combined else ():
        pairs = [difference(arm.name, f"{baseline}-{arm.hard:g}") for arm in combined]
        claim.contrasts[f"combined − {baseline}"] = mean(pairs)
    return claim


def severity_within_teacher(arms: Sequence[Arm]) -> Claim:
    """Claim 4, past the paper: severity counts with teacher, tasks and ER held the same."""
    claim = Claim(
        "severity_within_teacher",
        "Same teacher, tasks and ER: wrong solutions of low severity teach better than of high",
        "needs `severity` arms",
    )
    low = [arm for arm in of_family(arms, "severity") if arm.severity == "low"]
    if low:
        pairs = [difference(arm.name, arm.name.replace("low", "high", 1)) for arm in low]
        claim.contrasts["low − high"] = mean(pairs)
    return claim


def assess(claim: Claim, scores: Scores, test_sets: Sequence[str]) -> dict[str, Any]:
    """A claim with its effect, interval and verdict, over all test sets and on each."""
    comparisons = [
        {
            "comparison": name,
            "weights": dict(contrast),
            **_estimated(contrast, scores, test_sets),
            "by_test_set": {
                test_set: _estimated(contrast, scores, [test_set]) for test_set in test_sets
            },
        }
        for name, contrast in claim.contrasts.items()
    ]
    weakest = min(comparisons, key=_strength, default=None)
    notes = [claim.note] if claim.note else []
    if weakest is None:
        notes.insert(0, claim.needs)
    elif min(seeds_of(contrast, scores) for contrast in claim.contrasts.values()) == 1:
        notes.append(ONE_SEED)
    return {
        "claim": claim.name,
        "statement": claim.statement,
        "comparison": weakest["comparison"] if weakest else None,
        "effect": weakest["effect"] if weakest else None,
        "interval": weakest["interval"] if weakest else None,
        "verdict": weakest["verdict"] if weakest else "undecided",
        "note": "; ".join(notes),
        "comparisons": comparisons,
    }


def seeds_of(contrast: Contrast, scores: Scores) -> int:
    """The fewest seeds of a contrast's arms."""
    return min(len(correct) for arm in contrast for correct in scores[arm].values())


def _estimated(contrast: Contrast, scores: Scores, test_sets: Sequence[str]) -> dict[str, Any]:
    found = estimate(contrast, scores, test_sets)
    return {
        "effect": round(found.effect, 6),
        "interval": [round(found.low, 6), round(found.high, 6)],
        "verdict": found.verdict,
    }


def _strength(found: Mapping[str, Any]) -> tuple[int, float]:
    """How far a comparison speaks for its claim: by its verdict, then by its interval's low end."""
    return VERDICTS.index(found["verdict"]), found["interval"][0]


def all_findings(
    arms: Sequence[Arm], main: str, rates: Mapping[str, Rates], scores: Scores
) -> list[dict[str, Any]]:
    """Test every claim.

    Args:
        arms: the study's arms.
        main: the main teacher.
        rates: what each arm's mixture achieved, by its card.
        scores: the arms' items.
    """
    claims = [
        hard_over_subtask(arms),
        severity_of_teachers(arms, rates),
        combination(arms, main),
        severity_within_teacher(arms),
    ]
    test_sets = list(next(iter(scores.values())))
    return [assess(claim, scores, test_sets) for claim in claims]
