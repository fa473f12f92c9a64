"""Report: accuracy, findings, figures and one page that shows them all.

Writes accuracy.csv, findings.json, figures/ and report.html into the study's results folder.
"""

import base64
import csv
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from weak_teachers import figures
from weak_teachers.command import arguments, run, settings_argument
from weak_teachers.config.study import Study
from weak_teachers.contrasts import Scores
from weak_teachers.files import (
    folder_written_whole,
    read_json,
    read_records,
    read_text,
    write_json,
    write_text,
)
from weak_teachers.findings import Rates, all_findings
from weak_teachers.records import Annotated, ScoredItem
from weak_teachers.teacher_table import teacher_row

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

RESOURCES = Path(__file__).parents[2] / "resources"


def correctness(items: Sequence[ScoredItem]) -> dict[str, np.ndarray]:
    """Test set → each problem's share of correct answers, shape (problems,)."""
    shares: dict[str, dict[str, list[bool]]] = {}
    for item in items:
        answers = shares.setdefault(item.test_set, {}).setdefault(item.problem, [])
        answers.append(item.verdict == "correct")
    return {
        name: np.array([np.mean(answers) for answers in problems.values()])
        for name, problems in shares.items()
    }


def read_scores(results: Path, arms: Sequence[str], seeds: Sequence[int]) -> Scores:
    """Read the items of arms as arrays of shape (seeds, problems)."""
    scores: Scores = {}
    for arm in arms:
        by_seed = [
            correctness(read_records(results / f"scores/{arm}/seed-{seed}.jsonl", ScoredItem, None))
            for seed in seeds
        ]
        scores[arm] = {name: np.stack([one[name] for one in by_seed]) for name in by_seed[0]}
    return scores


def accuracy_table(results: Path, models: Sequence[tuple[str, int]]) -> "pd.DataFrame":
    """The accuracy of every model on every test set: arm, seed, test_set, n, accuracy, se."""
    import pandas as pd

    parts = []
    for arm, seed in models:
        part = pd.read_csv(StringIO(read_text(results / f"scores/{arm}/seed-{seed}.csv")))
        part.insert(0, "arm", arm)
        part.insert(1, "seed", seed)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def teacher_table(results: Path, study: Study) -> list[dict[str, Any]]:
    """ER and SWER of every teacher that wrote solutions of a kind of task."""
    rows = []
    for teacher in study.teachers:
        for kind in study.kinds:
            solutions = read_records(results / f"annotated/{teacher}/{kind}.jsonl", Annotated)
            if solutions:
                rows.append(teacher_row(teacher, kind, solutions))
    return rows


def account_table(results: Path, study: Study) -> list[dict[str, Any]]:
    """What every model was asked for that wrote solutions or did the study's own work."""
    accounts = {who: read_json(results / name) for who, name in study.accounts().items()}
    return [{"who": who, **account} for who, account in accounts.items() if account["texts"]]


def arm_table(scores: Scores) -> list[dict[str, Any]]:
    """Accuracy of each arm over its seeds, in per cent with its 95 % interval."""
    shown = figures.panels(scores)
    return [
        {
            "arm": arm,
            **{title: figures.accuracy(arm, scores, sets) for title, sets in shown.items()},
        }
        for arm in scores
    ]


def counts(results: Path, study: Study) -> dict[str, dict[str, int]]:
    """What every filter dropped and kept, by stage."""
    files = {f"problems, {name}": f"problems/{name}" for name in study.problems.names}
    files |= {f"test set {name}": f"problems/tests/{name}" for name in study.test_sets}
    files |= {"tasks": "tasks/", f"pool of {study.arms.teacher}": f"pools/{study.arms.teacher}"}
    found = {}
    for title, stem in files.items():
        name = f"{stem}counts.json" if stem.endswith("/") else f"{stem}.counts.json"
        found[title] = read_json(results / name)
    found["training problems also in a test set"] = read_json(results / "problems/overlap.json")
    return found


def draw(results: Path, drawn: dict[str, "Figure | None"]) -> dict[str, str]:
    """Save figures as SVG and PNG.

    Returns:
        The name of each figure that there is, with its SVG as a data address for the page.
    """
    from matplotlib import pyplot as plt

    plt.rcParams["svg.hashsalt"] = "weak-teachers"
    addresses = {}
    with folder_written_whole(results / "figures") as folder:
        for name, figure in drawn.items():
            if figure is None:
                continue
            figure.savefig(folder / f"{name}.png", dpi=160, bbox_inches="tight")
            # Without a date and with fixed ids, equal results give equal files.
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None}, bbox_inches="tight")
            plt.close(figure)
            encoded = base64.b64encode((folder / f"{name}.svg").read_bytes()).decode()
            addresses[name] = f"data:image/svg+xml;base64,{encoded}"
    return addresses


def published() -> list[dict[str, str]]:
    """The paper's teachers: their error rates and the accuracy of students that they taught."""
    with (RESOURCES / "published/severity.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def page(**content: Any) -> str:
    """The report as one HTML page that needs no other file; all texts are escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(read_text(RESOURCES / "templates/report.html"))
    return template.render(**content)


def main() -> None:
    """Write a study's report."""
    parser = arguments(__doc__)
    settings_argument(parser, Study)
    parser.add_argument("--results", type=Path, required=True, help="the study's results folder")
    args = parser.parse_args()
    study, results = args.settings, args.results
    arms = study.arms.spelt_out()
    names = [arm.name for arm in arms]
    scores = read_scores(results, names, study.seeds)
    base = read_scores(results, ["base"], [study.seed])["base"]
    cards = {name: read_json(results / f"mixtures/{name}.card.json") for name in names}
    models = [("base", study.seed), *((name, seed) for name in names for seed in study.seeds)]
    accuracy = accuracy_table(results, models)
    rates = {name: Rates(card["er"], card["swer"]) for name, card in cards.items()}
    findings = all_findings(arms, study.arms.teacher, rates, scores)
    drawn = draw(
        results,
        {
            "accuracy_against_er": figures.against_er(arms, scores, base),
            "matched_teachers": figures.matched_bars(arms, cards, scores, study.arms.teacher),
            "accuracy_against_swer": figures.against_swer(arms, cards, scores),
        },
    )
    html = page(
        study=study,
        findings=findings,
        figures=drawn,
        accuracy=arm_table({"base": base, **scores}),
        teachers=teacher_table(results, study),
        accounts=account_table(results, study),
        cards=cards,
        counts=counts(results, study),
        unknown=100 * float(accuracy["unknown"].mean()),
        published=published(),
        config=json.dumps(study.model_dump(mode="json", exclude_defaults=True), indent=2),
    )
    write_text(results / "accuracy.csv", accuracy.drop(columns="unknown").to_csv(index=False))
    write_json(results / "findings.json", findings)
    write_text(results / "report.html", html)


if __name__ == "__main__":
    run(main)
