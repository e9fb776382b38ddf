"""A node that another system hands over to us, and the signal that its request becomes. Pure.

Such a system cannot go on: it has drained the node, let go of it and asks for hands. So its request
is never only observed. Where a page of the catalogue mends the fault that it names, that page
answers; otherwise the page for requests does. What each system's own words mean is told in
`nvsentinel.py` and `nico.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from thirdshift_agent.wire import SignalSource
from thirdshift_controller.intake.hearsay import believed_at
from thirdshift_controller.store.tables import ExternalRequestRow, GpuRow, SignalRow
from thirdshift_controller.wire.handoff import ExternalSystem
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition

REMEDIATION = "external:remediation"
"""The signal of a request whose fault no page mends."""


class SourceUnreachable(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """The other system's requests could not be read; the text says why and what mends it."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, in our words."""

    system: ExternalSystem
    reference: str
    """What the other system calls it; it never uses the word twice."""
    node: str
    fault: str | None
    """The signal's name, where the request tells one: `xid:79`."""
    message: str
    reported_at: datetime | None
    gpu_uuid: str | None
    pci_address: str | None
    facts: Mapping[str, str]
    """What else it says; the answer may need it."""

    @property
    def origin(self) -> str:
        """Names it among all that we ever heard."""
        return f"external:{self.system}:{self.reference}"


class RequestSource(Protocol):
    """Where one system keeps its requests, if we are to fetch them."""

    @property
    def system(self) -> ExternalSystem:
        """Whose requests they are."""
        ...

    def waiting(self) -> Sequence[Request]:
        """All that wait for us now. Raises `SourceUnreachable`, and never gives only some."""
        ...


def name_of(fault: str | None, catalogue: Catalogue) -> str:
    """The name of the signal that a request becomes: its own where a page of ours mends it."""
    if fault is None:
        return REMEDIATION
    page = catalogue.for_signal(fault)
    mends = page.disposition is Disposition.REPAIR and fault in page.signals
    return fault if mends else REMEDIATION


def signal_of(
    request: Request, name: str, card: GpuRow | None, known_since_at: datetime, now: datetime
) -> SignalRow:
    """The signal; never older than our charge of the node, for the request itself is news."""
    kind, _, code = name.partition(":")
    fault = {} if request.fault in (None, name) else {"fault": str(request.fault)}
    return SignalRow(
        origin=request.origin,
        node=request.node,
        at=believed_at(request.reported_at, now, since=known_since_at),
        received_at=now,
        kind=kind,
        code=code,
        source=SignalSource.WEBHOOK,
        message=f"{request.system} hands over {request.reference}: {request.message}",
        gpu_slot=card.slot if card else None,
        gpu_uuid=card.uuid if card else None,
        gpu_serial=card.serial if card else None,
        pci_address=card.pci_address if card else None,
        facts={**request.facts, **fault},
    )


def row_of(request: Request, now: datetime) -> ExternalRequestRow:
    """The request as we keep it until its end is told."""
    return ExternalRequestRow(
        origin=request.origin,
        system=request.system,
        reference=request.reference,
        node=request.node,
        signal_origin=request.origin,
        received_at=now,
    )
