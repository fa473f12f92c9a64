"""Data files come from the folder or their address, and only with the content that is expected."""

import hashlib
from pathlib import Path

import pytest

from weak_teachers.config.problems import DataFile
from weak_teachers.errors import UserError
from weak_teachers.fetch import FOLDER, fetch, main

CONTENT = b'{"question": "?"}\n'
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def away(tmp_path: Path, monkeypatch) -> Path:
    """A file outside, behind a file:// address; no data folder is set."""
    monkeypatch.delenv(FOLDER, raising=False)
    path = tmp_path / "away/data.jsonl"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


def test_a_file_is_copied_from_the_folder(away: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(FOLDER, str(away.parent))
    file = DataFile(path="data.jsonl", url="https://nowhere.invalid/x", sha256=DIGEST)
    fetch(file, tmp_path / "here/data.jsonl")
    assert (tmp_path / "here/data.jsonl").read_bytes() == CONTENT


def test_a_file_is_fetched_where_the_folder_lacks_it(away, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    file = DataFile(path="x/data.jsonl", url=away.as_uri(), sha256=DIGEST)
    fetch(file, tmp_path / "here.jsonl")
    assert (tmp_path / "here.jsonl").read_bytes() == CONTENT


@pytest.mark.parametrize("in_folder", [True, False])
def test_other_content_is_refused_and_leaves_nothing(away, tmp_path, monkeypatch, in_folder):
    if in_folder:
        monkeypatch.setenv(FOLDER, str(away.parent))
    file = DataFile(path="data.jsonl", url=away.as_uri(), sha256="0" * 64)
    with pytest.raises(UserError, match=f"found sha256 {DIGEST}, expected 000") as error:
        fetch(file, tmp_path / "here/data.jsonl")
    assert str(error.value).startswith(str(away) if in_folder else away.as_uri())
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize("url", ["file:///no/such/file", "http://127.0.0.1:1/x", "gopher://x"])
def test_without_network_the_error_says_what_to_do(away, tmp_path, command, url) -> None:
    file = DataFile(path="data.jsonl", url=url, sha256=DIGEST)
    said = command(main, "--settings", file.model_dump_json(), "--output", tmp_path / "here.jsonl")
    assert said.startswith(f"error: {url}: can't be fetched (")
    assert said.endswith(f"{FOLDER} isn't set; set {FOLDER} to a folder that has the file")
    assert not (tmp_path / "here.jsonl").exists()


def test_a_file_that_is_nowhere_is_an_error(away, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    with pytest.raises(UserError, match=r"x\.jsonl: not in WEAK_TEACHERS_DATA .*and has no url"):
        fetch(DataFile(path="x.jsonl"), tmp_path / "here.jsonl")


def test_the_gsm8k_study_s_digests_are_those_of_the_real_files(shared_file, monkeypatch) -> None:
    import yaml

    from conftest import REPOSITORY
    from weak_teachers.manifest import sha256

    for file in yaml.safe_load((REPOSITORY / "config/gsm8k.yaml").read_text())["files"].values():
        assert sha256(shared_file(file["path"])) == file["sha256"]
