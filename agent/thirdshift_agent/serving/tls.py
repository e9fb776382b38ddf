"""TLS on the agent's port: its certificate, and the authority that its clients must come from.

The handshake is made on the connection's own thread. Files that were exchanged are taken up by the
next connection; where they cannot be used, those before them stay in use and the log says why.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from thirdshift_agent.credential_files import CredentialError, Renewed, read_text

_HANDSHAKE = b"\x16"
"""The first byte of every client that speaks TLS."""
_PLAIN_BYTES = 65536
_SAID = b'{"error": "this port speaks TLS: ask with https"}'
_TO_PLAIN = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_SAID), _SAID)
)


class NotTlsError(OSError):
    """The client does not speak TLS; it has been told."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Files in PEM form."""

    certificate: Path
    """With the chain of its issuers, the own certificate first."""
    key: Path
    client_authority: Path | None = None
    """Where given, only clients with a certificate of one of these authorities are served."""

    def all(self) -> tuple[Path, ...]:
        """Each of them."""
        return (self.certificate, self.key, *filter(None, [self.client_authority]))


class Tls:
    """The server's side of TLS 1.2 and 1.3. Safe from any thread."""

    def __init__(self, files: TlsFiles, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Raises `CredentialError`."""
        self._files = files
        self._context = Renewed(files.all(), partial(_context, files), monotonic)

    @property
    def knows_clients(self) -> bool:
        """Whether clients must show a certificate."""
        return self._files.client_authority is not None

    def problems(self) -> tuple[str, ...]:
        """Why exchanged files are not in use."""
        return self._context.problems()

    def welcome(self, client: socket.socket, seconds: float) -> ssl.SSLSocket:
        """Shake hands within `seconds`. Raises `OSError`, and `NotTlsError` among them."""
        client.settimeout(seconds)
        if client.recv(1, socket.MSG_PEEK) not in (_HANDSHAKE, b""):
            client.recv(_PLAIN_BYTES)
            client.sendall(_TO_PLAIN)
            raise NotTlsError("the client does not speak TLS")
        secured = self._context.current().wrap_socket(
            client, server_side=True, do_handshake_on_connect=False
        )
        try:
            secured.do_handshake()
        except BaseException:
            secured.close()
            raise
        return secured


def _context(files: TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _expect("certificate", files.certificate, "--tls-cert")
    _expect("private key", files.key, "--tls-key")
    try:
        context.load_cert_chain(files.certificate, files.key, password=lambda: "")
    except ssl.SSLError as error:
        raise CredentialError(
            f"{files.certificate} and {files.key} do not go together: {_words(error)}; give a "
            "certificate with --tls-cert and its own key, without a passphrase, with --tls-key"
        ) from error
    if files.client_authority is not None:
        _know_clients(context, files.client_authority)
    return context


def _know_clients(context: ssl.SSLContext, authority: Path) -> None:
    _expect("certificate", authority, "--client-ca")
    try:
        context.load_verify_locations(authority)
    except ssl.SSLError as error:
        raise CredentialError(
            f"{authority}: {_words(error)}; "
            "give the certificate of the clients' authority with --client-ca"
        ) from error
    context.verify_mode = ssl.CERT_REQUIRED


def _expect(what: str, path: Path, option: str) -> None:
    """Raise `CredentialError` where a file holds no such thing in PEM form."""
    text = read_text(path, option, is_secret=what == "private key")
    if f"{what.upper()}-----" not in text:
        raise CredentialError(f"{path} holds no {what} in PEM form; give one with {option}")


def _words(error: ssl.SSLError) -> str:
    return (error.reason or "it cannot be read").replace("_", " ").lower()
