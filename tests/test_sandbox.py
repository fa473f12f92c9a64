"""A hang, a crash or a bomb costs its own item, and nothing that an item does leaves its worker."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import sandboxed
from weak_teachers.sandbox import Sandbox
from weak_teachers.sandbox_worker import succeeded


def test_results_come_in_order_whatever_the_number_of_workers() -> None:
    items = [1, "a", [2], 0.5, "\udc00 \0"]
    for workers in (1, 2, 3):
        with Sandbox(sandboxed.double, workers) as sandbox:
            assert sandboxed.ask_all(sandbox, items) == [item * 2 for item in items]


def test_no_worker_starts_without_an_item() -> None:
    with Sandbox(sandboxed.double):
        assert not psutil.Process().children()


FAILURES = [
    *("exception", "exit", "signal", "recursion", "no JSON", "long result"),
    *("much at once", "more and more", "power", "loop"),
]


def test_a_failure_costs_its_own_item_alone() -> None:
    items = [way for failure in FAILURES for way in ("none", failure, "none")]
    with Sandbox(sandboxed.fail, workers=2, seconds=1, megabytes=300) as sandbox:
        results = sandboxed.ask_all(sandbox, items)
    assert results == ["fine", None, "fine"] * len(FAILURES)


def test_every_item_is_its_worker_s_first() -> None:
    with Sandbox(sandboxed.history) as sandbox:
        assert [sandbox.ask(item) for item in range(3)] == [[1, 0, 1]] * 3


def test_every_worker_has_the_same_order_of_sets() -> None:
    words = [str(number) for number in range(50)]
    orders = []
    for _ in range(2):
        with Sandbox(sandboxed.set_order) as sandbox:
            orders.append(sandbox.ask(words))
    assert orders[0] == orders[1]


def test_workers_inherit_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "secret")
    with Sandbox(sandboxed.environment) as sandbox:
        assert "API_KEY" not in sandbox.ask(0)


ACTIONS = [
    *("write", "touch", "make a folder", "remove", "read", "read roundabout", "shell"),
    *("process", "fork", "connection", "eval", "kill", "library"),
]


def test_items_can_t_act_on_the_world(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    items = [[way, str(tmp_path / "canary")] for way in ("nothing", *ACTIONS)]
    with Sandbox(sandboxed.act) as sandbox:
        results = [sandbox.ask(item) for item in items]
    assert results == ["done"] + [None] * len(ACTIONS)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_items_can_import_what_is_installed() -> None:
    with Sandbox(sandboxed.import_late) as sandbox:
        assert sandbox.ask(0) == "colorsys"


def test_a_module_that_can_t_be_imported_is_an_error_and_not_a_result() -> None:
    def function(item: int) -> int:
        return item

    function.__module__ = "no_such_module"
    with Sandbox(function) as sandbox, pytest.raises(RuntimeError, match="workers don't start"):
        sandbox.ask(1)


def test_an_item_that_waits_is_ended_by_the_clock() -> None:
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    start = time.monotonic()
    assert not succeeded(child, 0.1)
    assert time.monotonic() - start < 10


def test_a_killed_worker_costs_its_own_item_and_is_replaced() -> None:
    with Sandbox(sandboxed.double) as sandbox:
        assert sandbox.ask(1) == 2
        [parent] = psutil.Process().children()
        parent.children()[0].kill()
        assert [sandbox.ask(2), sandbox.ask(3)] == [None, 6]
        parent.kill()
        parent.wait()
        assert sandbox.ask(4) == 8


def test_workers_are_gone_when_their_process_is_killed() -> None:
    here = str(Path(__file__).parent)
    process = subprocess.Popen(
        [sys.executable, "-m", "sandboxed"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([here, *filter(None, sys.path)])},
    )
    # Three workers and what they are forks of; two of them with a fork that hangs.
    family = descendants(process.pid, 6)
    process.kill()
    process.wait()
    assert psutil.wait_procs(family, timeout=10)[1] == []


def descendants(pid: int, count: int) -> list[psutil.Process]:
    """Wait for so many descendants that live for a while."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = psutil.Process(pid).children(recursive=True)
        time.sleep(0.3)
        if len(found) == count and all(one.is_running() for one in found):
            return found
    raise AssertionError(f"{count} processes did not come")
