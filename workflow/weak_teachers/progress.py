"""Progress of long work: a bar on a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 30.0


class Progress:
    """Counts what is done of ``total`` and shows it with rate and time left."""

    def __init__(self, label: str, total: int, unit: str) -> None:
        self._bar = tqdm(
            total=total, desc=label, unit=unit, file=sys.stderr, disable=not sys.stderr.isatty()
        )
        self._label, self._total, self._unit = label, total, unit
        self._done = self._skipped = 0
        self._start = self._last_line = time.monotonic()

    def add(self, count: int = 1, note: str = "") -> None:
        """Count ``count`` more as done; ``note`` is shown beside the count."""
        self._done += count
        self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(count)
        if self._bar.disable and time.monotonic() - self._last_line > SECONDS_BETWEEN_LINES:
            self.line(note)

    def skip(self, count: int) -> None:
        """Count ``count`` more as done earlier, which says nothing of the rate."""
        self._done += count
        self._skipped += count
        if not self._bar.disable:
            self._bar.initial += count
            self._bar.update(count)

    def line(self, note: str = "") -> None:
        """Write one line of the state to stderr."""
        self._last_line = time.monotonic()
        meter = tqdm.format_meter(
            self._done,
            self._total,
            self._last_line - self._start,
            prefix=self._label,
            unit=self._unit,
            ncols=0,
            postfix=note or None,
            initial=self._skipped,
        )
        print(meter, file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the bar, or write the last line."""
        if self._bar.disable:
            self.line()
        self._bar.close()


@contextmanager
def progress(label: str, total: int, unit: str) -> Iterator[Progress]:
    """Show the progress of ``total`` units of work while the block runs."""
    shown = Progress(label, total, unit)
    try:
        yield shown
    finally:
        shown.close()
