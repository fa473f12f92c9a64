"""Progress is a bar on a terminal and a line now and then in a log."""

import sys

import pytest

from weak_teachers import progress as module
from weak_teachers.progress import progress


def test_a_log_gets_a_last_line_and_no_bar(capsys) -> None:
    with progress("sample main", 10, "solution") as shown:
        for _ in range(10):
            shown.add()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("sample main: 100%")
    assert "10/10" in lines[0]
    assert "solution/s" in lines[0]
    assert "\r" not in lines[0]


def test_long_work_writes_a_line_now_and_then(capsys, monkeypatch) -> None:
    monkeypatch.setattr(module, "SECONDS_BETWEEN_LINES", 0.0)
    with progress("train", 4, "update") as shown:
        shown.add(2, note="loss 0.5")
        shown.add(2)
    lines = capsys.readouterr().err.splitlines()
    assert "2/4" in lines[0]
    assert "loss 0.5" in lines[0]
    assert "4/4" in lines[-1]


def test_a_terminal_gets_a_bar(capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress("train", 2, "update") as shown:
        shown.add(2)
    assert "\r" in capsys.readouterr().err


def test_what_was_done_is_shown_when_work_fails(capsys) -> None:
    with pytest.raises(RuntimeError), progress("train", 4, "update") as shown:
        shown.add(3)
        raise RuntimeError
    assert "3/4" in capsys.readouterr().err


def test_what_was_done_earlier_says_nothing_of_the_rate(capsys, monkeypatch) -> None:
    moments = iter([0.0, 10.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(moments))
    shown = module.Progress("train", 100, "update")
    shown.skip(80)
    shown._done += 10  # in ten seconds
    shown.line()
    line = capsys.readouterr().err
    assert "90/100 [00:10<00:10" in line
    assert "1.00update/s" in line
