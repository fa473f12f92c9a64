"""A fault that pydantic found becomes one line with key, value and what was expected."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from weak_teachers.errors import describe, shorten


class Cat(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["cat"]
    lives: Annotated[int, Field(ge=1, le=9)]


class Dog(BaseModel):
    kind: Literal["dog"]
    # Named as the other member of the union, which must confuse no message.
    cat: str
    weight: float = 1


class Home(BaseModel):
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]] = []
    rate: float | Literal["natural"] = 0
    name: str = Field(default="x", pattern="^[a-z]+$")
    rooms: dict[Annotated[str, Field(max_length=3)], int] = {}

    @field_validator("name")
    @classmethod
    def _not_home(cls, name: str) -> str:
        if name == "home":
            raise ValueError("found 'home', expected something better")
        return name


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"pets": 3}, "pets: found 3, expected a valid list"),
        (
            {"pets": [{"kind": "cat", "lives": 10}]},
            "pets.0.lives: found 10, expected less than or equal to 9",
        ),
        ({"pets": [{"kind": "cat"}]}, "pets.0.lives: missing; expected a value"),
        ({"pets": [{"kind": "cat", "lives": 1, "age": 2}]}, "pets.0.age: unknown key, found 2"),
        ({"pets": [{"kind": "cow"}]}, "pets.0.kind: found 'cow', expected 'cat' or 'dog'"),
        ({"pets": [{"lives": 1}]}, "pets.0.kind: missing; expected a value"),
        (
            {"pets": [{"kind": "dog", "cat": "Tom", "weight": []}]},
            "pets.0.weight: found [], expected a valid number",
        ),
        ({"rate": []}, "rate: found [], expected a valid number or 'natural'"),
        ({"name": "A"}, "name: found 'A', expected it to match pattern '^[a-z]+$'"),
        ({"name": "home"}, "name: found 'home', expected something better"),
        ({"rooms": {"attic": 1}}, "rooms.attic: found 'attic', expected it to have at most"),
        ([], "found [], expected a valid dictionary or instance of Home"),
        ({"pets": 3, "name": 4}, "pets: found 3, expected a valid list (and 1 more)"),
    ],
)
def test_a_fault_is_one_line_with_key_value_and_expectation(value: Any, line: str) -> None:
    with pytest.raises(ValidationError) as fault:
        Home.model_validate(value)
    described = describe(fault.value, value)
    assert described.startswith(line)
    assert "\n" not in described


def test_broken_json_is_named_as_such() -> None:
    with pytest.raises(ValidationError) as fault:
        Home.model_validate_json("{'pets': []}")
    assert describe(fault.value).startswith("found \"{'pets': []}\", expected JSON (")


def test_long_values_are_shortened_and_stay_in_a_line() -> None:
    assert shorten("a\nb") == "'a\\nb'"
    assert len(shorten("x" * 1000)) == 60
    assert shorten("x" * 1000).endswith("…")
