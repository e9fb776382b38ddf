"""What other systems come for: to tell of faults, to hand nodes over, to ask about the end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, HTTPException
from sqlmodel import Session

from thirdshift_controller.api.auth import exactly, identify
from thirdshift_controller.api.common import Using
from thirdshift_controller.api.services import Services
from thirdshift_controller.config import Caller
from thirdshift_controller.errors import NotFoundError
from thirdshift_controller.intake import nico, nvsentinel
from thirdshift_controller.intake.external import Request
from thirdshift_controller.intake.webhook import PostedSignals, SignalReceipt
from thirdshift_controller.store import external
from thirdshift_controller.wire import Role
from thirdshift_controller.wire.handoff import ExternalRequest, ExternalState, ExternalSystem

router = APIRouter(prefix="/v1")
Machine = Annotated[Caller, Depends(exactly(Role.ALERTS, Role.LEAD))]
Anybody = Annotated[Caller, Depends(identify)]


@router.post("/signals")
def signals(posted: Annotated[PostedSignals, Body()], use: Using, caller: Machine) -> SignalReceipt:
    """Keep what can be placed; where nothing can, the whole is refused."""
    receipt = use.signals.receive(posted, caller.name, use.clock.now())
    if not receipt.kept:
        raise HTTPException(422, "; ".join(receipt.refused))
    return receipt


@router.post("/external/nvsentinel")
def from_nvsentinel(
    resource: nvsentinel.RemediationRequest, use: Using, _caller: Machine
) -> ExternalRequest:
    """Take over the node of NVSentinel's custom resource."""
    return _take(use, nvsentinel.translate(resource))


@router.post("/external/nico")
def from_nico(repair: nico.RepairRequest, use: Using, _caller: Machine) -> ExternalRequest:
    """Take over a machine that NICo's repair tenant has claimed."""
    return _take(use, nico.translate(repair))


@router.get("/external/{system}/{reference}")
def outcome(
    system: ExternalSystem, reference: str, use: Using, _caller: Anybody
) -> ExternalRequest:
    """What became of a request."""
    with use.store.read() as session:
        return _request(session, system, reference)


def _take(use: Services, request: Request) -> ExternalRequest:
    use.takeover.take(request, use.clock.now())
    with use.store.read() as session:
        return _request(session, request.system, request.reference)


def _request(session: Session, system: ExternalSystem, reference: str) -> ExternalRequest:
    row = external.find(session, system, reference)
    if row is None:
        raise NotFoundError(f"there is no request {reference!r} of {system}")
    incident = external.incident_of(session, row)
    return ExternalRequest(
        system=system,
        reference=reference,
        node=row.node,
        state=ExternalState.OPEN if row.completed_at is None else ExternalState.COMPLETED,
        incident=f"INC-{incident.id}" if incident else None,
        incident_state=incident.state if incident else None,
        received_at=row.received_at,
        completed_at=row.completed_at,
        succeeded=row.succeeded,
        message=row.message,
        told_at=row.told_at,
    )
