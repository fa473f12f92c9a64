"""The final answer of a completion: in a box, after words, in a conclusion, or not stated."""

import time

import pytest

from weak_teachers.answers.extract import extract_answer, final_answer


@pytest.mark.parametrize(
    ("completion", "answer"),
    [
        ("1 + 1 = 2\nAnswer: 2", "2"),
        ("A: 18", "18"),
        ("#### 18", "18"),
        ("#### Step 2: more\nThe answer is 5.", "5"),
        ("The answer is 18.", "18"),
        ("The answer is: $\\frac{1}{2}$.", "$\\frac{1}{2}$"),
        ("the final answer is\n\n\\[ x + 1 \\]", "\\[ x + 1 \\]"),
        ("**Final Answer:** 7 apples", "7 apples"),
        ("### Final Answer\n42", "42"),
        ("The correct answer is option (B).", "option (B)"),
        ("Choice D is correct. Since 2 = 2.", "D"),
        ("答案：3", "3"),
        ("所以答案是 $\\frac{1}{2}$。", "$\\frac{1}{2}$"),
        ("So $x = \\boxed{3}$.", "3"),
        ("$\\boxed{\\{1, \\sqrt{2}\\}}$", "\\{1, \\sqrt{2}\\}"),
        ("\\boxed{1}, or rather \\boxed{2}. Then \\boxed{3}", "3"),
        ("$\\boxed{1}$ and $\\boxed{2}$", "1, 2"),
        ("$\\boxed{1}$ and $\\boxed{1}$", "1"),
        ("\\boxed{4} is intermediate. Final Answer: The final answer is $5$.", "$5$"),
        ("\\boxed{80}. Note: rounding before the final answer is a common mistake.", "80"),
        ("\\boxed{B}. On reflection, the final answer is Evelyn.", "Evelyn"),
        ("So the answer is \\boxed{5}. This answer is also what we expect.", "5"),
        ("Therefore, she has 5 apples.", "5 apples"),
        ("Some work. So the total is $3 + 4 = 7$.", "$3 + 4 = 7$"),
        ("The answer is 42 because 6 * 7 = 42.", "42"),
        ("The answer is 3.5 km, which is far.", "3.5 km"),
        ("<think>\\boxed{1}</think> The answer is 2.", "2"),
        ("The answer is 2.<|im_end|>The answer is 3.", "2"),
        ("The answer is 2.\n\nQuestion: What is 1 + 2?\nThe answer is 3.", "2"),
    ],
)
def test_what_is_stated_is_the_answer(completion: str, answer: str) -> None:
    assert extract_answer(completion) == answer


@pytest.mark.parametrize(
    "completion",
    [
        "",
        "1 + 1 = 2",
        "I would rather not say.",
        "First we add 3 and 4. This gives 7. Then",
        "\\boxed{12",
        "\\boxed{}",
        "The answer is",
        "The answer is clear.",
        "So we go on.",
    ],
)
def test_what_isn_t_stated_is_no_answer(completion: str) -> None:
    assert extract_answer(completion) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("5", "5"),
        ("$\\frac{1}{2}$", "$\\frac{1}{2}$"),
        ("125 miles", "125 miles"),
        ("not it's not 10 it's 1,000.99m²", "1,000.99"),
        ("The price rises from 3 and in the end by 100%", "100%"),
        ("Here is a zero matrix: $ \\begin{pmatrix}0 \\\\ 0\\end{pmatrix} $", None),
        ("the midpoints form a regular hexagon", "the midpoints form a regular hexagon"),
        ("\\boxed{7 pct", "\\boxed{7 pct"),
    ],
)
def test_a_text_that_states_nothing_is_an_answer_or_ends_with_one(text: str, answer: str) -> None:
    assert final_answer(text) == (answer or text[text.index("$") :])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "answer is ",
            "The answer to ",
            "answer: \\[",
            "$",
            "$$",
            "\\(",
            "\\[",
            "####",
            "**",
            "(",
        ),
        *(
            "so ",
            "is ",
            "a",
            " ",
            "\n",
            "1,",
            ". ",
            "\\text{",
            "option A ",
            "答案",
            "</think>",
            "<|",
        ),
    ],
)
def test_a_megabyte_takes_no_time(text: str) -> None:
    start = time.process_time()
    final_answer(text * (1_000_000 // len(text)))
    assert time.process_time() - start < 5
