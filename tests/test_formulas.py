"""Formulas in texts: found by their delimiters, money left alone, quick on hostile texts."""

import time

import pytest

from people_samples import HOSTILE
from weak_teachers.formulas import split


def kinds(text):
    return [kind for kind, _ in split(text) if kind != "words"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("so $x=3$ and $y$ hold", ["inline", "inline"]),
        (r"so \(x\) and \[y\] and $$z$$", ["inline", "display", "display"]),
        (r"$ \frac12 $", ["inline"]),
        ("\\begin{align*}\na&=b\\\\\n&=c\n\\end{align*}", ["display"]),
        (r"it costs \$5 and \$6", []),
        (r"$\$5 + \$3 = \$8$", ["inline"]),
        ("[asy] label('$A$', (0,0)); [/asy]", ["figure"]),
        ("an unclosed $x or \\[ or \\begin{align} stays", []),
        ("$a$\n\n$b$", ["inline", "inline"]),
    ],
)
def test_formulas_are_found_by_their_delimiters(text, expected):
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "She had $5 and earned $3 more.",
        "He pays $12 x 5 = $<<12*5=60>>60 a year.",
        "The rest is $22=$<<22-2=20>>20.",
        "It is $5-$3=$2 in all, or $5/$2.",
        "They spend $600*50=$30,000 and $34800/240=$145.",
    ],
)
def test_money_is_no_formula(text):
    assert kinds(text) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_splitting_loses_nothing(text):
    text = text[:20_000]
    assert "".join(piece for _, piece in split(text)) == text


@pytest.mark.parametrize("opener", ["\\(", "\\[", "$$", "$", "[asy]", "\\begin{align}", "\n"])
def test_a_megabyte_of_openers_is_split_in_no_time(opener):
    text = (opener + " ") * (1_000_000 // (len(opener) + 1))
    start = time.process_time()
    assert "".join(piece for _, piece in split(text)) == text
    assert time.process_time() - start < 5
