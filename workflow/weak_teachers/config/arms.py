"""The arms of a study: training sets with their recipe, written short and spelt out here."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from weak_teachers.config.section import Section

Rate = Annotated[float, Field(ge=0, le=100)]
"""An outcome error rate (ER) in per cent."""


class Combination(Section):
    """Hard tasks with their subtasks, each at its own ER."""

    hard: Rate | Literal["natural"]
    """ER of the hard tasks in per cent; `natural` takes the teacher's solutions as they are."""
    subtask: Rate | Literal["natural"]
    """ER of the subtasks in per cent, or `natural`."""
    teacher: str | None = None
    """Whose solutions; the main teacher's if not given."""


class Arm(Section):
    """One training set with its recipe, spelt out."""

    name: str
    """Unique in the study; names its files."""
    family: Literal["hard", "subtask", "natural", "combined", "rephrased", "epochs", "severity"]
    """What it is for."""
    teacher: str
    """Whose solutions."""
    tasks: PositiveInt
    """Hard tasks, as such or as their subtasks."""
    hard: Rate | Literal["natural"] | None = None
    """ER of its hard rows in per cent; None for none."""
    subtask: Rate | Literal["natural"] | None = None
    """ER of its subtask rows in per cent; None for none."""
    severity: Literal["low", "high"] | None = None
    """Which of a task's wrong solutions are taken; None for one drawn at random."""
    epochs: float = 1
    """Times the recipe's epochs."""

    @property
    def rows_of(self) -> str:
        """The arm whose mixture a rephrased arm starts from: the hard arm of the same ER."""
        return f"hard-{self.hard:g}"


class Arms(Section):
    """Which arms a study has."""

    teacher: str
    """The main teacher."""
    tasks: PositiveInt
    """Hard tasks an arm is made of; all arms take the same ones of a pool, as far as they can. At
    most as many as there are hard problems, less those that can't be cut."""
    hard: list[Rate] = []
    """Arms of hard tasks, one for each ER."""
    subtask: list[Rate] = []
    """Arms of subtasks, one for each ER."""
    natural: list[str] = []
    """Arms of other teachers' hard solutions as they are, one for each teacher."""
    combined: list[Combination] = []
    """Arms of hard tasks with their subtasks."""
    rephrased: list[Rate] = []
    """Arms of hard tasks with the same tasks rephrased; `hard` must have the same ER."""
    epochs: list[Rate] = []
    """Arms of hard tasks trained for twice the epochs."""
    severity: list[Rate] = []
    """Pairs of arms of hard tasks: wrong solutions of low and of high severity."""

    def spelt_out(self) -> list[Arm]:
        """Every arm with its name, in the order of the report."""
        return list(self._arms())

    def _arms(self) -> Iterator[Arm]:
        common = {"teacher": self.teacher, "tasks": self.tasks}
        for rate in self.hard:
            yield Arm(name=f"hard-{rate:g}", family="hard", hard=rate, **common)
        for rate in self.subtask:
            yield Arm(name=f"subtask-{rate:g}", family="subtask", subtask=rate, **common)
        for teacher in self.natural:
            name = f"natural-{teacher}"
            yield Arm(
                name=name, family="natural", teacher=teacher, tasks=self.tasks, hard="natural"
            )
        for combination in self.combined:
            yield self._combined(combination)
        for rate in self.rephrased:
            yield Arm(name=f"rephrased-{rate:g}", family="rephrased", hard=rate, **common)
        for rate in self.epochs:
            yield Arm(name=f"epochs-{rate:g}", family="epochs", hard=rate, epochs=2, **common)
        for rate in self.severity:
            for level in ("low", "high"):
                name = f"severity-{level}-{rate:g}"
                yield Arm(name=name, family="severity", hard=rate, severity=level, **common)

    def _combined(self, combination: Combination) -> Arm:
        parts = [_short(combination.hard), _short(combination.subtask)]
        if combination.teacher not in (None, self.teacher):
            parts.insert(0, combination.teacher)
        return Arm(
            name="-".join(["combined", *parts]),
            family="combined",
            teacher=combination.teacher or self.teacher,
            tasks=self.tasks,
            hard=combination.hard,
            subtask=combination.subtask,
        )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [arm.name for arm in self._arms()]
        if not names:
            raise ValueError("no arms; expected at least one")
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"arm {name} is there twice; expected each once")
        for rate in self.rephrased:
            if rate not in self.hard:
                raise ValueError(f"rephrased {rate:g} needs {rate:g} in `hard` too")
        return self


def _short(rate: float | str) -> str:
    return rate if isinstance(rate, str) else f"{rate:g}"
