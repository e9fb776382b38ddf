"""Taking nodes over as units of work: each request once, and one owner of a node at a time.

NVSentinel's ADR-040 (NVIDIA/NVSentinel, docs/designs/040-external-remediation-request.md) holds the
same on its side, so a second request for a node that is ours means that two systems claim it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from thirdshift_controller.errors import ConflictError, NotFoundError
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.intake.external import Request, name_of, row_of, signal_of
from thirdshift_controller.store import external, nodes, signals
from thirdshift_controller.store.database import Store
from thirdshift_runbooks.catalogue import Catalogue

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Takeover:
    """Keeps requests, and the signals that they become."""

    store: Store
    site: Site
    catalogue: Catalogue

    def take(self, request: Request, now: datetime) -> None:
        """Take the node over; a request that we have is left as it is. Raises `RefusedError`."""
        with self.store.write() as session:
            if external.find(session, request.system, request.reference) is None:
                self._refuse_if_not_free(session, request)
                self._keep(session, request, now)

    def _refuse_if_not_free(self, session: Session, request: Request) -> None:
        if request.node not in self.site.by_name:
            raise NotFoundError(
                f"there is no node {request.node!r} in the site file; name it there"
            )
        holder = external.holding(session, request.node)
        if holder is not None:
            whose = f"{holder.reference!r} of {holder.system}"
            raise ConflictError(f"{request.node} is held for {whose} until that is completed")

    def _keep(self, session: Session, request: Request, now: datetime) -> None:
        uuid, address = request.gpu_uuid, request.pci_address
        card = nodes.card_of(session, request.node, uuid, pci_address=address)
        known_since_at = nodes.named(session, [request.node])[request.node].known_since_at
        name = name_of(request.fault, self.catalogue)
        signals.keep(session, [signal_of(request, name, card, known_since_at, now)])
        session.add(row_of(request, now))
        facts = {"system": request.system, "reference": request.reference, "node": request.node}
        log.info("node taken over", extra=facts)
