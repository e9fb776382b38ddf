"""TLS on the agent's port: who gets in, who is told why not, and who cannot hold anybody up."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from fakes.node_clock import Uptime
from servers.certificates import Authority, Issued
from servers.process import wait_for
from thirdshift_agent.credential_files import LOOK_SECONDS, CredentialError
from thirdshift_agent.serving.exchange import Answer, Request
from thirdshift_agent.serving.server import Server, tcp_socket
from thirdshift_agent.serving.tls import Tls, TlsFiles

PAGE = b"x" * 300_000
HUGE = b"x" * 30_000_000
"""More than the kernel takes for a reader that does not read."""


def answer(request: Request) -> Answer:
    return Answer(200, {"/metrics": PAGE, "/huge": HUGE}.get(request.path, b"{}"))


@contextmanager
def serving(
    tls: Tls | None, connections: int = 8, client_seconds: float = 10.0
) -> Iterator[Server]:
    server = Server(tcp_socket("127.0.0.1", 0), answer, connections, client_seconds, tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def trusting(authority: Authority, own: Issued | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority.certificate)
    if own is not None:
        context.load_cert_chain(own.certificate, own.key)
    return context


def get(server: Server, context: ssl.SSLContext, path: str = "/") -> tuple[int, bytes]:
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=5, context=context)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def shaken(server: Server, context: ssl.SSLContext) -> ssl.SSLSocket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    return context.wrap_socket(client, server_hostname="127.0.0.1")


def serial_of(server: Server, context: ssl.SSLContext) -> str:
    with shaken(server, context) as client:
        shown = client.getpeercert()
        assert shown is not None
        return str(shown["serialNumber"])


def test_who_trusts_the_authority_is_served(authority: Authority, issued: Issued) -> None:
    with serving(Tls(TlsFiles(issued.certificate, issued.key))) as server:
        assert get(server, trusting(authority)) == (200, b"{}")
        assert get(server, trusting(authority), "/metrics") == (200, PAGE)
        with pytest.raises(ssl.SSLCertVerificationError):
            get(server, ssl.create_default_context())


def test_one_secured_connection_carries_many_requests(authority: Authority, issued: Issued) -> None:
    with serving(Tls(TlsFiles(issued.certificate, issued.key))) as server:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", server.port, timeout=5, context=trusting(authority)
        )
        connection.connect()
        first = connection.sock
        for _ in range(3):
            connection.request("GET", "/metrics")
            assert connection.getresponse().read() == PAGE
        assert connection.sock is first
        connection.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_present_versions_are_spoken(
    authority: Authority, issued: Issued, version: ssl.TLSVersion
) -> None:
    context = trusting(authority)
    context.minimum_version = context.maximum_version = version
    with serving(Tls(TlsFiles(issued.certificate, issued.key))) as server:
        assert get(server, context)[0] == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_a_version_of_the_past_is_not_spoken(authority: Authority, issued: Issued) -> None:
    context = trusting(authority)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        serving(Tls(TlsFiles(issued.certificate, issued.key))) as server,
        pytest.raises((ssl.SSLError, ConnectionResetError)),
    ):
        get(server, context)


def test_only_clients_of_the_authority_are_served(
    tmp_path: Path, authority: Authority, issued: Issued
) -> None:
    tls = Tls(TlsFiles(issued.certificate, issued.key, authority.certificate))
    stranger = Authority(tmp_path / "elsewhere").issue("stranger")
    with serving(tls) as server:
        assert get(server, trusting(authority, authority.issue("controller")))[0] == 200
        for own in (None, stranger):
            with pytest.raises((ssl.SSLError, ConnectionResetError)):
                get(server, trusting(authority, own))


def test_an_exchanged_certificate_is_taken_up_by_the_next_connection(
    authority: Authority, issued: Issued, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    uptime, trusted = Uptime(), trusting(authority)
    tls = Tls(TlsFiles(issued.certificate, issued.key), uptime)
    with serving(tls) as server:
        old = serial_of(server, trusted)
        authority.issue("node")
        assert serial_of(server, trusted) == old, "files are not looked at for each connection"
        uptime.seconds += LOOK_SECONDS
        new = serial_of(server, trusted)
        assert new != old
        issued.key.write_text("in the midst of being written")
        uptime.seconds += LOOK_SECONDS
        assert serial_of(server, trusted) == new, "what cannot be used is not taken up"
        assert tls.problems() == (
            f"{issued.key} holds no private key in PEM form; give one with --tls-key "
            "(what was there before is still in use)",
        )
        issued.key.unlink()
        uptime.seconds += LOOK_SECONDS
        assert serial_of(server, trusted) == new
        authority.issue("node")
        uptime.seconds += LOOK_SECONDS
        assert serial_of(server, trusted) not in (old, new)
        assert tls.problems() == ()
    assert caplog.messages == [
        "exchanged files taken up",
        "exchanged files not taken up",
        "exchanged files not taken up",
        "exchanged files taken up",
    ]


def test_files_that_cannot_be_used_are_refused_in_one_sentence(
    tmp_path: Path, authority: Authority, issued: Issued
) -> None:
    other, locked = authority.issue("other"), authority.issue("locked", passphrase=b"secret")
    noise, absent = tmp_path / "noise.pem", tmp_path / "absent.pem"
    noise.write_bytes(b"\xff\x00")
    broken = tmp_path / "broken.pem"
    broken.write_text(issued.certificate.read_text().replace("M", "!"))
    certificate, key = issued.certificate, issued.key
    for files, sentence in {
        (absent, key, None): f"{absent}: No such file or directory; name a file",
        (tmp_path, key, None): f"{tmp_path}: Is a directory; name a file",
        (noise, key, None): f"{noise} holds no certificate in PEM form; give one with --tls-cert",
        (certificate, noise, None): f"{noise} holds no private key in PEM form; give one with",
        (key, key, None): f"{key} holds no certificate",
        (certificate, other.key, None): f"{certificate} and {other.key} do not go together: key",
        (locked.certificate, locked.key, None): "its own key, without a passphrase",
        (broken, key, None): f"{broken} and {key} do not go together",
        (certificate, key, noise): f"{noise} holds no certificate in PEM form; give one with --cl",
        (certificate, key, broken): f"{broken}: ",
    }.items():
        with pytest.raises(CredentialError) as refused:
            Tls(TlsFiles(*files))
        assert sentence in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_key_that_others_can_read_is_warned_of(
    issued: Issued, caplog: pytest.LogCaptureFixture
) -> None:
    Tls(TlsFiles(issued.certificate, issued.key))
    assert not caplog.records
    issued.key.chmod(0o640)
    Tls(TlsFiles(issued.certificate, issued.key))
    (record,) = caplog.records
    assert record.getMessage() == "a secret can be read by others"
    assert vars(record)["remedy"] == f"chmod 600 {issued.key}"


def test_plain_http_on_the_secured_port_is_told_to_use_https(issued: Issued) -> None:
    with serving(Tls(TlsFiles(issued.certificate, issued.key))) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())) == (
            400,
            {"error": "this port speaks TLS: ask with https"},
        )
        connection.close()


def test_tls_on_the_plain_port_is_let_go_and_hinders_nobody(authority: Authority) -> None:
    with serving(None, client_seconds=0.2) as server:
        with pytest.raises((ssl.SSLError, ConnectionResetError, TimeoutError)):
            get(server, trusting(authority))
        plain = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        plain.request("GET", "/")
        assert plain.getresponse().status == 200
        plain.close()


def test_clients_that_never_finish_the_handshake_hold_nobody_up(
    authority: Authority, issued: Issued
) -> None:
    """As many as there may be but one say nothing, or half a hello; then they are let go."""
    tls, idle = Tls(TlsFiles(issued.certificate, issued.key)), 7
    with ExitStack() as stack, serving(tls, connections=idle + 1, client_seconds=1.0) as server:
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            for _ in range(idle)
        ]
        for client in clients[::2]:
            client.sendall(b"\x16\x03\x01\x02\x00\x01")
        assert get(server, trusting(authority))[0] == 200
        for client in clients:
            _read_to_the_end(client)
        with shaken(server, trusting(authority)), shaken(server, trusting(authority)):
            pass


def test_a_hello_that_drips_is_let_go_after_its_time(issued: Issued) -> None:
    tls = Tls(TlsFiles(issued.certificate, issued.key))
    with (
        serving(tls, client_seconds=0.5) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=0.05) as client,
    ):
        client.sendall(b"\x16\x03\x01\x40\x00\x01")
        wait_for(lambda: _drips_in_vain(client), "the end of a client that drips")


@pytest.mark.parametrize("secured", [False, True])
def test_a_reader_that_stops_reading_is_let_go(
    authority: Authority, issued: Issued, secured: bool
) -> None:
    tls = Tls(TlsFiles(issued.certificate, issued.key)) if secured else None
    with serving(tls, connections=1, client_seconds=1.0) as server:
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", server.port))
        client = (
            trusting(authority).wrap_socket(reader, server_hostname="127.0.0.1")
            if secured
            else reader
        )
        with client:
            client.sendall(b"GET /huge HTTP/1.1\r\n\r\n")
            wait_for(lambda: _is_free(server, trusting(authority) if secured else None), "its end")


def _read_to_the_end(client: socket.socket) -> None:
    try:
        while client.recv(4096):
            pass
    except ConnectionResetError:
        pass


def _drips_in_vain(client: socket.socket) -> bool:
    try:
        client.sendall(b"\x00")
        return client.recv(4096) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def _is_free(server: Server, context: ssl.SSLContext | None) -> bool:
    """Whether the one connection that there may be is to be had."""
    if context is None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    else:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", server.port, timeout=5, context=context
        )
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
