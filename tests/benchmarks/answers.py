"""Verdicts a second, against a plain loop of math-verify's parse and verify, on the same pairs.

    WEAK_TEACHERS_DATA=../shared/benchmarks python tests/benchmarks/answers.py

The pairs are real: references of GSM8K with the solutions of four models (Cobbe et al. 2021), and
answers of MATH, each with the reference solution of its own problem or of another. Ours run between
the two halves of the plain loop, so that a machine that gets slower or faster is so for both; with
an empty cache, and the start of the workers counted. CPU time is counted too, that of the workers
included: it says what the machine's other work takes from the clock's ratio.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

os.environ["OMP_NUM_THREADS"] = "1"

from weak_teachers.answers import judge_answers
from weak_teachers.answers.extract import final_answer
from weak_teachers.answers.latex import tidy
from weak_teachers.config.problems import FileSet
from weak_teachers.formats import read_problems
from weak_teachers.records import Problem

Pair = tuple[str, str]


def gsm8k_pairs(path: Path) -> list[Pair]:
    """Each reference with each model's solution."""
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    models = [name for name in rows[0] if name not in ("question", "ground_truth")]
    return [(final_answer(r["ground_truth"]), r[m]["solution"]) for r in rows for m in models]


def math_pairs(path: Path) -> list[Pair]:
    """Each answer with a reference solution: every second one of another problem."""
    wanted = FileSet(source="file", file="math", format="math")
    rows = read_problems(path, wanted, "math")
    problems = [problem for problem in rows if isinstance(problem, Problem)]
    return [
        (f"${problem.answer}$", problems[place - place % 2 * 7].solution)
        for place, problem in enumerate(problems)
    ]


class Seconds(NamedTuple):
    """Time by the clock, and CPU time of this process and of those that it has ended."""

    clock: float
    cpu: float

    @classmethod
    def now(cls) -> Self:
        """The time that has passed until now."""
        return cls(time.perf_counter(), sum(os.times()[:4]))

    def since(self, start: Self) -> Self:
        """The time between two."""
        return Seconds(self.clock - start.clock, self.cpu - start.cpu)


def plain_loop(pairs: Sequence[Pair]) -> tuple[list[bool], Seconds]:
    """Math-verify's verdicts, one after the other, and the time that they took."""
    from math_verify import parse, verify

    start = Seconds.now()
    found = [verify(parse(gold), parse(pred)) for gold, pred in pairs]
    return found, Seconds.now().since(start)


def ours(pairs: Sequence[Pair], workers: int) -> tuple[list[bool], Seconds, int]:
    """Our verdicts, the time that they took, and how many needed algebra."""
    start = Seconds.now()
    answers = ((final_answer(gold), final_answer(pred)) for gold, pred in pairs)
    verdicts = judge_answers(answers, workers)
    seconds = Seconds.now().since(start)
    hard = sum(verdict.judge != "rules" for verdict in verdicts)
    return [verdict.outcome == "correct" for verdict in verdicts], seconds, hard


def main() -> None:
    """Measure and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2, help="beside this process")
    args = parser.parse_args()
    data = Path(os.environ["WEAK_TEACHERS_DATA"])
    pairs = gsm8k_pairs(data / "gsm8k/example_model_solutions.jsonl")
    pairs += math_pairs(data / "math/train.jsonl")
    pairs = random.Random(0).sample(pairs, args.pairs)
    plain_loop(pairs[:20])  # imports
    half = len(pairs) // 2
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WEAK_TEACHERS_CACHE"] = folder
        first, first_time = plain_loop(pairs[:half])
        found, time_taken, hard = ours(pairs, args.workers)
        second, second_time = plain_loop(pairs[half:])
        tidy.cache_clear()
        _, cached, _ = ours(pairs, args.workers)
    plain = Seconds(first_time.clock + second_time.clock, first_time.cpu + second_time.cpu)
    both = Counter(zip(first + second, found, strict=True))
    print(f"{len(pairs)} pairs, {hard} of them decided by algebra")
    print(f"math-verify {len(pairs) / plain.clock:.1f} verdicts/s, one process")
    print(f"ours        {len(pairs) / time_taken.clock:.1f} verdicts/s, {args.workers} worker(s)")
    print(f"ours cached {len(pairs) / cached.clock:.1f} verdicts/s")
    print(f"same verdict on {both[True, True] + both[False, False]}")
    print(f"correct only by math-verify {both[True, False]}, only by ours {both[False, True]}")
    print(f"CPU time    {plain.cpu:.1f} s and {time_taken.cpu:.1f} s")
    print(f"ratio {plain.clock / time_taken.clock:.1f}")


if __name__ == "__main__":
    main()
