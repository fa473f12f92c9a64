"""The data that the paper released: tasks and subtasks, each with a right and a wrong solution.

https://huggingface.co/datasets/hexuan21/weak-to-strong (He, Yin and Peng 2025), a row a hard task:

    {"ori_id": "…", "original": {"task": "…", "pos_ans": "…", "neg_ans": "…"},
     "subtask_1": {"task": "…", "pos_ans": "…", "neg_ans": "…"}, "subtask_2": …}

A solution that is "" isn't there, and numbers of subtasks may be missing too.
"""

import re
from collections.abc import Iterator
from typing import Any

from weak_teachers.boxed import last_box
from weak_teachers.records import Outcome

Row = dict[str, Any]

SUBTASK = re.compile(r"subtask_(\d+)")


def problem_fields(row: Row) -> dict[str, Any] | None:
    """A row as the fields of a problem that brings its subtasks; None without a right solution.

    A task's answer is what its right solution states last; a subtask without one is left out.

    Raises:
        KeyError, TypeError: the row isn't of this form.
    """
    original, *subtasks = parts(row)
    if not original["pos_ans"]:
        return None
    return {
        **task_fields(original),
        "level": None,
        "name": str(row["ori_id"]),
        "subtasks": [task_fields(part) for part in subtasks if part["pos_ans"]],
    }


def task_fields(part: dict[str, str]) -> dict[str, str]:
    """The text, reference solution and answer of a task."""
    return {
        "text": part["task"],
        "solution": part["pos_ans"],
        "answer": stated_last(part["pos_ans"]),
    }


def solutions(row: Row) -> Iterator[tuple[str, str, Outcome]]:
    """All solutions in a row: text of the task, text of the solution, outcome."""
    for part in parts(row):
        for key, outcome in (("pos_ans", "correct"), ("neg_ans", "wrong")):
            if part[key]:
                yield part["task"], part[key], outcome


def parts(row: Row) -> list[dict[str, str]]:
    """The hard task and its subtasks by number, each with its texts, without spaces around them."""
    numbers = sorted(int(match[1]) for key in row if (match := SUBTASK.fullmatch(key)))
    found = [row["original"], *(row[f"subtask_{number}"] for number in numbers)]
    return [
        {key: _text(part[key]) for key in ("task", "pos_ans", "neg_ans")} for part in found if part
    ]


def _text(value: Any) -> str:
    if not isinstance(value, str | None):
        raise TypeError(f"found {type(value).__name__}, expected a text")
    return (value or "").strip()


def stated_last(solution: str) -> str:
    """The content of a solution's last box, else its last line."""
    return last_box(solution).strip() or solution.splitlines()[-1].strip()
