"""Collects what is known of a fault before a remedy destroys it, or a part goes to its vendor.

A reset or a reboot clears the GPU's state and its error log. So each look at a node is kept with
the time it was taken, and a later pack holds the earlier ones too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from pydantic import TypeAdapter

from thirdshift_agent.clock import Clock
from thirdshift_agent.wire import Snapshot
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.management import BmcReader, BmcUnreachable
from thirdshift_controller.remedies.case import case_of, files_of
from thirdshift_controller.remedies.inspection import Exhibit, Inspector
from thirdshift_controller.remedies.pack import LOOKS, looks_of, pack
from thirdshift_controller.remedies.shelf import Shelf
from thirdshift_controller.store.tables import EvidenceRow, IncidentRow

log = logging.getLogger(__name__)
_SNAPSHOT = TypeAdapter(Snapshot)


@dataclass(frozen=True, slots=True)
class EvidenceRoom:
    """Looks at nodes and packs what it saw. Safe to share between threads."""

    shelf: Shelf
    site: Site
    live: Live
    clock: Clock
    inspector: Inspector
    bmc: BmcReader | None
    _turns: dict[int, Lock] = field(default_factory=dict)

    def collect(self, incident_id: int) -> EvidenceRow:
        """Look at the incident's node now, which takes minutes, and write its pack anew.

        What cannot be had is named in the pack. Raises `NotFoundError`, and `ConflictError` where
        the disk refuses.
        """
        incident = self.shelf.incident(incident_id)
        with self._turns.setdefault(incident_id, Lock()):
            looks = [*self._earlier(incident), *self._look(incident)]
            return self._keep(incident, looks)

    def _earlier(self, incident: IncidentRow) -> list[Exhibit]:
        assert incident.id is not None
        path = self.shelf.path(incident.id)
        try:
            return looks_of(path.read_bytes(), f"INC-{incident.id}", incident.opened_at)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except (OSError, ValueError) as error:
            aside = self.shelf.set_aside(incident.id, self.clock.now())
            log.warning("evidence set aside", extra={"path": str(aside), "reason": str(error)})
            problem = f"{error}; it is now {aside.name}"
            return [Exhibit(f"{LOOKS}earlier", str(path), None, problem)]

    def _look(self, incident: IncidentRow) -> Iterator[Exhibit]:
        node = self.site.by_name.get(incident.node)
        if node is None:
            return
        folder = f"{LOOKS}{self.clock.now():%Y%m%dT%H%M%SZ}/"
        for exhibit in self._of_node(node, incident.pci_address):
            yield replace(exhibit, name=f"{folder}{exhibit.name}")

    def _of_node(self, node: Node, pci_address: str | None) -> Iterator[Exhibit]:
        yield _snapshot(self.live.snapshot(node.name))
        if self.bmc is not None and node.bmc is not None:
            yield _bmc_log(self.bmc, node)
        yield from self.inspector.inspect(node, pci_address)

    def _keep(self, incident: IncidentRow, looks: list[Exhibit]) -> EvidenceRow:
        assert incident.id is not None
        now = self.clock.now()
        with self.shelf.store.read() as session:
            case = case_of(session, incident)
        exhibits = [*files_of(case), *looks]
        missing = [each.name for each in exhibits if each.problem is not None]
        row = self.shelf.put(incident.id, pack(case.subject, exhibits, now), now, not missing)
        self._say(incident, row, missing, now)
        return row

    def _say(
        self, incident: IncidentRow, row: EvidenceRow, missing: list[str], now: datetime
    ) -> None:
        lack = f"; {len(missing)} of its parts could not be had" if missing else ""
        with self.shelf.store.write() as session:
            lifecycle.say(session, incident, now, f"evidence kept: {row.file}{lack}")
        log.info("evidence kept", extra={"file": row.file, "missing": missing})


def _snapshot(snapshot: Snapshot | None) -> Exhibit:
    name, source = "snapshot.json", "the agent's last report"
    if snapshot is None:
        return Exhibit(name, source, None, "the agent has given no report")
    return Exhibit(name, source, _SNAPSHOT.dump_json(snapshot, indent=2))


def _bmc_log(bmc: BmcReader, node: Node) -> Exhibit:
    name, source = "bmc/log.txt", f"the event log of {node.bmc}"
    try:
        return Exhibit(name, source, bmc.log_text(node).encode())
    except BmcUnreachable as error:
        return Exhibit(name, source, None, str(error))
