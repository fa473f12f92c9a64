"""Errors for the user: one line that says what was found, what was expected, what to do."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError


class UserError(Exception):
    """A fault in the input, the config or the surroundings that its user can mend."""


def describe(error: ValidationError, value: Any = None) -> str:
    """Say the first fault that pydantic found in one line: key, value, what was expected.

    Args:
        error: the fault.
        value: what was validated, so that the line names its keys only and not pydantic's own
            names for the members of a union.
    """
    faults = error.errors(include_url=False)
    keys = [_key(fault, value) for fault in faults]
    # Each member of a union has its own expectation of the same value.
    first, *alike = [_fault(f) for f, key in zip(faults, keys, strict=True) if key == keys[0]]
    expected = [text.partition("expected ")[2] for text in alike]
    others = len(faults) - 1 - len(alike)
    more = f" (and {others} more)" if others else ""
    return (f"{keys[0]}: " if keys[0] else "") + " or ".join([first, *expected]) + more


def _key(fault: Any, value: Any) -> str:
    """The keys that lead to a fault, with dots between; "" for the value as a whole."""
    loc = [part for part in fault["loc"] if part != "[key]"]
    match fault["type"]:
        case "missing":
            last = [loc.pop()]
        case "union_tag_invalid" | "union_tag_not_found":
            last = [fault["ctx"]["discriminator"].strip("'")]
        case _:
            last = []
    path = _path(loc, value, fault["input"])
    return ".".join(str(part) for part in [*(loc if path is None else path), *last])


def _path(loc: Sequence[int | str], value: Any, wanted: Any) -> list[int | str] | None:
    """The parts of ``loc`` that lead from ``value`` to ``wanted``."""
    if not loc:
        return [] if value == wanted else None
    try:
        inner = _path(loc[1:], value[loc[0]], wanted)
    except (KeyError, IndexError, TypeError):
        inner = None
    return _path(loc[1:], value, wanted) if inner is None else [loc[0], *inner]


def _fault(fault: Any) -> str:
    found = shorten(fault["input"])
    match fault["type"]:
        case "missing" | "union_tag_not_found":
            return "missing; expected a value"
        case "extra_forbidden":
            return f"unknown key, found {found}"
        case "value_error":
            return str(fault["ctx"]["error"])
        case "union_tag_invalid":
            context = fault["ctx"]
            expected = " or ".join(context["expected_tags"].split(", "))
            return f"found {context['tag']!r}, expected {expected}"
        case "json_invalid":
            return f"found {found}, expected JSON ({fault['ctx']['error']})"
        case _:
            # "Input should be a list" → "a list", "String should match …" → "it to match …"
            wish = re.sub(r"^\w+ should (be )?", lambda m: "" if m[1] else "it to ", fault["msg"])
            return f"found {found}, expected {wish}"


def shorten(value: object, limit: int = 60) -> str:
    """Show any value within a line: at most ``limit`` characters of its repr."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
