"""Filters: which subtasks that a model cut are kept, and why others are rejected.

A subtask is kept if it stands alone, isn't its hard task again, isn't trivial, and if a model that
solves it finds its reference answer. The first three are those of He et al. (2025, arXiv
2410.20533). What words alone tell comes first; the rest is asked of the checker, each question only
for the subtasks that are left.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import partial
from typing import Any

from weak_teachers.answers import judge_answers
from weak_teachers.backends import Failure
from weak_teachers.boxed import last_box
from weak_teachers.config.assistants import AssistedDecomposition
from weak_teachers.errors import shorten
from weak_teachers.judging import Case, judge
from weak_teachers.prompts import messages
from weak_teachers.records import Filter, RejectedSubtask, Task
from weak_teachers.replies import Asker, Malformed, Question, one_of, sections
from weak_teachers.solving import asking_to_solve

OTHERS = re.compile(
    r"\b(?:(?:original|previous|preceding|earlier|above|given|reference|hard|full|whole) solution"
    r"|(?:original|previous|preceding|earlier|above|hard|other|first|second|third|full|whole)"
    r" (?:(?:sub)?problem|question|exercise|(?:sub)?task)"
    r"|(?:(?:sub)?problem|question|(?:sub)?task|exercise) \d"
    r"|(?:as|found|shown|derived) (?:above|before|earlier))\b",
    re.IGNORECASE,
)
"""Words that refer to another problem or to a solution; 2 of MATH's 7,500 problems have any."""

Reasons = dict[str, tuple[Filter, str]]
"""Why subtasks are rejected, by their ids."""


def check(
    tasks: Sequence[Task],
    parents: Mapping[str, str],
    settings: AssistedDecomposition,
    asker: Asker,
) -> tuple[list[Task], list[RejectedSubtask]]:
    """Put subtasks through all filters.

    Args:
        tasks: the subtasks.
        parents: the texts of the hard tasks, by their ids.
        settings: the bounds.
        asker: the checker.

    Returns:
        The subtasks that are kept, and those that aren't, each with the first filter's reason.
    """
    left, rejected = list(tasks), []
    for reasons_of in (
        partial(by_words, parents=parents, most_similar=settings.similarity),
        partial(by_reading, fewest_steps=settings.steps, asker=asker),
        partial(by_comparing, parents=parents, asker=asker),
        partial(by_solving, asker=asker),
    ):
        reasons = reasons_of(left)
        rejected += [reject(task, *reasons[task.id]) for task in left if task.id in reasons]
        left = [task for task in left if task.id not in reasons]
    return left, rejected


def reject(task: Task, name: Filter, reason: str) -> RejectedSubtask:
    """The record of a rejected subtask."""
    fields = task.model_dump(include={"id", "family", "text", "solution", "answer"})
    return RejectedSubtask(filter=name, reason=reason, **fields)


def by_words(tasks: Sequence[Task], parents: Mapping[str, str], most_similar: float) -> Reasons:
    """Reject subtasks that mention others, and those whose words are mostly their hard task's."""
    reasons: Reasons = {}
    for task in tasks:
        alike = similarity(task.text, parents[task.family])
        if mention := OTHERS.search(task.text):
            reasons[task.id] = "doesn't stand alone", f"mentions {mention[0]!r}"
        elif alike > most_similar:
            reasons[task.id] = "its hard task again", f"similarity {alike:.2f} of their words"
    return reasons


def similarity(text: str, other: str) -> float:
    """How alike two texts are: 1 for the same words in the same order, 0 for none in common.

    Ratcliff and Obershelp's measure, as in difflib: twice the words in common / all words.
    """
    words, other_words = text.casefold().split(), other.casefold().split()
    return SequenceMatcher(None, words, other_words, autojunk=False).ratio()


def by_reading(tasks: Sequence[Task], fewest_steps: int, asker: Asker) -> Reasons:
    """Reject subtasks that lack what their solution uses, and those of too few steps."""
    questions = [
        Question(
            task.id,
            messages("prompts/check_subtask.yaml", problem=task.text, solution=task.solution),
            partial(read_check, fewest_steps),
        )
        for task in tasks
    ]
    return reasons_in(asker.ask("read", questions))


def read_check(fewest_steps: int, reply: str) -> tuple[Filter, str] | None:
    """Why a reply to check_subtask rejects a subtask, if it does.

    Raises:
        Malformed: it isn't in the form that was asked for.
    """
    found = sections(reply, ["alone", "steps", "reason"])
    alone = one_of(found, "alone", ["yes", "no"])
    if not re.fullmatch(r"\d{1,4}", found["steps"]):
        raise Malformed(f"found {shorten(found['steps'])} in <steps>; expected a whole number")
    if alone == "no":
        return "doesn't stand alone", found["reason"]
    if int(found["steps"]) < fewest_steps:
        return "trivial", f"steps: found {found['steps']}, expected {fewest_steps} or more"
    return None


def by_comparing(tasks: Sequence[Task], parents: Mapping[str, str], asker: Asker) -> Reasons:
    """Reject subtasks that are their hard task again."""
    questions = [
        Question(
            task.id,
            messages("prompts/compare_problems.yaml", first=parents[task.family], second=task.text),
            read_same,
        )
        for task in tasks
    ]
    return reasons_in(asker.ask("compare", questions))


def read_same(reply: str) -> tuple[Filter, str] | None:
    """Why a reply to compare_problems rejects a subtask, if it does.

    Raises:
        Malformed: it isn't in the form that was asked for.
    """
    same = one_of(sections(reply, ["same"]), "same", ["yes", "no"]) == "yes"
    return ("its hard task again", "the same work, as the checker sees it") if same else None


def by_solving(tasks: Sequence[Task], asker: Asker) -> Reasons:
    """Reject subtasks whose reference answer isn't what the checker finds."""
    questions = [
        Question(task.id, asking_to_solve(task.text, task.solution), boxed_solution)
        for task in tasks
    ]
    solutions = asker.ask("solve", questions)
    reasons = reasons_in(solutions)
    solved = [task for task in tasks if task.id not in reasons]
    verdicts = judge_answers([(task.answer, last_box(solutions[task.id])) for task in solved])
    outcomes = {task.id: found.outcome for task, found in zip(solved, verdicts, strict=True)}
    unclear = [
        Case(task.id, task.text, task.solution, task.answer, solutions[task.id])
        for task in solved
        if outcomes[task.id] == "unknown"
    ]
    outcomes |= judge(unclear, asker)
    reasons |= reasons_in(outcomes)
    for task in solved:
        if task.id not in reasons and outcomes[task.id] != "correct":
            found = shorten(last_box(solutions[task.id]))
            reasons[task.id] = "answer not found again", f"the checker finds {found}"
    return reasons


def boxed_solution(reply: str) -> str:
    """A solution as it is.

    Raises:
        Malformed: it has no boxed result.
    """
    if not last_box(reply).strip():
        raise Malformed("found no \\boxed{}; expected the final result in it")
    return reply


def reasons_in(replies: Mapping[str, Any]) -> Reasons:
    """The reasons among replies: those that reject a subtask, and failures."""
    return {
        key: ("no usable reply", reply.reason) if isinstance(reply, Failure) else reply
        for key, reply in replies.items()
        if isinstance(reply, (Failure, tuple))
    }
