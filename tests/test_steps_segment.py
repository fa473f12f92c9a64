"""Segmentation: the same steps whatever the style, nothing cut that belongs together."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people_samples import HOSTILE
from weak_teachers.steps.segment import segment

STYLES = {
    "lines": "She sells 16 - 3 - 4 = 9 eggs.\nShe makes 9 * 2 = $18.\n#### 18",
    "paragraphs": "She sells 16 - 3 - 4 = 9 eggs.\n\nShe makes 9 * 2 = $18.\n\nThe answer is 18.",
    "sentences": "She sells 16 - 3 - 4 = 9 eggs. She makes 9 * 2 = $18.\nA: 18",
    "numbered": "1. She sells 16 - 3 - 4 = 9 eggs.\n2. She makes 9 * 2 = $18.\n\n**Answer:** 18",
    "headings": (
        "### Step 1: Eggs\nShe sells 16 - 3 - 4 = 9 eggs.\n\n"
        "**Step 2: Money**\n\nShe makes 9 * 2 = $18.\n\nFinal Answer:\n18"
    ),
    "formulas": (
        "She sells\n\\[\n16 - 3 - 4 = 9\n\\]\neggs.\n\n"
        "So she makes:\n$$9 \\cdot 2\n= 18$$\n\nTherefore, the answer is $\\boxed{18}$."
    ),
    "code": "She sells:\n```\n16 - 3 - 4 = 9\n```\n\nShe makes 9 * 2 = $18.\n\nAnswer: 18",
}


@pytest.mark.parametrize("style", STYLES)
def test_every_style_has_the_same_steps(style: str) -> None:
    first, second = segment(STYLES[style])
    assert "16 - 3 - 4 = 9" in first
    assert "sells" in first
    assert "18" in second
    assert "makes" in second


@pytest.mark.parametrize(
    ("solution", "steps"),
    [
        ("", []),
        (" \n\n ", []),
        ("one\n\ntwo", ["one", "two"]),
        # Sentences without an equation go with the next that has one, or with the last.
        ("We add. So 1 + 1 = 2. Then 2 + 2 = 4. Good.", 2),
        ("We know a. We know b. It follows that c.", 1),
        # Dots that end no sentence.
        ("Dr. A. Smith has 1.5 m, i.e. 3 * 0.5 = 1.5. B is 2 = 2.", 2),
        ("1. First, 2 = 2.\n2. Second.", ["1. First, 2 = 2.", "2. Second."]),
        # What goes on belongs to what is before.
        ("3 * 4\n= 12\n= 6 + 6", 1),
        ("The area is\n\\[A = 3\\]\nwhere A is an area.\nNext.", 2),
        ("The area is \\[A = 3.\\]Then \\[B = 4.\\]", 2),
        ("so\n\\begin{align*}\na &= b \\\\\n\n&= c\n\\end{align*}", 1),
        ("[asy]\nx = 1;\n\ny = 2;\n[/asy]\nThen 1 = 1.", 1),
        ("| a | b |\n|---|---|\n| 1 | 2 |\nSo 1 + 2 = 3.", 2),
        ("- 1 + 1 = 2\n- 2 + 2 = 4\n* 3 + 3 = 6", 3),
        ("A long line of prose that its writer wrapped at column eighty or so,\nthat is it.", 1),
        # Answers: only where nothing else is said.
        ("#### 18", []),
        ("#### Step 1\n1 + 1 = 2", 1),
        ("The answer is x = 3 + 4 = 7.", 1),
        ("A: 18", []),
        ("Answer:\n\n18", []),
        ("Answering takes time.", 1),
    ],
)  # fmt: skip
def test_where_steps_begin_and_end(solution: str, steps) -> None:
    found = segment(solution)
    assert (len(found) if isinstance(steps, int) else found) == steps


@given(
    st.lists(st.sampled_from([*"ab.=: \n$\\|`#*", "```", "\\[", "\\]", "$$", "Step 3:", "A: 5"]))
)
def test_steps_are_parts_of_the_solution_in_order(parts: list[str]) -> None:
    solution = "".join(parts)
    place = 0
    for step in segment(solution):
        assert step == step.strip() != ""
        for line in step.split("\n"):
            place = solution.index(line, place) + len(line)


@pytest.mark.parametrize(
    "text",
    [*HOSTILE, *(part * 200_000 for part in ("a. ", "A. B ", "=\n", ":\n", "\\[ ", "|\n", "``` "))],
)  # fmt: skip
def test_hostile_text_is_cut_in_linear_time(text: str) -> None:
    start = time.process_time()
    segment(text)
    assert time.process_time() - start < 10


def test_real_solutions_have_the_steps_that_their_writers_meant(shared_file) -> None:
    rows = shared_file("gsm8k/example_model_solutions.jsonl").read_text().splitlines()
    solutions = [json.loads(row)["175b_verification"]["solution"] for row in rows]
    lines = [[line for line in text.split("\n") if not line.startswith("A:")] for text in solutions]
    found = [segment(text) for text in solutions]
    # Some lines have several sentences that calculate; none is lost.
    assert sum(map(len, lines)) <= sum(map(len, found)) < 1.02 * sum(map(len, lines))
    for steps, text in zip(found, lines, strict=True):
        assert "".join(" ".join(steps).split()) == "".join(" ".join(text).split())


def test_no_formula_of_math_s_references_is_cut(shared_file) -> None:
    steps = 0
    for row in shared_file("math/train.jsonl").read_text().splitlines():
        solution = json.loads(row)["solution"]
        for step in segment(solution):
            steps += 1
            for opener, closer in (("\\[", "\\]"), ("\\begin{align*}", "\\end{align*}")):
                assert step.count(opener) == step.count(closer) or solution.count(
                    opener
                ) != solution.count(closer)
    assert 20_000 < steps < 40_000
