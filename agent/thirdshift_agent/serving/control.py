"""The control socket: what may be done with a running agent by those whom its node trusts.

A unix socket in the state directory that only the agent's own user and root can open, and HTTP over
it like on the port. What is here is not on the port.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from thirdshift_agent.serving.exchange import Answer, Request, refusal
from thirdshift_agent.serving.json_body import BodyError
from thirdshift_agent.serving.server import WAITING_CLIENTS, ListenError, Server

NAME = "control.sock"
CONNECTIONS = 16
LONGEST_ADDRESS_BYTES = 107
"""Of a unix socket, on Linux."""

Act = Callable[[Request], Answer]
"""Answers one request. `BodyError` becomes a 400 with its sentence."""


class ControlRoutes:
    """What there is on the socket, by path and method. Filled before the first request."""

    def __init__(self) -> None:
        self._acts: dict[str, dict[str, Act]] = {}

    def add(self, method: str, path: str, act: Act) -> None:
        """Let `act` answer this method, GET or POST, of this path."""
        self._acts.setdefault(path, {})[method] = act

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        methods = self._acts.get(request.path)
        if methods is None:
            return refusal(404, f"there is {', '.join(self._acts)}")
        act = methods.get(request.method)
        if act is None:
            return refusal(405, f"{request.path} takes {', '.join(methods)}")
        try:
            return act(request)
        except BodyError as error:
            return refusal(400, str(error))


class ControlServer:
    """Listens from its construction on; answers between `start` and `stop`."""

    def __init__(self, state: Path, routes: ControlRoutes) -> None:
        """Raises `ListenError`. The state directory must be claimed: what lies there is ours."""
        self._path = state / NAME
        self._server = Server(_listen(self._path), routes.answer, CONNECTIONS)

    @property
    def where(self) -> str:
        """The socket's path."""
        return str(self._path)

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self) -> None:
        """Listen no more, and leave no socket behind."""
        self._server.stop()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


@contextmanager
def socket_address(path: Path) -> Iterator[str]:
    """A path that a unix socket can have: its own, or a short one through its open folder."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS_BYTES:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    try:
        _make_way(path)
        os.fchmod(listener.fileno(), 0o600)  # what bind makes has this mode from its first moment
        with socket_address(path) as address:
            listener.bind(address)
        listener.listen(WAITING_CLIENTS)
    except OSError as error:
        listener.close()
        raise ListenError(
            f"control socket {path} cannot be made: {error.strerror}; "
            "let the agent's user write the state directory"
        ) from error
    return listener


def _make_way(path: Path) -> None:
    """Remove the socket that a killed agent left."""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()
