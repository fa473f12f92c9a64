"""The real `vllm serve` on this machine, for tests and benchmarks."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import REPOSITORY

PYTHON = REPOSITORY / ".venv/vllm/bin/python"


def need_vllm() -> None:
    """Skip the test where vLLM isn't installed; CI must have it."""
    if not PYTHON.exists():
        reason = "vLLM isn't installed; run `make vllm`"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


@contextmanager
def vllm_server(model: Path, log: Path) -> Iterator[str]:
    """Serve a model folder under the name `main` in float32; gives the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Not `vllm serve`, which asks for a version of `vllm`; the CPU build has another name.
    server = subprocess.Popen(
        [
            *(str(PYTHON), "-m", "vllm.entrypoints.openai.api_server"),
            *("--model", str(model), "--served-model-name", "main"),
            *("--host", "127.0.0.1", "--port", str(port)),
            *("--dtype", "float32", "--enforce-eager"),
        ],
        env={
            **os.environ,
            "VLLM_CPU_KVCACHE_SPACE": "1",
            "VLLM_CPU_OMP_THREADS_BIND": "nobind",
            "VLLM_NO_USAGE_STATS": "1",
            "HF_HUB_OFFLINE": "1",
            "OMP_NUM_THREADS": "1",
        },
        stdout=log.open("w"),
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until_ready(server, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(60)


def _wait_until_ready(server: subprocess.Popen, health: str, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while True:
        assert server.poll() is None, "the server ended"
        assert time.monotonic() < deadline, f"the server wasn't ready in {seconds} s"
        try:
            urllib.request.urlopen(health, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
