"""Held out: the problems of all test sets in one file, which training problems must not be.

They are made from the test sets' settings, as the test sets' own files are. Only so can a test set
that is added later leave the training problems as they are; `overlap` then finds what it has in
common with them.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from weak_teachers.command import arguments, run, settings_argument
from weak_teachers.config.problems import DataFile, FileSet
from weak_teachers.config.stages import HeldOutSettings
from weak_teachers.fetch import fetch
from weak_teachers.files import write_records
from weak_teachers.problems import drop_repeated, make
from weak_teachers.records import Problem


def held_out(settings: HeldOutSettings, seed: int) -> Iterator[Problem]:
    """The problems of all test sets, in their order."""
    for name, wanted in settings.test_sets.items():
        with TemporaryDirectory() as folder:
            file = None
            if isinstance(wanted, FileSet):
                file = at_hand(settings.files[wanted.file], Path(folder))
            problems, _ = make(name, wanted, file, seed)
        yield from drop_repeated(problems, {})[0]


def at_hand(file: DataFile, folder: Path) -> Path:
    """Where a data file can be read: one with a url is fetched into ``folder``."""
    if not file.url:
        return Path(file.path)
    fetch(file, folder / file.path)
    return folder / file.path


def main() -> None:
    """Gather the test problems."""
    parser = arguments(__doc__)
    settings_argument(parser, HeldOutSettings)
    parser.add_argument("--seed", type=int, required=True, help="the study's seed")
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    write_records(args.output, held_out(args.settings, args.seed))


if __name__ == "__main__":
    run(main)
