"""The problems that are held out are those of the test sets' own files."""

from pathlib import Path

import examples
from weak_teachers import problems
from weak_teachers.config.stages import held_out_settings
from weak_teachers.files import read_records, write_records
from weak_teachers.held_out import main
from weak_teachers.manifest import sha256
from weak_teachers.records import Problem


def test_they_are_the_problems_of_the_test_sets(tmp_path: Path, command, monkeypatch) -> None:
    """A synthetic set, one from a file beside the config, and one that is fetched."""
    monkeypatch.setenv("WEAK_TEACHERS_DATA", str(tmp_path / "data"))
    write_records(tmp_path / "mine.jsonl", [examples.problem(f"m{n}", seed=n) for n in range(9)])
    write_records(tmp_path / "data/far/far.jsonl", [examples.problem("f", seed=99)] * 2)
    digest = sha256(tmp_path / "data/far/far.jsonl")
    files = {
        "mine": {"path": str(tmp_path / "mine.jsonl")},
        "far": {"path": "far/far.jsonl", "url": "http://localhost:9/far", "sha256": digest},
        "people": {"path": "people.jsonl"},
    }
    sets = {
        "made": {"source": "synthetic", "count": 30, "steps": [2]},
        "mine": {"source": "file", "file": "mine", "count": 5},
        "far": {"source": "file", "file": "far", "columns": {"id": "none"}},
    }
    study = examples.study({"files": files, "test_sets": sets})
    settings = held_out_settings(study)
    output = tmp_path / "held_out.jsonl"
    words = ("--settings", settings.model_dump_json(), "--seed", study.seed, "--output", output)
    assert command(main, *words) == ""

    expected = []
    for name, wanted in study.test_sets.items():
        path = tmp_path / f"{name}.jsonl" if name == "mine" else tmp_path / "data/far/far.jsonl"
        assert (
            command(
                problems.main,
                *("--name", name, "--settings", wanted.model_dump_json(), "--seed", study.seed),
                *("--file", path, "--output", tmp_path / f"out/{name}.jsonl"),
                *("--counts", tmp_path / f"out/{name}.counts.json"),
            )
            == ""
        )
        expected += read_records(tmp_path / f"out/{name}.jsonl", Problem)
    assert [problem.source for problem in expected].count("mine") == 5
    assert [problem.source for problem in expected].count("far") == 1  # the other is a duplicate
    assert read_records(output, Problem) == expected


def test_only_the_files_of_test_sets_count() -> None:
    files = {"people": {"path": "people.jsonl"}, "mine": {"path": "mine.jsonl"}}
    sets = {"mine": {"source": "file", "file": "mine"}}
    study = examples.study({"files": files, "test_sets": sets})
    assert list(held_out_settings(study).files) == ["mine"]
