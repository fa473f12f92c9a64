"""Where problems come from: generated, or read from files."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from weak_teachers.config.section import Section


def lower_first(bounds: tuple[float, float]) -> tuple[float, float]:
    """Check that the first of two bounds is the lower one."""
    if bounds[0] > bounds[1]:
        raise ValueError(f"found {list(bounds)}, expected the lower number first")
    return bounds


Bounds = Annotated[tuple[int, int], AfterValidator(lower_first)]
AtLeastTwo = Annotated[int, Field(ge=2)]


class DataFile(Section):
    """A file from outside: looked for in the folder WEAK_TEACHERS_DATA, else fetched."""

    path: str
    """Its place in the folder that WEAK_TEACHERS_DATA names; without a url, its path from here."""
    url: str | None = None
    """Where to fetch it from if it isn't in that folder; a pinned revision."""
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    """What its content must be; needed with a url."""

    @model_validator(mode="after")
    def _fetched_content_is_known(self) -> Self:
        if self.url and not self.sha256:
            raise ValueError("`url` needs `sha256`, so that a changed file is noticed")
        return self


class SyntheticSet(Section):
    """Synthetic word problems of the embedded study."""

    source: Literal["synthetic"]
    """Made by the study itself."""
    count: PositiveInt
    """How many to make; a few fewer remain, since duplicates and test problems are dropped."""
    steps: list[Annotated[int, Field(ge=1, le=12)]] = Field(min_length=1)
    """Numbers of steps to draw from; one that is listed twice is drawn twice as often."""


Format = Literal[
    "problems",
    "gsm8k",
    "gsm8k_socratic",
    "math",
    "agieval",
    "jeebench",
    "numinamath",
    "olympicarena",
    "weak_to_strong",
]


class RowsSet(Section):
    """Problems that are rows of a table, and which of them are kept."""

    format: Format = "problems"
    """How the rows look; `problems` are the project's own records, or any rows with `columns`."""
    columns: dict[str, str] = {}
    """For format `problems`: record field → column of the table, where they differ."""
    only: dict[str, list[str]] = {}
    """Column → values: rows with another value there are left out."""
    levels: Bounds | None = None
    """Keep problems of these levels, both included (GSM8K: number of steps)."""
    characters: Bounds | None = None
    """Keep problems whose text and reference solution together have this many characters."""
    skip: int = Field(default=0, ge=0)
    """Leave out this many of the drawn order first, so that two sets can share a file."""
    count: PositiveInt | None = None
    """Keep at most this many, drawn with the study's seed; all if not given. The report says by how
    many the problems are fewer."""


class FileSet(RowsSet):
    """Problems from a file."""

    source: Literal["file"]
    """Read from a file."""
    file: str
    """Which of `files`."""

    @property
    def origin(self) -> str:
        """Where its rows come from, in a word."""
        return self.file


class HubSet(RowsSet):
    """Problems from a dataset on the hub."""

    source: Literal["hub"]
    """Loaded by the library `datasets`, which keeps it in a cache of its own."""
    dataset: str
    """The dataset's id on the hub, or a folder."""
    name: str | None = None
    """Which of its configurations."""
    split: str
    """Which of its splits, such as `train`."""
    revision: str | None = None
    """Its revision on the hub: a commit, so that a changed dataset isn't taken."""

    @property
    def origin(self) -> str:
        """Where its rows come from, in a word."""
        return self.dataset


class SeveralSets(Section):
    """Problems from several datasets on the hub together."""

    source: Literal["several"]
    """Each loaded and drawn by itself, then put together without duplicates."""
    sets: list[HubSet] = Field(min_length=2)
    """The datasets; of problems in two of them, the first counts."""

    @property
    def count(self) -> int | None:
        """The most problems that there can be, if all say how many."""
        counts = [one.count for one in self.sets if one.count is not None]
        return sum(counts) if len(counts) == len(self.sets) else None


ProblemSet = Annotated[SyntheticSet | FileSet | HubSet | SeveralSets, Field(discriminator="source")]


class Problems(Section):
    """The training problems of a study."""

    hard: ProblemSet
    """Problems at the target difficulty; supervised whole and as subtasks."""
    easy: ProblemSet | None = None
    """Easier problems with reference solutions: stage 1 makes the base from them. Only
    `student.base` needs them."""
    teacher: ProblemSet | None = None
    """What teachers that this study trains itself learn from."""

    @property
    def names(self) -> list[str]:
        """The sets that there are."""
        return [name for name in type(self).model_fields if getattr(self, name)]


class Cutting(Section):
    """How many subtasks a hard task is cut into."""

    subtasks: Annotated[tuple[AtLeastTwo, AtLeastTwo], AfterValidator(lower_first)] = (2, 3)
    """Fewest and most subtasks a task, at least 2, since one would be the whole task; tasks that
    can't be cut so are dropped and counted."""


class Decomposition(Cutting):
    """How hard tasks are cut into subtasks by what is known of their steps."""

    method: Literal["structural", "socratic", "recorded"]
    """`structural`: by a synthetic problem's known steps; `socratic`: by GSM8K's sub-questions;
    `recorded`: subtasks that came with the problems, as in format `weak_to_strong`."""
