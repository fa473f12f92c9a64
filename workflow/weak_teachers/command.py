"""What every stage's command shares: arguments, settings, one-line errors, threads."""

import argparse
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

from weak_teachers.errors import UserError, describe
from weak_teachers.gpus import use_gpus


def arguments(description: str | None) -> argparse.ArgumentParser:
    """A parser whose help opens with the stage's own docstring."""
    return argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def settings_argument(parser: argparse.ArgumentParser, model: Any) -> None:
    """Add ``--settings``: the stage's part of the study's config as JSON, or ``@file``.

    Args:
        parser: the command's parser.
        model: a section of the config, or a union of sections.
    """

    def parse(text: str) -> Any:
        try:
            source = Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text
            return TypeAdapter(model).validate_json(source)
        except ValidationError as error:
            raise UserError(f"--settings: {describe(error)}") from None

    parser.add_argument(
        "--settings",
        type=parse,
        required=True,
        metavar="JSON",
        help="this stage's part of the study's config as JSON, or @FILE (see config/README.md)",
    )


def threads_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--threads``: how many CPU threads the process may use."""
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads to use")


def gpus_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--gpus``: how many GPUs the process may use."""
    parser.add_argument(
        "--gpus", type=int, metavar="N", help="GPUs to use; all that are visible if not given"
    )


def requirement_argument(
    parser: argparse.ArgumentParser, option: str, default: float | None = None
) -> None:
    """Add an option that requires a measure to be some share, 0 to 1, at least."""

    def parse(text: str) -> float:
        try:
            share = float(text)
        except ValueError:
            share = math.nan
        if not 0 <= share <= 1:
            raise UserError(f"{option}: found {text}, expected a share from 0 to 1")
        return share

    parser.add_argument(
        option, type=parse, default=default, metavar="SHARE", help="0 to 1; exit status 1 below"
    )


def asking_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a stage that asks models is told: seed, account, its share of the machine."""
    parser.add_argument("--seed", type=int, required=True, help="the study's seed")
    parser.add_argument("--account", type=Path, required=True, help="output: what models took")
    threads_argument(parser)
    gpus_argument(parser)


def use_share(args: argparse.Namespace) -> None:
    """Keep within ``--threads`` and ``--gpus``; call before torch is imported."""
    use_threads(args.threads)
    use_gpus(args.gpus)


def use_threads(threads: int) -> None:
    """Keep every numerical library within ``threads``; call before torch is imported."""
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if threads > 1 else "false"


def run(main: Callable[[], None]) -> NoReturn:
    """Run a command: a user's error is one line on stderr and exit status 1, never a traceback."""
    try:
        main()
    except UserError as error:
        sys.exit(f"error: {one_line(error)}")
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {place}{one_line(error.strerror or error)}")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


def one_line(text: object) -> str:
    """A message without its line breaks."""
    return " ".join(str(text).split())
