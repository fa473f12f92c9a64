"""What runs again after an edit: just what the edit reaches, listed by a real dry run."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from workflow_runs import Finished

ARMS = {
    "hard-0",
    "hard-50",
    "subtask-0",
    "natural-weaker",
    "combined-50-50",
    "rephrased-50",
    "epochs-50",
    "severity-low-50",
    "severity-high-50",
}
TEACHERS = ("main", "weaker")
REPORT = {"report report.html"}


def by_teacher(rule: str, folder: str, teachers: Iterable[str] = TEACHERS) -> set[str]:
    kinds = ("hard", "subtask")
    return {f"{rule} {folder}/{teacher}/{kind}.jsonl" for teacher in teachers for kind in kinds}


def trained(arms: Iterable[str] = ARMS, seed: int = 0) -> set[str]:
    """The jobs of arms from their training on."""
    return REPORT.union(
        *({f"train_arm models/arms/{arm}/seed-{seed}", scored(arm, seed)} for arm in arms)
    )


def scored(arm: str, seed: int = 0) -> str:
    return f"score scores/{arm}/seed-{seed}.jsonl"


def mixed(arms: Iterable[str] = ARMS) -> set[str]:
    """The jobs of arms from their mixtures on."""
    return {f"mix mixtures/{arm}.jsonl" for arm in arms} | trained(arms)


REPHRASED = {"rephrase rephrased/rephrased-50.jsonl"} | mixed({"rephrased-50"})
ANNOTATED = by_teacher("annotate", "annotated") | {"pool pools/main.jsonl"} | mixed() | REPHRASED
SAMPLED = by_teacher("sample", "solutions") | ANNOTATED
TRAINED = {f"train_teacher models/teachers/{teacher}" for teacher in TEACHERS} | SAMPLED
SCORED = {*map(scored, ARMS), "score_base scores/base/seed-7.jsonl"} | REPORT
HELD_OUT = {
    "held_out problems/held_out.jsonl",
    *(f"training_set problems/{name}.jsonl" for name in ("hard", "easy", "teacher")),
    "overlap problems/overlap.json",
    *(f"lessons lessons/{name}.jsonl" for name in ("easy", "teacher")),
    *("decompose tasks/hard.jsonl", "train_base models/base"),
    "score_base scores/base/seed-7.jsonl",
}


CODE = "workflow/weak_teachers/{}.py"


def nothing(_: Finished) -> None:
    """A fresh checkout alone: every file of the repository is newer than the results."""


def comments(study: Finished) -> None:
    for stage in ("problems", "sample", "annotate", "mix", "train", "score", "report"):
        study.append(CODE.format(stage), "\n# A comment.\n")
    study.append("workflow/rules/models.smk", "\n# A comment.\n")


def docstrings(study: Finished) -> None:
    study.edit(CODE.format("train"), '"""Train a model."""', '"""Train one model."""')
    study.edit(CODE.format("files"), '"""Files between stages', '"""The files between stages')


def pages(study: Finished) -> None:
    study.edit("README.md", "# weak-teachers", "# Weak teachers")
    study.edit("config/README.md", "# The config", "# Config")


def order_of_keys(study: Finished) -> None:
    study.config = dict(reversed(study.config.items()))


def touched_results(study: Finished) -> None:
    for name in ("solutions/main/hard.jsonl", "pools/main.jsonl", "mixtures/hard-0.jsonl"):
        (study.folder / "results/tiny" / name).touch()
    for path in (study.folder / "results/tiny/models").rglob("*"):
        path.touch()


def prompt(study: Finished) -> None:
    study.edit("resources/prompts/rephrase_problem.yaml", "in other words", "in new words")


def code_of(stage: str) -> Callable[[Finished], None]:
    def change(study: Finished) -> None:
        study.append(CODE.format(stage), "\nADDED = 1\n")

    return change


def template(study: Finished) -> None:
    study.edit("resources/templates/report.html", "<h1>", "<h1 class='title'>")


def key(path: str, value: Any) -> Callable[[Finished], None]:
    """Set a key of the config, named with dots."""

    def change(study: Finished) -> None:
        *way, last = path.split(".")
        place = study.config
        for part in way:
            place = place.setdefault(part, {})
        place[last] = value

    return change


def both(*changes: Callable[[Finished], None]) -> Callable[[Finished], None]:
    def change(study: Finished) -> None:
        for one in changes:
            one(study)

    return change


NEW_TEST = key("test_sets.steps-3", {"source": "synthetic", "count": 24, "steps": [3]})
NEW_TEACHER = key("teachers.third", {"backend": "transformers", "trained_steps": 90})
OF_NEW_TEST = {"test_set problems/tests/steps-3.jsonl", "overlap problems/overlap.json"} | SCORED
OF_NEW_TEACHER = {
    "train_teacher models/teachers/third",
    *by_teacher("sample", "solutions", ["third"]),
    *by_teacher("annotate", "annotated", ["third"]),
    *REPORT,
}
CASES = {
    "a fresh checkout": (nothing, set()),
    "comments": (comments, set()),
    "docstrings": (docstrings, set()),
    "pages for people": (pages, set()),
    "the config's order": (order_of_keys, set()),
    "touched results": (touched_results, set()),
    "a module of no stage here": (code_of("agreement"), set()),
    "the report's template": (template, REPORT),
    "code of the report": (code_of("report"), REPORT),
    "code of rephrasing": (code_of("rephrase"), REPHRASED),
    "a prompt": (prompt, REPHRASED),
    "code of training": (code_of("train"), TRAINED | SCORED | {"train_base models/base"}),
    "code of scoring": (code_of("score"), SCORED),
    "code of the judge": (code_of("annotate"), ANNOTATED),
    "a step checker's code": (code_of("steps/marks"), ANNOTATED),
    "the judge's settings": (key("annotate.checkers", ["exact", "marks"]), ANNOTATED),
    "the sampling temperature": (key("sampling.temperature", 0.9), SAMPLED),
    "how models are run here": (
        both(
            key("sampling.batch_size", 24),
            key("sampling.failures", 0.5),
            key("scoring.batch_size", 24),
        ),
        REPORT,
    ),
    "how students answer": (key("scoring.temperature", 0.5), SCORED),
    "how arms are trained": (key("student.arm.learning_rate", 1e-3), trained()),
    "one more arm": (key("arms.hard", [0, 50, 100]), mixed({"hard-100"})),
    "another error rate of one arm": (key("arms.subtask", [10]), mixed({"subtask-10"})),
    "one arm less": (key("arms.epochs", []), REPORT),
    "one more test set": (NEW_TEST, OF_NEW_TEST),
    "one more seed": (key("seeds", [0, 1]), trained(seed=1)),
    "one more teacher": (NEW_TEACHER, OF_NEW_TEACHER),
    "a test set and a temperature": (
        both(NEW_TEST, key("sampling.temperature", 0.9)),
        OF_NEW_TEST | SAMPLED,
    ),
    "the study's seed": (
        key("seed", 8),
        {
            "start models/start",
            *(f"test_set problems/tests/steps-{steps}.jsonl" for steps in (2, 4)),
            *(job.replace("seed-7", "seed-8") for job in HELD_OUT | TRAINED | SCORED),
        },
    ),
}


@pytest.mark.parametrize(("change", "expected"), CASES.values(), ids=CASES)
def test_only_what_an_edit_reaches_runs_again(finished: Finished, change, expected) -> None:
    change(finished)
    assert finished.planned() == expected
