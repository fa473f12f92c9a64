"""Check answers: how well verdicts agree with pairs of answers whose equivalence is known.

python -m weak_teachers.check_answers --pairs FILE.jsonl [--require 0.98]

Each row has gold and pred, final answers or whole completions, and equivalent, true or false.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, StrictBool

from weak_teachers.answers import Verdict, judge_answers
from weak_teachers.answers.extract import final_answer
from weak_teachers.command import arguments, requirement_argument, run, threads_argument
from weak_teachers.errors import UserError, shorten
from weak_teachers.files import read_records

SHOWN = 10
"""Mistakes that are shown."""


class Pair(BaseModel):
    """Two answers and whether they are the same; other fields are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    gold: str
    pred: str
    equivalent: StrictBool


def judged(pairs: Sequence[Pair], workers: int) -> list[Verdict]:
    """Judge every pair."""
    return judge_answers(
        ((final_answer(pair.gold), final_answer(pair.pred)) for pair in pairs), workers
    )


def finding(pair: Pair, verdict: Verdict) -> str:
    """What a verdict is for a pair: right, false correct, false wrong or unknown."""
    if verdict.outcome == "unknown":
        return "unknown"
    if (verdict.outcome == "correct") == pair.equivalent:
        return "right"
    return f"false {verdict.outcome}"


def main() -> None:
    """Compare verdicts with known pairs."""
    parser = arguments(__doc__)
    parser.add_argument(
        "--pairs", type=Path, required=True, help="JSON Lines: gold, pred, equivalent"
    )
    requirement_argument(parser, "--require", default=0.0)
    threads_argument(parser)
    args = parser.parse_args()
    pairs = read_records(args.pairs, Pair, unique=None)
    if not pairs:
        raise UserError(f"{args.pairs}: no rows; expected pairs of answers")
    verdicts = judged(pairs, args.threads)
    found = [finding(pair, verdict) for pair, verdict in zip(pairs, verdicts, strict=True)]
    mistakes = [row for row, kind in enumerate(found) if kind != "right"]
    for row in mistakes[:SHOWN]:
        pair = pairs[row]
        print(f"row {row + 1}: {found[row]} ({verdicts[row].judge})")
        print(
            f"    gold {shorten(pair.gold[-200:], 200)}\n    pred {shorten(pair.pred[-200:], 200)}"
        )
    counts = Counter(found)
    for kind in ("false correct", "false wrong", "unknown"):
        print(f"{kind}: {counts[kind]} ({counts[kind] / len(pairs):.2%})")
    accuracy = counts["right"] / len(pairs)
    print(f"accuracy {accuracy:.4f}: {counts['right']} of {len(pairs)} pairs are judged right")
    if accuracy < args.require:
        sys.exit(1)


if __name__ == "__main__":
    run(main)
