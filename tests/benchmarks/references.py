"""False flags of the checker calculation on reference solutions, and how long it takes.

    python tests/benchmarks/references.py --data ../shared/benchmarks

References are right but for slips of their writers, so hardly a step should be called wrong. Each
one that is is printed, to be judged by eye.
"""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from weak_teachers.records import Task
from weak_teachers.steps.calculation import label_steps
from weak_teachers.steps.segment import segment

FILES = {
    "math/train.jsonl": ("problem", "solution"),
    "math/math500.jsonl": ("problem", "solution"),
    "gsm8k/train.jsonl": ("question", "answer"),
    "gsm8k/test.jsonl": ("question", "answer"),
}
MODELS = "gsm8k/example_model_solutions.jsonl"


def rows(data: Path, name: str) -> Iterator[tuple[str, str]]:
    """Problems and right solutions of a file."""
    for line in (data / name).read_text().splitlines():
        row = json.loads(line)
        if name != MODELS:
            problem, solution = FILES[name]
            yield row[problem], row[solution]
            continue
        for written in row.values():
            if isinstance(written, dict) and written["is_correct"]:
                yield row["question"], written["solution"]


def main() -> None:
    """Print the flags of each file, and a line that sums them up."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of real data files")
    args = parser.parse_args()
    for name in [*FILES, MODELS]:
        start, solutions, steps, flags = time.process_time(), 0, 0, 0
        for problem, solution in rows(args.data, name):
            task = Task(id="-", family="-", kind="hard", text=problem, solution="-", answer="-")
            labels = label_steps(task, segment(solution), "unknown")
            wrong = [label for label in labels if label.label == "wrong"]
            solutions, steps, flags = solutions + 1, steps + len(labels), flags + len(wrong)
            for label in wrong:
                print(f"  {' '.join(label.reason.split())}")
        spent = time.process_time() - start
        share = 1000 * flags / steps
        print(
            f"{name}: {flags} flags in {steps} steps of {solutions} solutions, {share:.2f} in "
            f"1,000; {spent:.0f} s"
        )


if __name__ == "__main__":
    main()
