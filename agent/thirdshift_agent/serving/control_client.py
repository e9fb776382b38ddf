"""Talks to the agent of this node through its control socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from thirdshift_agent.serving.control import NAME, socket_address

PATIENCE_SECONDS = 45.0


class NoAgentError(Exception):
    """No agent can be spoken to there; the text says why and what mends it."""


def ask(
    state: Path, method: str, path: str, body: Mapping[str, object] | None = None
) -> tuple[int, dict[str, Any]]:
    """Ask the agent with this state directory; return status and answer. Raises `NoAgentError`."""
    connection = _Connection(state / NAME)
    try:
        connection.request(method, path, None if body is None else json.dumps(body))
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    except (OSError, HTTPException, ValueError) as error:
        raise NoAgentError(f"{state / NAME}: {_why(error)}") from error
    finally:
        connection.close()


class _Connection(HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=PATIENCE_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        with socket_address(self._path) as address:
            self.sock.connect(address)


def _why(error: Exception) -> str:
    match error:
        case FileNotFoundError() | ConnectionRefusedError():
            return "no agent runs there; start it, or name the directory of one with --state-dir"
        case PermissionError():
            return "only the agent's own user and root may do this; use sudo"
        case TimeoutError():
            return f"the agent has not answered for {PATIENCE_SECONDS:.0f} s; its log may say why"
        case _:
            return f"the agent did not answer: {error}; its log may say why"
