"""The results of a small made-up study, as the stages before the report write them."""

from pathlib import Path
from typing import Any

import examples
from weak_teachers.ask import NOTHING, account
from weak_teachers.backends import Completion, Failure, Usage
from weak_teachers.card import make_card
from weak_teachers.config.models import Price
from weak_teachers.config.study import Study
from weak_teachers.files import write_json, write_records, write_text
from weak_teachers.mix import Mixing, mix
from weak_teachers.records import ScoredItem
from weak_teachers.score import accuracy

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}'


def write_results(results: Path, study: Study, text: str = "1 + 1 = 2") -> None:
    """Write all that the report reads; ``text`` is what teachers and students wrote."""
    models = [(arm.name, seed) for arm in study.arms.spelt_out() for seed in study.seeds]
    for name, seed in [*models, ("base", study.seed)]:
        items = scored_items(study, name, seed, text)
        write_records(results / f"scores/{name}/seed-{seed}.jsonl", items)
        write_text(results / f"scores/{name}/seed-{seed}.csv", accuracy(items).to_csv(index=False))
    pool = examples.pool(study.arms.tasks)
    solutions = natural_solutions(study)
    for arm in study.arms.spelt_out():
        rows = mix(pool, solutions, Mixing(arm, study.seed, "{problem}"))
        card = make_card(arm, rows, [10] * len(rows), 100, "0" * 64)
        write_json(results / f"mixtures/{arm.name}.card.json", card)
    for teacher in study.teachers:
        own = [s.model_copy(update={"teacher": teacher, "text": text}) for s in solutions]
        write_records(results / f"annotated/{teacher}/hard.jsonl", own)
        write_records(results / f"annotated/{teacher}/subtask.jsonl", [])
    for name in study.accounts().values():
        write_json(results / name, NOTHING)
    answers = [Completion(text, "stop")] * 1233 + [Failure("refused")]
    cost = account(answers, Usage(5, 2, 3000, 4000), Price(prompt=1000, completion=100))
    write_json(results / f"solutions/{study.arms.teacher}/hard.account.json", cost)
    write_counts(results, study, text)


def scored_items(study: Study, model: str, seed: int, text: str) -> list[ScoredItem]:
    """Answers of which a share that depends on the model is right."""
    share = {"hard": 7, "natural": 4, "severity": 6, "combined": 8}.get(model.split("-")[0], 2)
    return [
        ScoredItem(
            test_set=test_set,
            problem=f"{test_set}-{number}",
            sample=0,
            prompt=text,
            completion=text,
            finish="stop",
            answer=text,
            reference="1",
            judge="rules",
            verdict="correct" if (number * 7 + seed) % 10 < share else "wrong",
        )
        for test_set in study.test_sets
        for number in range(20)
    ]


def natural_solutions(study: Study) -> list[Any]:
    """A weaker teacher's solutions of the pool's hard tasks, one in two wrong, in three steps."""
    return [
        examples.annotated(examples.family(f"f{n:03d}", n)[0], 3 * (n % 2), 0, "weaker")
        for n in range(study.arms.tasks)
    ]


def write_counts(results: Path, study: Study, text: str) -> None:
    """What the filters counted."""
    names = [f"problems/{name}" for name in study.problems.names]
    names.append(f"pools/{study.arms.teacher}")
    names += [f"problems/tests/{test_set}" for test_set in study.test_sets]
    for name in names:
        write_json(results / f"{name}.counts.json", {f"dropped: {text}": 1, "kept": 20})
    write_json(results / "tasks/counts.json", {"hard problems": 20})
    write_json(results / "problems/overlap.json", {"hard": 0, "easy": 0})
