"""Sandbox: untrusted items in killable worker processes, each within bounds of time and memory.

    with Sandbox(function, workers=2) as sandbox:
        result = sandbox.ask(item)

A hang, a crash or a bomb costs its own item a None and nothing else. Every item runs in a fresh
fork of its worker, so that its result depends neither on other items nor on the number of workers;
and its time is CPU time, so that it doesn't depend on how busy the machine is. What a fork may do
is in sandbox_worker.py. Workers are forks of one process, which imports what they need with the
first item; all end with this process, however it ends.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock
from typing import Any, Self

from weak_teachers import sandbox_worker


class Sandbox:
    """Worker processes that run a function over untrusted items.

    Args:
        function: a function of a module, not of a script. Heavy imports belong into a function
            ``prepare`` of that module, which is called once before the first item.
        workers: how many items run side by side.
        seconds: CPU time that an item may take; it may wait 20 times as long for a CPU.
        megabytes: address space that an item may use, the worker's imports included.
    """

    def __init__(
        self,
        function: Callable[[Any], Any],
        workers: int = 1,
        seconds: int = 5,
        megabytes: int = 1_000,
    ) -> None:
        name = f"{function.__module__}:{function.__name__}"
        self._arguments = (name, str(seconds), str(megabytes))
        self._workers = workers
        # A None stands for a worker that isn't started yet.
        self._idle: SimpleQueue[_Worker | None] = SimpleQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._parent: _Parent | None = None
        self._starting = Lock()

    def ask(self, item: Any) -> Any:
        """The result of one item; None if it failed in any way. Many threads may ask.

        Args:
            item: what JSON can carry, as results must be.

        Raises:
            RuntimeError: workers don't start; they say why on stderr.
        """
        worker = self._idle.get()
        try:
            worker = worker or self._start()
            return worker.ask(item)
        except ConnectionError:
            if worker is None or worker.asked == 1:
                raise RuntimeError("the sandbox's workers don't start") from None
            worker.close()
            worker = None
            return None
        finally:
            self._idle.put(worker)

    def _start(self) -> "_Worker":
        with self._starting:
            if self._parent is None or not self._parent.lives():
                self._parent = _Parent(self._arguments)
            return self._parent.worker()

    def close(self) -> None:
        """End the workers; a later item would start new ones."""
        for _ in range(self._workers):
            if worker := self._idle.get():
                worker.close()
            self._idle.put(None)
        if self._parent:
            self._parent.close()
            self._parent = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Parent:
    """The process that workers are forks of."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self._requests, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", sandbox_worker.__name__, *arguments],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
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

    def lives(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def worker(self) -> "_Worker":
        """A new worker.

        Raises:
            ConnectionError: the process is gone.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._requests, [b"worker"], [theirs.fileno()])
        return _Worker(ours)

    def close(self) -> None:
        """Leave the process, and wait until it and its workers have ended."""
        self._requests.close()
        self._process.wait()


class _Worker:
    """One worker process, at the other end of a socket."""

    def __init__(self, ends: socket.socket) -> None:
        self.asked = 0
        self._socket = ends
        self._replies = ends.makefile("rb")

    def ask(self, item: Any) -> Any:
        """The result of one item, or None.

        Raises:
            ConnectionError: the worker is gone.
        """
        self.asked += 1
        self._socket.sendall(json.dumps(item).encode() + b"\n")
        reply = self._replies.readline()
        if not reply:
            raise ConnectionError
        try:
            return json.loads(reply)
        except ValueError:
            return None

    def close(self) -> None:
        """Leave the process, which ends then."""
        self._replies.close()
        self._socket.close()
