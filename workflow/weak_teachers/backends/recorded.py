"""Recorded solutions: what people or other systems wrote, from JSON Lines, CSV or Parquet."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from weak_teachers import released
from weak_teachers.config.teachers import RecordedTeacher
from weak_teachers.errors import UserError, shorten
from weak_teachers.files import read_json_lines, read_rows
from weak_teachers.manifest import check
from weak_teachers.problems import text_key
from weak_teachers.records import Outcome, Solution, Task

Recorded = tuple[str, Outcome | None]
"""A solution, and its outcome if that came with it."""


def read_table(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read a table as (row number from 1, row).

    Raises:
        UserError: the file is none of .jsonl, .csv and .parquet, or can't be read.
    """
    if path.suffix == ".jsonl":
        yield from read_json_lines(path)
        return
    check(path)
    import pandas

    # A CSV's cells are texts: an id 007 is no number 7, a solution "NA" is not missing.
    read_csv = partial(pandas.read_csv, dtype=str, keep_default_na=False)
    readers = {".csv": read_csv, ".parquet": pandas.read_parquet}
    if path.suffix not in readers:
        raise UserError(f"{path}: expected a name that ends in .jsonl, .csv or .parquet")
    try:
        table = readers[path.suffix](path)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: can't be read as a table ({error})") from None
    yield from enumerate(table.to_dict("records"), start=1)


def column(row: dict[str, Any], name: str) -> Any:
    """The value of a column; a dot in the name goes into nested objects. None if it isn't there."""
    if name in row:
        return row[name]
    head, _, rest = name.partition(".")
    return column(row[head], rest) if rest and isinstance(row.get(head), dict) else None


def recorded_solutions(
    path: Path, teacher: str, settings: RecordedTeacher, tasks: Sequence[Task]
) -> list[Solution]:
    """Find a teacher's recorded solutions of tasks, in the order of the tasks.

    Rows name their task by its text or its id, with or without the ``hard-`` that the study puts
    before a problem's own id; rows of other tasks are passed over.

    Raises:
        UserError: a row lacks its columns, or a task has no row.
    """
    by_text = settings.format == "weak_to_strong" or "problem" in settings.columns
    if settings.format == "weak_to_strong":
        rows = _released(path)
    else:
        rows = _columns(path, teacher, settings.columns, "problem" if by_text else "task")
    found: dict[str, list[Recorded]] = {}
    ids = {own_id(task.id): task.id for task in tasks} | {task.id: task.id for task in tasks}
    for key, *recorded in rows:
        found.setdefault(text_key(key) if by_text else ids.get(key, key), []).append(
            tuple(recorded)
        )
    keys = {task.id: text_key(task.text) if by_text else task.id for task in tasks}
    lacking = [task.id for task in tasks if keys[task.id] not in found]
    if len(lacking) == len(tasks):
        wanted = tasks[0].text if by_text else own_id(tasks[0].id)
        raise UserError(
            f"{path}: no row is of one of the {len(tasks)} tasks; found rows of "
            f"{shorten(list(found)[:2])}, expected such as {shorten(wanted)}"
        )
    if lacking and not settings.partial:
        raise UserError(
            f"{path}: no solution of {len(lacking)} of {len(tasks)} tasks, {lacking[0]!r} the "
            f"first; expected one of each (or set teachers.{teacher}.partial: true)"
        )
    return [
        Solution(
            id=f"{task.id}/{teacher}/{sample}",
            task=task.id,
            teacher=teacher,
            sample=sample,
            text=text,
            finish="stop",
            given=given,
        )
        for task in tasks
        for sample, (text, given) in enumerate(found.get(keys[task.id], []))
    ]


def own_id(task: str) -> str:
    """A hard problem's id in its own file, from that of its task."""
    return task.removeprefix("hard-")


def _columns(
    path: Path, teacher: str, columns: dict[str, str], key_field: str
) -> Iterator[tuple[str, str, None]]:
    """The rows of a table: what names the task, the solution, no outcome."""
    for number, row in read_table(path):
        found = {}
        for field in (key_field, "text"):
            name = columns.get(field, field)
            found[field] = column(row, name)
            if not isinstance(found[field], str) or not found[field].strip():
                raise UserError(
                    f"{path}, row {number}: column {name!r} is missing, empty or not a text; "
                    f"expected what teachers.{teacher}.columns names, found the columns "
                    f"{shorten(sorted(map(str, row)))}"
                )
        yield found[key_field], found["text"], None


def _released(path: Path) -> Iterator[tuple[str, str, Outcome]]:
    """The paper's released data: the task's text, the solution, its outcome."""
    for number, row in read_rows(path):
        try:
            yield from released.solutions(row)
        except (KeyError, TypeError) as error:
            raise UserError(
                f"{path}, row {number}: not of format weak_to_strong, found "
                f"{shorten(sorted(row))}, missing or ill-typed: {error}"
            ) from None
