"""Synthetic word problems: a chain of calculations over whole numbers from 0 to 99.

A problem opens with a number and changes it step by step; its solution writes one calculation a
line and the answer last::

    Tom has 12 apples. Tom finds 7. They double. How many apples now?

    12 + 7 = 19
    19 * 2 = 38
    Answer: 38

Every problem can be told in several surface forms (names, things, sentences) over the same numbers.
The chain is the problem's machine-readable steps, so that solutions can be checked exactly.
"""

import random
import re
from collections.abc import Iterator, Sequence

from weak_teachers.records import Problem

NAMES = ("Tom", "Ann", "Ben", "Eva", "Max", "Ida", "Leo", "Zoe")
THINGS = ("apples", "coins", "books", "cards", "shells", "pens", "stamps", "plums")
OPENINGS = ("{name} has {n} {things}.", "{name} owns {n} {things}.", "{name} keeps {n} {things}.")
CHANGES = {
    "+": ("{name} finds {n}.", "{name} buys {n}.", "{name} gets {n}."),
    "-": ("{name} loses {n}.", "{name} sells {n}.", "{name} drops {n}."),
    "*2": ("{name} doubles them.", "They double.", "{name} gets twice that."),
    "*3": ("{name} triples them.", "They triple.", "{name} gets thrice that."),
}
QUESTIONS = ("How many {things} now?", "How many {things} then?", "How many {things} remain?")
LARGEST = 99
STEP = re.compile(r"(\d+) ([-+*]) (\d+) = (\d+)")

Calculation = tuple[int, str, int, int]


def parse_step(line: str) -> Calculation | None:
    """Read ``"12 + 7 = 19"`` as (12, "+", 7, 19); None if the line is anything else."""
    match = STEP.fullmatch(line.strip())
    if match is None:
        return None
    start, operator, operand, result = match.groups()
    return int(start), operator, int(operand), int(result)


def calculate(start: int, operator: str, operand: int) -> int:
    """The true result of one calculation."""
    return {"+": start + operand, "-": start - operand, "*": start * operand}[operator]


def draw_chain(steps: int, draw: random.Random) -> list[Calculation]:
    """Draw a chain of calculations whose results all lie in 0–99.

    The start is uniform in 1–99, so that the chain's later numbers, from which subtasks start, look
    no different from starts.
    """
    value = draw.randint(1, LARGEST)
    chain = []
    for _ in range(steps):
        operator, operand = draw.choice(_possible_changes(value))
        result = calculate(value, operator, operand)
        chain.append((value, operator, operand, result))
        value = result
    return chain


def _possible_changes(value: int) -> list[tuple[str, int]]:
    changes = [("+", n) for n in range(1, 10)] + [("-", n) for n in range(1, 10)]
    # Each factor counts three times, or multiplications would be rare beside 18 sums.
    changes += [("*", n) for n in (2, 3) for _ in range(3)]
    return [(op, n) for op, n in changes if 0 <= calculate(value, op, n) <= LARGEST]


def tell(chain: Sequence[Calculation], draw: random.Random) -> str:
    """Tell a chain as a word problem in a drawn surface form."""
    scene = {"name": draw.choice(NAMES), "things": draw.choice(THINGS)}
    sentences = [draw.choice(OPENINGS).format(n=chain[0][0], **scene)]
    for _, operator, operand, _ in chain:
        change = f"*{operand}" if operator == "*" else operator
        sentences.append(draw.choice(CHANGES[change]).format(n=operand, **scene))
    sentences.append(draw.choice(QUESTIONS).format(**scene))
    return " ".join(sentences)


def solve(chain: Sequence[Calculation]) -> str:
    """Write a chain's solution: a calculation a line and the answer last."""
    lines = [f"{start} {op} {operand} = {result}" for start, op, operand, result in chain]
    return "\n".join([*lines, f"Answer: {chain[-1][3]}"])


def problem(name: str, chain: Sequence[Calculation], draw: random.Random) -> Problem:
    """Make a problem with id ``name`` of a chain."""
    solution = solve(chain)
    return Problem(
        id=name,
        text=tell(chain, draw),
        solution=solution,
        answer=str(chain[-1][3]),
        level=len(chain),
        source="synthetic",
        steps=solution.split("\n")[:-1],
    )


def problems(name: str, count: int, steps: Sequence[int], seed: int) -> Iterator[Problem]:
    """Make ``count`` problems whose numbers of steps are drawn from ``steps`` with equal weight."""
    draw = random.Random(f"{seed}/{name}")
    for number in range(count):
        chain = draw_chain(draw.choice(steps), draw)
        yield problem(f"{name}-{number:05d}", chain, draw)


def chain_of(steps: Sequence[str]) -> list[Calculation]:
    """Read a problem's or task's machine-readable steps back as a chain.

    Raises:
        ValueError: a step isn't a calculation of this world.
    """
    chain = [parse_step(step) for step in steps]
    if not chain or None in chain:
        raise ValueError(f"not a chain of calculations: {list(steps)}")
    return [step for step in chain if step is not None]


def vocabulary() -> list[str]:
    """Every word and sign of this world, in a fixed order: what a tiny model's tokenizer knows."""
    texts = [*NAMES, *THINGS, *OPENINGS, *QUESTIONS, "Answer:", "+ - * =", "\n", "0123456789"]
    texts += [sentence for sentences in CHANGES.values() for sentence in sentences]
    plain = [re.sub(r"{\w+}", "", text) for text in texts]
    return sorted({token for text in plain for token in TOKEN.findall(text)})


# Words, single digits, line ends and signs; the spaces between them carry nothing.
TOKEN = re.compile(r"[A-Za-z]+|\d|\n|[^\sA-Za-z\d]")
