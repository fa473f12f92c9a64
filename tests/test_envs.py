"""The environments of --sdm conda have what the stages need, at the versions that are tested."""

import re
import tomllib

import pytest
import yaml

from conftest import REPOSITORY

LOCKED = dict(
    line.split("==")
    for line in (REPOSITORY / "envs/cpu.txt").read_text().lower().replace("_", "-").splitlines()
    if "==" in line
)


def pinned(name: str) -> dict[str, str]:
    """The versions of Python packages in an environment."""
    environment = yaml.safe_load((REPOSITORY / f"envs/{name}.yaml").read_text())
    [parts] = [part["pip"] for part in environment["dependencies"] if isinstance(part, dict)]
    return dict(part.split("==") for part in parts if "==" in part)


@pytest.mark.parametrize(("name", "build"), [("cpu", "+cpu"), ("gpu", "")])
def test_an_environment_has_what_the_project_names(name: str, build: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    needed = {re.match(r"[\w-]+", one)[0] for one in project["dependencies"]} - {"snakemake"}
    expected = {one: LOCKED[one] for one in needed}
    expected["torch"] = expected["torch"].removesuffix("+cpu") + build
    assert pinned(name) == expected
