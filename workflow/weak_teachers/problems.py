"""Problems: load or make one problem set, normalised, filtered and without duplicates.

Training problems that are also in a test set are dropped, and so are problems of a set that comes
before (a teacher's own lessons leave out the hard problems). What was dropped is counted.
"""

import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from weak_teachers import synthetic
from weak_teachers.command import arguments, run, settings_argument
from weak_teachers.config.problems import (
    HubSet,
    ProblemSet,
    RowsSet,
    SeveralSets,
    SyntheticSet,
)
from weak_teachers.errors import UserError
from weak_teachers.files import read_records, write_json, write_records
from weak_teachers.formats import load_problems, read_problems
from weak_teachers.records import Problem


def text_key(text: str) -> str:
    """What makes two problems the same: their text without regard to case and spacing."""
    return " ".join(text.casefold().split())


def within(bounds: tuple[int, int] | None, value: int | None) -> bool:
    """Whether a value lies in bounds, both included; no bounds hold for all, unknown for none."""
    return bounds is None or (value is not None and bounds[0] <= value <= bounds[1])


def select(
    problems: Iterable[Problem | str], wanted: RowsSet, seed: int
) -> tuple[list[Problem], Counter]:
    """Filter the rows of a table by level and length and draw those to skip and to keep.

    A row that is left out already comes as the reason, and is counted; so are problems that are
    fewer than ``count`` asks for.
    """
    counts: Counter[str] = Counter()
    kept = []
    for problem in problems:
        counts["read"] += 1
        if isinstance(problem, str):
            counts[f"dropped: {problem}"] += 1
        elif not within(wanted.levels, problem.level):
            counts["dropped: level"] += 1
        elif not within(wanted.characters, len(problem.text) + len(problem.solution)):
            counts["dropped: length"] += 1
        else:
            kept.append(problem)
    random.Random(f"{seed}/{wanted.origin}").shuffle(kept)
    if wanted.count is None:
        return kept[wanted.skip :], counts
    chosen = kept[wanted.skip :][: wanted.count]
    if len(chosen) < wanted.count:
        counts["fewer than `count`"] = wanted.count - len(chosen)
    return chosen, counts


def drop_repeated(
    problems: Iterable[Problem], elsewhere: dict[str, str]
) -> tuple[list[Problem], Counter]:
    """Keep the first of equal problems, and none whose text key is in ``elsewhere`` (key → set)."""
    counts: Counter[str] = Counter()
    kept: dict[str, Problem] = {}
    for problem in problems:
        key = text_key(problem.text)
        if key in kept:
            counts["dropped: duplicate"] += 1
        elif key in elsewhere:
            counts[f"dropped: also in {elsewhere[key]}"] += 1
        else:
            kept[key] = problem
    return list(kept.values()), counts


def make(
    name: str, wanted: ProblemSet, file: Path | None, seed: int
) -> tuple[list[Problem], Counter]:
    """Make or read the problems of a set, before repeated ones are dropped."""
    if isinstance(wanted, SyntheticSet):
        problems = list(synthetic.problems(name, wanted.count, wanted.steps, seed))
        return problems, Counter({"made": len(problems)})
    if isinstance(wanted, SeveralSets):
        return together(
            make(f"{name}-{n}", one, None, seed) for n, one in enumerate(wanted.sets, 1)
        )
    if isinstance(wanted, HubSet):
        return select(load_problems(wanted, name), wanted, seed)
    if file is None:
        raise UserError(f"{name}: its problems come from a file; name it with --file")
    return select(read_problems(file, wanted, name), wanted, seed)


def together(
    made: Iterable[tuple[list[Problem], Counter]],
) -> tuple[list[Problem], Counter]:
    """The problems of several sets as one, and their counts."""
    problems: list[Problem] = []
    counts: Counter[str] = Counter()
    for more, counted in made:
        problems += more
        counts += counted
    return problems, counts


def main() -> None:
    """Load or make one problem set."""
    parser = arguments(__doc__)
    settings_argument(parser, ProblemSet)
    parser.add_argument("--name", required=True, help="name of the set, the start of its ids")
    parser.add_argument("--seed", type=int, required=True, help="the study's seed")
    parser.add_argument(
        "--file", type=Path, nargs="?", help="the data file, for a set of source `file`"
    )
    parser.add_argument(
        "--without", type=Path, nargs="*", default=[], help="sets whose problems are left out"
    )
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--counts", type=Path, required=True, help="what was dropped and why")
    args = parser.parse_args()
    problems, counts = make(args.name, args.settings, args.file, args.seed)
    elsewhere = {
        text_key(problem.text): path.stem
        for path in args.without
        for problem in read_records(path, Problem)
    }
    problems, dropped = drop_repeated(problems, elsewhere)
    if not problems:
        place = f"{args.file}: {args.name}" if args.file else args.name
        raise UserError(f"{place}: no problems are left; found {dict(counts + dropped)}")
    write_records(args.output, problems)
    write_json(args.counts, {**(counts + dropped), "kept": len(problems)})


if __name__ == "__main__":
    run(main)
