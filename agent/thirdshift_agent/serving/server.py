"""A door of the agent: a listening socket, and a thread for each client that comes through it.

There is a bound on connections and a limit on every wait for a client: one that is slow, broken or
malicious costs one thread for a few seconds and nobody else anything. What is said on a connection
is `connection.py`'s business, what is at which path `routes.py`'s.
"""

from __future__ import annotations

import errno
import logging
import math
import socket
import time
from contextlib import suppress
from threading import Event, Thread

from thirdshift_agent.serving.connection import Terms, serve
from thirdshift_agent.serving.exchange import Handle
from thirdshift_agent.serving.tls import NotTlsError, Tls

log = logging.getLogger(__name__)

WAITING_CLIENTS = 128
PARTING_SECONDS = 0.3
SILENCE_SECONDS = 60.0
SCARCITY_SECONDS = 0.1
"""The pause where the system has no descriptor left for one client more."""


class ListenError(Exception):
    """The address cannot be listened on; the text says why and what mends it."""


def tcp_socket(host: str, port: int) -> socket.socket:
    """Listen on a port; 0 takes any free one. Raises `ListenError`."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(WAITING_CLIENTS)
    except (OSError, OverflowError) as error:
        listener.close()
        raise ListenError(_why(host, port, error)) from error
    return listener


def _why(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"{host}:{port} is in use by another program; choose another with --listen"
    return f"cannot listen on {host}:{port}: {error}; choose an address of this node with --listen"


class Server:
    """Answers who comes through one listening socket, between `start` and `stop`."""

    def __init__(
        self,
        listener: socket.socket,
        handle: Handle,
        connections: int,
        client_seconds: float = 10.0,
        tls: Tls | None = None,
    ) -> None:
        """`client_seconds` is how long a client may keep us waiting before it is let go."""
        self._listener, self._tls = listener, tls
        self._most, self._open = connections, set[socket.socket]()
        self._terms = Terms(handle, client_seconds, self._is_crowded)
        self._stopping, self._silent_until = Event(), -math.inf
        self._thread = Thread(target=self._accept, name="accept", daemon=True)

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self._listener.getsockname()[1])

    @property
    def where(self) -> str:
        """The address listened on."""
        host = self._listener.getsockname()[0]
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more. Answers under way are not waited for."""
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(PARTING_SECONDS)
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError as error:
                if not self._stopping.is_set():
                    self._complain(str(error))
                    self._stopping.wait(SCARCITY_SECONDS)
            else:
                self._admit(client)

    def _admit(self, client: socket.socket) -> None:
        """Give the connection a thread of its own, if there may be one more."""
        if len(self._open) >= self._most:
            self._complain(f"all {self._most} are in use")
            _hang_up(client)
            return
        self._open.add(client)
        try:
            Thread(target=self._attend, args=(client,), name="client", daemon=True).start()
        except RuntimeError as error:
            self._complain(str(error))
            self._open.discard(client)
            _hang_up(client)

    def _attend(self, client: socket.socket) -> None:
        """Serve one connection to its end. One that breaks is the client's affair."""
        spoken = client
        try:
            if client.family != socket.AF_UNIX:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                spoken = self._tls.welcome(client, self._terms.client_seconds)
            serve(spoken, self._terms)
        except NotTlsError:
            log.debug("plain HTTP on a port that speaks TLS")
        except OSError as error:
            log.debug("connection broke", extra={"reason": str(error)})
        finally:
            _hang_up(spoken)
            self._open.discard(client)

    def _complain(self, reason: str) -> None:
        """Log a refused connection; not each of thousands, which would fill a disk."""
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + SILENCE_SECONDS
            log.warning("connections refused", extra={"reason": reason})

    def _is_crowded(self) -> bool:
        return 2 * len(self._open) > self._most


def _hang_up(client: socket.socket) -> None:
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)
    client.close()
