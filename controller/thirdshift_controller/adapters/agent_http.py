"""Reads agents over HTTP. Implements `intake.port.AgentReader`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus

from pydantic import TypeAdapter, ValidationError
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from thirdshift_agent.credential_files import Renewed
from thirdshift_agent.wire import Report
from thirdshift_controller.adapters.agent_connections import connections
from thirdshift_controller.adapters.agent_refusal import (
    REFUSALS,
    is_refusal,
    why_refused,
    why_unreachable,
)
from thirdshift_controller.config import AgentsTable
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.port import AgentUnreachable

_REPORT = TypeAdapter(Report)
LARGEST_REPORT_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 64 * 1024
MOST_SLOTS = 1024
OPEN_DOORS = AgentsTable()
"""For agents that want to see nothing."""


class HttpAgentReader:
    """Keeps connections open between sweeps. Safe to call from several threads."""

    def __init__(
        self,
        timeout_seconds: float,
        readers: int,
        agents: AgentsTable = OPEN_DOORS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises `CredentialError`."""
        self._timeout_seconds, self._readers = timeout_seconds, readers
        self._agents = agents
        self._opened: deque[PoolManager] = deque()
        self._client = Renewed(agents.files, self._open, monotonic)

    def read(self, node: Node, after: int) -> Report:
        """The node's report. Raises `AgentUnreachable` with the reason."""
        try:
            status, body = self._fetch(f"{node.agent}/v1/report?after={after}")
            if status != HTTPStatus.OK:
                reason = why_refused(status, body, self._agents.token_file is not None)
                raise AgentUnreachable(f"{node.agent}: {reason}", refused=status in REFUSALS)
            report = _REPORT.validate_json(body)
        except HTTPError as error:
            reason = why_unreachable(error, self._agents.certificate_file is not None)
            raise AgentUnreachable(f"{node.agent}: {reason}", is_refusal(error)) from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise AgentUnreachable(f"{node.agent}: {where}: {first['msg']}", True) from error
        if report.node != node.name:
            raise AgentUnreachable(f"{node.agent} is {report.node!r}, not {node.name!r}", True)
        if nonsense := _nonsense(report):
            raise AgentUnreachable(f"{node.agent}: {nonsense}", True)
        return report

    def close(self) -> None:
        """Close every connection."""
        for client in self._opened:
            client.clear()

    def _open(self) -> PoolManager:
        """A client with what the files hold now. The one before it may still be in use."""
        headers, token = {"Accept-Encoding": "gzip"}, self._agents.token()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        client = connections(self._readers, self._timeout_seconds, headers, self._agents.context())
        self._opened.append(client)
        if len(self._opened) > 2:
            self._opened.popleft().clear()
        return client

    def _fetch(self, url: str) -> tuple[int, bytes]:
        """Status and whole answer within one time-out: one that drips is as good as none."""
        deadline, body = time.monotonic() + self._timeout_seconds, bytearray()
        with self._client.current().request("GET", url, preload_content=False) as answer:
            while piece := answer.read1(PIECE_BYTES):
                body += piece
                if time.monotonic() > deadline:
                    raise HTTPError("the answer did not end in time")
                if len(body) > LARGEST_REPORT_BYTES:
                    raise HTTPError("the answer is too large")
        return answer.status, bytes(body)


def _nonsense(report: Report) -> str | None:
    """What no agent of ours says, and what would harm whoever believed it."""
    released = report.snapshot.released
    instants = [report.sent_at, report.snapshot.taken_at, *(signal.at for signal in report.signals)]
    instants += [released.until_at] if released else []
    if any(instant.tzinfo is None for instant in instants):
        return "an instant has no offset"
    slots = [gpu.identity.slot for gpu in report.snapshot.gpus]
    slots += [signal.gpu_slot for signal in report.signals if signal.gpu_slot is not None]
    standing = report.snapshot.standing or ()
    slots += [state.gpu_slot for state in standing if state.gpu_slot is not None]
    if not all(0 <= slot < MOST_SLOTS for slot in slots):
        return f"a slot is not between 0 and {MOST_SLOTS - 1}"
    sequences = [signal.sequence for signal in report.signals]
    if not all(0 < sequence <= report.last_sequence < 2**62 for sequence in sequences):
        return "a sequence number is out of range"
    return None
