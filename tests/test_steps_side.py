"""Sides: their readings, their likeliest value, and what is a single number."""

from fractions import Fraction

import pytest

from weak_teachers.steps.notation import plain, tokens
from weak_teachers.steps.side import Side, with_unit


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("76 g", 76),
        ("5 m/s^2", 5),
        ("2 * 10^3 kg*m", 2000),
        ("22 cm^3", 22),
        ("1 hour 15", None),
        ("2 / 3", Fraction(2, 3)),
        ("5 + 2 m", None),
        ("4m", None),
        ("4 n", None),
        ("$4 m$", None),
        ("4 s^4", None),
    ],
)
def test_a_number_with_a_unit(text: str, value: Fraction | None) -> None:
    assert Side(with_unit(tokens(text), set())).value == value


def test_a_letter_that_stands_elsewhere_is_no_unit() -> None:
    assert Side(with_unit(tokens("76 g"), {"g"})).value is None


def test_numbers_in_order() -> None:
    assert [number.value for number in side("3 * (4 - 1)").numbers] == [3, 4, 1]
