"""Plan: what a study needs before any of it is spent: calls, tokens, dollars, hours.

python -m weak_teachers.plan --configfile config/paper.yaml

A line for each stage and model, or arm; what a run has finished is left out. Tokens are estimated
from the lengths of texts, so are dollars and hours; a retry isn't foreseen, nor that a subtask is
rejected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from math import floor, log10
from pathlib import Path

from weak_teachers.command import arguments, run
from weak_teachers.config.reading import load_study, read_config
from weak_teachers.config.study import Study
from weak_teachers.needs import Need, needs
from weak_teachers.sizes import Sizes


def table(found: Sequence[Need]) -> str:
    """The needs as a table, with their sum: "≥" where not all hours are known."""
    head = ["stage", "model", "calls", "tokens sent", "tokens written", "dollars", "hours"]
    total = Need(
        "in all",
        "",
        *(sum(getattr(need, f.name) or 0 for need in found) for f in fields(Need)[2:-1]),
    )
    lines = [head, *(cells(need) for need in [*found, total])]
    if any(need.hours is None for need in found):
        lines[-1][-1] = f"≥ {lines[-1][-1] or 0}"
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    rows = [
        "  ".join(
            cell.ljust(width) if n < 2 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join(rows)


def cells(need: Need) -> list[str]:
    """A line of the table."""
    counts = [
        f"{number:,.0f}" if number else "" for number in (need.calls, need.sent, need.written)
    ]
    spent = f"{need.dollars:,.2f}" if need.dollars else ""
    hours = "?" if need.hours is None else plain(need.hours) if need.hours else ""
    return [need.stage, need.model, *counts, spent, hours]


def plain(number: float) -> str:
    """A positive number with at least two significant digits and no exponent."""
    return f"{number:,.{max(0, 1 - floor(log10(number)))}f}"


def notes(study: Study, found: Sequence[Need], sizes: Sizes) -> Iterator[str]:
    """What the table rests on."""
    for device in sorted({need.device for need in found if need.device}):
        yield f"Hours of one {device.name}."
    for name in study.problems.names:
        texts = sizes.texts(name)
        if not texts.known:
            yield (
                f"problems.{name} isn't at hand: {texts.count:,} problems as long as MATH's of "
                "levels 4 and 5 are assumed (its `count` sets another number)."
            )
    for name, items in sizes.tests.items():
        if items is None and not study.test_sets[name].count:
            yield f"test_sets.{name} isn't at hand, so its problems aren't counted."
    for model in sorted({need.model for need in found if need.hours is None}):
        yield f"{model}: no size in its name, so its hours aren't counted."


def main() -> None:
    """Print what a study needs."""
    parser = arguments(__doc__)
    parser.add_argument("--configfile", type=Path, default=Path("config/config.yaml"))
    args = parser.parse_args()
    study = load_study(read_config(args.configfile), str(args.configfile))
    results = Path("results", study.study)
    sizes = Sizes(study, results)
    found = needs(study, results, sizes)
    if found:
        print(table(found), *notes(study, found, sizes), sep="\n")
    else:
        print(
            f"Nothing is left to spend: {results} has all that models write, all trainings and "
            "scores. Whether an edit makes some anew: python -m weak_teachers.why"
        )


if __name__ == "__main__":
    run(main)
