"""Formats: read the rows of public benchmark files as problems.

Each format is a function from one row to the fields of a problem, or None for a row that is no open
question; the row's place in the file names the problem where the file has no ids.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from weak_teachers import released
from weak_teachers.boxed import last_box
from weak_teachers.config.problems import FileSet, HubSet, RowsSet
from weak_teachers.errors import UserError, describe, shorten
from weak_teachers.files import read_rows
from weak_teachers.records import Problem

LONGEST = 100_000
"""Characters of a text; the longest of MATH's has 6,767."""
NOT_CHOSEN, NO_QUESTION = "not among `only`", "no open question"
TOO_LONG = f"a text of more than {LONGEST:,} characters"
"""Why rows are left out."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters other than tabs and line ends."""

Row = dict[str, Any]
Fields = dict[str, Any]

MARKER = r"^[ \t]*[(\[]([A-D])[)\]]"
"""The start of an option: ``(A)`` or ``[A]`` that opens a line."""
OPTION = re.compile(rf"{MARKER}\s*(.*?)\s*(?={MARKER}|\Z)", re.DOTALL | re.MULTILINE)


def gsm8k(row: Row) -> Fields:
    """GSM8K (Cobbe et al. 2021): a calculation ``<<a*b=c>>`` a line, the answer after ``####``."""
    solution, mark, answer = row["answer"].rpartition("\n#### ")
    if not mark:
        raise KeyError("a last line with #### and the answer")
    return {
        "text": row["question"],
        "solution": row["answer"],
        "answer": answer.strip(),
        "level": len(solution.split("\n")),
        "steps": solution.split("\n"),
    }


def gsm8k_socratic(row: Row) -> Fields:
    """GSM8K's socratic form: each line of the solution is led by its sub-question and `` ** ``."""
    lines = row["answer"].split("\n")
    pairs = [line.split(" ** ", 1) for line in lines[:-1]]
    if any(len(pair) != 2 for pair in pairs):
        raise KeyError("a line without a sub-question")
    plain = "\n".join([*(step for _, step in pairs), lines[-1]])
    fields = gsm8k({"question": row["question"], "answer": plain})
    return {**fields, "questions": [question for question, _ in pairs]}


def math(row: Row) -> Fields | None:
    """MATH (Hendrycks et al. 2021) and MATH-500: the answer is in the solution's last box.

    Two rows of MATH's training part have an empty box, so no answer, and are left out.
    """
    answer = (row.get("answer") or last_box(row["solution"])).strip()
    if not answer:
        return None
    level = re.search(r"\d", str(row["level"]))
    return {
        "text": row["problem"],
        "solution": row["solution"],
        "answer": answer,
        "level": int(level.group()) if level else None,
        "name": row.get("unique_id"),
    }


def agieval(row: Row) -> Fields:
    """AGIEval (Zhong et al. 2023): SAT-Math with its options, Gaokao-Mathcloze open."""
    options = "\n".join(row["options"] or [])
    parts = [row.get("passage"), row["question"], options]
    answer = row["label"] or row["answer"]
    return {
        "text": "\n\n".join(part for part in parts if part),
        "solution": (row.get("other") or {}).get("solution") or answer,
        "answer": answer,
        "level": None,
    }


def jeebench(row: Row) -> Fields | None:
    """JEE-Bench mathematics (Arora et al. 2023) as open questions.

    A question with one right option is asked without its options, and the option's text is the
    answer; a question that may have several right options can't be asked so and is left out.
    """
    if row["subject"] != "math" or row["type"] == "MCQ(multiple)":
        return None
    text, answer = row["question"], row["gold"]
    if row["type"] == "MCQ":
        options = {match[1]: match for match in OPTION.finditer(text)}
        text, answer = text[: options["A"].start()].strip(), options[answer][2]
    return {"text": text, "solution": answer, "answer": answer, "level": None}


def numinamath(row: Row) -> Fields | None:
    """NuminaMath-CoT (Li et al. 2024): solutions rewritten by a model, the answer in a box."""
    answer = last_box(row["solution"]).strip()
    if not answer:
        return None
    return {"text": row["problem"], "solution": row["solution"], "answer": answer, "level": None}


def olympicarena(row: Row) -> Fields | None:
    """OlympicArena (Huang et al. 2024): a question with figures, or without an answer, is left out.

    A question with several answers has a list of them.
    """
    answer = row["answer"]
    answer = ", ".join(map(str, answer)) if isinstance(answer, list) else answer
    if row.get("figure_urls") or not answer:
        return None
    return {
        "text": row["problem"],
        "solution": row.get("solution") or answer,
        "answer": answer,
        "level": None,
        "name": row["id"],
    }


FORMATS: dict[str, Callable[[Row], Fields | None]] = {
    "gsm8k": gsm8k,
    "gsm8k_socratic": gsm8k_socratic,
    "math": math,
    "agieval": agieval,
    "jeebench": jeebench,
    "numinamath": numinamath,
    "olympicarena": olympicarena,
    "weak_to_strong": released.problem_fields,
}


def read_problems(path: Path, wanted: RowsSet, name: str) -> Iterator[Problem | str]:
    """Read a data file as problems of the set ``name``, or why a row is left out.

    Raises:
        UserError: a row lacks a column or has an empty one or a control character, or two rows
            have the same id; the message names the file and the row.
    """
    yield from problems_of(read_rows(path), str(path), wanted, name)


def load_problems(wanted: HubSet, name: str) -> Iterator[Problem | str]:
    """As ``read_problems``, from a dataset on the hub; with HF_HUB_OFFLINE=1, from its cache.

    Raises:
        UserError: the dataset can't be had, or a row is not as expected.
    """
    from datasets import load_dataset

    try:
        rows = load_dataset(
            wanted.dataset, wanted.name, split=wanted.split, revision=wanted.revision
        )
    except (OSError, ValueError) as error:  # an unknown dataset is a FileNotFoundError
        raise UserError(
            f"{wanted.dataset}: can't be loaded ({shorten(str(error), 200)}); check its name, "
            "configuration, split and revision, or load it once where the hub can be reached"
        ) from None
    yield from problems_of(enumerate(rows, start=1), wanted.dataset, wanted, name)


def problems_of(
    rows: Iterable[tuple[int, Row]], where: str, wanted: RowsSet, name: str
) -> Iterator[Problem | str]:
    """The rows of a table, with their numbers from 1, as problems, or why one is left out.

    ``where`` is named in faults.
    """
    first_row: dict[str, int] = {}
    for row_number, row in rows:
        place = f"{where}, row {row_number}"
        try:
            if any(row[column] not in values for column, values in wanted.only.items()):
                yield NOT_CHOSEN
                continue
            fields = _fields(row, wanted)
        except (KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"{place}: not of format {wanted.format}, found "
                f"{shorten(sorted(row))}, missing or ill-typed: {error}"
            ) from None
        if fields is None:
            yield NO_QUESTION
            continue
        ident = f"{name}-{fields.pop('name', None) or f'{row_number:05d}'}"
        if ident in first_row:
            raise UserError(
                f"{place}: id {ident!r} is already in row {first_row[ident]}; expected each once"
            )
        first_row[ident] = row_number
        try:
            problem = Problem.model_validate({"source": wanted.origin, **fields, "id": ident})
        except ValidationError as error:
            raise UserError(f"{place}: {describe(error, fields)}") from None
        # Whoever reads a dataset of the hub can't mend its rows.
        if isinstance(wanted, FileSet):
            refuse_controls(problem, place)
        too_long = any(len(text) > LONGEST for _, text in texts_of(problem))
        yield TOO_LONG if too_long else problem


def refuse_controls(problem: Problem, place: str) -> None:
    """Check that a problem has no control characters but tabs and line ends.

    Raises:
        UserError: it has one; the message names ``place`` and the field.
    """
    for field, text in texts_of(problem):
        if found := CONTROL.search(text):
            around = text[max(0, found.start() - 10) : found.end() + 20]
            raise UserError(
                f"{place}: {field}: found the control character U+{ord(found[0]):04X} in "
                f"{around!r}, expected only tabs and line ends; take it out (LaTeX's backslash is "
                r"\\ in JSON)"
            )


def texts_of(problem: Problem) -> Iterator[tuple[str, str]]:
    """A problem's texts, each with the field that it is in."""
    for field, value in problem.model_dump(exclude_none=True).items():
        for item in value if isinstance(value, list) else [value]:
            for text in item.values() if isinstance(item, dict) else [item]:
                yield field, str(text)


def _fields(row: Row, wanted: RowsSet) -> Fields | None:
    if wanted.format != "problems":
        return FORMATS[wanted.format](row)
    columns = wanted.columns
    fields = {field: row[columns.get(field, field)] for field in ("text", "solution", "answer")}
    for field in ("level", "steps", "questions"):
        if columns.get(field, field) in row:
            fields[field] = row[columns.get(field, field)]
    name = row.get(columns.get("id", "id"))
    return {"level": None, **fields, "name": None if name is None else str(name)}
