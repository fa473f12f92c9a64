"""The records between stages: one type for each file, ids carried forward.

problem → task → solution → annotated solution → pool entry → row → scored item: each names the one
that it came from, so that any number in the report can be followed back to the texts behind it.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["hard", "subtask"]
Outcome = Literal["correct", "wrong", "unknown"]
Label = Literal["correct", "wrong", "unknown"]


class Record(BaseModel):
    """What all records share: no unknown fields, no change after creation."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GivenTask(Record):
    """A subtask that came with its problem."""

    text: str = Field(min_length=1)
    solution: str = Field(min_length=1)
    answer: str = Field(min_length=1)


class Problem(Record):
    """A raw item: text, reference solution, reference answer, level, source."""

    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    solution: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    level: int | None = Field(description="difficulty; for synthetic and GSM8K problems, steps")
    source: str
    steps: list[str] = Field(default=[], description="machine-readable steps, where there are any")
    questions: list[str] = Field(default=[], description="people's sub-questions, one a step")
    subtasks: list[GivenTask] = Field(default=[], description="those that came with it")


class Task(Record):
    """What a teacher is asked: a hard task as a whole, or a subtask of one."""

    id: str = Field(min_length=1)
    family: str = Field(description="id of the hard task that this is or was cut from")
    kind: Kind
    text: str = Field(min_length=1)
    solution: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    steps: list[str] = []


Filter = Literal[
    "no usable reply",
    "doesn't stand alone",
    "its hard task again",
    "trivial",
    "answer not found again",
]


class RejectedSubtask(Record):
    """A subtask that a model cut and that a filter rejected, or a hard task that it didn't cut."""

    id: str = Field(min_length=1)
    family: str
    filter: Filter
    reason: str
    text: str = ""
    solution: str = ""
    answer: str = ""


class Solution(Record):
    """One sampled answer of a teacher to a task."""

    id: str
    task: str
    teacher: str
    sample: int = Field(ge=0)
    text: str
    finish: Literal["stop", "length"] = Field(description="length: cut at the token limit")
    given: Literal["correct", "wrong"] | None = Field(
        default=None, description="outcome that came with a recorded solution"
    )


class FailedSolution(Record):
    """A solution that was asked for and didn't come; its outcome is unknown, so it has no label."""

    id: str
    task: str
    teacher: str
    sample: int = Field(ge=0)
    reason: str


class StepLabel(Record):
    """One step of a solution and what is known about it; a missing step has an empty text."""

    text: str
    label: Label
    reason: str = ""
    checker: str = Field(default="", description="who gave the label")


class StepCount(Record):
    """Steps of one solution, or of a set; ``wrong / all`` is its severity, or the set's SWER."""

    all: int = Field(ge=0)
    wrong: int = Field(ge=0)
    unknown: int = Field(ge=0)

    @property
    def severity(self) -> float:
        """Erroneous steps / all steps; 0 where there are no steps."""
        return self.wrong / self.all if self.all else 0.0


class Annotated(Solution):
    """A solution with its outcome and the labels of its steps."""

    answer: str | None = Field(description="the final answer found in the text")
    outcome: Outcome
    judge: str = Field(description="who gave the outcome")
    steps: list[StepLabel]
    first_error: int | None = Field(description="index of the first wrong step, from 0")

    def count(self) -> StepCount:
        """Count the steps by label."""
        labels = [step.label for step in self.steps]
        return StepCount(
            all=len(labels), wrong=labels.count("wrong"), unknown=labels.count("unknown")
        )


class FailedJudgement(Record):
    """A question about a solution that a model didn't answer; what it would say stays unknown."""

    id: str = Field(description="the solution's id")
    asked: Literal["outcome", "steps"]
    sample: int = Field(default=0, ge=0, description="which of the critic's votes")
    reason: str


class Restyled(Record):
    """The correct solution of a task that a teacher never solves, as the teacher would write it."""

    id: str = Field(description="the task's id")
    teacher: str
    text: str | None = Field(description="None where none came that is right and as long")
    reason: str = Field(default="", description="why none came")


class PoolSolution(Record):
    """A solution that may become a row's completion."""

    id: str
    text: str
    steps: StepCount
    stand_in: bool = Field(
        description="in place of a correct one that the teacher doesn't have: the reference"
    )
    restyled: bool = Field(default=False, description="a stand-in in the teacher's style")


class PoolEntry(Record):
    """A task with the correct and the wrong solutions of one teacher."""

    id: str = Field(description="the task's id")
    family: str
    kind: Kind
    teacher: str
    text: str
    correct: list[PoolSolution]
    wrong: list[PoolSolution]


class Row(Record):
    """One row of an arm's mixture: what the student reads and learns to write, and where from."""

    id: str
    prompt: str
    completion: str
    task: str
    family: str
    kind: Kind
    teacher: str
    solution: str = Field(description="id of the solution that the completion is")
    outcome: Literal["correct", "wrong"]
    steps: StepCount
    stand_in: bool
    restyled: bool = False
    rephrased: bool = False


class FailedRephrasing(Record):
    """A row that couldn't be told in other words, and is there twice in the same ones."""

    id: str
    task: str
    reason: str


class ScoredItem(Record):
    """One model's answer to one problem of a test set."""

    test_set: str
    problem: str
    sample: int
    prompt: str
    completion: str
    finish: Literal["stop", "length", "failed"] = Field(
        description="failed: no answer came, and the completion says why"
    )
    answer: str | None
    reference: str
    verdict: Outcome
    judge: str = Field(description="who gave the verdict")
