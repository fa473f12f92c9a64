"""Lessons: problems with their reference solutions as rows to train on."""

from pathlib import Path

from pydantic import BaseModel

from weak_teachers.command import arguments, run
from weak_teachers.files import read_records, write_records
from weak_teachers.records import Problem


class Lesson(BaseModel):
    """A row whose completion is a reference solution."""

    id: str
    prompt: str
    completion: str


def main() -> None:
    """Write a problem set as rows."""
    parser = arguments(__doc__)
    parser.add_argument("--problems", type=Path, required=True)
    parser.add_argument("--prompt", required=True, help="the student's prompt with {problem}")
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    write_records(
        args.output,
        (
            Lesson(
                id=problem.id,
                prompt=args.prompt.replace("{problem}", problem.text),
                completion=problem.solution,
            )
            for problem in read_records(args.problems, Problem)
        ),
    )


if __name__ == "__main__":
    run(main)
