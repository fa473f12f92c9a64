"""What test_sandbox.py runs in workers."""

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

prepared: list[int] = []
seen: list[Any] = []


def prepare() -> None:
    prepared.append(os.getpid())


def double(item: Any) -> Any:
    return item * 2


def history(item: Any) -> list[int]:
    """How often this module was prepared, how often by this process, and how many items it saw."""
    seen.append(item)
    return [len(prepared), prepared.count(os.getpid()), len(seen)]


def environment(item: Any) -> list[str]:
    return list(os.environ)


def import_late(item: Any) -> str:
    import colorsys

    return colorsys.__name__


def set_order(item: list[str]) -> list[str]:
    return list(set(item))


def hang() -> None:
    while True:
        pass


def fail(way: str) -> Any:
    ways = {
        "none": lambda: "fine",
        "exception": lambda: 1 / 0,
        "exit": lambda: sys.exit(0),
        "signal": lambda: os.abort(),
        "recursion": lambda: fail(way),
        "no JSON": lambda: object(),
        "long result": lambda: "x" * 20_000_000,
        "much at once": lambda: bytearray(10**12),
        "more and more": lambda: [bytes(10**6) for _ in range(10**5)],
        "power": lambda: 9**9**9,
        "loop": hang,
    }
    return ways[way]()


def act(item: list[str]) -> str:
    """Do something that computing doesn't need; ``done`` if nothing stops it."""
    way, path = item
    ways = {
        "nothing": lambda: None,
        "write": lambda: Path(path).write_text("x"),
        "touch": lambda: Path(path).touch(),
        "make a folder": lambda: Path(path).mkdir(),
        "remove": lambda: Path(path).parent.joinpath("kept").unlink(),
        "read": lambda: Path("/etc/passwd").read_text(),
        "read roundabout": lambda: Path(f"{sys.prefix}/{'../' * 20}etc/passwd").read_text(),
        "shell": lambda: os.system(f"touch {path}"),
        "process": lambda: subprocess.run(["touch", path], check=False),
        "fork": lambda: os.fork(),
        "connection": lambda: socket.socket(),
        "eval": lambda: eval("1 + 1"),
        "kill": lambda: os.kill(os.getppid(), signal.SIGKILL),
        "library": lambda: __import__("ctypes").CDLL(None),
    }
    ways[way]()
    return "done"


def ask_all(sandbox: Any, items: list[Any]) -> list[Any]:
    """The results of all items, asked side by side."""
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(sandbox.ask, items))


def hang_in_a_sandbox() -> None:
    """A process that is to be killed while its workers are busy, and one is idle."""
    from weak_teachers.sandbox import Sandbox

    ask_all(Sandbox(fail, workers=3, seconds=60), ["none"] * 3 + ["loop"] * 2)


if __name__ == "__main__":
    import sandboxed

    sandboxed.hang_in_a_sandbox()
