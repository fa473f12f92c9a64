"""Write what documents the config, from the config's model: its JSON schema and config/README.md.

python -m weak_teachers.config.document
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weak_teachers.command import arguments, run
from weak_teachers.config.study import Study
from weak_teachers.files import write_text

REPOSITORY = Path(__file__).parents[3]
SCHEMA = REPOSITORY / "workflow/schemas/config.schema.json"
README = REPOSITORY / "config/README.md"

OPENING = """\
# The config

One YAML file is one study: what is done, never how (threads, memory and GPUs are in
[workflow/profiles](../workflow/profiles)). Run one with
`snakemake --configfile config/<file>.yaml`; without the option it is `config.yaml`.

{studies}

Editors check a config while you write it against
[workflow/schemas/config.schema.json](../workflow/schemas/config.schema.json). An unknown or
ill-typed key is one line that names the file, the key, what was found and what was expected; so is
a key that is there twice, with its line.

This page and the schema are generated from `workflow/weak_teachers/config/` by
`python -m weak_teachers.config.document`; change the model, not them.
"""


def schema() -> str:
    """The JSON schema of a study's config."""
    return json.dumps(Study.model_json_schema(), indent=2) + "\n"


def readme() -> str:
    """The page that explains every key."""
    whole = Study.model_json_schema()
    sections = [_section("The study", whole)]
    sections += [_section(_title(name), part) for name, part in whole["$defs"].items()]
    opening = OPENING.format(studies="\n".join(_studies()))
    return "\n".join([opening, *(section for section in sections if section)])


def _studies() -> Iterator[str]:
    """One line a study: its file and the comment that it opens with."""
    for path in sorted(REPOSITORY.glob("config/*.yaml")):
        first = path.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")
        yield f"- [`{path.name}`]({path.name}): {first}"


def _title(name: str) -> str:
    return f"`{name}`"


def _section(title: str, part: dict[str, Any]) -> str:
    if "properties" not in part:
        return ""
    rows = [
        f"| `{key}` | {_type(value)} | {_default(value, key in part.get('required', []))} "
        f"| {' '.join(value.get('description', '').split())} |"
        for key, value in part["properties"].items()
    ]
    header = ["| key | value | default | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([f"## {title}", "", part.get("description", ""), "", *header, *rows, ""])


def _type(value: dict[str, Any]) -> str:
    """A short phrase for a schema's type; other sections are linked."""
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    for key in ("anyOf", "oneOf"):
        if key in value:
            return " or ".join(_type(one) for one in value[key] if one != {"type": "null"})
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return " or ".join(f"`{one}`" for one in value["enum"])
    if value.get("type") == "array":
        inner = value.get("items") or value["prefixItems"][0]
        count = f"{value['maxItems']} of " if "prefixItems" in value else "list of "
        return count + _type(inner)
    if value.get("type") == "object":
        inner = value.get("additionalProperties") or next(iter(value["patternProperties"].values()))
        return f"name → {'any value' if inner is True else _type(inner)}"
    return f"{value['type']}{_bounds(value)}"


def _bounds(value: dict[str, Any]) -> str:
    signs = {
        "minimum": "≥",
        "exclusiveMinimum": ">",
        "maximum": "≤",
        "exclusiveMaximum": "<",
    }
    bounds = [f"{sign} {value[key]:.10g}" for key, sign in signs.items() if key in value]
    return f" {', '.join(bounds)}" if bounds else ""


def _default(value: dict[str, Any], required: bool) -> str:
    if required:
        return "*needed*"
    default = value.get("default")
    if isinstance(default, dict) and "$ref" in value:
        return "its defaults"
    return "–" if default is None else f"`{json.dumps(default)}`"


def main() -> None:
    """Write the schema and the page."""
    arguments(__doc__).parse_args()
    write_text(SCHEMA, schema())
    write_text(README, readme())


if __name__ == "__main__":
    run(main)
