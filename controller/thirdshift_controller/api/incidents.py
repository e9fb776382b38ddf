"""What is wrong: incidents, and the page of the catalogue that knows them."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from thirdshift_controller.api import views
from thirdshift_controller.api.breakfix import Story, breakfix
from thirdshift_controller.api.common import Lead, Technician, Using, Viewer, number_of
from thirdshift_controller.api.inputs import Sentence
from thirdshift_controller.api.services import Services
from thirdshift_controller.errors import NotFoundError
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.remedies.outlook import tallies
from thirdshift_controller.store import attempts, incidents, nodes, signals, work_orders
from thirdshift_controller.store.tables import IncidentRow
from thirdshift_controller.wire import IncidentDetail, IncidentSummary, Runbook, RungRecord
from thirdshift_controller.wire.handoff import Breakfix
from thirdshift_runbooks.page import Severity

router = APIRouter(prefix="/v1")
CLOSED_SHOWN = 200
_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}


@router.get("/incidents")
def listing(use: Using, _caller: Viewer, open: bool = True) -> list[IncidentSummary]:  # noqa: A002
    """The open incidents, worst and oldest first; or the closed ones, newest first."""
    with use.store.read() as session:
        if open:
            rows = sorted(incidents.still_open(session), key=lambda row: _RANK[row.severity])
        else:
            rows = list(incidents.closed_lately(session, CLOSED_SHOWN))
        orders = work_orders.latest_by_incident(session, [row.id for row in rows if row.id])
        return [views.incident_summary(row, use.site, orders.get(row.id or 0)) for row in rows]


@router.get("/incidents/{identifier}")
def detail(identifier: str, use: Using, _caller: Viewer) -> IncidentDetail:
    """One incident, whole."""
    with use.store.read() as session:
        return _detail(session, use, _find(session, identifier))


@router.post("/incidents/{identifier}/acknowledge")
def acknowledge(identifier: str, use: Using, caller: Technician) -> IncidentDetail:
    """Own what is wrong, with all that it explains."""
    with use.store.write() as session:
        row = _find(session, identifier)
        assert row.id is not None
        if row.owner is None and row.closed_at is None:
            for part in (row, *incidents.children(session, row.id)):
                lifecycle.own(session, part, caller.actor, use.clock.now())
            session.flush()
        return _detail(session, use, row)


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    reason: Sentence


@router.post("/incidents/{identifier}/let-jobs-die")
def let_jobs_die(identifier: str, body: Reason, use: Using, caller: Lead) -> IncidentDetail:
    """Wait for no running work any more."""
    number = number_of(identifier, "INC")
    use.approvals.let_jobs_die(number, body.reason, caller, use.clock.now())
    return detail(identifier, use, caller)


@router.post("/incidents/{identifier}/attempts/{attempt}/approve")
def approve(identifier: str, attempt: int, use: Using, caller: Lead) -> IncidentDetail:
    """Say yes to an attempt that was proposed."""
    number = number_of(identifier, "INC")
    use.approvals.approve(number, attempt, caller, use.clock.now())
    return detail(identifier, use, caller)


@router.post("/incidents/{identifier}/attempts/{attempt}/decline")
def decline(
    identifier: str, attempt: int, body: Reason, use: Using, caller: Lead
) -> IncidentDetail:
    """Say no to it; the next rung is looked at."""
    number = number_of(identifier, "INC")
    use.approvals.decline(number, attempt, body.reason, caller, use.clock.now())
    return detail(identifier, use, caller)


@router.get("/remedies")
def remedies(use: Using, _caller: Viewer) -> list[RungRecord]:
    """What worked before, by page and action."""
    with use.store.read() as session:
        known = tallies(session, use.clock.now())
    return [
        RungRecord(page, action, tally.held, tally.tried)
        for (page, action), tally in sorted(known.items())
    ]


@router.get("/incidents/{identifier}/breakfix")
def record(identifier: str, use: Using, _caller: Viewer) -> Breakfix:
    """One incident as a repair record for other systems."""
    with use.store.read() as session:
        return breakfix(_story(session, use, _find(session, identifier)), use.site.name)


@router.get("/runbooks/{identifier}")
def runbook(identifier: str, use: Using, _caller: Viewer) -> Runbook:
    """One page of the catalogue."""
    page = next((page for page in use.catalogue.pages if page.id == identifier), None)
    if page is None:
        raise NotFoundError(f"there is no runbook {identifier!r}")
    return Runbook(page.id, page.title, page.severity.value, page.body)


def _find(session: Session, identifier: str) -> IncidentRow:
    row = incidents.by_id(session, number_of(identifier, "INC"))
    if row is None:
        raise NotFoundError(f"there is no incident {identifier}")
    return row


def _detail(session: Session, use: Services, row: IncidentRow) -> IncidentDetail:
    assert row.id is not None
    order = work_orders.latest_by_incident(session, [row.id]).get(row.id)
    return views.incident_detail(
        views.incident_summary(row, use.site, order),
        row,
        incidents.phases(session, [row.id]),
        signals.of_incident(session, row.id),
        attempts.of_incident(session, row.id),
        incidents.timeline(session, row.id),
        incidents.parts(session, row.id),
        use.clock.now(),
    )


def _story(session: Session, use: Services, row: IncidentRow) -> Story:
    assert row.id is not None
    order_id = work_orders.latest_by_incident(session, [row.id]).get(row.id)
    return Story(
        incident=row,
        page=use.catalogue.page(row.runbook),
        signals=signals.of_incident(session, row.id),
        attempts=attempts.of_incident(session, row.id),
        timeline=incidents.timeline(session, row.id),
        order=None if order_id is None else work_orders.by_id(session, order_id),
        node=nodes.named(session, [row.node]).get(row.node),
        cards=nodes.gpus_of(session, row.node),
    )
