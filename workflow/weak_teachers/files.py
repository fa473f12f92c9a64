"""Files between stages: read with the row named in every complaint, written whole or not at all.

Their checksums are recorded in the study's manifest as they are written, and checked as they are
read (manifest.py).
"""

import errno
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from weak_teachers import manifest
from weak_teachers.errors import UserError, describe, shorten

Model = TypeVar("Model", bound=BaseModel)

FULL = {errno.ENOSPC, errno.EDQUOT}
"""A full disk or quota; the system doesn't say which file was being written."""


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; it takes the name only when all went well.

    Raises:
        UserError: it can't be written there.
    """
    with _temporary_name(path) as temporary:
        try:
            yield temporary
            manifest.record(path, temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def folder_written_whole(path: Path) -> Iterator[Path]:
    """As ``written_whole`` for a folder; what stood under the name before is replaced."""
    with _temporary_name(path) as temporary:
        # One of this name may be left from a process that was killed.
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        try:
            yield temporary
            shutil.rmtree(path, ignore_errors=True)
            manifest.record(path, temporary)
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _temporary_name(path: Path) -> Iterator[Path]:
    """A name beside ``path``, in a folder that is made; faults in writing there name ``path``."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
    except OSError as error:
        here = error.filename in {str(temporary), *map(str, path.parents)}
        if not here and error.errno not in FULL:
            raise
        raise UserError(f"{path}: can't be written ({error.strerror})") from None


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with written_whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Write one JSON value, indented, whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_records(path: Path, records: Iterable[BaseModel]) -> None:
    """Write JSON Lines, one record a line, whole or not at all."""
    with written_whole(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.writelines(record.model_dump_json() + "\n" for record in records)


def read_text(path: Path) -> str:
    """Read a UTF-8 text file.

    Raises:
        UserError: the file is missing, unreadable or not UTF-8, or a stage file that was changed.
    """
    manifest.check(path)
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors put a mark first
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: can't be read as UTF-8 text ({error})") from None


def read_json(path: Path) -> Any:
    """Read one JSON value.

    Raises:
        UserError: the file is missing or isn't JSON.
    """
    try:
        return from_json(read_text(path))
    except ValueError as error:
        raise UserError(f"{path}: expected JSON, found a fault at {error}") from None


def read_record(path: Path, model: type[Model]) -> Model:
    """Read and validate one record that is a whole JSON file.

    Raises:
        UserError: the file is missing or isn't such a record.
    """
    value = read_json(path)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise UserError(f"{path}: {describe(error, value)}") from None


def read_json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read JSON Lines as (row number from 1, object); blank lines are skipped.

    Raises:
        UserError: a row isn't a JSON object; the message names the file and the row.
    """
    # Not splitlines(): a JSON string may hold U+2028, which is no end of a line here.
    for row, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            # Unlike json it refuses half of a surrogate pair, which can't be written again.
            value = from_json(line)
        except ValueError as error:
            raise UserError(
                f"{path}, row {row}: expected a JSON object a line, found {shorten(line)} ({error})"
            ) from None
        if not isinstance(value, dict):
            raise UserError(f"{path}, row {row}: expected a JSON object, found {shorten(value)}")
        yield row, value


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read JSON Lines, or a .json file that is a list, as (row number from 1, object).

    Raises:
        UserError: a row isn't a JSON object; the message names the file and the row.
    """
    if path.suffix != ".json":
        yield from read_json_lines(path)
        return
    rows = read_json(path)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UserError(f"{path}: found {shorten(rows)}, expected a JSON list of objects")
    yield from enumerate(rows, start=1)


def read_records(path: Path, model: type[Model], unique: str | None = "id") -> list[Model]:
    """Read and validate JSON Lines.

    Args:
        path: the file.
        model: the record type of every row.
        unique: a field whose value no two rows may share; None for none.

    Raises:
        UserError: a row is malformed or repeats an id; the message names the file and the row.
    """
    records: list[Model] = []
    first_row: dict[str, int] = {}
    for row, value in read_json_lines(path):
        try:
            record = model.model_validate(value)
        except ValidationError as error:
            raise UserError(f"{path}, row {row}: {describe(error, value)}") from None
        if unique is not None:
            key = getattr(record, unique)
            if key in first_row:
                raise UserError(
                    f"{path}, row {row}: {unique} {key!r} is already in row {first_row[key]}; "
                    "expected each once"
                )
            first_row[key] = row
        records.append(record)
    return records
