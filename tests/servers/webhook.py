"""Somebody who is told: a small HTTP server that keeps every message posted to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True, slots=True)
class Posted:
    """One message."""

    path: str
    authorization: str | None
    body: Any


@dataclass
class Webhook:
    """Where to post, and what was posted so far."""

    url: str
    posted: list[Posted] = field(default_factory=list)


@contextmanager
def webhook(path: str) -> Iterator[Webhook]:
    """Listen until the block ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        keeper = Webhook(f"http://127.0.0.1:{server.server_port}{path}")
        server.keeper = keeper  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield keeper
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        posted = Posted(self.path, self.headers.get("Authorization"), json.loads(body))
        self.server.keeper.posted.append(posted)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""
