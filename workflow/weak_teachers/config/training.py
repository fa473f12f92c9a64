"""The student and how it is trained and scored."""

from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from weak_teachers.config.section import Section


class Recipe(Section):
    """One supervised fine-tuning run; the defaults are the paper's (He et al. 2025, appendix)."""

    epochs: Annotated[float, Field(gt=0)] = 2
    """Passes over the rows."""
    updates: PositiveInt | None = None
    """Stop after so many model updates instead."""
    learning_rate: Annotated[float, Field(gt=0)] = 2e-5
    """Highest learning rate."""
    schedule: Literal["cosine", "constant_with_warmup", "linear"] = "cosine"
    """Course of the learning rate after the warm-up."""
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Share of the updates in which the learning rate rises."""
    batch_size: PositiveInt = 2
    """Most rows that a GPU takes at once."""
    accumulation: PositiveInt = 8
    """Batches a model update sums up: it learns from batch_size × accumulation rows in all, however
    many GPUs share them."""
    max_length: PositiveInt = 2048
    """Longest row in tokens; more than 1 % longer ones is an error."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    """AdamW's weight decay."""
    adam_beta2: Annotated[float, Field(gt=0, lt=1)] = 0.999
    """AdamW's decay of squared gradients."""
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    """Numbers that the model is trained in."""
    gradient_checkpointing: bool = False
    """Compute activations again instead of keeping them: less memory, slower."""
    save_every: PositiveInt = 500
    """Updates between the checkpoints that a killed training resumes from."""


class TinyModel(Section):
    """A small Llama with random weights and a tokenizer for the synthetic problems."""

    hidden: PositiveInt = 128
    """Width."""
    layers: PositiveInt = 4
    """Depth."""
    heads: PositiveInt = 4
    """Attention heads; hidden / heads should be 32 or more for vLLM."""
    feed_forward: PositiveInt = 384
    """Width of the feed-forward layers."""

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> Self:
        if self.hidden % (2 * self.heads):
            raise ValueError(
                f"hidden: found {self.hidden}, expected a multiple of 2 × heads ({2 * self.heads})"
            )
        return self


class Start(Section):
    """What the student is before any training: exactly one of `tiny` and `model`."""

    tiny: TinyModel | None = None
    """A small model made by the study."""
    model: str | None = None
    """Hub id or folder of a pretrained model; one without a chat template gets a plain one."""
    revision: str | None = None
    """Revision on the hub."""
    package: str | None = None
    """Where the hub is out of reach: an installed Python package that carries the model."""
    gguf: str | None = None
    """The GGUF file in that package or folder."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.tiny is None) == (self.model is None):
            raise ValueError("expected either `tiny` or `model`, and not both")
        if (self.package is None) != (self.gguf is None):
            raise ValueError("expected `package` and `gguf` together")
        return self


class Student(Section):
    """The model that is fine-tuned: stage 1 makes the base, stage 2 an arm's model."""

    start: Start
    """The model before any training."""
    prompt: str = "{problem}"
    """What the student reads; `{problem}` stands for the problem's text."""
    base: Recipe | None = None
    """Stage 1, on the easy problems; without it the base is the start itself."""
    arm: Recipe = Recipe()
    """Stage 2, on an arm's mixture."""

    @model_validator(mode="after")
    def _prompt_has_problem(self) -> Self:
        if self.prompt.count("{problem}") != 1:
            raise ValueError("`prompt`: expected {problem} once")
        return self
