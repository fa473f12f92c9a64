"""A local server of OpenAI's chat completions protocol that fails as real ones do.

    python tests/fault_server.py --faults 0.3

prints its address and serves until it is stopped. Every text that it gives holds a number of its
own, so that one that is used twice, or asked for twice, is found out; what it gave is at /served.
"""

import argparse
import itertools
import json
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAULTS = (
    *("429", "500", "503", "hang", "cut", "broken json", "no choices", "empty", "over-long"),
    "surplus choices",
)
HANG = 10
"""Seconds without a reply; the client's time-out must be shorter."""


class FaultServer(ThreadingHTTPServer):
    """Answers with a share of ``faults``; ``takes_n`` says what it does with n > 1."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(
        self,
        faults: float = 0.0,
        kinds: tuple[str, ...] = FAULTS,
        takes_n: str = "gives all",
        retry_after: str = "0.02",
        seed: int = 0,
    ) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.faults, self.kinds, self.takes_n = faults, kinds, takes_n
        self.retry_after = retry_after
        self.draw = random.Random(seed)
        self.numbers = itertools.count()
        self.lock = threading.Lock()
        self.requests: list[dict[str, Any]] = []
        """Every request's body, with `fault` and when it came."""
        self.served: Counter[str] = Counter()
        """Good texts by prompt."""
        self.under_way = self.most_under_way = 0

    @property
    def url(self) -> str:
        """What a config's ``url`` is set to."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def __enter__(self) -> "FaultServer":
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """A client that is gone is none of the server's business."""

    def fault(self) -> str | None:
        """Draw whether and how a request fails."""
        with self.lock:
            return self.draw.choice(self.kinds) if self.draw.random() < self.faults else None


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: FaultServer

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """Say what was served."""
        self.reply(200, json.dumps(self.server.served).encode())

    def do_POST(self) -> None:
        """Answer, or fail."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            server.under_way += 1
            server.most_under_way = max(server.most_under_way, server.under_way)
        try:
            fault = server.fault()
            server.requests.append(
                {
                    **body,
                    "fault": fault,
                    "at": time.monotonic(),
                    "authorization": self.headers["Authorization"],
                }
            )
            self.answer(body, fault)
        finally:
            with server.lock:
                server.under_way -= 1

    def answer(self, body: dict[str, Any], fault: str | None) -> None:
        """Answer a request, with a fault if there is to be one."""
        wanted = body.get("n", 1)
        if wanted > 1 and self.server.takes_n == "refuses":
            return self.error(400, "only n = 1 is supported")
        given = 1 if self.server.takes_n == "gives one" else wanted
        match fault:
            case "429":
                return self.error(429, "slow down", **{"Retry-After": self.server.retry_after})
            case "500" | "503" | "400" | "401":
                return self.error(int(fault), f"failed; {self.headers['Authorization']}")
            case "hang":
                time.sleep(HANG)
                self.close_connection = True
                return None
            case "cut":
                self.reply(200, b'{"choices": [', length=1000)
                self.close_connection = True
                return None
            case "broken json":
                return self.reply(200, b'{"choices": [{"message": {"content": "half')
            case "no choices":
                return self.choices(body, [])
            case "empty":
                return self.choices(body, [""] * given)
            case "filtered":
                return self.choices(body, [""] * given, "content_filter")
            case "over-long":
                return self.choices(body, ["9" * 100 * body["max_tokens"]] * given)
            case "surplus choices":
                given += 2
        self.choices(body, [self.text(body) for _ in range(given)])
        with self.server.lock:
            self.server.served[body["messages"][-1]["content"]] += min(given, wanted)
        return None

    def text(self, body: dict[str, Any]) -> str:
        """A text like no other."""
        return f"{body['messages'][-1]['content']} is number {next(self.server.numbers)}"

    def choices(self, body: dict[str, Any], texts: list[str], finish: str = "stop") -> None:
        """Reply with texts."""
        choices = [
            {"index": n, "message": {"role": "assistant", "content": t}, "finish_reason": finish}
            for n, t in enumerate(texts)
        ]
        usage = {"prompt_tokens": 10, "completion_tokens": 5 * len(texts)}
        self.reply(200, json.dumps({"choices": choices, "usage": usage}).encode())

    def error(self, status: int, message: str, **headers: str) -> None:
        """Reply with an error in OpenAI's form."""
        self.reply(status, json.dumps({"error": {"message": message}}).encode(), **headers)

    def reply(self, status: int, content: bytes, length: int = 0, **headers: str) -> None:
        """Send a reply."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length or len(content)))
        self.end_headers()
        self.wfile.write(content)


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    server = FaultServer(args.faults, seed=args.seed)
    print(server.url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
