"""Reads agents over HTTP. Implements `intake.port.AgentReader`."""

from __future__ import annotations

import httpx
from pydantic import TypeAdapter, ValidationError

from thirdshift_agent.wire import Report
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.port import AgentUnreachable

_REPORT = TypeAdapter(Report)


class HttpAgentReader:
    """Keeps connections open between sweeps. Safe to call from several threads."""

    def __init__(self, timeout_seconds: float, connections: int) -> None:
        limits = httpx.Limits(
            max_connections=connections, max_keepalive_connections=connections * 8
        )
        self._client = httpx.Client(timeout=timeout_seconds, limits=limits)

    def read(self, node: Node, after: int) -> Report:
        """The node's report. Raises `AgentUnreachable` with the reason."""
        try:
            answer = self._client.get(f"{node.agent}/v1/report", params={"after": after})
            answer.raise_for_status()
            report = _REPORT.validate_json(answer.content)
        except httpx.HTTPError as error:
            raise AgentUnreachable(f"{node.agent}: {error or type(error).__name__}") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise AgentUnreachable(f"{node.agent}: {where}: {first['msg']}") from error
        if report.node != node.name:
            raise AgentUnreachable(f"{node.agent} is {report.node!r}, not {node.name!r}")
        return report

    def close(self) -> None:
        """Close every connection."""
        self._client.close()
