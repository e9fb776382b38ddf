"""What the console asks of a site. It mirrors the controller's API, route by route.

Every method raises `SiteError` and nothing else when it has no answer.
"""

from __future__ import annotations

from typing import Protocol

from thirdshift_controller.wire import (
    Floor,
    IncidentDetail,
    IncidentSummary,
    Me,
    NodeDetail,
    Runbook,
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
