"""Comparison: false only where nothing else can be meant."""

import pytest

from weak_teachers.steps.comparison import (
    comes_out_right,
    compare,
    compare_substituted,
    is_near,
)
from weak_teachers.steps.notation import plain, tokens
from weak_teachers.steps.side import Side


def sides(text: str) -> list[Side]:
    return [Side(tokens(plain(part))) for part in text.split("=")]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("3 * 4 = 12", "true"),
        ("3 * 4 = 13", "false"),
        ("3 * 4 = 12.5", "false"),
        ("12 = 13", "unknown"),
        ("10 / 4 = 2.5", "true"),
        ("10 / 4 = 3", "unknown"),
        ("10 / 4 = 4", "false"),
        ("10 / 3 = 3.3", "unknown"),
        ("10 / 3 = 3.5", "false"),
        ("10 / 3 = 3.3333333333333335", "true"),
        ("1.36 * 55 = 75", "unknown"),
        ("1.5 * 30 = 46", "false"),
        ("33% * 60 = 20", "unknown"),
        ("25 * 4 = 1000", "unknown"),
        ("x + 1 = 1 + x", "true"),
        ("x + 1 = 2", "unknown"),
        ("2x + 3x = 6x", "false"),
        ("2x + 3x = 6x^2", "unknown"),
        ("2.5x + 3x = 6x", "unknown"),
        ("3 + + 4 = 7", "unknown"),
    ],
)
def test_verdicts(text: str, verdict: str) -> None:
    left, right = sides(text)
    assert compare(left, right, opens=False) == verdict


def test_a_number_that_opens_a_chain_is_what_the_chain_is_about() -> None:
    left, right = sides("8 = 5 * 3")
    assert compare(left, right, opens=True) == "unknown"
    assert compare(left, right, opens=False) == "false"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("A - B = 12 - 7", "unknown"),  # B is 7: right, which comparing values says, too
        ("A - B = 12 - 8", "false"),
        ("A + C = 12 - 5", "unknown"),
        ("A + C = 12 + 5", "false"),
        ("A * C = 12 * 5", "false"),
        ("A - B = 11 - 8", "unknown"),  # nothing fits: other names
        ("A - D = 12 - 8", "unknown"),
        ("A - B = 5", "unknown"),
        ("A - B = 12 + 8 - 1", "unknown"),
    ],
)
def test_numbers_in_place_of_names(text: str, verdict: str) -> None:
    left, right = sides(text)
    assert compare_substituted(left, right, {"A": 12, "B": 7, "C": -5}) == verdict


def test_a_chain_may_come_out_right() -> None:
    assert comes_out_right(sides("2 - 8 + -5 = 2 - (8 + -5) = -11"))
    assert not comes_out_right(sides("2 - 8 + -5 = 2 - (8 + -5) = -1"))
    assert not comes_out_right(sides("2 + 2 = 4"))


def test_estimates_are_near() -> None:
    assert is_near(*sides("33 * 3 = 100"))
    assert not is_near(*sides("33 * 3 = 110"))
    assert not is_near(*sides("x = 3"))
