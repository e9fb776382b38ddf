"""An HTTP API of one function: what was asked in, a status and a JSON value out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    authorization: str | None
    content_type: str | None


Answer = Callable[[Asked], tuple[int, object]]


@contextmanager
def json_api(answer: Answer) -> Iterator[str]:
    """Serve until the block ends; gives the URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.answer = answer  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        parts = urlsplit(self.path)
        asked = Asked(
            method=self.command,
            path=parts.path,
            query={name: values[0] for name, values in parse_qs(parts.query).items()},
            body=json.loads(self.rfile.read(length)) if length else None,
            authorization=self.headers.get("Authorization"),
            content_type=self.headers.get("Content-Type"),
        )
        status, value = self.server.answer(asked)  # type: ignore[attr-defined]
        said = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the base's spelling

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""
