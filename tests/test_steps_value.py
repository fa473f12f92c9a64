"""Values: exact where they can be, within bounds always."""

import math
import time
from fractions import Fraction

import pytest

from weak_teachers.steps.expression import Number, Unreadable
from weak_teachers.steps.notation import tokens
from weak_teachers.steps.side import Side
from weak_teachers.steps.value import evaluate, terms


def node(text: str):
    return Side(tokens(f"${text}$")).readings[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"\frac{1}{3} + \frac{1}{6}", Fraction(1, 2)),
        ("0.1 + 0.2", Fraction(3, 10)),
        (r"\sqrt{\frac{4}{9}}", Fraction(2, 3)),
        (r"\sqrt[3]{-8 + 35}", 3),
        (r"8^{\frac{2}{3}}", 4),
        ("2^{-3}", Fraction(1, 8)),
        (r"\binom{5}{2} + 4!", 34),
        (r"\sqrt{2}", math.sqrt(2)),
        (r"2\pi", 2 * math.pi),
        ("10^{300}", 10**300),
    ],
)
def test_values(text: str, value: Fraction | float) -> None:
    found = evaluate(node(text))
    assert found == pytest.approx(value, rel=1e-15)
    assert isinstance(found, float) == isinstance(value, float)


@pytest.mark.parametrize(
    "text",
    [
        "9^{9^{9^9}}",
        "9^{9^{9^{9}}}",
        "10^{1000}",
        "(2^{1000})^{1000}",
        "999!",
        "((3!)!)!",
        r"\binom{9999}{4444}",
        r"\frac{1}{2 - 2}",
        "0^0",
        r"\sqrt{-1}",
        "(-8)^{1/3}",
        r"(10^{300} \cdot \sqrt{2})^{2}",
        r"2^{\sqrt{2}}",
        "x + 1",
    ],
)
def test_bombs_and_nonsense_have_no_value(text: str) -> None:
    start = time.process_time()
    with pytest.raises(Unreadable):
        evaluate(node(text.replace("9^9}", "9^{9}}")))
    assert time.process_time() - start < 0.1


def test_known_names_and_raised_numbers() -> None:
    assert evaluate(node("2A - B"), {"A": Fraction(3), "B": Fraction(1)}) == 5
    product = node(r"1.5 \cdot 30")
    first = product.parts[0]
    assert isinstance(first, Number)
    assert evaluate(product, raised=first) == 48


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(x + 1)(x - 1)", "x^2 - 1"),
        (r"\frac{3x}{4} + x", r"\frac{7x}{4}"),
        ("2a + 3b - (a - b)", "a + 4b"),
        ("(x + y)^2", "x^2 + 2xy + y^2"),
        (r"\frac{x^2 y}{x}", "xy"),
    ],
)
def test_expressions_with_names_are_multiplied_out(one: str, other: str) -> None:
    assert terms(node(one)) == terms(node(other)) != terms(node(f"{other} + x"))


@pytest.mark.parametrize(
    "text", [r"\sqrt{x}", r"\frac{1}{x + 1}", "x^{y}", "x^7", r"\pi x", "(a + b + c + d)^{6}" * 3]
)
def test_what_is_no_sum_of_terms(text: str) -> None:
    with pytest.raises(Unreadable):
        terms(node(text))
