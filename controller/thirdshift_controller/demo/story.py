"""One fault's whole way, told as it happens: every arrow is asked of a public API and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx
from pydantic import TypeAdapter
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from thirdshift_agent.wire import Report, Signal
from thirdshift_controller.demo.client import Caller
from thirdshift_controller.demo.errors import DemoError
from thirdshift_controller.demo.files import VISITOR, DemoNode
from thirdshift_controller.demo.room import Hands, simulate
from thirdshift_controller.demo.site import DemoSite
from thirdshift_controller.wire import (
    Attempt,
    AttemptOutcome,
    IncidentDetail,
    IncidentState,
    IncidentSummary,
    MonthReport,
    WorkOrderState,
    WorkOrderSummary,
)

FAULT = "xid:64"
RUNBOOK = "row-remap-failure"
SLOT = 3
RESUME = "resume"
ARROW_SECONDS = 45.0

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Story:
    """Drives the fault; `tell` gets one line an arrow."""

    site: DemoSite
    tell: Callable[[str], None]

    @property
    def node(self) -> DemoNode:
        """Where it happens: somewhere in the middle of the room."""
        return self.site.files.nodes[len(self.site.files.nodes) // 2]

    def run(self) -> None:
        """Go the whole way. Raises `DemoError` at the arrow that does not hold."""
        lead = self.site.callers[VISITOR]
        simulate(self.site.files, self.node.name, "inject", slot=SLOT, fault=FAULT)
        self.tell(f"fault injected     {FAULT} on {self.node.name}, GPU {SLOT}")
        signal = self._await("a signal in the agent's journal", self._journalled)
        self.tell(f"agent's journal    #{signal.sequence} {signal.name}: {signal.message}")
        incident = self._await("an incident", lambda: self._incident(lead))
        self._expect(incident.runbook == RUNBOOK, f"the runbook is {incident.runbook}")
        self.tell(f"incident           {incident.id}: {incident.title} [{incident.runbook}]")
        tried = self._await("a remote attempt", lambda: self._attempted(lead, incident.id))
        for attempt in tried.attempts:
            self.tell(f"remote attempt     {attempt.action}: {attempt.outcome} ({attempt.command})")
        order = self._await("a work order", lambda: self._assigned(lead, incident.id))
        self.tell(f"work order         {order.id} to {order.assignee}, shift {order.shift}")
        self._work(order)
        closed = self._await("a verified close", lambda: self._closed(lead, incident.id))
        self.tell(f"closed             {closed.resolution}")
        back = self._await("the return to service", lambda: self._returned(lead, incident.id))
        self.tell(f"back in service    {back.action}: {back.outcome} ({back.command})")
        self._report(lead, closed)

    def _work(self, order: WorkOrderSummary) -> None:
        assert order.assignee is not None
        person, hands = self.site.callers[order.assignee], Hands(self.site.files)
        person.act(order.id, "acknowledge")
        detail = person.act(order.id, "start")
        for step in detail.steps:
            detail = person.act(order.id, f"steps/{step.number}", done=True)
            hands.watch(detail)
            self.tell(f"step {step.number} of {len(detail.steps)}        {step.text}")
        done = person.act(order.id, "close", note="card swapped")
        self._expect(done.summary.state is WorkOrderState.DONE, f"it is {done.summary.state}")
        self.tell(f"work done          {order.id}; the GPU must now prove itself")

    def _journalled(self) -> Signal | None:
        answer = httpx.get(
            f"{self.node.agent}/v1/report", params={"after": 0}, timeout=5.0, trust_env=False
        )
        report = TypeAdapter(Report).validate_json(answer.content)
        ours = (one for one in report.signals if one.name == FAULT and one.gpu_slot == SLOT)
        return next(ours, None)

    def _incident(self, lead: Caller) -> IncidentSummary | None:
        unit = (self.node.name, SLOT)
        here = (one for one in lead.incidents() if (one.node, one.gpu_slot) == unit)
        return next(here, None)

    def _attempted(self, lead: Caller, identifier: str) -> IncidentDetail | None:
        detail = lead.incident(identifier)
        over = detail.summary.state is IncidentState.NEEDS_HANDS
        return detail if over and detail.attempts else None

    def _assigned(self, lead: Caller, identifier: str) -> WorkOrderSummary | None:
        orders = (one for one in lead.orders() if one.incident == identifier and one.assignee)
        return next(orders, None)

    def _closed(self, lead: Caller, identifier: str) -> IncidentDetail | None:
        detail = lead.incident(identifier)
        return detail if detail.summary.state is IncidentState.CLOSED else None

    def _returned(self, lead: Caller, identifier: str) -> Attempt | None:
        """What the incident had drained is its scheduler's again once it is closed."""
        tries = (one for one in lead.incident(identifier).attempts if one.action == RESUME)
        return next((one for one in tries if one.outcome is AttemptOutcome.SUCCEEDED), None)

    def _report(self, lead: Caller, closed: IncidentDetail) -> None:
        at = closed.summary.closed_at
        assert at is not None
        lost_hours = sum(phase.seconds for phase in closed.phases) / 3600

        def counted() -> MonthReport | None:
            report = lead.report(f"{at:%Y-%m}")
            ours = (one.gpu_hours for one in report.downtime if one.runbook == RUNBOOK)
            return report if next(ours, 0.0) >= lost_hours * 0.999 else None

        report = self._await("the month's report with this down-time in it", counted)
        self.tell(f"month's report     {lost_hours:.2f} GPU-hours lost to {RUNBOOK} are in it")
        self.tell(f"                   {report.html_path}")

    def _expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise DemoError(f"the story went wrong: {otherwise}")

    def _await(self, what: str, ask: Callable[[], Found | None]) -> Found:
        attempts = Retrying(
            retry=retry_if_result(lambda found: found is None),
            stop=stop_after_delay(ARROW_SECONDS),
            wait=wait_fixed(0.2),
        )
        try:
            found: Found | None = attempts(self._look, ask)
        except RetryError as error:
            raise DemoError(f"{what}: not within {ARROW_SECONDS:.0f} seconds") from error
        assert found is not None
        return found

    def _look(self, ask: Callable[[], Found | None]) -> Found | None:
        self.site.check()
        return ask()
