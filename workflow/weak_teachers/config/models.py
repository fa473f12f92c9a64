"""Models behind a backend: which one is asked, and how it is run."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    Field,
    HttpUrl,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    field_validator,
    model_validator,
)

from weak_teachers.config.section import Section

Share = Annotated[float, Field(ge=0, le=1)]


class Sampling(Section):
    """How models are sampled."""

    without_effect: ClassVar = {"batch_size", "failures"}

    temperature: NonNegativeFloat = 1.0
    """0 takes the likeliest token each time."""
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Sample from the likeliest tokens that make up this probability."""
    max_new_tokens: PositiveInt = 1024
    """Longest text; one that is cut there is marked."""
    batch_size: PositiveInt = 64
    """Texts that transformers writes side by side."""
    failures: Share = 0.02
    """Largest share of texts that may fail, as a refused request does, before the stage stops."""


class Engine(Section):
    """What runs a local model."""

    texts_depend_on: ClassVar = {"dtype"}

    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """Numbers that the model computes with; `auto` for those that its weights are kept in."""


class TransformersEngine(Engine):
    """Runs a model in the stage's own process, through transformers."""

    backend: Literal["transformers"]
    """Run by transformers."""


class VllmEngine(Engine):
    """Runs a model in a process of its own, through vLLM's offline engine."""

    texts_depend_on: ClassVar = {"dtype", "max_model_len"}
    without_effect: ClassVar = {"tensor_parallel", "gpu_memory", "texts_at_once"}

    backend: Literal["vllm"]
    """Run by vLLM, which has an environment of its own (`make vllm`)."""
    max_model_len: PositiveInt | None = None
    """Longest prompt and text together, in tokens; the model's own limit if not given."""
    tensor_parallel: PositiveInt = 1
    """GPUs that the model is spread over."""
    gpu_memory: Annotated[float, Field(gt=0, le=1)] = 0.9
    """Share of each GPU's memory that vLLM takes."""
    texts_at_once: PositiveInt = 1024
    """Texts handed to the engine together and kept in the request cache together."""


LocalEngine = Annotated[TransformersEngine | VllmEngine, Field(discriminator="backend")]


class LocalModel(Section):
    """Which local model."""

    model: str
    """Hub id or folder of the model."""
    revision: str | None = None
    """Revision on the hub."""


class TransformersModel(TransformersEngine, LocalModel):
    """A model that runs here through transformers."""


class VllmModel(VllmEngine, LocalModel):
    """A model that runs here through vLLM."""


class Price(Section):
    """What a provider asks for a million tokens, in dollars."""

    prompt: NonNegativeFloat
    """For a million tokens that are sent."""
    completion: NonNegativeFloat
    """For a million tokens that are written."""


class Budget(Section):
    """What a stage may spend on a model, earlier runs of the stage included."""

    tokens: PositiveInt | None = None
    """Tokens, sent and written."""
    dollars: PositiveFloat | None = None
    """Dollars, by the model's `price`."""


class OpenaiModel(Section):
    """A model behind any server that speaks OpenAI's chat completions protocol."""

    texts_depend_on: ClassVar = {"extra"}
    without_effect: ClassVar = {
        *("url", "key_variable", "token_limit", "concurrency", "timeout", "attempts"),
        *("price", "budget"),
    }

    backend: Literal["openai"]
    """Asked over HTTP."""
    model: str
    """The server's name for the model."""
    revision: str | None = None
    """A word of your own that tells models of one name apart; answers are cached by it too."""
    url: str = Field(default="https://api.openai.com/v1", pattern="^https?://[^@?#]+$")
    """The server's address, without `/chat/completions`."""
    key_variable: str | None = Field(default="OPENAI_API_KEY", pattern="^[A-Za-z_][A-Za-z0-9_]*$")
    """Name of the environment variable that holds the key; null for a server that asks for none."""
    token_limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """What the server calls the largest number of new tokens."""
    extra: dict[str, Any] = {}
    """More fields of every request, such as `reasoning_effort`."""
    concurrency: PositiveInt = 16
    """Requests under way at once."""
    timeout: PositiveFloat = 300
    """Seconds after which a request is given up and made again."""
    attempts: PositiveInt = 8
    """Tries of a request that fails for reasons that may pass, with growing pauses between them."""
    price: Price | None = None
    """For the account of costs, and for a budget in dollars."""
    budget: Budget | None = None
    """Stops the stage before it spends more; no limit if not given."""

    @field_validator("url")
    @classmethod
    def _url_is_an_address(cls, url: str) -> str:
        try:
            HttpUrl(url)
        except ValidationError as error:
            reason = error.errors()[0]["msg"].rpartition("URL, ")[2]
            raise ValueError(f"found {url!r}, expected a server's address ({reason})") from None
        return url

    @model_validator(mode="after")
    def _dollars_have_a_price(self) -> Self:
        if self.budget and self.budget.dollars and not self.price:
            raise ValueError("`budget.dollars` needs `price`")
        return self


Model = Annotated[TransformersModel | VllmModel | OpenaiModel, Field(discriminator="backend")]

KINDS = {"transformers": TransformersModel, "vllm": VllmModel, "openai": OpenaiModel}


def as_model(settings: Section, folder: Path | None = None) -> Model:
    """The model that a teacher's section or an engine stands for.

    Args:
        settings: a section with a model's fields among its own.
        folder: where the model is, if the study trained it.
    """
    kind = KINDS[settings.backend]
    fields = settings.model_dump(include=set(kind.model_fields))
    return kind(**(fields if folder is None else fields | {"model": str(folder)}))
