"""Judging: have a model say by the reference whether a solution's final result is right.

He et al. (2025, arXiv 2410.20533) have all outcomes judged so. Here rules come first and a model is
asked where they don't know; an unclear verdict stays unknown.
"""

from collections.abc import Sequence
from typing import NamedTuple

from weak_teachers.answers import Verdict
from weak_teachers.backends import Failure
from weak_teachers.prompts import messages
from weak_teachers.records import FailedJudgement, Outcome, Solution, Task
from weak_teachers.replies import Asker, Question, one_of, sections

VERDICTS: dict[str, Outcome] = {"right": "correct", "wrong": "wrong", "unclear": "unknown"}


class Case(NamedTuple):
    """A solution to be judged by a reference."""

    key: str
    problem: str
    reference: str
    answer: str
    solution: str


def judge(cases: Sequence[Case], asker: Asker) -> dict[str, Outcome | Failure]:
    """The outcome of each solution by its key, or why the model gave none."""
    return asker.ask("judge", [question(case) for case in cases])


def judge_unknown(
    tasks: Sequence[Task],
    solutions: Sequence[Solution],
    verdicts: Sequence[Verdict],
    asker: Asker,
) -> tuple[list[Verdict], list[FailedJudgement]]:
    """The verdicts on solutions, those that rules left unknown judged by a model.

    A blank solution isn't asked about: it has none.

    Returns:
        The verdicts, and of which solutions the model gave none.
    """
    cases = [
        Case(solution.id, task.text, task.solution, task.answer, solution.text)
        for task, solution, verdict in zip(tasks, solutions, verdicts, strict=True)
        if verdict.outcome == "unknown" and solution.text.strip()
    ]
    found = judge(cases, asker)
    failed = [
        FailedJudgement(id=key, asked="outcome", reason=outcome.reason)
        for key, outcome in found.items()
        if isinstance(outcome, Failure)
    ]
    judged = {
        key: Verdict(outcome, "llm")
        for key, outcome in found.items()
        if not isinstance(outcome, Failure)
    }
    merged = [
        judged.get(solution.id, verdict)
        for solution, verdict in zip(solutions, verdicts, strict=True)
    ]
    return merged, failed


def question(case: Case) -> Question:
    """What a model is asked to judge a solution."""
    asked = messages(
        "prompts/judge.yaml",
        problem=case.problem,
        reference=case.reference,
        answer=case.answer,
        solution=case.solution,
    )
    return Question(case.key, asked, read_verdict)


def read_verdict(reply: str) -> Outcome:
    """The verdict in a reply.

    Raises:
        Malformed: there is none.
    """
    return VERDICTS[one_of(sections(reply, ["verdict"]), "verdict", list(VERDICTS))]
