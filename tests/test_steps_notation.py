"""Notation: what means the same has the same tokens, whatever its style."""

import pytest

from weak_teachers.steps.notation import plain, tokens


def spelt(text: str) -> list[str]:
    return [token.text for token in tokens(plain(text))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1/2 x 8", "½ · 8"),
        ("3 × 4 − 2", "3*4 - 2"),
        ("12 ÷ 4", r"12 \div 4"),
        (r"$\dfrac{1}{2} \times 8$", r"\(\tfrac{1}{2} \cdot 8\)"),
        (r"$\left(3 + 4\right)^2$", "$(3+4)^2$"),
        ("5²", "5^2"),
        ("2**10", "2^10"),
        ("1,000,000", "1000000"),
        (r"$1{,}000 + 3,\!003 + 12\,345$", "$1000 + 3003 + 12345$"),
        ("$20 + $5.50", "20 + 5.50"),
        (r"$\$20$", "20"),
        (r"$\boxed{42}$", "${42}$"),
        (r"$90^\circ$", "90"),
        ("3x4", "3*4"),
        (r"$5\text{ cm}$", "5 cm"),
        (r"$50\%$", "50%"),
        ("**12** + 3", "12 + 3"),
    ],
)
def test_styles_are_one_notation(one: str, other: str) -> None:
    assert spelt(one) == spelt(other)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x = 3", "name relation number"),
        ("I have a 5", "word word word number"),
        ("2x apples", "number name word"),
        ("2ab + 5kg", "number name sign number word"),
        ("1/di + 1/3", "number sign word sign number sign number"),
        ("(2 + 4)v, so", "sign number sign number sign name stop word"),
        ("D3 = 2", "name relation number"),
        ("$ab$", "name name"),
        ("30 km/h", "number word"),
        ("$25/month", "number word"),
        ("3:2", "number sign number"),
        ("so: 3", "word stop number"),
        ("1 + ... + 9", "number sign sign sign number"),
        (r"$0.\overline{3}$", "number sign command sign number sign"),
        (r"a \Rightarrow b", "word stop word"),
        ("b ≈ c < d", "name relation name relation name"),
        ("5!=120", "number sign relation number"),
        ("x != 5", "name relation number"),
        ("- 3 * 4", "row number sign number"),
        ("-3 * 4", "sign number sign number"),
        ("1. 3 + 4", "row number sign number"),
        ("[asy] x = 3; [/asy]", "row"),
    ],
)
def test_kinds_of_tokens(text: str, kinds: str) -> None:
    assert " ".join(token.kind for token in tokens(text)) == kinds


def test_tokens_know_their_places() -> None:
    text = plain(r"So $\frac{1}{2} = 0.5$ apples, ½ of 1,000.")
    for token in tokens(text):
        written = text[token.start : token.end]
        assert token.text == written or written in ("1,000", "")
    assert [token.formula for token in tokens("3 + $4$")] == [False, False, True]
