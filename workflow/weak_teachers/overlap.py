"""Overlap: check that no training problem is also in a test set.

Training sets leave out the problems of the test sets that there were when they were made; this
finds what a test set that was added later has in common with them.
"""

from pathlib import Path

from weak_teachers.command import arguments, run
from weak_teachers.errors import UserError
from weak_teachers.files import read_records, write_json
from weak_teachers.problems import text_key
from weak_teachers.records import Problem


def main() -> None:
    """Check training sets against the test sets."""
    parser = arguments(__doc__)
    parser.add_argument("--tests", type=Path, nargs="+", required=True)
    parser.add_argument("--training", type=Path, nargs="+", required=True)
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    held_out = {text_key(p.text): p.id for path in args.tests for p in read_records(path, Problem)}
    shared = {}
    for path in args.training:
        found = [p for p in read_records(path, Problem) if text_key(p.text) in held_out]
        if found:
            test = held_out[text_key(found[0].text)]
            raise UserError(
                f"{path}: {len(found)} problems are also in a test set, {found[0].id!r} as {test!r}"
                " the first; expected none: run snakemake with --forcerun held_out"
            )
        shared[path.stem] = len(found)
    write_json(args.output, shared)


if __name__ == "__main__":
    run(main)
