"""Prompts: what models are asked, one YAML file a task under ``resources/prompts``.

A file has a ``version``, a ``user`` message and maybe a ``system`` message and ``examples``. The
user message is a Jinja template: ``{{ problem }}`` stands for a value. An example has a value for
each placeholder and the ``reply`` to them.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from weak_teachers.errors import UserError, describe, shorten
from weak_teachers.files import read_text
from weak_teachers.tokens import Messages

if TYPE_CHECKING:
    from jinja2 import Template

RESOURCES = Path(__file__).parents[2] / "resources"


class Example(BaseModel):
    """A question with a good reply."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, str]
    reply: str


class Prompt(BaseModel):
    """A prompt file."""

    model_config = ConfigDict(extra="forbid")

    version: PositiveInt
    system: str | None = None
    user: str
    examples: list[Example] = []


def messages(name: str, **values: object) -> Messages:
    """A prompt filled in, as a conversation that waits for its reply.

    Args:
        name: the file, as a path from ``resources``, such as ``"prompts/judge.yaml"``. Written out
            where a stage uses it, it counts for the stage's fingerprint.
        values: one for each placeholder; whatever they hold is text and never a template.

    Raises:
        UserError: the file is no prompt, or its placeholders aren't these.
    """
    prompt = read_prompt(name)
    turns = [("system", prompt.system)] if prompt.system else []
    for example in prompt.examples:
        turns += [("user", fill(name, example.values)), ("assistant", example.reply)]
    turns.append(("user", fill(name, values)))
    return [{"role": role, "content": text.strip()} for role, text in turns]


@cache
def read_prompt(name: str) -> Prompt:
    """Read a prompt file.

    Raises:
        UserError: it isn't one.
    """
    path = RESOURCES / name
    try:
        content = yaml.safe_load(read_text(path))
        return Prompt.model_validate(content)
    except yaml.YAMLError as error:
        raise UserError(f"{path}: expected YAML, found a fault: {shorten(str(error))}") from None
    except ValidationError as error:
        raise UserError(f"{path}: {describe(error, content)}") from None


def fill(name: str, values: Mapping[str, object]) -> str:
    """The user message of a prompt with its placeholders filled in."""
    found = placeholders(name)
    if found != values.keys():
        raise UserError(
            f"{RESOURCES / name}: found the placeholders {listed(found)}, expected {listed(values)}"
        )
    return template(name).render(values)


@cache
def placeholders(name: str) -> frozenset[str]:
    """The placeholders in the user message of a prompt."""
    from jinja2 import Environment, meta

    template(name)  # says what is wrong with it
    return frozenset(meta.find_undeclared_variables(Environment().parse(read_prompt(name).user)))


@cache
def template(name: str) -> "Template":
    """The user message of a prompt."""
    from jinja2 import Template, TemplateError

    try:
        return Template(read_prompt(name).user)
    except TemplateError as error:
        raise UserError(f"{RESOURCES / name}: user: no Jinja template ({error})") from None


def listed(names: Iterable[str]) -> str:
    """Names in order, or that there are none."""
    return ", ".join(sorted(names)) or "(none)"
