"""Restyle: the correct solutions of tasks that a teacher never solves, as it would write them.

Without it the references stand in, whose style gives away which rows are right. As in He et al.
(2025, arXiv 2410.20533), 0.8 to 1.2 times as long as the teacher's own solutions on average; they
ask the teacher itself, here any model may be asked, and is shown what the teacher wrote.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from weak_teachers.answers import extract_answer, same_answer
from weak_teachers.backends import Failure
from weak_teachers.command import arguments, asking_arguments, run, settings_argument, use_share
from weak_teachers.config.assistants import Restyle
from weak_teachers.errors import shorten
from weak_teachers.files import read_records, write_json, write_records
from weak_teachers.pool import make_pool
from weak_teachers.prompts import messages
from weak_teachers.records import Annotated, PoolEntry, Restyled, Task
from weak_teachers.replies import Asker, Malformed, Question, sections

SAMPLES = 3
"""Solutions of the teacher that are shown at most."""


def never_solved(
    tasks: Sequence[Task], teacher: str, solutions: Iterable[Annotated]
) -> list[PoolEntry]:
    """The tasks of the teacher's pool that it tried and never solved."""
    entries, _ = make_pool(tasks, teacher, solutions)
    return [entry for entry in entries if entry.correct[0].stand_in and entry.wrong]


def question(entry: PoolEntry, task: Task, settings: Restyle) -> Question:
    """What a model is asked to write a task's solution in the style of its wrong ones."""
    texts = [solution.text for solution in entry.wrong]
    shortest, longest = (round(bound * mean(map(len, texts))) for bound in settings.length)
    asked = messages(
        "prompts/restyle.yaml",
        problem=task.text,
        reference=task.solution,
        answer=task.answer,
        samples="\n\n---\n\n".join(texts[:SAMPLES]),
        fewest=shortest,
        most=longest,
    )
    return Question(task.id, asked, partial(read_solution, task.answer, shortest, longest))


def read_solution(answer: str, shortest: int, longest: int, reply: str) -> str:
    """The solution in a reply.

    Raises:
        Malformed: there is none, its answer isn't the reference's, or its length is out of bounds.
    """
    text = sections(reply, ["solution"])["solution"]
    found = extract_answer(text)
    if same_answer(found, answer) != "correct":
        raise Malformed(f"found the final result {shorten(found)}; expected {shorten(answer)}")
    if not shortest <= len(text) <= longest:
        raise Malformed(
            f"found a solution of {len(text)} characters; expected {shortest} to {longest}"
        )
    return text


def restyle(
    tasks: Sequence[Task],
    teacher: str,
    solutions: Iterable[Annotated],
    settings: Restyle,
    seed: int,
) -> tuple[list[Restyled], dict[str, Any]]:
    """Have a solution written for each task that a teacher never solves, and say what it took."""
    by_id = {task.id: task for task in tasks}
    entries = never_solved(tasks, teacher, solutions)
    asker = Asker(settings, seed, "restyle")
    replies = asker.ask(
        f"restyle {teacher}", [question(entry, by_id[entry.id], settings) for entry in entries]
    )
    return [record(name, teacher, reply) for name, reply in replies.items()], asker.account


def record(task: str, teacher: str, reply: str | Failure) -> Restyled:
    """The record of what came of a task."""
    if isinstance(reply, Failure):
        return Restyled(id=task, teacher=teacher, text=None, reason=reply.reason)
    return Restyled(id=task, teacher=teacher, text=reply)


def main() -> None:
    """Restyle for one teacher."""
    parser = arguments(__doc__)
    settings_argument(parser, Restyle)
    parser.add_argument("--teacher", required=True, help="the teacher's name")
    parser.add_argument("--tasks", type=Path, nargs="+", required=True, help="hard tasks, subtasks")
    parser.add_argument("--annotated", type=Path, nargs="+", required=True)
    parser.add_argument("--output", type=Path, required=True)
    asking_arguments(parser)
    args = parser.parse_args()
    use_share(args)
    tasks = [task for path in args.tasks for task in read_records(path, Task)]
    solutions = [item for path in args.annotated for item in read_records(path, Annotated)]
    restyled, cost = restyle(tasks, args.teacher, solutions, args.settings, args.seed)
    write_json(args.account, cost)
    write_records(args.output, restyled)


if __name__ == "__main__":
    run(main)
