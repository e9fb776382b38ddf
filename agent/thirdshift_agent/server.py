"""HTTP/1.1 for a handful of small answers. What is at which path is `routes.py`'s business.

A thread a connection, a bound on connections, and a limit on every wait for a client: one that is
slow, broken or malicious costs one thread for a few seconds and nobody else anything.
"""

from __future__ import annotations

import errno
import gzip
import json
import logging
import select
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

log = logging.getLogger(__name__)

JSON = "application/json"
LARGEST_BODY_BYTES = 65536
_WORTH_PACKING_BYTES = 1400


class ListenError(Exception):
    """The address cannot be listened on; the text says why and what mends it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes
    accept: str = ""
    """What kind of answer the client prefers."""
    given_up: Callable[[], bool] = lambda: False
    """Whether the client has gone, so that no answer need be waited for any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What it gets."""

    status: int
    body: bytes
    content_type: str = JSON


Handle = Callable[[Request], Answer | None]
"""Answers a request; `None` closes the connection without a word."""


def refusal(status: int, sentence: str) -> Answer:
    """Return an error as JSON: one sentence."""
    return Answer(status, json.dumps({"error": sentence}).encode())


class Server:
    """Listens from its construction on; answers between `start` and `stop`."""

    def __init__(
        self,
        host: str,
        port: int,
        handle: Handle,
        connections: int,
        client_seconds: float = 10.0,
    ) -> None:
        """Port 0 takes any free port. Raises `ListenError`.

        `client_seconds` is how long a client may keep us waiting before it is let go.
        """
        try:
            self._http = _Http((host, port), handle, connections, client_seconds)
        except (OSError, OverflowError) as error:
            raise ListenError(_why(host, port, error)) from error
        self._thread = Thread(
            target=self._http.serve_forever, args=(0.1,), name="http", daemon=True
        )

    @property
    def port(self) -> int:
        """The port listened on."""
        return self._http.server_port

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more. Answers under way are not waited for."""
        if self._thread.is_alive():
            self._http.shutdown()
        self._http.server_close()


def _why(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"{host}:{port} is in use by another program; choose another with --listen"
    return f"cannot listen on {host}:{port}: {error}; choose an address of this node with --listen"


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handle: Handle, connections: int, client_seconds: float
    ) -> None:
        self.answer_request = handle
        self.client_seconds = client_seconds
        self._most, self._open = connections, set[socket.socket]()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without the standard library's look-up of the host's name, which can hang."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Hand the connection to a thread of its own, if there may be one more."""
        if len(self._open) < self._most:
            self._open.add(request)
            super().process_request(request, client_address)
        else:
            log.warning("connection refused: too many are open")
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)

    def is_crowded(self) -> bool:
        """Whether connections are too few to keep one that only may be used again."""
        return 2 * len(self._open) > self._most

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Note a connection that broke; it is the client's affair."""
        log.debug("connection broke", extra={"reason": str(sys.exc_info()[1])})


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    server_version = "thirdshift-agent"
    sys_version = ""
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Set the limit on every wait for this client."""
        super().setup()
        self.connection.settimeout(self.server.client_seconds)

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that the standard library could not read."""
        self.close_connection = True
        self._send(refusal(code, message or "the request cannot be read"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep quiet: a reader every second is no news."""

    def _respond(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY_BYTES:
            self.send_error(413, f"a body may have at most {LARGEST_BODY_BYTES} bytes")
            return
        answer = self._answer(self.rfile.read(int(length)))
        if answer is None:
            self.close_connection = True
        else:
            self._send(answer)

    def _answer(self, body: bytes) -> Answer | None:
        target = urlsplit(self.path)
        query = tuple(parse_qsl(target.query, keep_blank_values=True))
        try:
            return self.server.answer_request(
                Request(
                    self.command,
                    unquote(target.path),
                    query,
                    body,
                    self.headers.get("Accept", ""),
                    self._has_gone,
                )
            )
        except Exception:
            log.exception("request failed", extra={"path": self.path})
            return refusal(500, "the agent failed to answer; its log says why")

    def _has_gone(self) -> bool:
        end = select.poll()
        end.register(self.connection, select.POLLRDHUP)
        return bool(end.poll(0))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        body = answer.body
        self.close_connection |= self.server.is_crowded()
        accepted = self.headers.get("Accept-Encoding", "") if hasattr(self, "headers") else ""
        if len(body) > _WORTH_PACKING_BYTES and "gzip" in accepted:
            body = gzip.compress(body, compresslevel=1, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
