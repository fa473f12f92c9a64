"""The model hub, which may be out of reach."""

import os
import socket
from urllib.parse import urlsplit


def ask_cache_only_when_offline() -> None:
    """Have models looked for in the hub's local cache only, where the hub can't be reached.

    It spares minutes of retries. To be called before transformers is imported.
    """
    if not is_reachable():
        os.environ["HF_HUB_OFFLINE"] = "1"


def is_reachable() -> bool:
    """Whether the hub answers within seconds."""
    host = urlsplit(os.environ.get("HF_ENDPOINT", "https://huggingface.co")).hostname
    try:
        socket.create_connection((host, 443), timeout=5).close()
    except OSError:
        return False
    return True
