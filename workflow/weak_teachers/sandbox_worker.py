"""Workers of the sandbox: forks of one process, which fork again for every item.

python -m weak_teachers.sandbox_worker MODULE:FUNCTION SECONDS MEGABYTES

Imports the function, then makes a worker for each socket that comes through stdin. A worker reads
an item a line and writes a result a line, null for an item that failed. The kernel kills a fork
that goes beyond its CPU time, and gives it neither more memory nor any byte in a file; one that
waits is killed by the clock. An audit hook ends a fork as soon as it evaluates a text, opens a
file but Python's own to read them, or starts a process, a connection or anything else that
computing doesn't need.
"""

import gc
import importlib
import json
import os
import random
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

WALL = 20
"""Times its CPU time that an item may take by the clock."""
LONGEST = 1_000_000
"""Bytes of a result."""
HARMLESS = {
    *("builtins.id", "import", "marshal.loads", "os.listdir", "os.scandir"),
    *("object.__getattr__", "sys._getframe"),
}
"""Audit events that computing and importing raise."""
READABLE = tuple({sys.prefix, sys.base_prefix, *filter(None, sys.path)})


def guard(event: str, arguments: tuple[Any, ...]) -> None:
    """End this process where an audit event isn't one of computing, or of importing a module."""
    if event in HARMLESS:
        return
    if event == "open":
        path, _, flags = arguments
        only_read = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) == 0
        if only_read and str(path).startswith(READABLE) and ".." not in str(path):
            return
    if event == "compile" and str(arguments[1]).startswith(READABLE):
        return
    if event == "exec" and arguments[0].co_filename.startswith(("<frozen ", *READABLE)):
        return
    os._exit(1)


def main() -> None:
    """Make workers until the sandbox is gone."""
    name, seconds, megabytes = sys.argv[1:]
    function = load(name)
    requests = socket.socket(fileno=0)
    while sockets := socket.recv_fds(requests, 100, 1)[1]:
        if os.fork() == 0:
            os.dup2(*sockets, 0)
            os.close(*sockets)
            serve(function, int(seconds), int(megabytes))
            os._exit(0)
        os.close(*sockets)
    with suppress(ChildProcessError):
        while True:
            os.wait()


def load(name: str) -> Callable[[Any], Any]:
    """Import ``module:function`` and prepare the module."""
    module_name, _, function = name.partition(":")
    module = importlib.import_module(module_name)
    if hasattr(module, "prepare"):
        module.prepare()
    # Forks then share the memory of all that is there by now.
    gc.collect()
    gc.freeze()
    return getattr(module, function)


def serve(function: Callable[[Any], Any], seconds: int, megabytes: int) -> None:
    """Answer requests on stdin until the sandbox is gone."""
    replies = os.dup(0)
    for line in os.fdopen(0, "rb", closefd=False):
        item = json.loads(line)
        child = os.fork()
        if child == 0:
            work(function, item, replies, seconds, megabytes)
        if not succeeded(child, WALL * seconds):
            os.write(replies, b"null\n")


def work(
    function: Callable[[Any], Any], item: Any, replies: int, seconds: int, megabytes: int
) -> NoReturn:
    """Write the result of one item, in a fork."""
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    random.seed(0)
    bound(seconds, megabytes)
    sys.addaudithook(guard)
    try:
        result = json.dumps(function(item)).encode() + b"\n"
        if len(result) > LONGEST:
            os._exit(1)
        while result:
            result = result[os.write(replies, result) :]
    except BaseException:
        os._exit(1)
    os._exit(0)


def bound(seconds: int, megabytes: int) -> None:
    """Have the kernel keep this process within its bounds."""
    for name, limit in {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: megabytes << 20,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }.items():
        resource.setrlimit(name, (limit, limit))


def succeeded(child: int, seconds: float) -> bool:
    """Wait for a fork's end, at most so long; but end all when the sandbox is gone."""
    ended = os.pidfd_open(child)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    poll.register(0, 0)  # only whether the other end is closed
    if (ended, select.POLLIN) not in (events := poll.poll(1_000 * seconds)):
        os.kill(child, signal.SIGKILL)
        if events:
            sys.exit()
    os.close(ended)
    return os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    main()
