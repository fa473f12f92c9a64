"""Sandbox: untrusted items in killable worker processes, each within bounds of time and memory.

    with Sandbox(workers=2) as sandbox:
        results = list(sandbox.map(function, items))

A hang, a crash or a bomb costs its own item a None and nothing else. Every item runs in a fresh
fork of its worker, so that its result depends neither on other items nor on the number of workers;
and its time is CPU time, so that it doesn't depend on how busy the machine is. What a fork may do
is in sandbox_worker.py. Workers start with the first item and end with this process, however it
ends.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Self

from weak_teachers import sandbox_worker


class Sandbox:
    """Worker processes that run functions over untrusted items.

    Args:
        workers: how many items run side by side.
        seconds: CPU time that an item may take; it may wait 20 times as long for a CPU.
        megabytes: address space that an item may use, the worker's imports included.
    """

    def __init__(self, workers: int = 1, seconds: int = 5, megabytes: int = 1_000) -> None:
        self._workers = workers
        self._bounds = (str(seconds), str(megabytes))
        # A None stands for a worker that isn't started yet.
        self._idle: SimpleQueue[_Worker | None] = SimpleQueue()
        for _ in range(workers):
            self._idle.put(None)

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Yield the result of each item, in order; None if it failed in any way.

        Args:
            function: a function of a module, not of a script. Heavy imports belong into a function
                ``prepare`` of that module, which a worker calls once before its first item.
            items: what JSON can carry, as results must be.

        Raises:
            RuntimeError: workers don't start; they say why on stderr.
        """
        with ThreadPoolExecutor(self._workers) as threads:
            yield from threads.map(lambda item: self.ask(function, item), items)

    def ask(self, function: Callable[[Any], Any], item: Any) -> Any:
        """The result of one item, as ``map`` gives it; many threads may ask."""
        worker = self._idle.get()
        try:
            worker = worker or _Worker(self._bounds)
            return worker.ask(f"{function.__module__}:{function.__name__}", item)
        except ConnectionError:
            worker.close()
            if worker.asked == 1:
                raise RuntimeError("the sandbox's workers don't start") from None
            worker = None
            return None
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the workers; a later item would start new ones."""
        for _ in range(self._workers):
            if worker := self._idle.get():
                worker.close()
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Worker:
    """One worker process."""

    def __init__(self, bounds: tuple[str, str]) -> None:
        self.asked = 0
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", sandbox_worker.__name__, *bounds],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Nothing is inherited: no keys, no tokens. One hash seed, one order of every set.
            env={
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONHASHSEED": "0",
                "OMP_NUM_THREADS": "1",
            },
            cwd=os.sep,
            start_new_session=True,
        )

    def ask(self, function: str, item: Any) -> Any:
        """The result of one item, or None.

        Raises:
            ConnectionError: the worker is gone.
        """
        self.asked += 1
        self._process.stdin.write(json.dumps([function, item]).encode() + b"\n")
        self._process.stdin.flush()
        reply = self._process.stdout.readline()
        if not reply:
            raise ConnectionError
        try:
            return json.loads(reply)
        except ValueError:
            return None

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
