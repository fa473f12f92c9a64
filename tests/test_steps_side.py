"""Sides: their readings, their likeliest value, and what is a single number."""

from fractions import Fraction

import pytest

from weak_teachers.steps.notation import plain, tokens
from weak_teachers.steps.side import Side


def side(text: str) -> Side:
    return Side(tokens(plain(text)))


@pytest.mark.parametrize(
    ("text", "readings", "value"),
    [("1/2", 1, Fraction(1, 2)), ("50%", 2, Fraction(1, 2)), ("1/0", 1, None), ("3 + +", 0, None)],
)
def test_readings_and_value(text: str, readings: int, value: Fraction | None) -> None:
    assert len(side(text).readings) == readings
    assert side(text).value == value


@pytest.mark.parametrize(
    ("text", "bare"),
    [("12", True), ("-12", True), ("50%", True), ("12 pens", True), ("3 * 4", False), ("+", False)],
)
def test_a_single_number_is_bare(text: str, bare: bool) -> None:
    assert side(text).is_bare is bare


def test_numbers_in_order() -> None:
    assert [number.value for number in side("3 * (4 - 1)").numbers] == [3, 4, 1]
