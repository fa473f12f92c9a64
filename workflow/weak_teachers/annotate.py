"""Annotate: the outcome of each solution and the labels of its steps."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from weak_teachers.answers import Verdict, extract_answer, judge_answers
from weak_teachers.ask import NOTHING
from weak_teachers.command import arguments, asking_arguments, run, settings_argument, use_share
from weak_teachers.config.teachers import Annotation
from weak_teachers.errors import UserError
from weak_teachers.files import read_records, write_json, write_records
from weak_teachers.judging import judge_unknown
from weak_teachers.records import Annotated, FailedJudgement, Solution, StepLabel, Task
from weak_teachers.replies import Asker, total
from weak_teachers.steps.checkers import Work, label_steps, open_checkers
from weak_teachers.steps.llm import CriticChecker
from weak_teachers.steps.segment import segment


def judge_solutions(
    tasks: Sequence[Task], solutions: Sequence[Solution], workers: int = 1
) -> list[Verdict]:
    """Judge solutions by their final answers; an outcome that came with a recorded one is kept.

    Args:
        tasks: the task of each solution.
        solutions: the solutions.
        workers: processes for answers that aren't plain.
    """
    pairs = (
        (task.answer, None if solution.given else extract_answer(solution.text))
        for task, solution in zip(tasks, solutions, strict=True)
    )
    judged = judge_answers(pairs, workers)
    return [
        Verdict(solution.given, "recorded") if solution.given else verdict
        for solution, verdict in zip(solutions, judged, strict=True)
    ]


def annotate(
    tasks: Sequence[Task],
    solutions: Sequence[Solution],
    settings: Annotation,
    human_labels: Path | None = None,
    seed: int = 0,
    workers: int = 1,
) -> tuple[list[Annotated], list[FailedJudgement], dict[str, Any]]:
    """Give solutions their outcomes and their steps' labels.

    A solution that was cut at the token limit without stating an answer has an unknown outcome.

    Args:
        tasks: the task of each solution.
        solutions: the solutions.
        settings: who labels their steps.
        human_labels: the file that ``settings.human`` names.
        seed: the study's.
        workers: processes for answers that aren't plain.

    Returns:
        The annotated solutions, what models that were asked about them didn't answer, and what
        these took.
    """
    verdicts = judge_solutions(tasks, solutions, workers)
    asked: list[Asker | CriticChecker] = []
    failed: list[FailedJudgement] = []
    if settings.judge:
        asked.append(Asker(settings.judge, seed, "annotate.judge"))
        verdicts, failed = judge_unknown(tasks, solutions, verdicts, asked[0])
    works = [
        Work(task, solution, verdict.outcome, segment(solution.text))
        for task, solution, verdict in zip(tasks, solutions, verdicts, strict=True)
    ]
    checkers = open_checkers(settings, human_labels, seed)
    labels = label_steps(works, checkers)
    critics = [checker for checker in checkers.values() if isinstance(checker, CriticChecker)]
    asked += critics
    failed += [vote for critic in critics for vote in critic.failed]
    annotated = [
        _annotated(work.solution, verdict, steps)
        for work, verdict, steps in zip(works, verdicts, labels, strict=True)
    ]
    return annotated, failed, total(asked) if asked else NOTHING


def _annotated(solution: Solution, verdict: Verdict, steps: Sequence[StepLabel]) -> Annotated:
    wrong = [place for place, step in enumerate(steps) if step.label == "wrong"]
    return Annotated(
        **solution.model_dump(),
        answer=extract_answer(solution.text),
        outcome=verdict.outcome,
        judge=verdict.judge,
        steps=steps,
        first_error=wrong[0] if wrong else None,
    )


def main() -> None:
    """Annotate one file of solutions."""
    parser = arguments(__doc__)
    settings_argument(parser, Annotation)
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--solutions", type=Path, required=True)
    parser.add_argument(
        "--human", type=Path, nargs="?", help="people's labels, where the settings name them"
    )
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument(
        "--failed", type=Path, required=True, help="output: what models didn't answer"
    )
    asking_arguments(parser)
    args = parser.parse_args()
    use_share(args)
    tasks = {task.id: task for task in read_records(args.tasks, Task)}
    solutions = read_records(args.solutions, Solution)
    for row, solution in enumerate(solutions, start=1):
        if solution.task not in tasks:
            raise UserError(
                f"{args.solutions}, row {row}: found task {solution.task!r}, expected one of "
                f"{args.tasks}; sample again"
            )
    of_each = [tasks[solution.task] for solution in solutions]
    annotated, failed, cost = annotate(
        of_each, solutions, args.settings, args.human, args.seed, args.threads
    )
    write_records(args.failed, failed)
    write_json(args.account, cost)
    write_records(args.output, annotated)


if __name__ == "__main__":
    run(main)
