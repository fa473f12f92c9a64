"""Equalities: where chains begin and end, in prose and in formulas."""

import pytest

from people_samples import HOSTILE
from weak_teachers.steps.equalities import chains
from weak_teachers.steps.notation import plain


def found(text: str) -> list[str]:
    """The chains of a text; ``_`` stands for what wasn't seen whole."""
    text = plain(text)
    return [
        " = ".join(" ".join(token.text or "_" for token in side.tokens) for side in chain.sides)
        for chain in chains(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So 3 + 4 = 7.", ["3 + 4 = 7"]),
        ("3 + 4 = 7, and 7 * 2 = 14", ["3 + 4 = 7", "7 * 2 = 14"]),
        ("The cost is 4 * $3.5 per gallon = $14.", ["4 * 3.5 per gallon = 14"]),
        ("$9$ boxes and $3\\cdot 4 = 12$ pens", ["3 * 4 = 12"]),
        ("9(1) + 2\n= 11", ["9 ( 1 ) + 2 = 11"]),
        ("\\begin{align} a &= 1 + 2 \\\\ &= 3 \\\\ b &= 4\\end{align}", ["a = 1 + 2 = 3", "b = 4"]),
        ("(since 3 + 4 = 7) so 5 = 5", ["3 + 4 = 7", "5 = 5"]),
        ("((1 + 2)) * 3) = 9", ["( ( 1 + 2 ) ) * 3 = 9"]),
        ("20% of 50 = 10", ["20 % of 50 = 10"]),
        ("no equality 3 + 4", []),
        ("3 < 4", []),
        # What may go on unseen.
        ("half of 20 + 5 = 15", ["_ 20 + 5 = 15"]),
        ("gcd(4, 6 + 2) = 4", ["_ = 4"]),
        ("total - 5 = 10", ["_ - 5 = 10"]),
        ("= 1 hour 15 minutes", [" = 1 hour _"]),
        ("3 = 4, 5", ["3 = 4 _"]),
        ("f(x = 3) = 4", ["_ x = 3", "_ = 4"]),
        ("5 * rate = 10", ["5 * rate = 10"]),
        ("Is 2 + 2 = 4?", ["2 + 2 = 4 _"]),
    ],
)  # fmt: skip
def test_chains(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_has_chains_or_none(text: str) -> None:
    found(text[:20_000])
