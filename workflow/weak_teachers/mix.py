"""Mix: an arm's rows at exactly its error rates, and the card that proves it.

All arms take the same hard tasks, drawn once with the study's seed. The wrong rows are drawn
nested: a task that is wrong at one error rate is wrong at every higher one, with the same wrong
solution.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from weak_teachers.card import make_card
from weak_teachers.command import arguments, run, settings_argument
from weak_teachers.config.arms import Arm, Rate
from weak_teachers.config.stages import MixSettings
from weak_teachers.errors import UserError
from weak_teachers.files import read_records, write_json, write_records
from weak_teachers.manifest import sha256
from weak_teachers.pool import pool_solution
from weak_teachers.records import Annotated, Kind, PoolEntry, PoolSolution, Row
from weak_teachers.tokens import check_lengths, lengths, load_tokenizer


@dataclass(frozen=True)
class Mixing:
    """An arm with what all of its rows share."""

    arm: Arm
    seed: int
    prompt: str

    def row(self, task: PoolEntry, solution: PoolSolution, teacher: str, outcome: str) -> Row:
        """One row of the mixture."""
        return Row(
            id=f"{self.arm.name}/{task.id}",
            prompt=self.prompt.replace("{problem}", task.text),
            completion=solution.text,
            task=task.id,
            family=task.family,
            kind=task.kind,
            teacher=teacher,
            solution=solution.id,
            outcome=outcome,
            steps=solution.steps,
            stand_in=solution.stand_in,
            restyled=solution.restyled,
        )

    def draw(self, *purpose: str) -> random.Random:
        """A generator for one purpose, the same in every arm of the study."""
        return random.Random("/".join([str(self.seed), *purpose]))


def choose_families(pool: Sequence[PoolEntry], without: set[str], mixing: Mixing) -> set[str]:
    """Draw the arm's hard tasks, the same for all arms of as many tasks.

    Args:
        pool: entries of complete families.
        without: families that this arm can't use; the next ones of the drawn order take their
            places.
        mixing: the arm.

    Raises:
        UserError: the pool has too few complete families.
    """
    families = sorted({entry.family for entry in pool})
    mixing.draw("families").shuffle(families)
    usable = [family for family in families if family not in without]
    wanted = mixing.arm.tasks
    if len(usable) < wanted:
        raise UserError(
            f"arm {mixing.arm.name}: needs {wanted} complete families, found {len(usable)} in the "
            f"pool ({len(without)} more have no solution of known outcome): {wanted - len(usable)} "
            "too few; lower arms.tasks, or raise problems.hard.count or samples"
        )
    return set(usable[:wanted])


def at_rate(entries: Sequence[PoolEntry], rate: float, kind: Kind, mixing: Mixing) -> list[Row]:
    """Rows of pool entries, round(rate × rows) of them wrong.

    Raises:
        UserError: too few entries have a wrong solution for the rate.
    """
    wanted = round(rate * len(entries) / 100)
    order = [entry for entry in entries if entry.wrong]
    mixing.draw("wrong", kind).shuffle(order)
    if len(order) < wanted:
        raise UserError(
            f"arm {mixing.arm.name}: {rate:g} % ER needs {wanted} {kind} rows with a wrong "
            f"solution, the pool has {len(order)}: {wanted - len(order)} too few"
        )
    wrong = {entry.id for entry in order[:wanted]}
    rows = []
    for entry in entries:
        if entry.id in wrong:
            solution, outcome = choose_wrong(entry, mixing), "wrong"
        else:
            solution = mixing.draw("correct", entry.id).choice(entry.correct)
            outcome = "correct"
        rows.append(mixing.row(entry, solution, entry.teacher, outcome))
    return rows


def choose_wrong(entry: PoolEntry, mixing: Mixing) -> PoolSolution:
    """The wrong solution of a task: of the lowest or highest known severity, or any of them."""
    if mixing.arm.severity is None:
        return mixing.draw("wrong", entry.id).choice(entry.wrong)
    # Steps of which nothing is known make neither a low nor a high severity.
    unknown = min(solution.steps.unknown for solution in entry.wrong)
    known = [solution for solution in entry.wrong if solution.steps.unknown == unknown]
    choose = min if mixing.arm.severity == "low" else max
    return choose(known, key=lambda solution: solution.steps.severity)


def first_known(solutions: Sequence[Annotated]) -> dict[str, Annotated]:
    """Each task's first solution with a known outcome; one that is unknown can't be a row."""
    first: dict[str, Annotated] = {}
    for solution in solutions:
        if solution.outcome != "unknown":
            first.setdefault(solution.task, solution)
    return first


def mix(pool: Sequence[PoolEntry], solutions: Sequence[Annotated], mixing: Mixing) -> list[Row]:
    """The rows of an arm, in the order of the tasks.

    Args:
        pool: the main teacher's pool, or that of the arm's teacher; its families are the tasks.
        solutions: the arm's teacher's annotated solutions, for parts at its natural error rate.
        mixing: the arm.
    """
    rates: dict[Kind, Rate | Literal["natural"]] = {
        kind: rate
        for kind, rate in (("hard", mixing.arm.hard), ("subtask", mixing.arm.subtask))
        if rate is not None
    }
    written = first_known(solutions)
    natural = {kind for kind, rate in rates.items() if rate == "natural"}
    without = {e.family for e in pool if e.kind in natural and e.id not in written}
    families = choose_families(pool, without, mixing)
    rows = []
    for kind, rate in rates.items():
        entries = [e for e in pool if e.kind == kind and e.family in families]
        rows += (
            as_written(entries, written, mixing)
            if rate == "natural"
            else at_rate(entries, rate, kind, mixing)
        )
    return rows


def as_written(
    entries: Sequence[PoolEntry], written: dict[str, Annotated], mixing: Mixing
) -> list[Row]:
    """Rows at a teacher's natural error rate: its solutions as they are."""
    return [
        mixing.row(entry, pool_solution(solution), solution.teacher, solution.outcome)
        for entry in entries
        for solution in [written[entry.id]]
    ]


def main() -> None:
    """Mix one arm."""
    parser = arguments(__doc__)
    settings_argument(parser, MixSettings)
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--annotated", type=Path, nargs="*", default=[], help="for natural ER")
    parser.add_argument("--rephrased", type=Path, nargs="?", help="rows rephrased, to be added")
    parser.add_argument("--student", type=Path, required=True, help="folder with the tokenizer")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--card", type=Path, required=True)
    args = parser.parse_args()
    settings: MixSettings = args.settings
    mixing = Mixing(settings.arm, settings.seed, settings.prompt)
    solutions = [item for path in args.annotated for item in read_records(path, Annotated)]
    rows = mix(read_records(args.pool, PoolEntry), solutions, mixing)
    if args.rephrased:
        rows += read_records(args.rephrased, Row)
    tokens = lengths(load_tokenizer(args.student), [(row.prompt, row.completion) for row in rows])
    check_lengths(f"arm {settings.arm.name}", tokens, settings.max_length)
    write_records(args.output, rows)
    write_json(
        args.card, make_card(settings.arm, rows, tokens, settings.max_length, sha256(args.output))
    )


if __name__ == "__main__":
    run(main)
