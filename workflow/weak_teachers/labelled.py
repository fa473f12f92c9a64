"""Labelled solutions: public sets in which people marked the first wrong step, or every step.

Each format is the model of one row. A row whose label contradicts itself is neither a right nor a
wrong solution: it is left out, and counted with its reason, or taken at its word where that can be.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from weak_teachers.backends.recorded import read_table
from weak_teachers.errors import UserError, describe
from weak_teachers.files import read_json_lines, read_rows, read_text
from weak_teachers.records import Label, Record

Format = Literal["processbench", "bigbench_mistake", "mr_gsm8k", "prm800k", "mr_ben"]


class LabelledSolution(Record):
    """A solution and what people say of its steps; unknown is what nobody labelled."""

    row: int
    problem: str
    steps: list[str]
    labels: list[Label]

    @property
    def first_error(self) -> int | None:
        """The index of the first step that is labelled wrong; None if none is."""
        return self.labels.index("wrong") if "wrong" in self.labels else None


Labelled = tuple[str, list[str], list[Label]]
"""Problem, steps and their labels."""


class ContradictionError(Exception):
    """A row's label contradicts itself; ``at_its_word`` is what it says, where that can be."""

    def __init__(self, reason: str, at_its_word: Labelled | None = None) -> None:
        super().__init__(reason)
        self.at_its_word = at_its_word


STEP = re.compile(r"(?:\A|\n)\s*\**Step\s*\d+\s*[:.]\**", re.IGNORECASE)


def _as_steps(value: Any) -> Any:
    """A text of numbered steps, ``Step 1: …``, as a list of them."""
    if not isinstance(value, str):
        return value
    starts = [match.start() for match in STEP.finditer(value)] or [0]
    return [value[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]


def _as_number(value: Any) -> Any:
    """``N/A`` and -1 as None, and ``Step 3`` or ``"3"`` as 3."""
    if re.fullmatch(r"\s*(?:n\W?a|none|-1)?\s*", str(value), re.IGNORECASE):
        return None
    digits = re.fullmatch(r"\s*(?:Step)?\s*(\d{1,4})\W?\s*", str(value), re.IGNORECASE)
    return int(digits[1]) if digits else value


Steps = Annotated[list[str], BeforeValidator(_as_steps), Field(min_length=1)]
Number = Annotated[int | None, BeforeValidator(_as_number)]


def until_first_error(steps: list[str], first: int | None) -> list[Label]:
    """Labels of a solution of which the first error (from 0) is known, or that there is none.

    Raises:
        ContradictionError: the first error isn't one of the steps.
    """
    if first is None:
        return ["correct"] * len(steps)
    if not 0 <= first < len(steps):
        raise ContradictionError("the first error is none of the steps")
    return [*["correct"] * first, "wrong", *["unknown"] * (len(steps) - first - 1)]


class ProcessBenchRow(BaseModel):
    """ProcessBench (Zheng et al. 2024): ``label`` is the first error from 0, or -1."""

    problem: str
    steps: Steps
    label: int = Field(ge=-1)

    def labelled(self) -> Labelled:
        """Problem, steps and labels."""
        first = None if self.label == -1 else self.label
        return self.problem, self.steps, until_first_error(self.steps, first)


class BigBenchMistakeRow(BaseModel):
    """BIG-Bench Mistake (Tyen et al. 2024): the first error from 0, or null."""

    input: str
    steps: Steps
    target: str
    answer: str
    mistake_index: int | None

    def labelled(self) -> Labelled:
        """Problem, steps and labels.

        Raises:
            ContradictionError: no step is labelled wrong, but the answer isn't the target.
        """
        labelled = self.input, self.steps, until_first_error(self.steps, self.mistake_index)
        if self.mistake_index is None and self.answer.strip() != self.target.strip():
            raise ContradictionError("no step is labelled wrong, but the answer is", labelled)
        return labelled


class MrGsm8kRow(BaseModel):
    """MR-GSM8K (Zeng et al. 2023): the first error is counted from 1."""

    question: str
    model_output_steps: Steps
    model_output_solution_correctness: str
    model_output_solution_first_error_step: Number

    def labelled(self) -> Labelled:
        """Problem, steps and labels; see ``_of_correctness``."""
        return (
            self.question,
            self.model_output_steps,
            _of_correctness(
                self.model_output_steps,
                self.model_output_solution_correctness,
                self.model_output_solution_first_error_step,
            ),
        )


class MrBenRow(BaseModel):
    """Mr-Ben (Zeng et al. 2024): steps in one text, the first error from 1 or N/A."""

    Question: str
    Options: str | list[str] | None = None
    Model_Solution_Steps: Steps
    Model_Solution_Correctness: str
    Model_Solution_First_Error_Step: Number

    def labelled(self) -> Labelled:
        """Problem with its options, steps and labels; see ``_of_correctness``."""
        steps = self.Model_Solution_Steps
        number = self.Model_Solution_First_Error_Step
        labels = _of_correctness(steps, self.Model_Solution_Correctness, number)
        options = [self.Options] if isinstance(self.Options, str) else self.Options or []
        return "\n".join([self.Question, *options]), steps, labels


def _of_correctness(steps: list[str], correctness: str, number: int | None) -> list[Label]:
    """Labels from a solution's correctness and the number of its first error, from 1.

    Raises:
        ContradictionError: it is wrong without a first error, or right with one.
    """
    if (correctness.strip().lower() == "correct") != (number in (None, 0)):
        raise ContradictionError("a wrong solution without a first error, or a right one with it")
    return until_first_error(steps, number - 1 if number else None)


class Prm800kRow(BaseModel):
    """PRM800K, phase 1 (Lightman et al. 2023): a next step after right ones, rated -1, 0 or 1."""

    instruction: str
    responses: list[str]
    next_response: str
    rating: float

    def labelled(self) -> Labelled:
        """Problem, steps and labels; a step that isn't rated -1 is correct.

        Raises:
            ContradictionError: people wrote the step instead of rating it.
        """
        if self.rating not in (-1, 0, 1):
            raise ContradictionError("the step isn't rated")
        label: Label = "wrong" if self.rating == -1 else "correct"
        before: list[Label] = ["unknown"] * len(self.responses)
        return self.instruction, [*self.responses, self.next_response], [*before, label]


ROWS: dict[Format, type[BaseModel]] = {
    "processbench": ProcessBenchRow,
    "bigbench_mistake": BigBenchMistakeRow,
    "mr_gsm8k": MrGsm8kRow,
    "prm800k": Prm800kRow,
    "mr_ben": MrBenRow,
}


def read_labelled(
    path: Path, form: Format, at_their_word: bool = False
) -> tuple[list[LabelledSolution], Counter[str]]:
    """Read a file of labelled solutions: JSON Lines, a JSON list or Parquet.

    Args:
        path: the file.
        form: the format of its rows.
        at_their_word: whether to take labels that contradict themselves as they are.

    Returns:
        The solutions, and how many rows were left out by reason.

    Raises:
        UserError: a row lacks a field or has one of another type.
    """
    solutions, left_out = [], Counter()
    for number, value in _rows(path):
        try:
            problem, steps, labels = ROWS[form].model_validate(value).labelled()
        except ValidationError as error:
            raise UserError(
                f"{path}, row {number}: {describe(error, value)}; expected rows of format {form}"
            ) from None
        except ContradictionError as error:
            if not (at_their_word and error.at_its_word):
                left_out[str(error)] += 1
                continue
            problem, steps, labels = error.at_its_word
        solutions.append(LabelledSolution(row=number, problem=problem, steps=steps, labels=labels))
    return solutions, left_out


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if path.suffix == ".parquet":
        for number, row in read_table(path):
            yield number, {key: _plain(value) for key, value in row.items()}
    elif path.suffix == ".json" and read_text(path).lstrip().startswith("{"):
        yield from read_json_lines(path)
    else:
        yield from read_rows(path)


def _plain(value: Any) -> Any:
    """An array of a Parquet file as a list."""
    return value.tolist() if hasattr(value, "tolist") else value
