"""Rephrase: rows told in other words, with the same numbers, steps and answer.

Synthetic problems are told anew by rule; other problems, and their solutions, by a model. As in He
et al. (2025, arXiv 2410.20533) a problem and a solution are told in other words each by itself, the
mistakes of wrong solutions included; what doesn't keep its answer isn't taken.
"""

import random
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from weak_teachers import synthetic
from weak_teachers.answers import extract_answer, same_answer
from weak_teachers.ask import NOTHING
from weak_teachers.backends import Failure
from weak_teachers.command import arguments, asking_arguments, run, settings_argument, use_share
from weak_teachers.config.assistants import Assistant
from weak_teachers.errors import UserError, shorten
from weak_teachers.files import read_records, write_json, write_records
from weak_teachers.problems import text_key
from weak_teachers.prompts import messages
from weak_teachers.records import FailedRephrasing, Row, Task
from weak_teachers.replies import Asker, Malformed, Question, one_of, sections

Told = dict[str, str | Failure]
"""Texts told in other words, by the ids of what was told."""


def by_rule(row: Row, task: Task, prompt: str, seed: int) -> Row:
    """Tell a row's synthetic problem anew; its solution, numbers only, stays as it is.

    Raises:
        UserError: the task isn't synthetic.
    """
    try:
        chain = synthetic.chain_of(task.steps)
    except ValueError:
        raise UserError(
            f"task {task.id}: only synthetic problems can be rephrased by rule; expected a model "
            "for others (`rephrase`)"
        ) from None
    draw = random.Random(f"{seed}/rephrase/{task.id}")
    text = task.text
    while text == task.text:
        text = synthetic.tell(chain, draw)
    return told_anew(row, prompt, text, row.completion)


def told_anew(row: Row, prompt: str, problem: str, completion: str) -> Row:
    """A row with other words for its problem and its completion."""
    changes = {
        "id": f"{row.id}/rephrased",
        "prompt": prompt.replace("{problem}", problem),
        "completion": completion,
        "rephrased": True,
    }
    return row.model_copy(update=changes)


def by_model(
    rows: Sequence[Row], tasks: Mapping[str, Task], prompt: str, asker: Asker
) -> tuple[list[Row], list[FailedRephrasing]]:
    """Have rows told in other words.

    Returns:
        As many rows, so that the error rate stays exact: one that can't be told in other words is
        there again as it is; and the reasons of those.
    """
    problems = told_problems([tasks[name] for name in dict.fromkeys(r.task for r in rows)], asker)
    solutions = told_solutions(rows, asker)
    told, failed = [], []
    for row in rows:
        problem, completion = problems[row.task], solutions[row.solution]
        faults = [text.reason for text in (problem, completion) if isinstance(text, Failure)]
        if faults:
            ident = f"{row.id}/again"
            failed.append(FailedRephrasing(id=ident, task=row.task, reason="; ".join(faults)))
            told.append(row.model_copy(update={"id": ident}))
        else:
            told.append(told_anew(row, prompt, problem, completion))
    return told, failed


def told_problems(tasks: Sequence[Task], asker: Asker) -> Told:
    """The problems of tasks in other words, where a second look finds the same answer."""
    questions = [
        Question(
            task.id,
            messages("prompts/rephrase_problem.yaml", problem=task.text),
            partial(read_problem, task.text),
        )
        for task in tasks
    ]
    told = asker.ask("rephrase problems", questions)
    compared = asker.ask(
        "compare problems",
        [
            Question(
                task.id,
                messages("prompts/same_answer.yaml", first=task.text, second=told[task.id]),
                read_same,
            )
            for task in tasks
            if not isinstance(told[task.id], Failure)
        ],
    )
    for name, same in compared.items():
        if isinstance(same, Failure):
            told[name] = same
        elif not same:
            told[name] = Failure("another answer than the problem's, as the model sees it")
    return told


def read_problem(problem: str, reply: str) -> str:
    """A problem in other words.

    Raises:
        Malformed: its numbers aren't the same, or its words are.
    """
    text = sections(reply, ["problem"])["problem"]
    if text_key(text) == text_key(problem):
        raise Malformed("found the same words; expected others")
    if numbers(text) != numbers(problem):
        raise Malformed(
            f"found the numbers {shorten(numbers(text))}; expected those of the problem, "
            f"{shorten(numbers(problem))}"
        )
    return text


def numbers(text: str) -> list[str]:
    """The numbers in a text, sorted."""
    return sorted(re.findall(r"\d+(?:\.\d+)?", text))


def read_same(reply: str) -> bool:
    """Whether a reply to same_answer says so.

    Raises:
        Malformed: it isn't in the form that was asked for.
    """
    return one_of(sections(reply, ["same"]), "same", ["yes", "no"]) == "yes"


def told_solutions(rows: Sequence[Row], asker: Asker) -> Told:
    """The solutions of rows in other words, with the same final results."""
    texts = {row.solution: row.completion for row in rows}
    questions = [
        Question(
            name,
            messages("prompts/rephrase_solution.yaml", solution=text),
            partial(read_solution, text),
        )
        for name, text in texts.items()
    ]
    return asker.ask("rephrase solutions", questions)


def read_solution(solution: str, reply: str) -> str:
    """A solution in other words.

    Raises:
        Malformed: its final result isn't the same, or its words are.
    """
    text = sections(reply, ["solution"])["solution"]
    if text_key(text) == text_key(solution):
        raise Malformed("found the same words; expected others")
    found, expected = extract_answer(text), extract_answer(solution)
    if expected is None or same_answer(found, expected) != "correct":
        raise Malformed(f"found the final result {shorten(found)}; expected {shorten(expected)}")
    return text


def main() -> None:
    """Rephrase the rows of a mixture."""
    parser = arguments(__doc__)
    settings_argument(parser, Assistant | None)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--prompt", required=True, help="the student's prompt with {problem}")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--failed", type=Path, required=True, help="output: rows not rephrased")
    asking_arguments(parser)
    args = parser.parse_args()
    use_share(args)
    tasks = {task.id: task for task in read_records(args.tasks, Task)}
    rows, failed, cost = read_records(args.rows, Row), [], NOTHING
    if args.settings:
        asker = Asker(args.settings, args.seed, "rephrase")
        told, failed = by_model(rows, tasks, args.prompt, asker)
        cost = asker.account
    else:
        told = [by_rule(row, tasks[row.task], args.prompt, args.seed) for row in rows]
    write_records(args.failed, failed)
    write_json(args.account, cost)
    write_records(args.output, told)


if __name__ == "__main__":
    run(main)
