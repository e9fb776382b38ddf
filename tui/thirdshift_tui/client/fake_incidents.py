"""The fake's incidents: owning them, and a lead's word on what is proposed."""

from __future__ import annotations

from dataclasses import replace

from thirdshift_controller.wire import (
    Attempt,
    AttemptOutcome,
    IncidentDetail,
    IncidentSummary,
    PhaseSpan,
    RungRecord,
    TimelineEntry,
)
from thirdshift_tui.client import scripted
from thirdshift_tui.client.errors import RefusedError
from thirdshift_tui.client.fake_caller import FakeCaller


class FakeIncidents(FakeCaller):
    """What is open, and what was tried."""

    def __init__(self) -> None:
        super().__init__()
        self.open_incidents = {one.id: one for one in scripted.incidents()}
        self.tried = {one.id: scripted.attempts(one) for one in scripted.incidents()}
        self.jobs_may_die: dict[str, str] = {}
        """The reason, by incident."""

    async def incidents(self) -> tuple[IncidentSummary, ...]:
        """All incidents: the fake closes none."""
        self._reached()
        return tuple(self.open_incidents.values())

    async def incident(self, identity: str) -> IncidentDetail:
        """An incident with made-up evidence."""
        self._reached()
        return self._told(self._incident(identity))

    async def acknowledge_incident(self, identity: str) -> IncidentDetail:
        """The first owner stays."""
        self._may_work()
        summary = self._incident(identity)
        self.open_incidents[identity] = replace(summary, owner=summary.owner or self.me_now.person)
        return await self.incident(identity)

    async def approve(self, identity: str, attempt: int) -> IncidentDetail:
        """It is made, and fails, at once."""
        made = replace(
            self._proposed(identity, attempt),
            outcome=AttemptOutcome.FAILED,
            finished_at=self.now,
            approved_by=self._name,
            held=False,
        )
        return await self._replaced(identity, made)

    async def decline(self, identity: str, attempt: int, reason: str) -> IncidentDetail:
        """The reason is its output."""
        refused = replace(
            self._proposed(identity, attempt), outcome=AttemptOutcome.DECLINED, output=reason
        )
        return await self._replaced(identity, refused)

    async def let_jobs_die(self, identity: str, reason: str) -> IncidentDetail:
        """The first reason stays."""
        self._may_decide()
        summary = self._incident(identity)
        self.jobs_may_die.setdefault(identity, reason)
        self.open_incidents[identity] = replace(summary, waits_for=None)
        return await self.incident(identity)

    async def remedies(self) -> tuple[RungRecord, ...]:
        """The scripted record."""
        self._reached()
        return scripted.records()

    def _incident(self, identity: str) -> IncidentSummary:
        if identity not in self.open_incidents:
            raise RefusedError(f"there is no incident {identity}")
        return self.open_incidents[identity]

    def _proposed(self, identity: str, number: int) -> Attempt:
        self._may_decide()
        tried = self.tried[self._incident(identity).id]
        attempt = next((one for one in tried if one.number == number), None)
        if attempt is None:
            raise RefusedError(f"{identity} has no attempt {number}")
        if attempt.outcome is not AttemptOutcome.PROPOSED:
            raise RefusedError(f"attempt {number} of {identity} is {attempt.outcome}")
        return attempt

    async def _replaced(self, identity: str, attempt: Attempt) -> IncidentDetail:
        self.tried[identity] = tuple(
            attempt if one.number == attempt.number else one for one in self.tried[identity]
        )
        self.open_incidents[identity] = replace(self._incident(identity), waits_for=None)
        return await self.incident(identity)

    def _told(self, summary: IncidentSummary) -> IncidentDetail:
        since_seconds = (self.now - summary.opened_at).total_seconds()
        opened = TimelineEntry(summary.opened_at, "triage", f"opened as {summary.runbook}")
        parts = (one.id for one in self.open_incidents.values() if one.parent == summary.id)
        return IncidentDetail(
            summary=summary,
            resolution=None,
            phases=(PhaseSpan("detect", 12.0), PhaseSpan("people", since_seconds - 12.0)),
            signals=scripted.signals(summary),
            attempts=self.tried.get(summary.id, ()),
            timeline=(opened,),
            parts=tuple(parts),
        )
