"""One client's connection: HTTP/1.1 requests in, small answers out, within the time it is given.

A client has `client_seconds` to send a whole request and as long again to take the whole answer:
neither one that drips bytes nor one that stops reading keeps the connection for longer.
"""

from __future__ import annotations

import gzip
import logging
import re
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from io import BufferedReader, RawIOBase
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from thirdshift_agent.serving.exchange import Answer, Handle, Request, refusal

log = logging.getLogger(__name__)

LARGEST_BODY_BYTES = 65536
_MODEST = re.compile(r"[0-9]{1,9}")
_WORTH_PACKING_BYTES = 1400
_LEAST_SECONDS = 0.001
"""A socket's time limit of 0 would mean that it never waits at all."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a client is served."""

    handle: Handle
    client_seconds: float
    is_crowded: Callable[[], bool]
    """Whether connections are too few to keep one that only may be used again."""


def serve(client: socket.socket, terms: Terms) -> None:
    """Answer a client's requests until it or its time ends. Raises `OSError`."""
    _Handler(client, terms)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "thirdshift-agent"
    sys_version = ""

    def __init__(self, client: socket.socket, terms: Terms) -> None:
        self._terms = terms
        super().__init__(client, "", None)  # type: ignore[arg-type]

    def setup(self) -> None:
        self.connection = self.request
        self._stream = _TimedStream(self.request, self._terms.client_seconds)
        self.rfile = BufferedReader(self._stream)
        self.wfile = self._stream  # type: ignore[assignment]

    def finish(self) -> None:
        self.rfile.close()

    def handle_one_request(self) -> None:
        self._stream.begin()
        super().handle_one_request()

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
        if "Transfer-Encoding" in self.headers:
            self.send_error(411, "send the body whole, with its Content-Length")
        elif not _MODEST.fullmatch(length) or int(length) > LARGEST_BODY_BYTES:
            self.send_error(413, f"a body may have at most {LARGEST_BODY_BYTES} bytes")
        else:
            body = self.rfile.read(int(length))
            answer = self._answer(body) if len(body) == int(length) else None
            if answer is None:
                self.close_connection = True
            else:
                self._send(answer)

    def _answer(self, body: bytes) -> Answer | None:
        try:
            request = self._request(body)
        except ValueError as error:
            return refusal(400, f"the address cannot be read: {error}")
        try:
            return self._terms.handle(request)
        except Exception:
            log.exception("request failed", extra={"path": self.path})
            return refusal(500, "the agent failed to answer; its log says why")

    def _request(self, body: bytes) -> Request:
        target = urlsplit(self.path)
        return Request(
            method=self.command,
            path=unquote(target.path),
            query=tuple(parse_qsl(target.query, keep_blank_values=True)),
            body=body,
            given_up=self._has_gone,
            accept=", ".join(self.headers.get_all("Accept", ())),
            authorization=self.headers.get("Authorization"),
        )

    def _has_gone(self) -> bool:
        end = select.poll()
        end.register(self.connection, select.POLLRDHUP)
        return bool(end.poll(0))

    def _send(self, answer: Answer) -> None:
        """In one piece: head and body go out together."""
        self.close_connection |= self._terms.is_crowded()
        body, headers = answer.body, [("Content-Type", answer.content_type), *answer.headers]
        if len(body) > _WORTH_PACKING_BYTES and self._reads_gzip():
            body = gzip.compress(body, compresslevel=1, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("Content-Length", str(len(body))))
        if self.close_connection:
            headers.append(("Connection", "close"))
        head = "".join(f"{key}: {value}\r\n" for key, value in headers)
        self._stream.begin()
        self._stream.write(f"{self._status_line(answer.status)}{head}\r\n".encode("latin-1") + body)

    def _status_line(self, status: int) -> str:
        return (
            f"{self.protocol_version} {status} {HTTPStatus(status).phrase}\r\n"
            f"Server: {self.server_version}\r\nDate: {self.date_time_string()}\r\n"
        )

    def _reads_gzip(self) -> bool:
        return hasattr(self, "headers") and "gzip" in self.headers.get("Accept-Encoding", "")


class _TimedStream(RawIOBase):
    """A client's bytes, both ways, until its time is up. Raises `TimeoutError` then."""

    def __init__(self, client: socket.socket, seconds: float) -> None:
        self._client, self._seconds = client, seconds
        self.begin()

    def begin(self) -> None:
        """From now on it has all its time again."""
        self._deadline = time.monotonic() + self._seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wait_no_longer()
        return self._client.recv_into(buffer)

    def write(self, data: Any) -> int:
        """Send all of it."""
        rest = memoryview(data)
        while rest:
            self._wait_no_longer()
            rest = rest[self._client.send(rest) :]
        return len(data)

    def _wait_no_longer(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the client was too slow")
        self._client.settimeout(max(left, _LEAST_SECONDS))
