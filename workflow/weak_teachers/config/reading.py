"""Reading: a study from its config, or one line that says what is wrong with it."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from weak_teachers.config.study import Study
from weak_teachers.errors import UserError, describe, shorten
from weak_teachers.files import read_text


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key that is there twice is an error, and not silently the last one."""

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen = []
        for key, _ in node.value:
            if key.value in seen:
                place = f"{key.start_mark.name}, line {key.start_mark.line + 1}"
                raise UserError(f"{place}: {key.value} is there twice; expected each key once")
            seen.append(key.value)
        return node


def read_config(path: Path) -> dict[str, Any]:
    """Read a config file.

    Raises:
        UserError: it can't be read, isn't YAML, has a key twice, or has no keys.
    """
    text = read_text(path)
    try:
        loader = _UniqueKeys(text)
        loader.name = str(path)
        config = loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}, line {mark.line + 1}" if mark else path
        fault = getattr(error, "problem", None) or shorten(str(error))
        raise UserError(f"{place}: expected YAML, found a fault: {fault}") from None
    if not isinstance(config, dict):
        raise UserError(f"{path}: found {shorten(config)}, expected the keys of a study's config")
    return config


def from_here(path: str | Path) -> Path:
    """A path as its user would write it: from the working directory, if it is in there."""
    absolute, here = Path(path).absolute(), Path.cwd()
    return absolute.relative_to(here) if absolute.is_relative_to(here) else absolute


def load_study(config: dict[str, Any], place: str = "config") -> Study:
    """Validate a config.

    Args:
        config: the study's keys.
        place: where they come from, for the message.

    Raises:
        UserError: the first fault, as one line with its key, what was found and what was expected.
    """
    try:
        return Study.model_validate(config)
    except ValidationError as error:
        raise UserError(f"{place}: {describe(error, config)}") from None
