"""Make a page on which people mark the steps of sampled solutions as right, wrong or unsure.

    python -m weak_teachers.annotate_page --annotated annotated.jsonl --tasks tasks.jsonl \\
        --output page.html

The page is one file that opens offline in a browser. It says neither who wrote a solution nor what
a checker thought of it; page.key.json, written beside it, says which solution each item is. Keep
the key from the annotators; import_labels needs it.
"""

import argparse
import base64
import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from pathlib import Path

from weak_teachers.command import arguments, run
from weak_teachers.errors import UserError
from weak_teachers.files import read_records, write_json, write_text
from weak_teachers.people import KeyItem, PageKey, steps_digest
from weak_teachers.records import Annotated, Task

TEMPLATES = Path(__file__).parents[2] / "resources/templates"


def draw(solutions: Iterable[Annotated], count: int, seed: int) -> list[Annotated]:
    """Draw solutions, as many of each teacher and outcome as of any other, and shuffle them.

    Where a stratum runs out, the others fill its place. Rates over such a sample are not the rates
    of all solutions: the strata are equal here and are not there.
    """
    strata: dict[tuple[str, str], list[Annotated]] = defaultdict(list)
    for solution in sorted(solutions, key=lambda solution: solution.id):
        strata[solution.teacher, solution.outcome].append(solution)
    rng = random.Random(f"{seed}/annotate_page")
    shuffled = [rng.sample(strata[key], len(strata[key])) for key in sorted(strata)]
    in_turn = chain.from_iterable(zip_longest(*shuffled))
    drawn = [solution for solution in in_turn if solution is not None][:count]
    return rng.sample(drawn, len(drawn))


def make_page(sample: Sequence[Annotated], tasks: dict[str, Task]) -> tuple[str, PageKey]:
    """The page's HTML, and the key that tells which solution each of its items is."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from weak_teachers.rendering import render

    items = [
        {
            "problem": render(tasks[solution.task].text),
            "reference": render(tasks[solution.task].solution),
            "steps": [render(step.text) for step in solution.steps],
        }
        for solution in sample
    ]
    page = hashlib.sha256(repr(items).encode()).hexdigest()[:16]
    style, script = (
        (TEMPLATES / name).read_text(encoding="utf-8") for name in ("annotate.css", "annotate.js")
    )
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = environment.get_template("annotate.html").render(
        page=page,
        items=items,
        steps=sum(len(solution.steps) for solution in sample),
        style=Markup(style),
        script=Markup(script),
        style_hash=_csp_hash(style),
        script_hash=_csp_hash(script),
    )
    key = PageKey(
        page=page,
        items=[
            KeyItem(solution=solution.id, steps=len(solution.steps), digest=steps_digest(solution))
            for solution in sample
        ],
    )
    return html, key


def _csp_hash(text: str) -> str:
    """The hash by which a Content-Security-Policy (level 3) allows this inline text alone."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def read_solutions(paths: Sequence[Path]) -> list[Annotated]:
    """Read annotated solutions of several files.

    Raises:
        UserError: a file is malformed, or two files hold the same solution.
    """
    found: dict[str, Path] = {}
    solutions = []
    for path in paths:
        for solution in read_records(path, Annotated):
            if solution.id in found:
                raise UserError(
                    f"{path}: solution {solution.id!r} is also in {found[solution.id]}; "
                    "expected each once"
                )
            found[solution.id] = path
            solutions.append(solution)
    return solutions


def main() -> None:
    """Draw a sample, and write the page and its key."""
    args = _arguments().parse_args()
    tasks = {task.id: task for path in args.tasks for task in read_records(path, Task)}
    solutions = [solution for solution in read_solutions(args.annotated) if solution.steps]
    if not solutions:
        raise UserError("--annotated: no solution has steps; run the steps stage first")
    sample = draw(solutions, args.count, args.seed)
    missing = next((solution for solution in sample if solution.task not in tasks), None)
    if missing is not None:
        raise UserError(
            f"--tasks: task {missing.task!r} of solution {missing.id!r} is missing; "
            "name the file that it is in"
        )
    html, key = make_page(sample, tasks)
    key_path = args.output.with_suffix(".key.json")
    write_text(args.output, html)
    write_json(key_path, key.model_dump())
    print(
        f"{args.output}: {len(sample)} of {len(solutions)} solutions, "
        f"{sum(item.steps for item in key.items)} steps; key: {key_path}"
    )


def _arguments() -> argparse.ArgumentParser:
    parser = arguments(__doc__)
    parser.add_argument("--annotated", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--tasks", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--output", type=Path, required=True, metavar="PAGE.html")
    parser.add_argument("--count", type=int, default=50, help="solutions to draw (default 50)")
    parser.add_argument("--seed", type=int, default=42, help="of the draw (default 42)")
    return parser


if __name__ == "__main__":
    run(main)
