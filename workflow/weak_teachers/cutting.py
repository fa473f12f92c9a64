"""Cutting: have a model cut hard problems into subtasks by their reference solutions.

He et al. (2025, arXiv 2410.20533) have GPT-4o write two or three easier problems for each hard
one, by the length of its reference solution: each self-contained, of more than one step and less
than the whole, solved by a part of that solution alone, its result in a box. Which length parts two
from three is the config's here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from weak_teachers.backends import Failure
from weak_teachers.boxed import last_box
from weak_teachers.config.assistants import AssistedDecomposition
from weak_teachers.filters import check
from weak_teachers.problems import text_key
from weak_teachers.prompts import messages
from weak_teachers.records import Problem, RejectedSubtask, Task
from weak_teachers.replies import Asker, Malformed, Question, sections, total


def checked_cuts(
    problems: Sequence[Problem], settings: AssistedDecomposition, seed: int
) -> tuple[dict[str, list[Task]], list[RejectedSubtask], dict[str, Any]]:
    """Have problems cut, and the subtasks checked.

    Returns:
        Each problem's subtasks that are kept, none where fewer than the fewest are; the others with
        the reasons; and what the models took.
    """
    asker = Asker(settings, seed, "decompose")
    checker = asker
    if settings.checker:
        checker = Asker(settings.checker, seed, "decompose.checker")
    found = cut(problems, settings, asker)
    uncut = [
        RejectedSubtask(id=name, family=name, filter="no usable reply", reason=reply.reason)
        for name, reply in found.items()
        if isinstance(reply, Failure)
    ]
    tasks = [task for reply in found.values() if isinstance(reply, list) for task in reply]
    parents = {problem.id: problem.text for problem in problems}
    left, rejected = check(tasks, parents, settings, checker)
    parts: dict[str, list[Task]] = {problem.id: [] for problem in problems}
    for task in left:
        parts[task.family].append(task)
    enough = {n: own if len(own) >= settings.subtasks[0] else [] for n, own in parts.items()}
    return enough, uncut + rejected, total([asker, checker])


def count_rejected(rejected: Iterable[RejectedSubtask]) -> Counter[str]:
    """How many hard problems weren't cut, and how many subtasks each filter rejected."""
    return Counter(
        f"{'not cut' if one.id == one.family else 'subtask rejected'}: {one.filter}"
        for one in rejected
    )


def number_of_subtasks(problem: Problem, settings: AssistedDecomposition) -> int:
    """How many subtasks a problem is cut into: the most where its solution is long."""
    fewest, most = settings.subtasks
    return most if len(problem.solution) > settings.long_solution else fewest


def cut(
    problems: Sequence[Problem], settings: AssistedDecomposition, asker: Asker
) -> dict[str, list[Task] | Failure]:
    """Each problem's subtasks by its id, or why there are none."""
    return asker.ask("cut", [question(problem, settings) for problem in problems])


def question(problem: Problem, settings: AssistedDecomposition) -> Question:
    """What a model is asked to cut a problem."""
    number = number_of_subtasks(problem, settings)
    asked = messages(
        "prompts/decompose.yaml",
        number=str(number),
        problem=problem.text,
        solution=problem.solution,
    )
    return Question(problem.id, asked, partial(read_subtasks, problem, number))


def read_subtasks(problem: Problem, number: int, reply: str) -> list[Task]:
    """Read the subtasks in a reply.

    Raises:
        Malformed: they aren't ``number`` different problems, each with a boxed result.
    """
    places = range(1, number + 1)
    names = [f"{what}-{place}" for place in places for what in ("problem", "solution")]
    texts = sections(reply, names)
    tasks = [
        subtask(problem, place, texts[f"problem-{place}"], texts[f"solution-{place}"])
        for place in places
    ]
    if len({text_key(task.text) for task in tasks}) < number:
        raise Malformed("found the same problem twice; expected different ones")
    return tasks


def subtask(problem: Problem, place: int, text: str, solution: str) -> Task:
    """A subtask with the boxed result of its solution as its answer.

    Raises:
        Malformed: there is none.
    """
    answer = last_box(solution).strip()
    if not answer:
        raise Malformed(f"found no \\boxed{{}} in <solution-{place}>; expected its final result")
    return Task(
        id=f"{problem.id}.{place}",
        family=problem.id,
        kind="subtask",
        text=text,
        solution=solution,
        answer=answer,
    )
