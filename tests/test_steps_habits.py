"""Habits: what people mean by two sides with different values, each by itself."""

import pytest

from weak_teachers.steps.habits import may_mean_another_thing
from weak_teachers.steps.notation import plain, tokens
from weak_teachers.steps.side import Side


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 + 3 = 8 * 2", True),
        ("5 + 3 = 9 * 2", False),
        ("2/5 = 10", True),
        ("7/5 = 10", False),
        ("2/5 = 20/2", True),
        ("2/5 = 3/2", False),
        ("3 km/h * 30 min = 9", True),
        ("3 km/h * 2 / 60 min/h = 9", False),
        ("2 KB = 9 bits", True),
        ("2 hours = 120 minutes", True),
        ("2 hours = 120 pens", False),
        (r"$\pi / 2 = 90$", True),
        (r"$\pi / 2 = 80$", False),
        ("3 pens + 2 pencils = $11", True),
        ("3 pens + 2 pencils = 11 pens", False),
        ("3 pens + 2 pens = $11", False),
        ("3 pens * 2 pencils = $11", False),
        ("5-10 = 6", True),
        ("5 - 10 = 6", False),
        ("5-10 = 7", False),
        ("3-4-5 = 6-8-10", True),
    ],
)
def test_habits(text: str, expected: bool) -> None:
    # Tokens of the whole, so that they have their places in it.
    found = tokens(plain(text))
    middle = next(place for place, token in enumerate(found) if token.text == "=")
    assert may_mean_another_thing(Side(found[:middle]), Side(found[middle + 1 :])) == expected
