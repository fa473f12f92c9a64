"""Manifest: the SHA-256 of every stage file, so that one that was changed since is noticed.

``results/<study>/manifest/<path>.sha256`` has a line for the file ``<path>``, or for each file of
the folder ``<path>``, in the form of ``sha256sum``. Whoever writes a stage file through files.py
records it, whoever reads one checks it; a file outside of a study's results has no entry.

python -m weak_teachers.manifest results/mini
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from weak_teachers.command import arguments, run
from weak_teachers.errors import UserError, shorten

FOLDER = "manifest"
OTHER_FOLDERS = {FOLDER, "logs", "benchmarks", "work"}
"""Folders of a study without stage files: besides the manifest, logs, timings, unfinished work."""
STAMP = ".snakemake_timestamp"
"""The file by whose time Snakemake goes for a folder, of which it makes no checksum."""


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def study_folder(path: Path) -> Path | None:
    """The folder ``results/<study>`` that a file is in, if any."""
    return next((one for one in path.absolute().parents if one.parent.name == "results"), None)


def entry_of(path: Path) -> Path | None:
    """Where the checksum of a stage file or folder is; None for any other file."""
    results = study_folder(path)
    if results is None:
        return None
    inner = path.absolute().relative_to(results)
    # A file within a folder that is still being written belongs to that folder's entry.
    hidden = any(part.startswith(".") for part in inner.parts)
    return None if hidden else results / FOLDER / f"{inner}.sha256"


def record(path: Path, content: Path) -> None:
    """Record the checksum of a stage file or folder.

    Args:
        path: its name.
        content: where its content is as yet.
    """
    entry = entry_of(path)
    if entry is None:
        return
    name = path.absolute().relative_to(study_folder(path))
    files = sorted(one for one in content.rglob("*") if one.is_file()) or [content]
    lines = [f"{sha256(one)}  {name / one.relative_to(content)}\n" for one in files]
    entry.parent.mkdir(parents=True, exist_ok=True)
    temporary = entry.with_name(f".{entry.name}.tmp")
    temporary.write_text("".join(lines), encoding="utf-8")
    temporary.replace(entry)


def check(path: Path, without: str | None = None) -> None:
    """Check a stage file or folder that is going to be read.

    Args:
        path: the file or folder; one without an entry passes.
        without: end of the names in a folder that aren't going to be read.

    Raises:
        UserError: its content isn't what its stage wrote.
    """
    entry = entry_of(path)
    if entry is None or not entry.is_file():
        return
    for file, expected in _lines(entry, study_folder(path)):
        if without is not None and file.name.endswith(without):
            continue
        if not file.is_file() or sha256(file) != expected:
            raise UserError(complaint([file]))


def changed(results: Path, since_recorded: bool = True) -> list[Path]:
    """Stage files of a study that aren't what their stage wrote; missing ones don't count.

    Args:
        results: the study's folder, ``results/<study>``.
        since_recorded: read only files that were touched after their checksum was recorded.
    """
    found: list[Path] = []
    for entry in sorted(results.glob(f"{FOLDER}/**/*.sha256")):
        last = entry.stat().st_mtime_ns if since_recorded else -1
        touched = [
            (file, expected)
            for file, expected in _lines(entry, results)
            if file.is_file() and file.stat().st_mtime_ns > last
        ]
        differing = [file for file, expected in touched if sha256(file) != expected]
        if since_recorded and not differing:
            folder = results / entry.relative_to(results / FOLDER).with_suffix("")
            _put_back([*(file for file, _ in touched), folder / STAMP], last)
        found += differing
    return found


def unrecorded(results: Path) -> list[Path]:
    """Files of a study that have no checksum, as where their entry was deleted.

    Args:
        results: the study's folder, ``results/<study>``.
    """
    known = set(recorded(results))
    files = (path for path in sorted(results.rglob("*")) if path.is_file())
    return [file for file in files if _is_stage_file(file, results) and file not in known]


def recorded(results: Path) -> list[Path]:
    """Files of a study that have a checksum."""
    entries = sorted(results.glob(f"{FOLDER}/**/*.sha256"))
    return [file for entry in entries for file, _ in _lines(entry, results)]


def _is_stage_file(file: Path, results: Path) -> bool:
    parts = file.relative_to(results).parts
    return parts[0] not in OTHER_FOLDERS and not any(part.startswith(".") for part in parts)


def _put_back(files: list[Path], last: int) -> None:
    """Give what was only touched its time again, so that it isn't read again and reruns nothing."""
    for file in files:
        if file.is_file() and file.stat().st_mtime_ns > last:
            os.utime(file, ns=(last, last))


def check_study(results: Path) -> None:
    """Check those stage files of a study that were touched since their checksum was recorded.

    Raises:
        UserError: some aren't what their stage wrote.
    """
    if found := changed(results):
        raise UserError(complaint(found))


def complaint(files: list[Path]) -> str:
    """Say in one line that files aren't what their stages wrote."""
    return (
        f"{_first_of(files)}: not what its stage wrote, the SHA-256 differs from that in the "
        f"study's {FOLDER}; delete it, it is made again where it is needed"
    )


def complaint_unrecorded(files: list[Path]) -> str:
    """Say in one line that files have no checksum."""
    return (
        f"{_first_of(files)}: no entry in the study's {FOLDER}, so nothing tells whether it is "
        "what its stage wrote; delete it, it is made again where it is needed, or, if no stage "
        "wrote it, keep it elsewhere"
    )


def _first_of(files: list[Path]) -> str:
    return f"{files[0]} (and {len(files) - 1} more)" if len(files) > 1 else str(files[0])


def _lines(entry: Path, results: Path) -> Iterator[tuple[Path, str]]:
    for line in entry.read_text(encoding="utf-8").splitlines():
        expected, _, name = line.partition("  ")
        if not name:
            raise UserError(
                f"{entry}: found {shorten(line)}, expected a line of sha256sum; delete it"
            )
        yield results / name, expected


def main() -> None:
    """Check all stage files of a study by their content."""
    parser = arguments(__doc__)
    parser.add_argument("results", type=Path, help="the study's folder, results/<study>")
    args = parser.parse_args()
    if not (args.results / FOLDER).is_dir():
        raise UserError(f"{args.results}: no folder {FOLDER}; expected a study's results")
    differing, unknown = changed(args.results, since_recorded=False), unrecorded(args.results)
    for file in differing:
        print(file)
    for file in unknown:
        print(f"{file}: no entry in {FOLDER}")
    if differing:
        raise UserError(complaint(differing))
    if unknown:
        raise UserError(complaint_unrecorded(unknown))
    files = recorded(args.results)
    missing = sorted(file for file in files if not file.exists())
    for file in missing:
        print(f"{file}: isn't there")
    print(f"{args.results}: {len(files) - len(missing)} files are what their stages wrote")


if __name__ == "__main__":
    run(main)
