"""Decompose: cut each hard task into self-contained subtasks.

A subtask has its own text, reference solution and answer, uses nothing that its text doesn't give,
adds nothing that the hard task lacks, and is never the whole task. Tasks that can't be cut are
dropped and counted. In a study without subtasks (``--settings null``) all hard problems are tasks.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from weak_teachers import synthetic
from weak_teachers.ask import NOTHING
from weak_teachers.command import arguments, asking_arguments, run, settings_argument, use_share
from weak_teachers.config.assistants import AnyDecomposition, AssistedDecomposition
from weak_teachers.config.problems import Decomposition
from weak_teachers.cutting import checked_cuts, count_rejected
from weak_teachers.errors import UserError
from weak_teachers.files import read_records, write_json, write_records
from weak_teachers.marks import as_given, gives_numbers, marked_result, without_question
from weak_teachers.records import Problem, Task


def hard_task(problem: Problem) -> Task:
    """A problem as a task to be supervised as a whole."""
    fields = problem.model_dump(include={"id", "text", "solution", "answer", "steps"})
    return Task(family=problem.id, kind="hard", **fields)


def subtask(
    problem: Problem, ident: str, text: str, solution: str, answer: str, steps: Sequence[str]
) -> Task:
    """A subtask of a problem."""
    return Task(
        id=ident,
        family=problem.id,
        kind="subtask",
        text=text,
        solution=solution,
        answer=answer,
        steps=list(steps),
    )


def cuts(steps: int, fewest: int, most: int) -> list[list[tuple[int, int]]]:
    """All ways to cut ``steps`` consecutive steps evenly into runs of 2 or 3.

    Returns:
        For each possible number of runs, from ``fewest`` to ``most``: (start, end) of each run.
    """
    found = []
    for count in range(fewest, most + 1):
        if 2 * count <= steps <= 3 * count:
            ends = [steps * part // count for part in range(count + 1)]
            found.append(list(pairwise(ends)))
    return found


def structural(problem: Problem, settings: Decomposition, seed: int) -> list[Task]:
    """Subtasks of a synthetic problem: runs of its chain of calculations, told anew.

    Raises:
        UserError: the problem isn't synthetic.
    """
    try:
        chain = synthetic.chain_of(problem.steps)
    except ValueError:
        raise UserError(
            f"problem {problem.id}: its steps are no chain of calculations; decompose.method "
            "structural expects synthetic problems"
        ) from None
    draw = random.Random(f"{seed}/decompose/{problem.id}")
    possible = cuts(len(chain), *settings.subtasks)
    tasks = []
    for start, end in draw.choice(possible) if possible else []:
        told = synthetic.problem(f"{problem.id}.{len(tasks) + 1}", chain[start:end], draw)
        tasks.append(subtask(problem, told.id, told.text, told.solution, told.answer, told.steps))
    return tasks


def socratic(problem: Problem, settings: Decomposition, seed: int) -> list[Task]:
    """Subtasks of a GSM8K problem: people's sub-questions, each with the context that it needs.

    The context is the problem without its question, and the earlier steps' results. A sub-question
    is left out if its calculation takes a number that this text doesn't give, or if it is the
    problem's own question and comes before the last step: that would be the whole task.

    Raises:
        UserError: the problem has no sub-question for each step.
    """
    if len(problem.questions) != len(problem.steps) or not problem.questions:
        raise UserError(
            f"problem {problem.id}: found {len(problem.questions)} sub-questions for "
            f"{len(problem.steps)} steps; decompose.method socratic expects one each (format "
            "gsm8k_socratic)"
        )
    story = without_question(problem.text)
    if story is None:
        return []
    tasks = []
    last = len(problem.steps) - 1
    for place, (question, step) in enumerate(zip(problem.questions, problem.steps, strict=True)):
        result = marked_result(step)
        text = " ".join([story, *map(as_given, problem.steps[:place]), question])
        whole = question in problem.text and not 0 < place == last
        if whole or result is None or not gives_numbers(text, step):
            continue
        ident = f"{problem.id}.{place + 1}"
        tasks.append(subtask(problem, ident, text, f"{step}\n#### {result}", result, [step]))
    fewest, most = settings.subtasks
    if len(tasks) > most:  # spread over the whole solution, the last step left to the hard task
        tasks = [tasks[len(tasks) * part // most] for part in range(most)]
    return tasks if len(tasks) >= fewest else []


def recorded(problem: Problem, settings: Decomposition, seed: int) -> list[Task]:
    """The subtasks that came with a problem, if there are as many as wanted."""
    fewest, most = settings.subtasks
    if not fewest <= len(problem.subtasks) <= most:
        return []
    return [
        subtask(problem, f"{problem.id}.{n}", given.text, given.solution, given.answer, [])
        for n, given in enumerate(problem.subtasks, start=1)
    ]


METHODS = {"structural": structural, "socratic": socratic, "recorded": recorded}


def decompose(
    problems: Sequence[Problem], settings: Decomposition | None, seed: int
) -> tuple[list[Task], list[Task], Counter]:
    """Cut problems into hard tasks and their subtasks by rule, or keep all whole; see ``kept``."""
    if settings is None:
        return [hard_task(p) for p in problems], [], Counter({"hard problems": len(problems)})
    parts = {p.id: METHODS[settings.method](p, settings, seed) for p in problems}
    return kept(problems, parts)


def kept(
    problems: Sequence[Problem], parts: Mapping[str, list[Task]]
) -> tuple[list[Task], list[Task], Counter]:
    """Keep the problems that have subtasks.

    Args:
        problems: the hard problems.
        parts: the subtasks of each by its id, none where it can't be cut.

    Returns:
        The hard tasks that could be cut, all subtasks, and counts of what became of the problems.
    """
    hard, subtasks = [], []
    counts: Counter[str] = Counter({"hard problems": len(problems)})
    for problem in problems:
        own = parts[problem.id]
        if not own:
            counts["dropped: can't be cut into self-contained subtasks"] += 1
            continue
        counts[f"cut into {len(own)} subtasks"] += 1
        hard.append(hard_task(problem))
        subtasks.extend(own)
    return hard, subtasks, counts


def main() -> None:
    """Cut hard problems into tasks."""
    parser = arguments(__doc__)
    settings_argument(parser, AnyDecomposition | None)
    parser.add_argument("--problems", type=Path, required=True, help="the hard problems")
    parser.add_argument("--hard", type=Path, required=True, help="output: hard tasks")
    parser.add_argument("--subtask", type=Path, required=True, help="output: subtasks")
    parser.add_argument("--rejected", type=Path, required=True, help="output: those rejected")
    parser.add_argument("--counts", type=Path, required=True, help="output: what became of them")
    parser.add_argument(
        "--needed", type=int, default=1, metavar="N", help="hard tasks that an arm is made of"
    )
    asking_arguments(parser)
    args = parser.parse_args()
    use_share(args)
    problems = read_records(args.problems, Problem)
    rejected, cost = [], NOTHING
    if isinstance(args.settings, AssistedDecomposition):
        parts, rejected, cost = checked_cuts(problems, args.settings, args.seed)
        hard, subtasks, counts = kept(problems, parts)
        counts |= count_rejected(rejected)
    else:
        hard, subtasks, counts = decompose(problems, args.settings, args.seed)
    if len(hard) < args.needed:
        raise UserError(
            f"{args.problems}: {len(hard)} tasks can be made, expected {args.needed} at least; "
            f"lower arms.tasks, or give more hard problems; found {dict(counts)}"
        )
    write_records(args.rejected, rejected)
    write_json(args.account, cost)
    write_records(args.hard, hard)
    write_records(args.subtask, subtasks)
    write_json(args.counts, counts)


if __name__ == "__main__":
    run(main)
