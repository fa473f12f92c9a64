"""Assistants: models that do the study's own work, such as cutting, judging and rephrasing."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, NonNegativeInt, PositiveFloat, PositiveInt

from weak_teachers.config.models import Model, Sampling, Share
from weak_teachers.config.problems import Cutting, Decomposition, lower_first
from weak_teachers.config.section import Section


class Assistant(Section):
    """A model that does a piece of the study's own work and replies in a strict form."""

    model: Model
    """Which model, and how it is run."""
    sampling: Sampling = Sampling(temperature=0.0, max_new_tokens=2048)
    """How it is sampled; greedy by default."""
    retries: NonNegativeInt = 2
    """How often a malformed reply is asked for again, with the fault shown."""

    @property
    def models(self) -> list[Model]:
        """The models that are asked."""
        return [self.model]


class AssistedDecomposition(Cutting, Assistant):
    """Subtasks that a model cuts out of the reference solutions, and the filters that they pass."""

    method: Literal["llm"]
    """By a model."""
    long_solution: PositiveInt = 600
    """A reference solution of more characters is cut into the most subtasks, others into the
    fewest."""
    steps: PositiveInt = 2
    """Fewest steps of a subtask's solution, as the checker counts them; fewer are trivial."""
    similarity: Share = 0.9
    """Largest similarity of a subtask's text and its hard task's, 1 for equal words."""
    checker: Assistant | None = None
    """Who checks the subtasks; the model that cuts if not given."""

    @property
    def models(self) -> list[Model]:
        """The models that are asked."""
        return [self.model, *(self.checker.models if self.checker else [])]


AnyDecomposition = Annotated[Decomposition | AssistedDecomposition, Field(discriminator="method")]


class Restyle(Assistant):
    """Correct solutions in the teacher's style, for tasks that it never solves."""

    length: Annotated[tuple[PositiveFloat, PositiveFloat], AfterValidator(lower_first)] = (0.8, 1.2)
    """Shortest and longest, as multiples of the mean length of the teacher's own solutions."""
