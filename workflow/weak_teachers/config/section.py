"""What every section of the config shares."""

import json
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of the config: unknown keys are errors, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    without_effect: ClassVar[set[str]] = set()
    """Fields that say how results are had, such as how fast, and not what they are."""

    def meaning(self) -> str:
        """What results depend on, as JSON: all values but those without effect."""
        return json.dumps(_meaning(self), sort_keys=True)


def _meaning(value: Any) -> Any:
    if not isinstance(value, Section):
        return value
    return {key: _meaning(part) for key, part in value if key not in value.without_effect}
