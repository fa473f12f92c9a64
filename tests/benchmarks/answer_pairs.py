"""Math-verify's verdicts on pairs whose equivalence is known, to set ours beside them.

    python tests/benchmarks/answer_pairs.py tests/held_out_answers.jsonl
    python -m weak_teachers.check_answers --pairs tests/held_out_answers.jsonl

Answers without dollars are given some, since math-verify reads LaTeX between them only.
"""

import sys
from collections import Counter
from pathlib import Path

from weak_teachers.check_answers import Pair
from weak_teachers.files import read_records


def same(gold: str, pred: str) -> bool:
    """Math-verify's verdict; what it can't read is wrong."""
    from math_verify import parse, verify

    gold = gold if "$" in gold or "boxed" in gold else f"${gold}$"
    return verify(parse(gold), parse(pred) or parse(f"${pred}$"))


def main() -> None:
    """Count right and false verdicts."""
    pairs = read_records(Path(sys.argv[1]), Pair, unique=None)
    found = Counter((same(pair.gold, pair.pred), pair.equivalent) for pair in pairs)
    right = found[True, True] + found[False, False]
    print(f"false correct: {found[True, False]}, false wrong: {found[False, True]}")
    print(f"accuracy {right / len(pairs):.4f}: {right} of {len(pairs)} pairs")


if __name__ == "__main__":
    main()
