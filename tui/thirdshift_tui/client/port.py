"""What the console asks of a site. It mirrors the controller's API, route by route.

Every method raises `SiteError` and nothing else when it has no answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from thirdshift_controller.wire import (
    Floor,
    Hold,
    IncidentDetail,
    IncidentSummary,
    Me,
    NodeDetail,
    Pause,
    Runbook,
    RungRecord,
    Scope,
    WorkOrderDetail,
    WorkOrderSummary,
)


class Site(Protocol):
    """One site, as its controller tells it."""

    async def me(self) -> Me:
        """Who the token belongs to."""
        ...

    async def floor(self) -> Floor:
        """The whole site now."""
        ...

    async def node(self, name: str) -> NodeDetail:
        """One node, whole."""
        ...

    async def incidents(self) -> tuple[IncidentSummary, ...]:
        """The open incidents, worst and oldest first."""
        ...

    async def incident(self, identity: str) -> IncidentDetail:
        """One incident, whole."""
        ...

    async def acknowledge_incident(self, identity: str) -> IncidentDetail:
        """Own the incident."""
        ...

    async def approve(self, identity: str, attempt: int) -> IncidentDetail:
        """Say yes to an attempt that was proposed."""
        ...

    async def decline(self, identity: str, attempt: int, reason: str) -> IncidentDetail:
        """Say no to an attempt that was proposed."""
        ...

    async def let_jobs_die(self, identity: str, reason: str) -> IncidentDetail:
        """Wait for no running work any more."""
        ...

    async def remedies(self) -> tuple[RungRecord, ...]:
        """What worked before, by page and action."""
        ...

    async def holds(self) -> tuple[Hold, ...]:
        """The holds in force and those to come."""
        ...

    async def place_hold(
        self, scope: Scope, scope_name: str, reason: str, until_at: datetime | None
    ) -> Hold:
        """Stop everything automatic there from now on; None is until it is lifted."""
        ...

    async def lift_hold(self, identity: str, reason: str) -> Hold:
        """Let it go on."""
        ...

    async def pauses(self) -> tuple[Pause, ...]:
        """Where the budget is spent."""
        ...

    async def work_orders(self, assignee: str | None) -> tuple[WorkOrderSummary, ...]:
        """The open work orders of one person, or everybody's for None."""
        ...

    async def work_order(self, identity: str) -> WorkOrderDetail:
        """One work order, whole."""
        ...

    async def acknowledge_work_order(self, identity: str) -> WorkOrderDetail:
        """Accept the work order."""
        ...

    async def start_work_order(self, identity: str) -> WorkOrderDetail:
        """Begin hands-on work."""
        ...

    async def tick_step(self, identity: str, number: int, note: str | None) -> WorkOrderDetail:
        """Mark one step as done; None leaves the note that it has."""
        ...

    async def close_work_order(self, identity: str) -> WorkOrderDetail:
        """Say that the hands' part is done."""
        ...

    async def runbook(self, identity: str) -> Runbook:
        """One page of the catalogue."""
        ...

    async def aclose(self) -> None:
        """Let go of the connection."""
        ...
