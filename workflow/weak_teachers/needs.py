"""Needs: what the stages of a study take, by the lengths of what they send and write."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from weak_teachers.backends import Usage
from weak_teachers.backends.purse import dollars
from weak_teachers.config.arms import Arm
from weak_teachers.config.assistants import AssistedDecomposition
from weak_teachers.config.models import OpenaiModel
from weak_teachers.config.section import Section
from weak_teachers.config.stages import arm_recipe, teacher_recipe
from weak_teachers.config.study import Study
from weak_teachers.config.teachers import RecordedTeacher
from weak_teachers.config.training import Recipe
from weak_teachers.devices import Device, runs_on
from weak_teachers.prompts import messages, placeholders
from weak_teachers.sizes import Sizes, Texts
from weak_teachers.tokens import CHARACTERS_A_TOKEN, estimated_tokens

UNKNOWN = 0.05
"""Share of solutions that rules can't judge. Assumed."""
UNSOLVED = 0.5
"""Share of tasks that a teacher never solves. Assumed."""
SHORT_REPLY = 40
"""Tokens of a reply that is a verdict. Assumed; models that think aloud take more."""


@dataclass(frozen=True)
class Need:
    """What a stage needs of a model; hours are None where nothing says how large the model is."""

    stage: str
    model: str
    calls: int = 0
    sent: float = 0
    written: float = 0
    dollars: float = 0
    hours: float | None = 0
    device: Device | None = None


def needs(study: Study, results: Path, sizes: Sizes) -> list[Need]:
    """All that is left to be done, stage by stage and arm by arm.

    Args:
        study: the study.
        results: its results folder, which need not be there.
        sizes: of its problems and tasks.
    """
    tasks = sizes.tasks()
    finished = {who for who, name in study.accounts().items() if (results / name).exists()}
    asked = [
        *cutting(study, sizes),
        *sampling(study, tasks),
        *judging(study, tasks),
        *rewarding(study, tasks),
        *criticising(study, tasks),
        *restyling(study, tasks),
        *rephrasing(study, tasks["hard"]),
    ]
    return [
        *(n for n in asked if n.calls and n.stage.partition(":")[0] not in finished),
        *training(study, sizes, tasks, results),
        *scoring(study, sizes, tasks, results),
    ]


def cutting(study: Study, sizes: Sizes) -> Iterator[Need]:
    """Hard problems are cut; subtasks are read, compared with their hard task and solved."""
    settings = study.decompose
    if not isinstance(settings, AssistedDecomposition):
        return
    hard, parts = sizes.texts("hard"), sizes.tasks()["subtask"]
    each = parts.count / max(1, hard.count)
    cut = prompt("prompts/decompose.yaml") + length(hard.text + hard.solution)
    yield asked(study, "decompose: cut", settings.model, hard.count, cut, each * whole(parts))
    checker = (settings.checker or settings).model
    read = prompt("prompts/check_subtask.yaml") + whole(parts)
    compare = prompt("prompts/compare_problems.yaml") + length(hard.text + parts.text)
    solve = prompt("prompts/solve.yaml") + length(parts.text)
    yield asked(study, "decompose: read", checker, parts.count, read, SHORT_REPLY)
    yield asked(study, "decompose: compare", checker, parts.count, compare, SHORT_REPLY)
    yield asked(study, "decompose: solve", checker, parts.count, solve, length(parts.solution))


def sampling(study: Study, tasks: dict[str, Texts]) -> Iterator[Need]:
    """Teachers write solutions as long as the references; one request brings all of a task."""
    instructions = prompt("prompts/solve.yaml") if study.sampling.prompt == "solve" else 0
    for name, teacher in study.teachers.items():
        for kind, texts in tasks.items():
            samples = study.samples_of(name, kind)
            if isinstance(teacher, RecordedTeacher) or not samples:
                continue
            written = min(length(texts.solution), study.sampling.max_new_tokens)
            sent = instructions + length(texts.text)
            yield asked(study, f"{name}, {kind}", teacher, texts.count, sent, samples * written)


def judging(study: Study, tasks: dict[str, Texts]) -> Iterator[Need]:
    """A model judges what rules can't."""
    for name in study.teachers if study.annotate.judge else []:
        for kind, texts in tasks.items():
            solutions = round(UNKNOWN * texts.count * study.samples_of(name, kind))
            sent = prompt("prompts/judge.yaml") + length(texts.text + 2 * texts.solution)
            who = f"judge {name}, {kind}: outcomes"
            yield asked(study, who, study.annotate.judge.model, solutions, sent, SHORT_REPLY)


def rewarding(study: Study, tasks: dict[str, Texts]) -> Iterator[Need]:
    """A reward model reads every solution."""
    prm = study.annotate.prm
    for name in study.teachers if prm else []:
        for kind, texts in tasks.items():
            solutions = texts.count * study.samples_of(name, kind)
            yield asked(study, f"judge {name}, {kind}: rewards", prm, solutions, whole(texts), 0)


def criticising(study: Study, tasks: dict[str, Texts]) -> Iterator[Need]:
    """A model looks for the first wrong step of every solution, and repeats it to say so."""
    critic = study.annotate.llm
    for name in study.teachers if critic else []:
        for kind, texts in tasks.items():
            solutions = texts.count * study.samples_of(name, kind)
            sent = prompt("prompts/critic.yaml") + length(texts.text + texts.solution)
            written = critic.votes * min(length(texts.solution), critic.sampling.max_new_tokens)
            yield asked(
                study, f"judge {name}, {kind}: steps", critic.model, solutions, sent, written
            )


def restyling(study: Study, tasks: dict[str, Texts]) -> Iterator[Need]:
    """What teachers never solve is written in their style."""
    for name in study.pools() if study.restyle else []:
        for kind, texts in tasks.items():
            samples = study.samples_of(name, kind)
            shown = texts.text + (1 + samples) * texts.solution
            sent = prompt("prompts/restyle.yaml") + length(shown)
            count = round(UNSOLVED * texts.count) if samples else 0
            who = f"restyle {name}: {kind}"
            yield asked(study, who, study.restyle.model, count, sent, length(texts.solution))


def rephrasing(study: Study, hard: Texts) -> Iterator[Need]:
    """Problems are told in other words once, and compared; solutions for each arm."""
    arms = [arm for arm in study.arms.spelt_out() if arm.family == "rephrased"]
    for place, arm in enumerate(arms if study.rephrase else []):
        who, model, count = f"rephrase {arm.rows_of}", study.rephrase.model, arm.tasks
        if not place:
            told = prompt("prompts/rephrase_problem.yaml") + length(hard.text)
            yield asked(study, f"{who}: tell", model, count, told, length(hard.text))
            compared = prompt("prompts/same_answer.yaml") + length(2 * hard.text)
            yield asked(study, f"{who}: compare", model, count, compared, SHORT_REPLY)
        told = prompt("prompts/rephrase_solution.yaml") + length(hard.solution)
        yield asked(study, f"{who}: solutions", model, count, told, length(hard.solution))


def asked(study: Study, stage: str, model: Section, count: int, sent: float, new: float) -> Need:
    """What so many conversations need, of so many tokens sent and new ones written each."""
    sent, new = count * sent, count * new
    if isinstance(model, OpenaiModel):
        usage = Usage(prompt_tokens=round(sent), completion_tokens=round(new))
        cost = dollars(usage, model.price) if model.price else 0
        return Need(stage, model.model, count, sent, new, cost)
    size, device = runs_on(study, model.model)
    hours = size and 2 * size * (sent + new) / device.writing / 3600
    return Need(stage, model.model or "trained here", count, sent, new, hours=hours, device=device)


def prompt(name: str) -> int:
    """Tokens of a prompt without what is filled in."""
    blank = messages(name, **dict.fromkeys(placeholders(name), ""))
    return sum(estimated_tokens(message["content"]) for message in blank)


def length(characters: float) -> float:
    """Tokens of so many characters."""
    return characters / CHARACTERS_A_TOKEN


def whole(texts: Texts) -> float:
    """Tokens of a problem with its solution."""
    return length(texts.text + texts.solution)


def training(study: Study, sizes: Sizes, tasks: dict[str, Texts], results: Path) -> Iterator[Need]:
    """The base, teachers that the study trains, and every arm with every seed."""
    models = results / "models"
    recipe = study.student.base
    if recipe and not (models / "base").exists():
        yield trained(study, "base", recipe, sizes.texts("easy").count, sizes.texts("easy"))
    for name, teacher in study.teachers.items():
        if getattr(teacher, "trained_steps", None) and not (models / f"teachers/{name}").exists():
            texts = sizes.texts("teacher")
            yield trained(study, f"teacher {name}", teacher_recipe(study, name), texts.count, texts)
    for arm in study.arms.spelt_out():
        seeds = sum(not (models / f"arms/{arm.name}/seed-{n}").exists() for n in study.seeds)
        if seeds:
            rows, mean = rows_of(arm, tasks)
            name = f"{arm.name} × {seeds}"
            yield trained(study, name, arm_recipe(study, arm), rows, mean, seeds)


def rows_of(arm: Arm, tasks: dict[str, Texts]) -> tuple[int, Texts]:
    """The rows of an arm, and how long they are on average."""
    hard, subtask = tasks["hard"], tasks["subtask"]
    whole_tasks = 0 if arm.hard is None else arm.tasks * (2 if arm.family == "rephrased" else 1)
    each = subtask.count / max(1, hard.count)
    parts = 0 if arm.subtask is None else round(arm.tasks * each)
    rows = whole_tasks + parts
    share = parts / max(1, rows)
    mean = Texts(
        rows,
        (1 - share) * hard.text + share * subtask.text,
        (1 - share) * hard.solution + share * subtask.solution,
    )
    return rows, mean


def trained(
    study: Study, stage: str, recipe: Recipe, rows: int, texts: Texts, times: int = 1
) -> Need:
    """What so many trainings need: the tokens that they read."""
    seen = recipe.epochs * rows
    if recipe.updates:
        seen = min(seen, recipe.updates * recipe.batch_size * recipe.accumulation)
    read = times * seen * min(whole(texts), recipe.max_length)
    size, device = runs_on(study, None)
    work = 8 if recipe.gradient_checkpointing else 6  # the forward pass is done twice
    return Need(
        f"train {stage}",
        study.student.start.model or "tiny",
        sent=read,
        hours=size and work * size * read / device.training / 3600,
        device=device,
    )


def scoring(study: Study, sizes: Sizes, tasks: dict[str, Texts], results: Path) -> Iterator[Need]:
    """The base and every arm's models answer all test sets, as long as hard tasks' solutions."""
    hard, answers = tasks["hard"], study.scoring_samples * sizes.test_problems()
    written = min(length(hard.solution), study.scoring.max_new_tokens)
    models = [f"{arm.name}/seed-{seed}" for arm in study.arms.spelt_out() for seed in study.seeds]
    left = [
        name
        for name in [f"base/seed-{study.seed}", *models]
        if not (results / f"scores/{name}.csv").exists()
    ]
    if left:
        count = len(left) * answers
        size, device = runs_on(study, None)
        tokens = count * (length(hard.text) + written)
        yield Need(
            f"score {len(left)} models",
            study.student.start.model or "tiny",
            sent=count * length(hard.text),
            written=count * written,
            hours=size and 2 * size * tokens / device.writing / 3600,
            device=device,
        )
