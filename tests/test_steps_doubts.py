"""Doubts: words that say whether an equality is meant as true."""

import pytest

from weak_teachers.steps.doubts import (
    defines_operations,
    is_estimated,
    is_supposed,
    means_other_numbers,
)


@pytest.mark.parametrize(
    ("before", "after", "in_chain", "result", "equation"),
    [
        ("So we get ", ". Next.", False, False, False),
        ("Suppose that ", "", True, True, True),
        ("if ", "", True, True, True),
        ("It isn't true, as I wrote ", "", True, True, True),
        ("If we take it, we get ", "", False, False, True),
        ("If we plug it in, we get ", "", False, True, True),
        ("If it rains. So ", "", False, False, False),
        ("", ", which is not so", True, True, True),
        ("", ", a contradiction", True, True, True),
        ("", ". Wait, no", True, True, True),
        ("", " is all that there is to say about it here, a contradiction", False, True, True),
        ("", " is what we get, and this is all that there is to it, we can't", False, False, True),
    ],
)
def test_supposed_and_refuted(
    before: str, after: str, in_chain: bool, result: bool, equation: bool
) -> None:
    assert is_supposed(before, after, alone=False, bare=True) is in_chain
    assert is_supposed(before, after, alone=True, bare=True) is result
    assert is_supposed(before, after, alone=True, bare=False) is equation


def test_other_numbers_operations_and_estimates() -> None:
    assert means_other_numbers("3 + 5 = 11 in base 7")
    assert means_other_numbers(r"$3 \equiv 8$")
    assert not means_other_numbers("the base of the triangle is 3 + 5 = 8")
    assert defines_operations(r"The operation $a \star b$ is defined as")
    assert defines_operations("If $a*b = a^2 + ab$, what is $3*2$?")
    assert not defines_operations("How many apples are 3 * 4 apples?")
    assert is_estimated("It is about ", "")
    assert is_estimated("", " (rounded)")
    assert not is_estimated("About this we know: as the farmer said, the total is ", "")
