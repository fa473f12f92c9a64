"""Outcomes on real data: references, real models' answers, and references that were changed.

A part of them in ``make test``, all with WEAK_TEACHERS_WHOLE=1.
"""

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandboxed import ask_all
from weak_teachers.answers import algebra, extract_answer, judge_answers
from weak_teachers.answers.choices import options
from weak_teachers.answers.latex import key, tidy
from weak_teachers.answers.numbers import BASED, RATIO
from weak_teachers.answers.quantities import read_quantity
from weak_teachers.answers.reading import readings
from weak_teachers.answers.shapes import Interval, Leaf, Many, Named, Relation, Shape, spelt
from weak_teachers.answers.words import is_wordy
from weak_teachers.config.problems import FileSet
from weak_teachers.formats import read_problems
from weak_teachers.records import Problem
from weak_teachers.sandbox import Sandbox

WHOLE = os.environ.get("WEAK_TEACHERS_WHOLE") == "1"
SETS = {
    "math/train.jsonl": ("math", 7_498),
    "math/math500.jsonl": ("math", 500),
    "agieval/sat-math.jsonl": ("agieval", 220),
    "agieval/gaokao-mathcloze.jsonl": ("agieval", 118),
    "jeebench/dataset.json": ("jeebench", 151),
}


def references(path: Path, form: str) -> list[str]:
    wanted = FileSet(source="file", file="file", format=form)
    rows = read_problems(path, wanted, "set")
    return [problem.answer for problem in rows if isinstance(problem, Problem)]


def drawn(values: list[str], count: int) -> list[str]:
    """All values, or so many of them."""
    return values if WHOLE else random.Random(0).sample(values, min(count, len(values)))


def leaves(shape: Shape) -> Iterator[str]:
    """The leaves of an answer that algebra must understand, equations among them."""
    match shape:
        case Named():
            yield from leaves(shape.value)
        case Interval():
            yield from (*leaves(shape.low), *leaves(shape.high))
        case Many():
            for part in shape.parts:
                yield from leaves(part)
        case Relation():
            yield spelt(shape)
        case Leaf(text):
            numeral = BASED.fullmatch(key(text)) or RATIO.fullmatch(key(text))
            plain = read_quantity(text) or is_wordy(text) or numeral
            if not plain and key(text).lstrip("-") != r"\infty":
                yield text


@pytest.mark.parametrize("file", SETS)
def test_every_reference_is_understood_and_the_same_as_itself(shared_file, file: str) -> None:
    form, count = SETS[file]
    answers = references(shared_file(file), form)
    assert len(answers) == count
    pairs = [(one, extract_answer(f"So the answer is $\\boxed{{{one}}}$.")) for one in answers]
    assert {verdict.outcome for verdict in judge_answers(pairs)} == {"correct"}
    tidied = [one for one in map(tidy, answers) if not (options(one) or is_wordy(one))]
    parts = drawn(sorted({leaf for one in tidied for leaf in leaves(readings(one)[0])}), 100)
    with Sandbox(algebra.understands, workers=2, seconds=20) as sandbox:
        found = ask_all(sandbox, parts)
    lost = [part for part, understood in zip(parts, found, strict=True) if not understood]
    assert lost == []


def test_outcomes_of_real_models_are_those_that_were_published(shared_file) -> None:
    """Cobbe et al. 2021 judged 1,319 GSM8K solutions of each model; right are 21.68 to 56.25 %."""
    right = {"6b_finetuning": 286, "6b_verification": 515, "175b_finetuning": 458}
    right["175b_verification"] = 742
    rows = [json.loads(row) for row in shared_file("gsm8k/example_model_solutions.jsonl").open()]
    for model, count in right.items():
        pairs = [
            (extract_answer(row["ground_truth"]), extract_answer(row[model]["solution"]))
            for row in rows
        ]
        correct = [verdict.outcome == "correct" for verdict in judge_answers(pairs)]
        assert correct == [row[model]["is_correct"] for row in rows]
        assert sum(correct) == count


def test_references_of_different_problems_are_different(shared_file) -> None:
    answers = sorted(set(references(shared_file("math/train.jsonl"), "math")))
    draw = random.Random(0)
    pairs = [tuple(draw.sample(answers, 2)) for _ in range(2_000 if WHOLE else 500)]
    verdicts = judge_answers(pairs, workers=2, seconds=20)
    correct = [pair for pair, one in zip(pairs, verdicts, strict=True) if one.outcome == "correct"]
    assert correct == []
    assert [one.outcome for one in verdicts].count("unknown") < len(pairs) / 20


def change_digit(text: str, draw: random.Random) -> str:
    place = draw.choice([match.start() for match in re.finditer(r"\d", text)])
    return f"{text[:place]}{(int(text[place]) + draw.randint(1, 8)) % 10}{text[place + 1 :]}"


def change_sign(text: str, draw: random.Random) -> str:
    place = draw.choice([match.start() for match in re.finditer("[+-]", text)])
    return f"{text[:place]}{'-' if text[place] == '+' else '+'}{text[place + 1 :]}"


def swap(text: str, draw: random.Random) -> str:
    first, second = re.fullmatch(r"\((-?\d+), ?(-?\d+)\)", text).groups()
    return f"({second},{first})" if first != second else f"({first},1{second})"


def change_bracket(text: str, draw: random.Random) -> str:
    return text.replace("[", "(", 1) if text.startswith("[") else text.replace("(", "[", 1)


def turn_over(text: str, draw: random.Random) -> str:
    above, below = re.fullmatch(r"\\frac\{(\d+)\}\{(\d+)\}", text).groups()
    return rf"\frac{{{below}}}{{{above}}}" if above != below else rf"\frac{{{above}}}{{1{below}}}"


CHANGES: dict[Callable[[str, random.Random], str], str] = {
    change_digit: r"-?[1-9]\d*|.*\\sqrt\{\d+\}|\\frac\{\d+\}\{[1-9]\d*\}|\d+\\pi",
    change_sign: r"[^,=_]*\d *[+-] *[^,=]*[a-z0-9}]",
    swap: r"\(-?\d+, ?\d+\)",
    change_bracket: r"[\[(]-?\d+, ?-?\d+[\])]|\(-?\d+,-?\d+\]",
    turn_over: r"\\frac\{\d+\}\{\d+\}",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_reference_with_one_thing_changed_is_another(shared_file, change) -> None:
    answers = sorted(set(references(shared_file("math/train.jsonl"), "math")))
    fitting = [one for one in answers if re.fullmatch(CHANGES[change], one)]
    draw = random.Random(1)
    pairs = [(one, change(one, draw)) for one in drawn(fitting, 60)]
    verdicts = judge_answers(pairs, workers=2, seconds=20)
    correct = [pair for pair, one in zip(pairs, verdicts, strict=True) if one.outcome == "correct"]
    assert len(pairs) >= 20
    assert correct == []
