import numpy as np
import pytest

from weak_teachers.agreement import agree, cohen_kappa, first_error, fleiss_kappa

# Fleiss 1971, table 1: by patient, the diagnoses (1 to 5) of six psychiatrists.
FLEISS = (
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 "
    "144444 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 "
    "111155 224444 133333 555555"
)
# A 3 × 3 table with SAS's printed kappa and its 95 % limits (FREQ procedure, AGREE).
SAS_TABLE = [[0, 0, 0], [5, 16, 3], [8, 12, 28]]
SAS_KAPPA, SAS_LOW, SAS_HIGH = 0.3333, 0.1738, 0.4929


def by_solution(labels):
    """One unit a solution."""
    return {f"{number:03}": [label] for number, label in enumerate(labels)}


def of_table(table):
    """Two raters whose contingency table this is, one unit a solution."""
    units = [
        (str(i), str(j)) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)
    ]
    first, second = zip(*units, strict=True)
    return {"first": by_solution(first), "second": by_solution(second)}


def test_cohens_own_example():
    # Cohen 1960, table 2: two judges, 200 subjects, three categories.
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert cohen_kappa(table) == pytest.approx(0.492, abs=5e-4)


def test_cohen_as_sas_prints_it():
    assert cohen_kappa(np.array(SAS_TABLE)) == pytest.approx(SAS_KAPPA, abs=5e-5)
    assert cohen_kappa(np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]])) == pytest.approx(
        0.4842, abs=5e-5
    )


def test_cohen_takes_many_tables_at_once():
    tables = np.array([SAS_TABLE, np.eye(3, dtype=int)])
    assert cohen_kappa(tables) == pytest.approx([SAS_KAPPA, 1], abs=5e-5)


def test_fleiss_own_example():
    counts = np.array([[patient.count(d) for d in "12345"] for patient in FLEISS.split()])
    # 0.430 in the paper; the further digits are those of R's irr::kappam.fleiss.
    assert fleiss_kappa(counts) == pytest.approx(0.4302445, abs=5e-8)


def test_fleiss_through_raters():
    raters = {
        f"psychiatrist {rater}": by_solution(patient[rater] for patient in FLEISS.split())
        for rater in range(6)
    }
    result = agree(raters, "step", seed=1)
    assert result.statistic == "fleiss"
    assert result.kappa == pytest.approx(0.4302445, abs=5e-8)
    assert result.units == result.solutions == 30
    assert result.agreed == pytest.approx(5 / 30)
    assert result.low < result.kappa < result.high


def test_the_interval_is_near_the_analytic_one():
    result = agree(of_table(SAS_TABLE), "step", seed=1)
    assert result.kappa == pytest.approx(SAS_KAPPA, abs=5e-5)
    assert result.low == pytest.approx(SAS_LOW, abs=0.04)
    assert result.high == pytest.approx(SAS_HIGH, abs=0.04)


def test_the_interval_counts_solutions_not_steps():
    raters = of_table(SAS_TABLE)
    tenfold = {
        rater: {solution: units * 10 for solution, units in ratings.items()}
        for rater, ratings in raters.items()
    }
    once, repeated = agree(raters, "step", seed=1), agree(tenfold, "step", seed=1)
    assert repeated.units == 10 * once.units
    assert (repeated.kappa, repeated.low, repeated.high) == pytest.approx(
        (once.kappa, once.low, once.high)
    )


def test_the_interval_is_the_seeds():
    raters = of_table(SAS_TABLE)
    assert agree(raters, "step", seed=1) == agree(raters, "step", seed=1)
    assert agree(raters, "step", seed=1) != agree(raters, "step", seed=2)


def test_undecided_units_and_unshared_solutions_are_left_out():
    result = agree(
        {
            "a": {"1": ["correct", None, "wrong"], "2": ["correct"], "3": [None]},
            "b": {"1": ["correct", "wrong", None], "3": ["wrong"], "4": ["correct"]},
        },
        "step",
        seed=1,
    )
    assert (result.units, result.solutions, result.agreed) == (1, 1, 1)
    assert result.kappa is None


def test_nothing_shared_is_no_agreement_and_no_fault():
    result = agree({"a": {"1": ["correct"]}, "b": {"2": ["correct"]}}, "step", seed=1)
    assert (result.units, result.agreed, result.kappa) == (0, None, None)


def test_two_of_one_mind_and_two_at_odds():
    labels = ["correct", "wrong", "wrong", "correct"]
    same = agree({"a": by_solution(labels), "b": by_solution(labels)}, "step", seed=1)
    odds = agree({"a": by_solution(labels), "b": by_solution(labels[1:] + labels[:1])}, "step", 1)
    opposite = agree({"a": by_solution(labels[:2]), "b": by_solution(labels[1::-1])}, "step", 1)
    assert (same.kappa, odds.kappa, opposite.kappa) == pytest.approx((1, 0, -1))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["correct", "correct"], "none"),
        (["correct", "wrong", "wrong"], "2"),
        (["wrong", "unknown"], "1"),
        (["unknown", "wrong"], None),
        (["correct", "unknown"], None),
    ],
)
def test_first_error(labels, expected):
    assert first_error(labels) == expected
