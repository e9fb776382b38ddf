"""The HTTP server against clients that are slow, broken, or too many."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servers.process import wait_for
from thirdshift_agent.serving.exchange import Answer, Handle, Request
from thirdshift_agent.serving.server import ListenError, Server, tcp_socket

LARGE = b"x" * 10_000
Serve = Callable[[Handle], Server]


def echo(request: Request) -> Answer | None:
    if request.path == "/silent":
        return None
    if request.path == "/broken":
        raise RuntimeError("a fault of the program")
    if request.path == "/large":
        return Answer(200, LARGE, "text/plain")
    return Answer(200, json.dumps([request.method, request.path, request.query]).encode())


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[Server] = []

    def start(handle: Handle, connections: int = 8) -> Server:
        server = Server(tcp_socket("127.0.0.1", 0), handle, connections)
        server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


def get(server: Server, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request(
        "GET", path, headers={key.replace("_", "-"): headers[key] for key in headers}
    )
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, dict(response.getheaders()), body


def raw(server: Server, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(data)
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
        return answer


def test_one_connection_carries_many_requests(serve: Serve) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", serve(echo).port, timeout=5)
    connection.connect()
    first = connection.sock
    for number in range(3):
        connection.request("GET", f"/a%20path?after={number}&flag")
        answer = json.loads(connection.getresponse().read())
        assert answer == ["GET", "/a path", [["after", str(number)], ["flag", ""]]]
    assert connection.sock is first
    connection.close()


def test_a_large_answer_is_packed_for_who_can_unpack_it(serve: Serve) -> None:
    server = serve(echo)
    _, headers, body = get(server, "/large", Accept_Encoding="gzip, br")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == LARGE
    _, headers, body = get(server, "/large")
    assert "Content-Encoding" not in headers
    assert body == LARGE


def test_a_silent_answer_closes_the_connection_without_a_word(serve: Serve) -> None:
    with pytest.raises(http.client.RemoteDisconnected):
        get(serve(echo), "/silent")


def test_a_fault_of_the_program_is_answered_without_a_trace(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    status, _, body = get(serve(echo), "/broken")
    assert (status, json.loads(body)) == (
        500,
        {"error": "the agent failed to answer; its log says why"},
    )
    assert caplog.messages == ["request failed"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / and more HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"A%d: 1\r\n" % n for n in range(200)), 431),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411),
        (b"GET http://[/ HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"PUT / HTTP/1.1\r\n\r\n", 501),
    ],
)
def test_a_request_that_cannot_be_read_gets_a_sentence(
    serve: Serve, data: bytes, status: int
) -> None:
    answer = raw(serve(echo), data)
    assert f" {status} ".encode() in answer.split(b"\r\n")[0]
    assert "error" in json.loads(answer.rsplit(b"\r\n", 1)[1])


PIECES = (
    b"GET", b"POST", b"HEAD", b" ", b"/", b"//[", b"?", b"%", b" HTTP/1.1", b" HTTP/9", b"\r\n",
    b"\n", b":", b"Host: x", b"Content-Length: ", b"7", b"-", b"Expect: 100-continue", b"Accept: ",
    b"Connection: keep-alive", b"\r\n\r\n", b"\x00", b"\x16\x03\x01", b"\xff", b"Upgrade: h2c",
)  # fmt: skip


@pytest.fixture(scope="module")
def one_server() -> Iterator[Server]:
    server = Server(tcp_socket("127.0.0.1", 0), echo, 8)
    server.start()
    yield server
    server.stop()


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=20).map(b"".join))
def test_whatever_bytes_come_the_client_is_answered_or_let_go(
    one_server: Server, data: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", one_server.port), timeout=5) as client:
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
        except TimeoutError:
            raise
        except OSError:
            pass  # let go before it had said everything
    assert get(one_server, "/")[0] == 200


def test_what_a_client_can_read_and_shows_is_handed_on(serve: Serve) -> None:
    asked: list[Request] = []

    def note(request: Request) -> Answer:
        asked.append(request)
        return Answer(200, b"{}", headers=(("X-Told", "more"),))

    server = serve(note)
    _, headers, _ = get(server, "/", Accept="text/plain;q=0.5", Authorization="Bearer x")
    assert headers["X-Told"] == "more"
    assert (asked[0].accept, asked[0].authorization) == ("text/plain;q=0.5", "Bearer x")
    get(server, "/")
    assert (asked[1].accept, asked[1].authorization) == ("", None)


def test_a_body_that_ends_too_soon_is_acted_on_by_nobody(serve: Serve) -> None:
    asked: list[Request] = []
    server = serve(lambda request: asked.append(request))
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(b'POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n{"release"')
        client.shutdown(socket.SHUT_WR)
        assert client.recv(4096) == b""
    assert asked == []


def test_a_client_that_drips_is_let_go_after_the_time_for_a_whole_request() -> None:
    server = Server(tcp_socket("127.0.0.1", 0), echo, 8, client_seconds=0.3)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.05) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX-Long: ")
        wait_for(lambda: _drips_in_vain(client), "the end of a client that drips")
    server.stop()


def test_a_client_that_says_nothing_is_let_go() -> None:
    server = Server(tcp_socket("127.0.0.1", 0), echo, 8, client_seconds=0.05)
    server.start()
    assert raw(server, b"GET / HT") == b""
    server.stop()


def test_connections_past_the_bound_are_refused_and_come_back(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    hold, entered = Event(), Event()

    def slow(request: Request) -> Answer:
        entered.set()
        hold.wait(10)
        return Answer(200, b"{}")

    server = Server(tcp_socket("127.0.0.1", 0), slow, connections=1)
    server.start()
    try:
        first = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        first.request("GET", "/")
        assert entered.wait(5)
        for _ in range(3):
            with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
                get(server, "/")
        assert caplog.messages == ["connections refused"], "one line, not one for each"
        hold.set()
        assert first.getresponse().read() == b"{}"
        first.close()
        end = time.monotonic() + 5
        while not _answers(server):
            assert time.monotonic() < end
    finally:
        hold.set()
        server.stop()


def test_a_client_that_goes_away_is_noticed_while_it_is_answered(serve: Serve) -> None:
    entered, noticed = Event(), Event()

    def patient(request: Request) -> Answer:
        assert not request.given_up()
        entered.set()
        wait_for(request.given_up, "the client's end")
        noticed.set()
        return Answer(200, b"{}")

    server = serve(patient)
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert entered.wait(5)
    assert noticed.wait(5)


def test_no_connection_is_kept_for_later_while_they_are_scarce() -> None:
    server = Server(tcp_socket("127.0.0.1", 0), echo, connections=1)
    server.start()
    assert get(server, "/")[1]["Connection"] == "close"
    server.stop()


def _drips_in_vain(client: socket.socket) -> bool:
    try:
        client.sendall(b"x")
        return client.recv(4096) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def _answers(server: Server) -> bool:
    try:
        return get(server, "/")[0] == 200
    except (http.client.RemoteDisconnected, ConnectionResetError):
        return False


def test_a_port_in_use_is_said_in_one_sentence(serve: Serve) -> None:
    port = serve(echo).port
    with pytest.raises(ListenError, match=rf"127.0.0.1:{port} is in use by another program"):
        tcp_socket("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused_with_a_remedy() -> None:
    with pytest.raises(ListenError, match="choose an address of this node"):
        tcp_socket("192.0.2.1", 9)
    with pytest.raises(ListenError, match="cannot listen"):
        tcp_socket("127.0.0.1", 99999)


def test_stopping_does_not_wait_for_an_answer_under_way(serve: Serve) -> None:
    entered = Event()

    def never(request: Request) -> Answer:
        entered.set()
        Event().wait(30)
        return Answer(200, b"")

    server = Server(tcp_socket("127.0.0.1", 0), never, 8)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert entered.wait(5)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 10
