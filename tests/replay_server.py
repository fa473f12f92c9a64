"""A local server of OpenAI's chat completions protocol that replays replies written beforehand."""

import json
import re
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any

from fault_server import Handler

Reply = Callable[[str, str, int], str]
"""From the model's name, the conversation as one text and the number of the text to the text."""


class ReplayServer(ThreadingHTTPServer):
    """Answers every request with what ``reply`` gives, and keeps what was asked."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Replayer)
        self.give = reply
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """What a config's ``url`` is set to."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def asked(self, opening: str) -> int:
        """How many requests there were whose last message opens so."""
        return sum(r["messages"][-1]["content"].startswith(opening) for r in self.requests)

    def __enter__(self) -> "ReplayServer":
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class Replayer(Handler):
    """One connection."""

    server: ReplayServer

    def do_POST(self) -> None:
        """Answer."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        asked = "\n".join(message["content"] for message in body["messages"])
        texts = [self.server.give(body["model"], asked, n) for n in range(body.get("n", 1))]
        choices = [
            {"message": {"content": text}, "finish_reason": "stop" if text else "length"}
            for text in texts
        ]
        usage = {"prompt_tokens": tokens(asked), "completion_tokens": sum(map(tokens, texts))}
        self.reply(200, json.dumps({"choices": choices, "usage": usage}).encode())


def tokens(text: str) -> int:
    """A server's own count: words, digits and signs."""
    return len(re.findall(r"[^\W\d_]+|\d|[^\w\s]|_", text))
