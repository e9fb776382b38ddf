"""Reads agents over HTTP. Implements `intake.port.AgentReader`."""

from __future__ import annotations

import time

import httpx
from pydantic import TypeAdapter, ValidationError

from thirdshift_agent.wire import Report
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.port import AgentUnreachable

_REPORT = TypeAdapter(Report)
LARGEST_REPORT_BYTES = 8 * 1024 * 1024
MOST_SLOTS = 1024


class HttpAgentReader:
    """Keeps connections open between sweeps. Safe to call from several threads."""

    def __init__(self, timeout_seconds: float, connections: int) -> None:
        limits = httpx.Limits(
            max_connections=connections, max_keepalive_connections=connections * 8
        )
        self._timeout_seconds = timeout_seconds
        self._client = httpx.Client(timeout=timeout_seconds, limits=limits, trust_env=False)

    def read(self, node: Node, after: int) -> Report:
        """The node's report. Raises `AgentUnreachable` with the reason."""
        try:
            report = _REPORT.validate_json(self._fetch(f"{node.agent}/v1/report?after={after}"))
        except httpx.HTTPError as error:
            raise AgentUnreachable(f"{node.agent}: {error or type(error).__name__}") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise AgentUnreachable(f"{node.agent}: {where}: {first['msg']}") from error
        if report.node != node.name:
            raise AgentUnreachable(f"{node.agent} is {report.node!r}, not {node.name!r}")
        if nonsense := _nonsense(report):
            raise AgentUnreachable(f"{node.agent}: {nonsense}")
        return report

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _fetch(self, url: str) -> bytes:
        """The whole answer within one time-out: one that drips is as good as none."""
        deadline, body = time.monotonic() + self._timeout_seconds, bytearray()
        with self._client.stream("GET", url) as answer:
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                body += piece
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the answer did not end in time")
                if len(body) > LARGEST_REPORT_BYTES:
                    raise httpx.DecodingError("the answer is too large")
        return bytes(body)


def _nonsense(report: Report) -> str | None:
    """What no agent of ours says, and what would harm whoever believed it."""
    released = report.snapshot.released
    instants = [report.sent_at, report.snapshot.taken_at, *(signal.at for signal in report.signals)]
    instants += [released.until_at] if released else []
    if any(instant.tzinfo is None for instant in instants):
        return "an instant has no offset"
    slots = [gpu.identity.slot for gpu in report.snapshot.gpus]
    slots += [signal.gpu_slot for signal in report.signals if signal.gpu_slot is not None]
    if not all(0 <= slot < MOST_SLOTS for slot in slots):
        return f"a slot is not between 0 and {MOST_SLOTS - 1}"
    sequences = [signal.sequence for signal in report.signals]
    if not all(0 < sequence <= report.last_sequence < 2**62 for sequence in sequences):
        return "a sequence number is out of range"
    return None
