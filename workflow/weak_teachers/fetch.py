"""Fetch: get a data file from outside, once, and check its content.

It is copied from the folder that WEAK_TEACHERS_DATA names, or downloaded from its pinned address.
"""

import http.client
import os
import shutil
import urllib.request
from pathlib import Path

from weak_teachers.command import arguments, run, settings_argument
from weak_teachers.config.problems import DataFile
from weak_teachers.errors import UserError
from weak_teachers.files import written_whole
from weak_teachers.manifest import sha256

FOLDER = "WEAK_TEACHERS_DATA"


def place_of(file: DataFile) -> Path | None:
    """Where a data file is on this machine; None if it is still to be downloaded."""
    folder = os.environ.get(FOLDER)
    local = Path(folder, file.path) if file.url and folder else Path(file.path)
    return local if local.is_file() else None


def fetch(file: DataFile, output: Path) -> None:
    """Get a data file.

    Raises:
        UserError: it is in neither place, or its content isn't what the config expects.
    """
    folder = os.environ.get(FOLDER)
    local = Path(folder, file.path) if folder else None
    with written_whole(output) as temporary:
        if local is not None and local.is_file():
            shutil.copyfile(local, temporary)
        elif file.url is not None:
            _download(file.url, temporary, local)
        else:
            raise UserError(f"{file.path}: not in {FOLDER} ({folder or 'not set'}), and has no url")
        found = sha256(temporary)
        if file.sha256 and found != file.sha256:
            raise UserError(
                f"{local if local and local.is_file() else file.url}: found sha256 {found}, "
                f"expected {file.sha256}; the file isn't the one that the config means"
            )


def _download(url: str, target: Path, local: Path | None) -> None:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer, target.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except (OSError, http.client.HTTPException, ValueError) as error:  # URLError is an OSError
        place = f"{local} isn't there" if local else f"{FOLDER} isn't set"
        raise UserError(
            f"{url}: can't be fetched ({getattr(error, 'reason', error)}) and {place}; "
            f"set {FOLDER} to a folder that has the file"
        ) from None


def main() -> None:
    """Get one data file."""
    parser = arguments(__doc__)
    settings_argument(parser, DataFile)
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    fetch(args.settings, args.output)


if __name__ == "__main__":
    run(main)
