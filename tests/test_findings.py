"""Findings: which arms each claim compares, its verdict, and what it lacks."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest

import examples
from weak_teachers.config.arms import Arm
from weak_teachers.contrasts import Scores
from weak_teachers.findings import (
    Claim,
    Rates,
    all_findings,
    assess,
    combination,
    difference,
    hard_over_subtask,
    mean,
    nearest_match,
    severity_of_teachers,
    severity_within_teacher,
)

ARMS = examples.study().arms.spelt_out()
RATES = {
    arm.name: Rates(arm.hard, 20.0) if isinstance(arm.hard, float) else Rates(54.9, 60.0)
    for arm in ARMS
}


def arms(**changes) -> list[Arm]:
    """The example's arms with others in some families."""
    return examples.study({f"arms.{key}": value for key, value in changes.items()}).arms.spelt_out()


def scores(accuracy: Mapping[str, float], seeds: int = 2) -> Scores:
    """Arms that answer an exact share of a hundred items, in each seed and both test sets."""
    return {
        arm: {
            name: np.stack([np.arange(100) < round(100 * share) for _ in range(seeds)]).astype(
                float
            )
            for name in ("short", "long")
        }
        for arm, share in accuracy.items()
    }


def test_claim_1_compares_the_worst_hard_arm_with_the_best_subtask_arm() -> None:
    claim = hard_over_subtask(ARMS)
    assert claim.contrasts == {"hard-90 − subtask-0": {"hard-90": 1.0, "subtask-0": -1.0}}
    assert claim.statement == "Hard supervision at 90 % ER beats subtask supervision at 0 % ER"
    # The paper's claim is about an ER of at most 90 %.
    assert list(hard_over_subtask(arms(hard=[50, 100])).contrasts) == ["hard-50 − subtask-0"]
    assert not hard_over_subtask(arms(hard=[100], rephrased=[])).contrasts
    assert not hard_over_subtask(arms(subtask=[])).contrasts


def test_claim_1_needs_hard_rows_mostly_wrong_and_subtask_rows_all_correct() -> None:
    assert not hard_over_subtask(arms(hard=[0, 40], rephrased=[])).contrasts
    assert not hard_over_subtask(arms(subtask=[10, 90])).contrasts


def test_claim_2_matches_each_teacher_at_the_nearest_rate() -> None:
    claim = severity_of_teachers(ARMS, RATES)
    assert claim.contrasts == {"mean of matched pairs": {"hard-50": 1.0, "natural-weaker": -1.0}}
    assert claim.note == (
        "hard-50 (ER 50.0 %, SWER 20.0 %) against natural-weaker (ER 54.9 %, SWER 60.0 %)"
    )
    assert nearest_match(ARMS, 69.9) == "hard-50"
    assert nearest_match(ARMS, 70) == "hard-50"  # the lower of two equally near
    assert nearest_match(ARMS, 70.1) == "hard-90"
    assert nearest_match(arms(hard=[], rephrased=[]), 70) is None


@pytest.mark.parametrize("rates", [Rates(44.9, 60.0), Rates(55.1, 60.0), Rates(50.0, 20.0)])
def test_claim_2_leaves_out_what_is_no_match(rates: Rates) -> None:
    """Neither an ER that differs by more than five points, nor a SWER that isn't higher."""
    claim = severity_of_teachers(ARMS, {**RATES, "natural-weaker": rates})
    assert not claim.contrasts
    assert claim.note == (
        f"hard-50 (ER 50.0 %, SWER 20.0 %) is no match of natural-weaker ({rates})"
    )
    found = assess(claim, {}, ["short"])
    assert found["verdict"] == "undecided"
    assert found["note"] == f"{claim.needs}; {claim.note}"


def test_claim_2_is_the_mean_over_several_teachers() -> None:
    two = arms(natural=["weaker", "people"])
    ers = {"natural-weaker": Rates(90.0, 60.0), "natural-people": Rates(3.0, 60.0)}
    (contrast,) = severity_of_teachers(two, {**RATES, **ers}).contrasts.values()
    assert contrast == {
        "hard-0": 0.5,
        "hard-90": 0.5,
        "natural-people": -0.5,
        "natural-weaker": -0.5,
    }


def test_claim_3_needs_all_three_baselines_at_the_same_rate() -> None:
    claim = combination(ARMS, "main")
    assert list(claim.contrasts) == [
        "combined − hard",
        "combined − rephrased",
        "combined − epochs",
    ]
    assert claim.contrasts["combined − epochs"] == difference("combined-50-10", "epochs-50")
    assert not combination(arms(epochs=[90]), "main").contrasts
    two = [{"hard": rate, "subtask": 10} for rate in (50, 90)]
    at_both = combination(arms(combined=two, rephrased=[50], epochs=[50, 90]), "main")
    assert at_both.contrasts["combined − epochs"] == difference("combined-50-10", "epochs-50")
    weaker = [{"hard": "natural", "subtask": 10, "teacher": "weaker"}]
    assert not combination(arms(combined=weaker), "main").contrasts


def test_claim_4_compares_low_with_high_severity() -> None:
    claim = severity_within_teacher(arms(severity=[50, 90]))
    assert claim.contrasts["low − high"] == {
        "severity-low-50": 0.5,
        "severity-low-90": 0.5,
        "severity-high-50": -0.5,
        "severity-high-90": -0.5,
    }


def test_the_mean_of_contrasts_sums_the_weights_of_shared_arms() -> None:
    assert mean([{"a": 1, "b": -1}, {"a": 1, "c": -1}]) == {"a": 1.0, "b": -0.5, "c": -0.5}


@pytest.mark.parametrize(
    ("better", "worse", "verdict"),
    [(0.8, 0.4, "supported"), (0.4, 0.8, "contradicted"), (0.5, 0.5, "undecided")],
)
def test_the_verdict_follows_the_scores(better: float, worse: float, verdict: str) -> None:
    claim = Claim("c", "s", "n", {"a − b": difference("a", "b")})
    found = assess(claim, scores({"a": better, "b": worse}), ["short", "long"])
    assert found["verdict"] == verdict
    assert found["effect"] == pytest.approx(better - worse)
    low, high = found["interval"]
    assert low <= found["effect"] <= high
    assert found["note"] == ""
    by_set = found["comparisons"][0]["by_test_set"]
    assert [by_set[name]["effect"] for name in ("short", "long")] == [found["effect"]] * 2


def test_the_weakest_comparison_is_the_claim_s_effect() -> None:
    shares = {"combined-50-10": 0.6, "hard-50": 0.3, "rephrased-50": 0.8, "epochs-50": 0.6}
    found = assess(combination(ARMS, "main"), scores(shares), ["short", "long"])
    assert found["comparison"] == "combined − rephrased"
    assert found["effect"] == pytest.approx(-0.2)
    assert found["verdict"] == "contradicted"


def test_effect_and_verdict_are_of_one_comparison() -> None:
    """The smallest effect may be certain where a larger one isn't."""
    n = 400
    certain = np.tile(np.arange(n) % 10 == 0, (2, 1)).astype(float)
    noisy = np.tile(np.arange(n) % 2 == 0, (2, 1)).astype(float)
    shifted = np.tile((np.arange(n) + 1) % 2 == 0, (2, 1)).astype(float)
    shifted[:, : n // 6] = 1.0
    data = {
        name: {"short": correct}
        for name, correct in (
            ("a", certain),
            ("b", np.zeros((2, n))),
            ("c", shifted),
            ("d", noisy),
        )
    }
    contrasts = {"a − b": difference("a", "b"), "c − d": difference("c", "d")}
    found = assess(Claim("c", "s", "n", contrasts), data, ["short"])
    effects = {one["comparison"]: one for one in found["comparisons"]}
    shown = effects[found["comparison"]]
    assert found["verdict"] == shown["verdict"]
    assert found["effect"] == shown["effect"]
    assert {one["verdict"] for one in found["comparisons"]} == {"supported", "undecided"}
    assert found["verdict"] == "undecided"


def test_one_seed_is_noted() -> None:
    claim = Claim("c", "s", "n", {"a − b": difference("a", "b")})
    found = assess(claim, scores({"a": 0.9, "b": 0.1}, seeds=1), ["short"])
    assert found["note"] == "one seed: the interval leaves out the chance of training"


def test_every_claim_is_reported_with_what_it_lacks() -> None:
    only = arms(hard=[0], subtask=[], natural=[], combined=[], rephrased=[], epochs=[], severity=[])
    found = all_findings(only, "main", {"hard-0": Rates(0.0, 0.0)}, scores({"hard-0": 0.5}))
    assert len(found) == 4
    for finding in found:
        assert finding["verdict"] == "undecided"
        assert finding["effect"] is finding["interval"] is finding["comparison"] is None
        assert finding["note"].startswith("needs ")


def test_a_whole_study_is_assessed() -> None:
    shares = {arm.name: 0.5 for arm in ARMS} | {"subtask-0": 0.1, "severity-low-90": 0.7}
    found = {one["claim"]: one for one in all_findings(ARMS, "main", RATES, scores(shares))}
    assert found["hard_over_subtask"]["verdict"] == "supported"
    assert found["severity_within_teacher"]["effect"] == pytest.approx(0.2)
    for one, name in product(found.values(), ("short", "long")):
        assert all(name in comparison["by_test_set"] for comparison in one["comparisons"])
