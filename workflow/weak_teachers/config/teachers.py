"""Who writes solutions, how many, and who labels them."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from weak_teachers.config.assistants import Assistant
from weak_teachers.config.models import Model, OpenaiModel, Sampling, TransformersEngine, VllmEngine
from weak_teachers.config.section import Section
from weak_teachers.config.training import Recipe
from weak_teachers.records import Kind


class Samples(Section):
    """Solutions a task."""

    hard: NonNegativeInt = 3
    """For each hard task."""
    subtask: NonNegativeInt = 3
    """For each subtask."""


class TeacherSampling(Sampling):
    """How teachers are sampled, and what they are asked."""

    prompt: Literal["problem", "solve"] = "problem"
    """`problem`: a task's text alone; `solve`: by resources/prompts/solve.yaml, for a solution of
    0.5 to 1.5 times the reference solution's length with its result in a box, as in the paper."""


class Sampled(Section):
    """A teacher that is a model."""

    samples: Samples | None = None
    """Instead of the study's `samples`."""


class LocalTeacher(Sampled):
    """A teacher whose model runs here: exactly one of `model` and `trained_steps`."""

    model: str | None = None
    """Hub id or folder of the model."""
    revision: str | None = None
    """Revision on the hub."""
    trained_steps: PositiveInt | None = None
    """Instead of `model`: made by this study, the base trained on for so many updates."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.model is None) == (self.trained_steps is None):
            raise ValueError("expected either `model` or `trained_steps`, and not both")
        return self


class TransformersTeacher(TransformersEngine, LocalTeacher):
    """A model that runs here through transformers."""


class VllmTeacher(VllmEngine, LocalTeacher):
    """A model that runs here through vLLM."""


class OpenaiTeacher(OpenaiModel, Sampled):
    """A model behind a server that speaks OpenAI's chat completions protocol."""


class RecordedTeacher(Section):
    """Solutions that people or other systems wrote earlier."""

    backend: Literal["recorded"]
    """Read from a file."""
    file: str
    """Which of `files`."""
    format: Literal["columns", "weak_to_strong"] = "columns"
    """`columns`: a row a solution; `weak_to_strong`: the paper's released data, a row a hard task
    and its subtasks, each with a correct and a wrong solution."""
    columns: dict[str, str] = {}
    """`text` (the solution) and `task` (its problem's id) or `problem` (its text) → column; a dot
    goes into nested objects. Columns of the same names if not given."""
    kinds: list[Kind] = ["hard"]
    """Which tasks it has solutions of."""
    partial: bool = False
    """Whether tasks may be without a solution in the file; they are then left out and counted."""


ModelTeacher = TransformersTeacher | VllmTeacher | OpenaiTeacher
Teacher = Annotated[ModelTeacher | RecordedTeacher, Field(discriminator="backend")]


class TeacherTraining(Section):
    """How this study's own teachers learn: the base trained on over `problems.teacher`."""

    recipe: Recipe
    """The training; each teacher stops it after its own `trained_steps`."""


class RewardModel(Section):
    """A process reward model: it classifies the tokens after each step as good or bad."""

    backend: ClassVar = "transformers"
    without_effect: ClassVar = {"batch_size"}

    model: str
    """Hub id or folder of the model, such as Qwen/Qwen2.5-Math-PRM-7B."""
    revision: str | None = None
    """Revision on the hub."""
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    """A step with a lower reward is wrong."""
    separator: str = "<extra_0>"
    """The token after each step."""
    batch_size: PositiveInt = 8
    """Solutions that are looked at side by side."""


class Critic(Section):
    """A model that is asked for the first wrong step of a solution."""

    model: Model
    """Which model, and how it is run."""
    sampling: Sampling = Sampling(temperature=0.0, max_new_tokens=4096)
    """How it is sampled; greedy by default, which gives the same vote again and again."""
    votes: PositiveInt = 1
    """Replies a solution; the step that most of them name counts."""


class Annotation(Section):
    """Who labels outcomes and steps."""

    checkers: list[Literal["human", "exact", "marks", "calculation", "prm", "llm"]] = ["exact"]
    """Step checkers in order, a later one asked where the earlier ones don't know. `human`: labels
    that people gave; `exact`: against the known steps of synthetic problems; `marks`: GSM8K's
    calculator marks; `calculation`: false equalities in any solution; `prm`: a process reward
    model; `llm`: a model that names the first wrong step."""
    judge: Assistant | None = None
    """Who judges outcomes that rules can't tell; without it they stay unknown."""
    human: str | None = None
    """Which of `files` has people's labels, as import_labels writes them; needed for `human`."""
    prm: RewardModel | None = None
    """The reward model; needed for `prm`."""
    llm: Critic | None = None
    """The critic; needed for `llm`."""

    @model_validator(mode="after")
    def _checkers_have_what_they_need(self) -> Self:
        for name in ("human", "prm", "llm"):
            if (name in self.checkers) != (getattr(self, name) is not None):
                raise ValueError(f"expected `{name}` both in `checkers` and as a key, or neither")
        if len(set(self.checkers)) < len(self.checkers):
            raise ValueError(f"checkers: found {self.checkers}, expected each once")
        return self

    @property
    def models(self) -> list[Model | RewardModel]:
        """The models that are asked."""
        judges = self.judge.models if self.judge else []
        critics = [self.llm.model] if self.llm else []
        return [*judges, *critics, *([self.prm] if self.prm else [])]
