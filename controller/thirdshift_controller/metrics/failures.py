"""The time between the failures of each node, from outages in the order of their end. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from thirdshift_controller.store.history import Outage


@dataclass
class Failures:
    """Remembers each node's last failure."""

    _last: dict[str, Outage] = field(default_factory=dict)

    def seconds_since_the_last(self, outage: Outage) -> float | None:
        """From the begin of the node's failure before to the begin of this one.

        `None` for a node's first, and for an outage that began while another lasted: then the node
        had failed already.
        """
        last = self._last.get(outage.node)
        self._last[outage.node] = outage
        if last is None:
            return None
        if outage.begun_at > last.closed_at:
            return (outage.begun_at - last.begun_at).total_seconds()
        begun_at = min(last.begun_at, outage.begun_at)
        self._last[outage.node] = outage._replace(begun_at=begun_at)
        return None
