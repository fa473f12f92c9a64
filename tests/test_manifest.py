"""The manifest: a stage file that was edited or cut is noticed and named, never silently used."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from weak_teachers.errors import UserError
from weak_teachers.files import folder_written_whole, read_text, write_json, write_text
from weak_teachers.manifest import STAMP, changed, check, check_study, main, sha256


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A study's results: two files and a model folder."""
    results = tmp_path / "results/small"
    write_text(results / "tasks/hard.jsonl", "one\ntwo\n")
    write_text(results / "report.html", "<p>")
    with folder_written_whole(results / "models/base") as folder:
        (folder / "weights.safetensors").write_bytes(b"\0\1\2")
        (folder / "tokenizer.json").write_text("{}")
        write_json(folder / "inner/training.json", [])
    return results


def edit(path: Path, text: str, later: int = 1) -> None:
    """Change a file as an editor does, so many seconds after it was written."""
    before = path.stat().st_mtime
    path.write_text(text)
    os.utime(path, (before + later, before + later))


def test_each_stage_file_has_an_entry_that_sha256sum_reads(results: Path) -> None:
    entries = {str(p.relative_to(results / "manifest")) for p in results.glob("manifest/**/*.*")}
    assert entries == {"tasks/hard.jsonl.sha256", "report.html.sha256", "models/base.sha256"}
    command = "cat $(find manifest -name '*.sha256') | sha256sum -c"
    said = subprocess.run(command, shell=True, cwd=results, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert said.stdout.count(": OK\n") == 5


def test_what_was_not_changed_is_read(results: Path, command) -> None:
    assert read_text(results / "tasks/hard.jsonl") == "one\ntwo\n"
    check(results / "models/base")
    assert changed(results) == []
    assert command(main, results) == ""


def test_what_was_only_touched_gets_its_time_again(results: Path) -> None:
    """Snakemake, too, goes by the times of folders."""
    folder = results / "models/base"
    (folder / STAMP).touch()
    entry = results / "manifest/models/base.sha256"
    later = entry.stat().st_mtime + 100
    for path in (folder / STAMP, folder / "tokenizer.json", results / "tasks/hard.jsonl"):
        os.utime(path, (later, later))
    assert changed(results) == []
    for path in (folder / STAMP, folder / "tokenizer.json", results / "tasks/hard.jsonl"):
        assert path.stat().st_mtime < later
    os.utime(folder / STAMP, (later, later))
    edit(folder / "tokenizer.json", "[]")
    assert changed(results) == [folder / "tokenizer.json"]
    assert (folder / STAMP).stat().st_mtime == later


def test_what_is_not_there_is_named(results: Path, capsys, monkeypatch) -> None:
    (results / "report.html").unlink()
    monkeypatch.setattr("sys.argv", ["manifest", str(results)])
    main()
    said = capsys.readouterr().out
    assert (
        said
        == f"{results}/report.html: isn't there\n{results}: 4 files are what their stages wrote\n"
    )


@pytest.mark.parametrize("text", ["one\n", "one\nTWO\n", ""], ids=["cut", "edited", "emptied"])
def test_a_changed_file_is_named_and_not_used(results: Path, command, text: str) -> None:
    path = results / "tasks/hard.jsonl"
    edit(path, text)
    for use in (lambda: read_text(path), lambda: check(path), lambda: check_study(results)):
        with pytest.raises(UserError, match=f"^{path}: not what its stage wrote.*delete it"):
            use()
    assert command(main, results).startswith(f"error: {path}: not what its stage wrote")


def test_an_edit_that_keeps_the_file_s_time_is_noticed_where_the_file_is_read(results, command):
    edit(results / "report.html", "<q>", later=0)
    with pytest.raises(UserError, match="not what its stage wrote"):
        check(results / "report.html")
    assert "report.html" in command(main, results)


def test_a_folder_is_checked_file_by_file(results: Path) -> None:
    edit(results / "models/base/weights.safetensors", "x")
    with pytest.raises(UserError, match=r"base/weights\.safetensors: not what"):
        check(results / "models/base")
    check(results / "models/base", without=".safetensors")
    assert changed(results) == [results / "models/base/weights.safetensors"]
    (results / "models/base/tokenizer.json").unlink()
    with pytest.raises(UserError, match=r"base/tokenizer\.json: not what"):
        check(results / "models/base", without=".safetensors")


def test_a_file_that_is_made_again_is_fine_again(results: Path) -> None:
    edit(results / "report.html", "<q>")
    write_text(results / "report.html", "<r>")
    check_study(results)
    assert read_text(results / "report.html") == "<r>"


def test_a_deleted_file_is_no_fault(results: Path) -> None:
    (results / "report.html").unlink()
    shutil.rmtree(results / "models")
    check_study(results)


def test_a_file_without_an_entry_is_named(results: Path, command, capsys) -> None:
    (results / "manifest/report.html.sha256").unlink()
    assert command(main, results).startswith(
        f"error: {results}/report.html: no entry in the study's manifest"
    )
    (results / "manifest/models/base.sha256").unlink()
    capsys.readouterr()
    assert "training.json (and 3 more): no entry in the" in command(main, results)
    assert f"{results}/models/base/weights.safetensors: no entry" in capsys.readouterr().out


def test_a_line_that_was_taken_out_of_an_entry_is_noticed(results: Path, command) -> None:
    entry = results / "manifest/models/base.sha256"
    lines = entry.read_text().splitlines(keepends=True)
    entry.write_text("".join(line for line in lines if "tokenizer" not in line))
    assert "models/base/tokenizer.json: no entry in the" in command(main, results)


def test_logs_timings_and_unfinished_work_need_no_entry(results: Path, command) -> None:
    names = ("logs/mix/a.log", "benchmarks/train/a.tsv", "work/a/model.safetensors", ".running")
    for path in (*(results / name for name in names), results / "models/base" / STAMP):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert command(main, results) == ""


def test_a_touched_file_is_read_once(results: Path, monkeypatch) -> None:
    os.utime(results / "manifest/tasks/hard.jsonl.sha256", (1, 1))
    read = []
    monkeypatch.setattr("weak_teachers.manifest.sha256", lambda p: read.append(p) or sha256(p))
    check_study(results)
    check_study(results)
    assert read == [results / "tasks/hard.jsonl"]


def test_a_broken_entry_is_named(results: Path) -> None:
    entry = results / "manifest/report.html.sha256"
    entry.write_text("cut")
    with pytest.raises(UserError, match=f"^{entry}: found 'cut', expected a line of sha256sum"):
        read_text(results / "report.html")


def test_files_elsewhere_have_no_entry(tmp_path: Path, command) -> None:
    write_text(tmp_path / "elsewhere/a.txt", "a")
    edit(tmp_path / "elsewhere/a.txt", "b")
    assert read_text(tmp_path / "elsewhere/a.txt") == "b"
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["a.txt"]
    assert "no folder manifest" in command(main, tmp_path)
