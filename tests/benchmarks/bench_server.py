"""The agent's HTTP server beside the standard library's bare one: a health page, asked in a row."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from servers.certificates import Authority
from thirdshift_agent.agent import Agent
from thirdshift_agent.clock import SystemClock
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.serving.routes import answer
from thirdshift_agent.serving.server import Server, tcp_socket
from thirdshift_agent.serving.tls import Tls, TlsFiles
from thirdshift_agent.settings import Settings
from thirdshift_agent.simulated import SerialReader, SimulatedDriver

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: node\r\n\r\n"
BODY = b'{"ok": true, "failing": [], "problems": []}\n'
REQUESTS, ROUNDS = 2000, 5

Connect = Callable[[int], socket.socket]


def plainly(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=5)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def securely(context: ssl.SSLContext, port: int) -> socket.socket:
    return context.wrap_socket(plainly(port), server_hostname="127.0.0.1")


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    clock = SystemClock()
    settings = Settings("gpu-0101", tmp_path, clock, interval_seconds=3600.0)

    def driver(hear: Any) -> SimulatedDriver:
        return SimulatedDriver("gpu-0101", 8, 1, clock, hear)

    made = Agent(settings, IdentityBook(), driver, SerialReader())
    made.sampler.sample_once()
    return made


@contextmanager
def ours(agent: Agent, tls: Tls | None = None) -> Iterator[int]:
    server = Server(tcp_socket("127.0.0.1", 0), partial(answer, agent), 8, tls=tls)
    server.start()
    yield server.port
    server.stop()


@contextmanager
def bare() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Bare) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_health_page_beside_a_bare_servers(agent: Agent, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "certificates")
    issued = authority.issue("node")
    tls = Tls(TlsFiles(issued.certificate, issued.key))
    secure = partial(securely, ssl.create_default_context(cafile=authority.certificate))
    with ours(agent) as port, ours(agent, tls) as secured, bare() as floor:
        for name, connect, where in (
            ("plain", plainly, port),
            ("TLS", secure, secured),
        ):
            pairs = [(asked(connect, where), asked(plainly, floor)) for _ in range(ROUNDS)]
            mine, others = (sorted(chain(*column)) for column in zip(*pairs, strict=True))
            print(f"healthz, {name}: {told(mine)}; bare http.server: {told(others)}")  # noqa: T201


def asked(connect: Connect, port: int) -> list[float]:
    """Seconds of each request on one connection that is kept."""
    with connect(port) as client:
        return [_once(client) for _ in range(REQUESTS)]


def _once(client: socket.socket) -> float:
    began = time.perf_counter()
    client.sendall(REQUEST)
    got = b""
    while not got.endswith(BODY):
        got += client.recv(65536)
    return time.perf_counter() - began


def told(seconds: list[float]) -> str:
    p99 = seconds[int(len(seconds) * 0.99)]
    return f"{len(seconds) / sum(seconds):.0f} requests/s, p99 {p99 * 1e3:.2f} ms"


class _Bare(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""
