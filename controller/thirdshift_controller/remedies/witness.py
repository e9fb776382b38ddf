"""Keeps evidence before a rung may destroy it or hands take it apart: once a spell of a fault."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

from thirdshift_controller.errors import RefusedError
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.remedies.evidence import EvidenceRoom
from thirdshift_controller.store import evidence
from thirdshift_runbooks.catalogue import Catalogue

log = logging.getLogger(__name__)


class Witness(Protocol):
    """Sees a node as it is before an attempt changes it."""

    def look(self, incident_id: int) -> None:
        """Keep what may be lost; never raises for a node that gives nothing."""
        ...


@dataclass(frozen=True, slots=True)
class EvidenceWitness:
    """Has the room of evidence look, where a part may go back to its vendor."""

    room: EvidenceRoom
    catalogue: Catalogue

    def look(self, incident_id: int) -> None:
        """Collect, unless this spell of the incident has its pack."""
        incident = self.room.shelf.incident(incident_id)
        if not self.catalogue.page(incident.runbook).rma:
            return
        with self.room.shelf.store.read() as session:
            newest = evidence.newest(session, incident_id)
        if newest is not None and newest.made_at >= incident.begun_at:
            return
        try:
            self.room.collect(incident_id)
        except RefusedError as error:
            log.error("evidence not kept", extra={"incident": incident_id, "reason": str(error)})
            text, now = f"evidence not kept: {error}", self.room.clock.now()
            with self.room.shelf.store.write() as session:
                lifecycle.say(session, incident, now, text)
