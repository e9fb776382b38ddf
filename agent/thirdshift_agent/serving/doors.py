"""The agent's doors as the command line asks for them, open until a signal ends the process."""

from __future__ import annotations

import logging
import signal
from argparse import Namespace
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Protocol

from thirdshift_agent.agent import Agent, Problems
from thirdshift_agent.serving.control import ControlRoutes, ControlServer
from thirdshift_agent.serving.exchange import Handle
from thirdshift_agent.serving.maintenance_routes import add_maintenance
from thirdshift_agent.serving.server import ListenError, Server, tcp_socket
from thirdshift_agent.serving.tls import Tls, TlsFiles
from thirdshift_agent.serving.tokens import Tokens, guarded
from thirdshift_agent.simulated import SimulatedDriver
from thirdshift_agent.simulated.control import add_injection

log = logging.getLogger(__name__)

ENDINGS = (signal.SIGTERM, signal.SIGINT)


class OptionError(ValueError):
    """Options that do not go together; the text says what is missing."""


class Door(Protocol):
    """What clients come through."""

    @property
    def where(self) -> str:
        """Where it is."""
        ...

    def start(self) -> None:
        """Begin to answer."""
        ...

    def stop(self) -> None:
        """Listen no more."""
        ...


class Worker(Protocol):
    """What there is behind the doors."""

    def start(self) -> None:
        """Begin to work."""
        ...

    def stop(self) -> None:
        """End within a second."""
        ...


def port(
    asked: Namespace,
    handle: Handle,
    connections: int,
    heed: Callable[[Problems], None] = lambda problems: None,
) -> Server:
    """The port, with its locks; `heed` is told whom to ask what is wrong with them.

    Raises `CredentialError`, `ListenError` and `OptionError`.
    """
    tls = _tls(asked)
    tokens = Tokens(asked.token_file) if asked.token_file else None
    for lock in (tls, tokens):
        if lock is not None:
            heed(lock.problems)
    listener = tcp_socket(asked.listen.host, asked.listen.port)
    host = listener.getsockname()[0]
    if tokens is None and not (tls and tls.knows_clients) and not ip_address(host).is_loopback:
        remedy = "give --token-file or --client-ca, or listen on 127.0.0.1"
        log.warning("whoever reaches the port may read it", extra={"host": host, "remedy": remedy})
    return Server(listener, guarded(handle, tokens) if tokens else handle, connections, tls=tls)


def control(agent: Agent) -> Sequence[Door]:
    """The control socket. An agent whose disk takes none still watches its GPUs."""
    routes = ControlRoutes()
    add_maintenance(routes, agent.maintenance)
    if isinstance(agent.driver, SimulatedDriver):
        add_injection(routes, agent.driver)
    try:
        return [ControlServer(agent.settings.state, routes)]
    except ListenError as error:
        problem = str(error)
        log.error("no control socket", extra={"reason": problem})
        agent.heed(lambda: (problem,))
        return []


def serve(doors: Sequence[Door], worker: Worker) -> None:
    """Work and answer until a signal says to stop.

    The signals are blocked before the first thread begins and waited for here: a handler would run
    only when the kernel happens to wake this thread.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    worker.start()
    for door in doors:
        door.start()
        log.info("listening", extra={"where": door.where})
    signal.sigwait(ENDINGS)
    for door in doors:
        door.stop()
    worker.stop()


def _tls(asked: Namespace) -> Tls | None:
    certificate, key, authority = asked.tls_cert, asked.tls_key, asked.client_ca
    if (certificate is None) != (key is None):
        raise OptionError("--tls-cert and --tls-key go together: give both, or none for plain HTTP")
    if certificate is None and authority is not None:
        raise OptionError("--client-ca needs TLS: give --tls-cert and --tls-key too")
    return None if certificate is None else Tls(TlsFiles(certificate, key, authority))
