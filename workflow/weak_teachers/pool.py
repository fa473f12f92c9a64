"""Pool: each task with the correct and the wrong solutions of one teacher, by whole families.

A family, a hard task with all its subtasks, stays if the teacher has a wrong solution of each: only
then can any error rate be mixed from it. Where the teacher has no correct solution, the reference
in the teacher's style stands in, flagged. Solutions with an unknown outcome are left out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from weak_teachers.command import arguments, run
from weak_teachers.errors import UserError
from weak_teachers.files import read_records, write_json, write_records
from weak_teachers.records import Annotated, PoolEntry, PoolSolution, Restyled, StepCount, Task
from weak_teachers.steps.segment import segment


def pool_solution(solution: Annotated) -> PoolSolution:
    """A sampled solution as a possible completion."""
    return PoolSolution(id=solution.id, text=solution.text, steps=solution.count(), stand_in=False)


def stand_in(task: Task, teacher: str, restyled: str | None) -> PoolSolution:
    """A solution in place of a correct one that the teacher doesn't have.

    The reference as the teacher would write it, where that was made; else the reference itself,
    which for synthetic and GSM8K problems already is in the style of their teachers.
    """
    text = restyled or task.solution
    steps = len(segment(text) if restyled else task.steps or segment(text))
    return PoolSolution(
        id=f"{task.id}/{teacher}/{'restyled' if restyled else 'reference'}",
        text=text,
        steps=StepCount(all=max(1, steps), wrong=0, unknown=0),
        stand_in=True,
        restyled=restyled is not None,
    )


def entry(
    task: Task, teacher: str, solutions: Sequence[Annotated], restyled: str | None = None
) -> PoolEntry:
    """A task with its solutions, each text once."""
    found: dict[str, dict[str, PoolSolution]] = {"correct": {}, "wrong": {}, "unknown": {}}
    for solution in solutions:
        found[solution.outcome].setdefault(solution.text, pool_solution(solution))
    correct, wrong = list(found["correct"].values()), list(found["wrong"].values())
    return PoolEntry(
        id=task.id,
        family=task.family,
        kind=task.kind,
        teacher=teacher,
        text=task.text,
        correct=correct or [stand_in(task, teacher, restyled)],
        wrong=wrong,
    )


def make_pool(
    tasks: Iterable[Task],
    teacher: str,
    solutions: Iterable[Annotated],
    restyled: Mapping[str, str] | None = None,
) -> tuple[list[PoolEntry], Counter]:
    """Pool the solutions of a teacher.

    A kind of task of which the teacher wrote no solutions at all, such as the subtasks of a
    recorded teacher, is pooled with its references only and asks for no wrong ones.

    Args:
        tasks: hard tasks and subtasks.
        teacher: the teacher's name.
        solutions: its solutions.
        restyled: correct solutions in its style, by the ids of tasks that it never solves.

    Returns:
        The entries of complete families, in the order of the tasks, and counts at every filter.
    """
    by_task: dict[str, list[Annotated]] = defaultdict(list)
    for solution in solutions:
        by_task[solution.task].append(solution)
    entries = [
        entry(task, teacher, by_task[task.id], (restyled or {}).get(task.id)) for task in tasks
    ]
    tried = {item.kind for item in entries if by_task[item.id]}
    without = {
        kind: {e.family for e in entries if e.kind == kind and not e.wrong} for kind in tried
    }
    dropped = set().union(*without.values())
    kept = [item for item in entries if item.family not in dropped]
    hard = without.get("hard", set())
    counts = Counter(
        {
            "families": len({item.family for item in entries}),
            "dropped: hard task without a wrong solution": len(hard),
            "dropped: a subtask without a wrong solution": len(
                without.get("subtask", set()) - hard
            ),
            "families kept": len({item.family for item in kept}),
            "hard tasks kept": sum(item.kind == "hard" for item in kept),
            "subtasks kept": sum(item.kind == "subtask" for item in kept),
            "stand-ins, hard": _stand_ins(kept, "hard"),
            "stand-ins, subtask": _stand_ins(kept, "subtask"),
        }
    )
    if all(item.kind == "hard" for item in entries):
        counts = Counter({name: n for name, n in counts.items() if "subtask" not in name})
    if restyled is not None:
        counts["stand-ins in the teacher's style"] = sum(e.correct[0].restyled for e in kept)
    return kept, counts


def _stand_ins(entries: Sequence[PoolEntry], kind: str) -> int:
    return sum(item.kind == kind and item.correct[0].stand_in for item in entries)


def main() -> None:
    """Pool one teacher's annotated solutions."""
    parser = arguments(__doc__)
    parser.add_argument("--teacher", required=True, help="the teacher's name")
    parser.add_argument("--tasks", type=Path, nargs="+", required=True, help="hard tasks, subtasks")
    parser.add_argument("--annotated", type=Path, nargs="+", required=True)
    parser.add_argument("--restyled", type=Path, nargs="?", help="in the teacher's style")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--counts", type=Path, required=True)
    args = parser.parse_args()
    tasks = [task for path in args.tasks for task in read_records(path, Task)]
    solutions = [item for path in args.annotated for item in read_records(path, Annotated)]
    restyled = None
    if args.restyled:
        restyled = {r.id: r.text for r in read_records(args.restyled, Restyled) if r.text}
    entries, counts = make_pool(tasks, args.teacher, solutions, restyled)
    if not entries:
        raise UserError(f"{args.teacher}: no complete family is left; found {dict(counts)}")
    write_records(args.output, entries)
    write_json(args.counts, counts)


if __name__ == "__main__":
    run(main)
