import json
from html.parser import HTMLParser

import pytest

from people_samples import HOSTILE
from weak_teachers.formulas import split
from weak_teachers.rendering import mathml, render, visible


def test_gsm8k_has_money_only_and_math_has_formulas_that_render(shared_file):
    def rows(path):
        return (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)

    money = [row["question"] + row["answer"] for row in rows(shared_file("gsm8k/test.jsonl"))]
    assert not any(kind != "words" for text in money for kind, _ in split(text))
    solutions = [row["solution"] for row in rows(shared_file("math/math500.jsonl"))]
    pieces = [piece for text in solutions for piece in split(text)]
    formulas = sum(kind in ("inline", "display") for kind, _ in pieces)
    rendered = sum(render(text).count("<math") for text in solutions)
    assert formulas > 4_000
    assert rendered / formulas > 0.99


class Seen(HTMLParser):
    """The elements and attributes that a browser would see."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_plain_html(text):
    html = render(text)
    seen = Seen(html)
    assert not seen.tags & {"script", "style", "img", "svg", "a", "base", "template", "textarea"}
    assert not {name for name in seen.attributes if name.startswith("on")} | (
        seen.attributes & {"href", "src", "id"}
    )
    assert html.encode("utf-8").decode("utf-8") == html
    assert not any(ord(character) < 32 and character not in "\n\t" for character in html)
    assert "\u202e" not in html


def test_unseen_characters_are_shown():
    assert visible("a\x00b\u202ec\ud800") == "a⟨U+0000⟩b⟨U+202E⟩c⟨U+D800⟩"
    assert visible("中文 × – é\n\t") == "中文 × – é\n\t"


def test_what_does_not_parse_stays_as_it_stands():
    assert render(r"so $\nonsense{x$ <b>") == (r"so <code>$\nonsense{x$</code> &lt;b&gt;")
    assert mathml(r"\eqref{x}", display=False) is None


def test_display_formulas_stand_alone():
    assert render(r"\[x\]").startswith('<div class="formula"><math display="block">')
    assert str(render("$x$")) == "<math><mi>x</mi></math>"


def test_a_boxed_answer_is_drawn_by_the_style():
    assert str(render(r"$\boxed{7}$")) == '<math><mrow class="box"><mn>7</mn></mrow></math>'


def test_long_text_is_cut_with_a_note():
    html = render("M" * 1_000_000)
    assert len(html) < 21_000
    assert "980,000 more characters" in html
