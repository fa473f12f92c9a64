"""Files are read with the row named in every complaint, and written whole or not at all."""

import errno
import json
import os
from pathlib import Path

import pytest

from crashes import small_disk
from weak_teachers.errors import UserError
from weak_teachers.files import (
    folder_written_whole,
    read_json,
    read_json_lines,
    read_record,
    read_records,
    read_text,
    write_json,
    write_records,
    write_text,
    written_whole,
)
from weak_teachers.manifest import sha256
from weak_teachers.records import Solution


def solution(name: str, text: str = "1 + 1 = 2") -> Solution:
    return Solution(id=name, task="t", teacher="main", sample=0, text=text, finish="stop")


def test_records_survive_a_round_trip(tmp_path: Path) -> None:
    # U+2028 ends a line for str.splitlines, but not in JSON Lines.
    records = [solution("a", "one\u2028two\nthree"), solution("b", 'quote " and \\ and €')]
    write_records(tmp_path / "new/folder/s.jsonl", records)
    assert read_records(tmp_path / "new/folder/s.jsonl", Solution) == records


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "row 3: expected a JSON object a line, found '{'"),
        ("[1]", "row 3: expected a JSON object, found [1]"),
        ("[" * 100_000, "row 3: expected a JSON object a line"),
        (r'{"text": "bad \ud800"}', "row 3: expected a JSON object a line"),
        ('{"id": "b"}', "row 3: task: missing; expected a value (and 4 more)"),
        (solution("a").model_dump_json(), "row 3: id 'a' is already in row 1; expected each once"),
        (
            solution("b").model_dump_json().replace('"stop"', '"end"'),
            "row 3: finish: found 'end', expected 'stop' or 'length'",
        ),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(f"{solution('a').model_dump_json()}\n\n{line}\n")
    with pytest.raises(UserError) as error:
        read_records(path, Solution)
    assert str(error.value).startswith(f"{path}, {complaint}")
    assert "\n" not in str(error.value)


def test_repeated_ids_are_fine_where_ids_are_not_unique(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    write_records(path, [solution("a"), solution("a")])
    assert len(read_records(path, Solution, unique=None)) == 2


def test_a_mark_that_editors_put_first_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('{"id": 1}\r\n', encoding="utf-8-sig")
    assert list(read_json_lines(tmp_path / "a")) == [(1, {"id": 1})]


def test_a_missing_or_binary_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.json: no such file"):
        read_text(tmp_path / "nowhere.json")
    (tmp_path / "b").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="b: can't be read as UTF-8 text"):
        read_text(tmp_path / "b")
    (tmp_path / "c").write_text("{")
    with pytest.raises(UserError, match="c: expected JSON"):
        read_json(tmp_path / "c")


def test_half_of_a_surrogate_pair_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(r'["bad \udfff"]')
    with pytest.raises(UserError, match=r"a\.json: expected JSON"):
        read_json(tmp_path / "a.json")
    (tmp_path / "b.json").write_text(r'["good \ud83d\ude00"]')
    assert read_json(tmp_path / "b.json") == ["good \U0001f600"]


def test_a_record_that_is_a_whole_file_is_checked_too(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    write_json(path, solution("a").model_dump())
    assert read_record(path, Solution) == solution("a")
    write_json(path, {**solution("a").model_dump(), "sample": -1})
    with pytest.raises(UserError, match=r"record\.json: sample: found -1, expected greater than"):
        read_record(path, Solution)
    path.write_text("[" * 100_000)
    with pytest.raises(UserError, match=r"record\.json: expected JSON"):
        read_record(path, Solution)


def test_json_is_written_for_people(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"ü": [1]})
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert '"ü"' in text
    assert text.endswith("\n")
    assert json.loads(text) == {"ü": [1]}


def test_a_failure_while_writing_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    write_records(path, [solution("old")])
    before = sha256(path)

    def failing():
        yield solution("new")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_records(path, failing())
    assert sha256(path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["s.jsonl"]


def test_the_name_is_taken_only_when_all_is_written(tmp_path: Path) -> None:
    with written_whole(tmp_path / "a") as temporary:
        temporary.write_text("half")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_text() == "half"


def test_a_folder_is_replaced_whole_or_kept(tmp_path: Path) -> None:
    path = tmp_path / "model"
    for name in ("old", "new"):
        with folder_written_whole(path) as folder:
            (folder / name).write_text(name)
    assert [p.name for p in path.iterdir()] == ["new"]
    with pytest.raises(RuntimeError), folder_written_whole(path) as folder:
        (folder / "half").write_text("half")
        raise RuntimeError
    assert [p.name for p in path.iterdir()] == ["new"]
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    # In a container, process ids come round again soon.
    left = tmp_path / f".model.{os.getpid()}.tmp"
    left.mkdir()
    (left / "half").write_text("half")
    with folder_written_whole(tmp_path / "model") as folder:
        (folder / "whole").write_text("whole")
    assert [p.name for p in (tmp_path / "model").iterdir()] == ["whole"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may mount a small disk")
def test_a_full_disk_is_an_error_and_leaves_what_was_there(tmp_path: Path) -> None:
    with small_disk(tmp_path, megabytes=1):
        path = tmp_path / "s.jsonl"
        write_records(path, [solution("old")])
        with pytest.raises(UserError, match=r"s\.jsonl: can't be written .No space left on device"):
            write_records(path, [solution("new", "x" * 2_000_000)])
        assert read_records(path, Solution) == [solution("old")]
        assert [p.name for p in tmp_path.iterdir()] == ["s.jsonl"]


def test_an_unwritable_place_is_named_as_the_user_knows_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    path = tmp_path / "file/results/a.json"
    with pytest.raises(UserError) as error:
        write_text(path, "x")
    assert str(error.value) == f"{path}: can't be written (Not a directory)"
    with (
        pytest.raises(UserError, match="b: can't be written"),
        folder_written_whole(tmp_path / "file/b"),
    ):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match=r"a\.json: can't be written .Permission denied"):
        write_text(tmp_path / "a.json", "x")


def test_an_error_about_another_file_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="elsewhere"), written_whole(tmp_path / "a"):
        (tmp_path / "elsewhere").read_text()
    with pytest.raises(ConnectionResetError), written_whole(tmp_path / "a"):
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
