"""Hands off: a person's holds and maintenance windows, and the budget's own pauses."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from thirdshift_controller.api import views
from thirdshift_controller.api.common import Technician, Using, Viewer, number_of
from thirdshift_controller.api.inputs import Instant, Sentence
from thirdshift_controller.api.services import Services
from thirdshift_controller.incidents.holds import Wish
from thirdshift_controller.store import holds
from thirdshift_controller.wire import Hold, Pause, Scope

router = APIRouter(prefix="/v1")


class NewHold(BaseModel):
    """What is to be left alone, why, and from when to when."""

    model_config = ConfigDict(extra="forbid")
    scope: Scope
    scope_name: Sentence
    reason: Sentence
    from_at: Instant | None = None
    until_at: Instant | None = None


class Lifting(BaseModel):
    """Why it may go on."""

    model_config = ConfigDict(extra="forbid")
    reason: Sentence


@router.get("/holds")
def listing(use: Using, _caller: Viewer) -> list[Hold]:
    """Those in force and those to come."""
    with use.store.read() as session:
        return [views.hold(row) for row in holds.standing(session, use.clock.now())]


@router.post("/holds")
def place(body: NewHold, use: Using, caller: Technician) -> Hold:
    """Stop everything automatic there."""
    now = use.clock.now()
    where = (Scope.NODE if body.scope is Scope.GPU else body.scope, body.scope_name)
    wish = Wish(where, body.reason, body.from_at or now, body.until_at)
    return _shown(use, use.holds.place(wish, use.live.drivers, caller, now))


@router.post("/holds/{identifier}/lift")
def lift(identifier: str, body: Lifting, use: Using, caller: Technician) -> Hold:
    """Let it go on."""
    number = number_of(identifier, "HOLD")
    use.holds.lift(number, body.reason, caller, use.clock.now())
    return _shown(use, number)


@router.get("/pauses")
def pauses(use: Using, _caller: Viewer) -> list[Pause]:
    """Where the budget is spent."""
    with use.store.read() as session:
        return [views.pause(row) for row in holds.pauses(session, use.clock.now())]


def _shown(use: Services, number: int) -> Hold:
    with use.store.read() as session:
        row = holds.by_id(session, number)
    assert row is not None
    return views.hold(row)
