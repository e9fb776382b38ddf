"""An incident's way from open to closed. Every change of state goes through `move`.

State, phase and timeline change together in the caller's transaction, so that down-time always
adds up and every change says who made it.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from thirdshift_controller.store import incidents
from thirdshift_controller.store.tables import IncidentRow, PhaseRow, SignalRow, TimelineRow
from thirdshift_controller.wire import IncidentState, Scope
from thirdshift_runbooks.page import Page

CONTROLLER = "controller"
VERIFIED = "verified"
"""The resolution of an incident whose unit proved well begins with this word; no other does."""

_PHASE = {
    IncidentState.OPEN: "remote",
    IncidentState.REMEDYING: "remote",
    IncidentState.NEEDS_HANDS: "people",
    IncidentState.IN_WORK: "hands",
    IncidentState.VERIFYING: "verify",
}


def open_incident(
    session: Session, signal: SignalRow, page: Page, gpus_out: int, now: datetime
) -> IncidentRow:
    """Open one on its first signal; the time since the signal was waiting to be detected."""
    incident = IncidentRow(
        open_key=f"{signal.node}/{signal.gpu_slot}/{page.id}",
        scope=Scope.NODE if signal.gpu_slot is None else Scope.GPU,
        scope_name=signal.node,
        node=signal.node,
        gpu_slot=signal.gpu_slot,
        gpu_serial=signal.gpu_serial,
        pci_address=signal.pci_address,
        gpus_out=gpus_out,
        runbook=page.id,
        title=page.title if signal.name in page.signals else f"{page.title}: {signal.name}",
        severity=page.severity.value,
        opened_at=now,
        last_signal_at=signal.received_at,
    )
    session.add(incident)
    session.flush()
    began_at = min(signal.at, now)
    _enter(session, incident, "detect", began_at)
    _enter(session, incident, _PHASE[IncidentState.OPEN], now)
    say(session, incident, now, f"opened on {signal.name}: {page.title}")
    return incident


def move(
    session: Session,
    incident: IncidentRow,
    state: IncidentState,
    now: datetime,
    text: str,
    actor: str = CONTROLLER,
) -> None:
    """Change the state and say why."""
    incident.state = state
    if state is IncidentState.VERIFYING:
        incident.verify_from_at = now
    _enter(session, incident, _PHASE[state], now)
    say(session, incident, now, text, actor)
    session.add(incident)


def close(session: Session, incident: IncidentRow, now: datetime, resolution: str) -> None:
    """End it; its unit is free for a new incident."""
    incident.state = IncidentState.CLOSED
    incident.open_key = None
    incident.closed_at = now
    incident.resolution = resolution
    _leave(session, incident, now)
    say(session, incident, now, f"closed: {resolution}")
    session.add(incident)


def promote(session: Session, incident: IncidentRow, page: Page, now: datetime) -> None:
    """Give it the page that names the fault better."""
    incident.open_key = f"{incident.node}/{incident.gpu_slot}/{page.id}"
    incident.runbook, incident.title = page.id, page.title
    incident.severity = page.severity.value
    say(session, incident, now, f"now known as {page.title}")
    session.add(incident)


def say(
    session: Session, incident: IncidentRow, at: datetime, text: str, actor: str = CONTROLLER
) -> None:
    """Write a line of the timeline."""
    assert incident.id is not None
    session.add(TimelineRow(incident_id=incident.id, at=at, actor=actor, text=text))


def _enter(session: Session, incident: IncidentRow, phase: str, at: datetime) -> None:
    assert incident.id is not None
    current = _running(session, incident)
    if current is not None and current.phase == phase:
        return
    _leave(session, incident, at)
    session.add(PhaseRow(incident_id=incident.id, phase=phase, from_at=at))
    session.flush()


def _leave(session: Session, incident: IncidentRow, at: datetime) -> None:
    current = _running(session, incident)
    if current is not None:
        current.to_at = at
        session.add(current)


def _running(session: Session, incident: IncidentRow) -> PhaseRow | None:
    assert incident.id is not None
    phases = incidents.phases(session, [incident.id])
    return phases[-1] if phases and phases[-1].to_at is None else None
