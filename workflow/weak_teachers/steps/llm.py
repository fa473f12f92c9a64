"""Step labels by a critic: a model is asked for the first wrong step, several times, and votes.

Steps before the first error are correct, that one is wrong, and nothing is known of those after it.
A reply without a number that fits doesn't count; a tied vote leaves all steps unknown.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from weak_teachers.ask import NOTHING, ask_model
from weak_teachers.backends import Completion, Failure, Job
from weak_teachers.config.teachers import Critic
from weak_teachers.prompts import messages
from weak_teachers.records import FailedJudgement, StepLabel, Task
from weak_teachers.tokens import Messages

if TYPE_CHECKING:
    from weak_teachers.steps.checkers import Work

BOX = re.compile(r"\\boxed\s*\{\s*(?:\\text\{)?\s*(-?\d{1,4})\s*\}")
NONE = -1


class CriticChecker:
    """The checker that asks a model, all solutions at once.

    ``account`` is what that took, ``failed`` are the votes that didn't come.
    """

    def __init__(self, settings: Critic, seed: int) -> None:
        self._settings = settings
        self._seed = seed
        self.account = NOTHING
        self.failed: list[FailedJudgement] = []

    def __call__(self, works: "Sequence[Work]") -> list[list[StepLabel]]:
        """Label the steps of solutions."""
        jobs = [
            Job(key=work.solution.id, messages=question(work.task, work.texts), sample=number)
            for work in works
            if work.texts
            for number in range(self._settings.votes)
        ]
        asked, sampling = self._settings.model, self._settings.sampling
        answers = ask_model(
            "critic", "reply", jobs, asked, sampling, self._seed, "annotate.llm.sampling"
        )
        self.account = answers.account
        replies: dict[str, list[str]] = defaultdict(list)
        for job in jobs:
            answer = answers.of(job)
            replies[job.key].append(answer.text if isinstance(answer, Completion) else "")
            if isinstance(answer, Failure):
                self.failed.append(
                    FailedJudgement(
                        id=job.key, asked="steps", sample=job.sample, reason=answer.reason
                    )
                )
        return [label_steps(work.texts, replies[work.solution.id]) for work in works]


def question(task: Task, steps: Sequence[str]) -> Messages:
    """What the critic is asked about a solution."""
    solution = "\n".join(
        f"<paragraph_{number}>\n{step}\n</paragraph_{number}>" for number, step in enumerate(steps)
    )
    return messages("prompts/critic.yaml", problem=task.text, solution=solution)


def parse_reply(reply: str, steps: int) -> int | None:
    """The first error that a reply names, from 0, or -1; None if it names none of so many steps."""
    boxes = BOX.findall(reply)
    number = int(boxes[-1]) if boxes else steps
    return number if NONE <= number < steps else None


def vote(numbers: Sequence[int | None]) -> int | None:
    """The number that most replies name; None if they are tied or name none."""
    ranked = Counter(number for number in numbers if number is not None).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def label_steps(texts: Sequence[str], replies: Sequence[str]) -> list[StepLabel]:
    """Label the steps of a solution by the first errors that replies name."""
    numbers = [parse_reply(reply, len(texts)) for reply in replies]
    first = vote(numbers)
    if first is None:
        reason = f"no majority of {len(numbers)} votes"
        return [StepLabel(text=text, label="unknown", reason=reason) for text in texts]
    reason = f"{numbers.count(first)} of {len(numbers)} votes"
    before = len(texts) if first == NONE else first
    return [
        *(StepLabel(text=text, label="correct", reason=reason) for text in texts[:before]),
        *(StepLabel(text=text, label="wrong", reason=reason) for text in texts[before:][:1]),
        *(StepLabel(text=text, label="unknown") for text in texts[before + 1 :]),
    ]
