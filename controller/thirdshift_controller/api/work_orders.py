"""What is to be done by hand: the queue, an order, and the technician's acts."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from thirdshift_controller.api import views
from thirdshift_controller.api.common import Technician, Using, Viewer, number_of
from thirdshift_controller.api.inputs import Note
from thirdshift_controller.api.services import Services
from thirdshift_controller.errors import NotFoundError
from thirdshift_controller.store import incidents, work_orders
from thirdshift_controller.store.tables import StepRow, WorkOrderRow
from thirdshift_controller.wire import WorkOrderDetail, WorkOrderSummary

router = APIRouter(prefix="/v1/work-orders")
RECENT_SHOWN = 200


class Tick(BaseModel):
    """A tick, or one taken back."""

    model_config = ConfigDict(extra="forbid")
    done: bool = True
    note: Note | None = None


class Closing(BaseModel):
    """What the technician found."""

    model_config = ConfigDict(extra="forbid")
    note: Note | None = None


@router.get("")
def listing(
    use: Using,
    _caller: Viewer,
    open: bool = True,  # noqa: A002 - the wire's word
    assignee: str | None = None,
) -> list[WorkOrderSummary]:
    """The open orders, oldest first; or all, newest first; of one person or of everybody."""
    with use.store.read() as session:
        rows = (
            work_orders.still_open(session) if open else work_orders.recent(session, RECENT_SHOWN)
        )
        mine = [row for row in rows if assignee in (None, row.assignee)]
        checklists = work_orders.steps(session, [row.id for row in mine if row.id])
        return [_summary(session, use, row, checklists.get(row.id or 0, [])) for row in mine]


@router.get("/{identifier}")
def detail(identifier: str, use: Using, _caller: Viewer) -> WorkOrderDetail:
    """One order, whole."""
    return _detail(use, number_of(identifier, "WO"))


@router.post("/{identifier}/acknowledge")
def acknowledge(identifier: str, use: Using, caller: Technician) -> WorkOrderDetail:
    """Take it up."""
    number = number_of(identifier, "WO")
    use.bench.acknowledge(number, caller, use.clock.now())
    return _detail(use, number)


@router.post("/{identifier}/start")
def start(identifier: str, use: Using, caller: Technician) -> WorkOrderDetail:
    """Begin."""
    number = number_of(identifier, "WO")
    use.bench.start(number, caller, use.clock.now())
    return _detail(use, number)


@router.post("/{identifier}/steps/{step}")
def tick(identifier: str, step: int, body: Tick, use: Using, caller: Technician) -> WorkOrderDetail:
    """Tick a step."""
    number = number_of(identifier, "WO")
    use.bench.tick(number, step, body.done, body.note, caller, use.clock.now())
    return _detail(use, number)


@router.post("/{identifier}/close")
def close(identifier: str, body: Closing, use: Using, caller: Technician) -> WorkOrderDetail:
    """Hand it over to verification."""
    number = number_of(identifier, "WO")
    use.bench.close(number, body.note, caller, use.clock.now())
    return _detail(use, number)


def _detail(use: Services, number: int) -> WorkOrderDetail:
    with use.store.read() as session:
        row = work_orders.by_id(session, number)
        if row is None:
            raise NotFoundError(f"there is no work order WO-{number}")
        steps = work_orders.steps(session, [number]).get(number, [])
        page = use.catalogue.page(row.runbook)
        return views.order_detail(_summary(session, use, row, steps), row, steps, page)


def _summary(
    session: Session, use: Services, row: WorkOrderRow, steps: list[StepRow]
) -> WorkOrderSummary:
    incident = incidents.by_id(session, row.incident_id)
    assert incident is not None
    node, page = use.site.place(incident.node), use.catalogue.page(row.runbook)
    return views.order_summary(row, steps, incident, node, page)
