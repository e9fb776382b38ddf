"""The BMCs of a simulated site. Implements `intake.management.BmcReader`."""

from __future__ import annotations

import httpx
from pydantic import TypeAdapter, ValidationError

from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.management import BmcReading, BmcUnreachable, LogEntry

_READING = TypeAdapter(BmcReading)


class SimulatedBmc:
    """Asks the agents' simulation. Safe to call from several threads."""

    def __init__(self, timeout_seconds: float) -> None:
        self._client = httpx.Client(timeout=timeout_seconds, trust_env=False)

    def read(self, node: Node) -> BmcReading:
        """Look at the node's BMC. Raises `BmcUnreachable`."""
        url = f"{node.agent}/sim/bmc"
        try:
            answer = self._client.get(url).raise_for_status()
            return _READING.validate_json(answer.content)
        except httpx.HTTPError as error:
            raise BmcUnreachable(
                f"{url} does not answer; is the simulation up?: {error}"
            ) from error
        except ValidationError as error:
            raise BmcUnreachable(f"{url} answered what it should not") from error

    def log_text(self, node: Node) -> str:
        """Its whole event log as text, for evidence. Raises `BmcUnreachable`."""
        return "".join(f"{_line(entry)}\n" for entry in self.read(node).log)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()


def _line(entry: LogEntry) -> str:
    at = entry.at.isoformat() if entry.at else "-"
    return f"{entry.number} | {at} | {entry.message}"
