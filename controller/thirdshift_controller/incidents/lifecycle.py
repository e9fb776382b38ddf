"""An incident's way from open to closed. Every change of state goes through `move`.

State, phase and timeline change together in the caller's transaction, so that down-time always
adds up and every change says who made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from thirdshift_controller.fleet.inventory import Place
from thirdshift_controller.store import incidents
from thirdshift_controller.store.draft import Draft, insert_all
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


def incident_of(
    signal: SignalRow, page: Page, place: Place, slot: int | None, gpus_out: int, now: datetime
) -> Draft:
    """A new incident on its first signal, not yet in the database: see `begin`."""
    scope, name = place
    many = scope not in (Scope.NODE, Scope.GPU)
    return Draft(
        open_key=key_of(place, slot, page),
        scope=scope,
        scope_name=name,
        node="" if many else name,
        gpu_slot=slot,
        gpu_serial=None if slot is None else signal.gpu_serial,
        pci_address=None if slot is None else signal.pci_address,
        gpus_out=gpus_out,
        runbook=page.id,
        title=page.title if signal.name in page.signals else f"{page.title}: {signal.name}",
        severity=page.severity.value,
        opened_at=now,
        begun_at=now,
        last_signal_at=signal.received_at,
        heard=[signal.name],
    )


@dataclass(frozen=True, slots=True)
class Beginning:
    """A new incident, and what it began with."""

    incident: Draft
    began_at: datetime
    text: str


def begin(session: Session, beginnings: Sequence[Beginning], now: datetime) -> None:
    """Put them into the database; the time since each began was waiting to be detected."""
    insert_all(session, [one.incident for one in beginnings])
    phases: list[incidents.Facts] = []
    lines: list[incidents.Facts] = []
    for one in beginnings:
        ours: incidents.Facts = {"incident_id": one.incident.id}
        since = min(one.began_at, now)
        phases.append({**ours, "phase": "detect", "from_at": since, "to_at": now})
        remote = _PHASE[IncidentState.OPEN]
        phases.append({**ours, "phase": remote, "from_at": now, "to_at": None})
        lines.append({**ours, "at": now, "actor": CONTROLLER, "text": one.text})
    incidents.write_down(session, phases, lines)


def move(
    session: Session,
    incident: IncidentRow,
    state: IncidentState,
    now: datetime,
    text: str,
    actor: str = CONTROLLER,
) -> None:
    """Change the state and say why."""
    incident.state, incident.waits_for = state, None
    if state is IncidentState.VERIFYING:
        incident.verify_from_at = now
    _enter(session, incident, _PHASE[state], now)
    say(session, incident, now, text, actor)
    session.add(incident)


def wait(session: Session, incident: IncidentRow, reason: str, phase: str, now: datetime) -> None:
    """Nothing is done for now: told once a reason, not once a look."""
    if incident.waits_for != reason:
        incident.waits_for = reason
        _enter(session, incident, phase, now)
        say(session, incident, now, f"waits: {reason}")
        session.add(incident)


def close(session: Session, incident: IncidentRow, now: datetime, resolution: str) -> None:
    """End it; its unit is free for a new incident."""
    incident.state, incident.waits_for = IncidentState.CLOSED, None
    incident.open_key = None
    incident.closed_at = now
    incident.resolution = resolution
    _leave(session, incident, now)
    say(session, incident, now, f"closed: {resolution}")
    session.add(incident)


def reopen(session: Session, incident: IncidentRow, page: Page, now: datetime, text: str) -> None:
    """It has come back: the same incident goes on where its ladder had stopped."""
    incident.open_key = key_of((incident.scope, incident.scope_name), incident.gpu_slot, page)
    incident.state, incident.closed_at, incident.resolution = IncidentState.OPEN, None, None
    incident.reopened += 1
    incident.jobs_may_die_by = None
    incident.begun_at = incident.last_signal_at = now
    _enter(session, incident, _PHASE[IncidentState.OPEN], now)
    say(session, incident, now, text)
    session.add(incident)


def promote(session: Session, incident: IncidentRow, page: Page, now: datetime) -> None:
    """Give it the page that names the fault better."""
    rename(incident, page)
    say(session, incident, now, f"now known as {page.title}")
    session.add(incident)


def rename(incident: IncidentRow | Draft, page: Page) -> None:
    """The same for one that nothing has been said of yet."""
    incident.open_key = key_of((incident.scope, incident.scope_name), incident.gpu_slot, page)
    incident.runbook, incident.title = page.id, page.title
    incident.severity = page.severity.value


def own(session: Session, incident: IncidentRow, person: str, now: datetime) -> None:
    """Somebody takes it as theirs; whoever had it first, has it."""
    if incident.owner is None:
        incident.owner = person
        say(session, incident, now, "acknowledged", person)
        session.add(incident)


def say(
    session: Session, incident: IncidentRow, at: datetime, text: str, actor: str = CONTROLLER
) -> None:
    """Write a line of the timeline."""
    assert incident.id is not None
    session.add(TimelineRow(incident_id=incident.id, at=at, actor=actor, text=text))


def key_of(place: Place, slot: int | None, page: Page) -> str:
    """What no two open incidents share."""
    scope, name = place
    return f"{'' if scope in (Scope.NODE, Scope.GPU) else f'{scope}:'}{name}/{slot}/{page.id}"


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
