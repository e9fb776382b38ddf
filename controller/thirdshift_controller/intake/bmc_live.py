"""What every BMC showed last, or why it shows nothing. The next sweep fills it after a restart."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from thirdshift_controller.intake.management import BmcReading

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BmcLook:
    """The readings of one look."""

    taken_at: datetime
    power_on: bool | None
    power_watts: float | None
    inlet_celsius: float | None


@dataclass
class BmcLive:
    """The latest of each node. Assignment of one entry is atomic, so no lock is needed."""

    looks: dict[str, BmcLook] = field(default_factory=dict)
    silences: dict[str, str] = field(default_factory=dict)
    """Why a BMC gave no reading when it was asked last."""

    def show(self, node: str, reading: BmcReading, now: datetime) -> None:
        """Take in what a BMC shows."""
        self.looks[node] = BmcLook(
            now, reading.power_on, reading.power_watts, reading.inlet_celsius
        )
        if self.silences.pop(node, None):
            log.info("BMC answers again", extra={"node": node})

    def miss(self, node: str, reason: str) -> None:
        """Take in why it shows nothing; told once a reason, not once a sweep."""
        if self.silences.get(node) != reason:
            log.warning("BMC unreachable", extra={"node": node, "reason": reason})
        self.silences[node] = reason
