"""Sample: a teacher writes solutions to tasks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from weak_teachers.ask import NOTHING, ask_model
from weak_teachers.backends import Completion, Failure, Job
from weak_teachers.command import arguments, asking_arguments, run, settings_argument, use_share
from weak_teachers.config.models import as_model
from weak_teachers.config.stages import SampleSettings
from weak_teachers.config.teachers import RecordedTeacher, TeacherSampling
from weak_teachers.files import read_records, write_json, write_records
from weak_teachers.records import FailedSolution, Solution, Task
from weak_teachers.solving import asking_to_solve
from weak_teachers.tokens import Messages, asking


def jobs_of(tasks: Sequence[Task], samples: int, sampling: TeacherSampling) -> list[Job]:
    """The texts that are wanted: so many solutions of each task, in the order of the tasks."""
    return [
        Job(key=task.id, messages=messages_to(task, sampling), sample=number)
        for task in tasks
        for number in range(samples)
    ]


def messages_to(task: Task, sampling: TeacherSampling) -> Messages:
    """The conversation in which a task is put to a teacher."""
    match sampling.prompt:
        case "problem":
            return asking(task.text)
        case "solve":
            return asking_to_solve(task.text, task.solution)


def solution(teacher: str, job: Job, answer: Completion | Failure) -> Solution | FailedSolution:
    """The record of what came of a job."""
    ids = {"id": f"{job.key}/{teacher}/{job.sample}", "task": job.key, "teacher": teacher}
    if isinstance(answer, Failure):
        return FailedSolution(**ids, sample=job.sample, reason=answer.reason)
    return Solution(**ids, sample=job.sample, text=answer.text, finish=answer.finish)


def sample(
    tasks: Sequence[Task], teacher: str, settings: SampleSettings, model: Path | None, seed: int
) -> tuple[list[Solution], list[FailedSolution], dict[str, Any]]:
    """Have solutions written by a model.

    Args:
        tasks: what is asked.
        teacher: its name.
        settings: the model, how it is sampled, how many solutions a task.
        model: its folder, if the study trained it.
        seed: the study's.

    Returns:
        The solutions and those that failed, in the order of the tasks, and what they cost.
    """
    jobs = jobs_of(tasks, settings.samples, settings.sampling)
    asked = as_model(settings.teacher, model)
    answers = ask_model(f"sample {teacher}", "solution", jobs, asked, settings.sampling, seed)
    records = [solution(teacher, job, answers.of(job)) for job in jobs]
    return (
        [record for record in records if isinstance(record, Solution)],
        [record for record in records if isinstance(record, FailedSolution)],
        answers.account,
    )


def main() -> None:
    """Sample one teacher on one file of tasks."""
    parser = arguments(__doc__)
    settings_argument(parser, SampleSettings)
    parser.add_argument("--teacher", required=True, help="the teacher's name")
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--model", type=Path, nargs="?", help="the model that the study trained")
    parser.add_argument("--recorded", type=Path, nargs="?", help="the teacher's recorded solutions")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--failed", type=Path, required=True, help="output: those that failed")
    asking_arguments(parser)
    args = parser.parse_args()
    use_share(args)
    tasks, settings = read_records(args.tasks, Task), args.settings
    solutions, failed, cost = [], [], NOTHING
    if isinstance(settings.teacher, RecordedTeacher) and settings.samples:
        from weak_teachers.backends.recorded import recorded_solutions

        solutions = recorded_solutions(args.recorded, args.teacher, settings.teacher, tasks)
    elif settings.samples:
        solutions, failed, cost = sample(tasks, args.teacher, settings, args.model, args.seed)
    write_records(args.failed, failed)
    write_json(args.account, cost)
    write_records(args.output, solutions)


if __name__ == "__main__":
    run(main)
