"""A config file is read with each key once, or not at all."""

from pathlib import Path

import pytest

from weak_teachers import plan, why
from weak_teachers.config.reading import read_config


@pytest.mark.parametrize("main", [plan.main, why.main])
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 1\n", "line 3: a is"),
        ("a:\n  b: 1\n  c: 2\n  b:\n", "line 4: b is"),
        ("a: [{b: 1}, {b: 1,\n 'b': 2}]", "line 2: b is"),
        ('{"a": 1, "a": 2}', "line 1: a is"),
    ],
)
def test_a_key_that_is_there_twice_is_one_line(tmp_path: Path, command, main, text, line) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(text)
    said = command(main, "--configfile", path)
    assert said == f"error: {path}, {line} there twice; expected each key once"


def test_keys_of_an_anchor_may_be_told_again(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("a: &a {x: 1, y: 2}\nb: &b {<<: *a, y: 3}\nc: {<<: *b, x: 4}\nd: *b\n")
    assert read_config(path) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 4, "y": 3},
        "d": {"x": 1, "y": 3},
    }
