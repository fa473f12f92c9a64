"""Outcomes of whole families of answers: what is the same, and what only looks so."""

import pytest

from answer_families import FAMILIES
from weak_teachers.answers import Verdict, judge_answers
from weak_teachers.answers.extract import final_answer

PAIRS = [(family, *pair) for family, pairs in FAMILIES.items() for pair in pairs]


@pytest.fixture(scope="module")
def verdicts() -> dict[tuple[str, str], Verdict]:
    """All pairs, judged together."""
    answers = {(gold, pred): (final_answer(gold), final_answer(pred)) for _, gold, pred, _ in PAIRS}
    judged = judge_answers(list(answers.values()), workers=2, seconds=20)
    return dict(zip(answers, judged, strict=True))


@pytest.mark.parametrize(("family", "gold", "pred", "same"), PAIRS)
def test_a_family(verdicts, family: str, gold: str, pred: str, same: bool | None) -> None:
    expected = {True: "correct", False: "wrong", None: "unknown"}
    assert verdicts[gold, pred].outcome == expected[same]


def test_every_reference_is_the_same_as_itself(verdicts) -> None:
    answers = [final_answer(gold) for _, gold, _, _ in PAIRS]
    assert {v.outcome for v in judge_answers([(one, one) for one in answers])} == {"correct"}
