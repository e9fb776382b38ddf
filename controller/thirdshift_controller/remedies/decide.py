"""What may be done about one incident now: the plan, and whatever is wider than the incident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.fleet.release import release_of
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.schedule import NodeStanding
from thirdshift_controller.remedies.budget import Limits, refusal
from thirdshift_controller.remedies.outlook import Outlook
from thirdshift_controller.remedies.pauses import pause
from thirdshift_controller.remedies.plan import Case, Rules, SendHands, Step, TryRung, Wait, plan
from thirdshift_controller.remedies.port import Return
from thirdshift_controller.remedies.rungs import DISTURBS, asked_for
from thirdshift_controller.store import incidents
from thirdshift_controller.store.tables import AttemptRow, IncidentRow
from thirdshift_controller.wire import AttemptOutcome, IncidentState
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Outage, RemoteAction, Unit

BUDGET_PATIENCE = timedelta(hours=24)
"""Longer than any cool-down: what is full so long needs a person to make room, or to decide."""

Standings = Mapping[str, NodeStanding]


@dataclass(frozen=True, slots=True)
class Decider:
    """Looks at all that speaks for and against the next rung."""

    site: Site
    catalogue: Catalogue
    live: Live
    rules: Rules
    limits: Limits

    def step(
        self,
        session: Session,
        incident: IncidentRow,
        tried: Sequence[AttemptRow],
        standings: Standings,
        outlook: Outlook,
        now: datetime,
    ) -> Step:
        """The plan's next step, if nothing speaks against it. A scope that is full is paused."""
        if incidents.is_part(session, incident):
            return Wait(f"INC-{incident.parent_id}, of which it is a part")
        if not incident.node:
            return SendHands("it is about many nodes")
        node = self.site.by_name[incident.node]
        if (stop := self._stop(session, incident, node, outlook, now)) is not None:
            return stop
        case = self._case(incident, tried, standings)
        step = plan(case, self.rules, outlook.tallies, now)
        if not isinstance(step, TryRung):
            return step
        silence = self.live.silences.get(node.name)
        if silence is not None and silence.refused:
            return Wait(f"the agent, which answers and refuses us: {silence.reason}")
        return self._refused(session, incident, node, step.action, outlook, now) or step

    def _stop(
        self,
        session: Session,
        incident: IncidentRow,
        node: Node,
        outlook: Outlook,
        now: datetime,
    ) -> Wait | SendHands | None:
        """A hold, a released driver, another repair of the same node, a person's hands in it."""
        if (hold := outlook.stop(node)) is not None:
            return Wait(hold)
        if (released := release_of(self.live.snapshot(node.name), now)) is not None:
            return Wait(f"the driver is released until {released.until_at:%H:%M} UTC")
        if node.name in outlook.busy:
            return Wait(f"the end of an attempt on {node.name}")
        beside = [row for row in incidents.still_open(session, node.name) if row.id != incident.id]
        at_work = next((row for row in beside if row.state is IncidentState.IN_WORK), None)
        if at_work is not None:
            return Wait(f"the hands at work on {node.name} for INC-{at_work.id}")
        others = [row for row in beside if row.gpus_out]
        if node.name in self.live.silences and any(_starts(row, now) for row in others):
            return Wait(f"{node.name} to start")
        first = next((row for row in others if self._is_for_hands(row)), None)
        return SendHands(f"INC-{first.id} is a person's: {first.title}") if first else None

    def _is_for_hands(self, other: IncidentRow) -> bool:
        """Whether a repair takes the whole node out and knows no remote remedy.

        A node that tripped for heat is not to be started because it is silent as well.
        """
        page = self.catalogue.page(other.runbook)
        helpless = not {*page.ladder} - {RemoteAction.DRAIN}
        return helpless and page.unit is Unit.NODE and page.takes_out is Outage.NODE

    def _case(
        self, incident: IncidentRow, tried: Sequence[AttemptRow], standings: Standings
    ) -> Case:
        slot = incident.gpu_slot
        reading = None if slot is None else self.live.reading(incident.node, slot)
        return Case(
            page=self.catalogue.page(incident.runbook),
            node=self.site.by_name[incident.node],
            pci_address=incident.pci_address,
            asked=asked_for(reading.recovery_action) if reading else None,
            standing=standings.get(incident.node),
            jobs_may_die=incident.jobs_may_die_by is not None,
            begun_at=incident.begun_at,
            tried=[one for one in tried if _counts(one, incident.begun_at)],
        )

    def _refused(
        self,
        session: Session,
        incident: IncidentRow,
        node: Node,
        action: RemoteAction,
        outlook: Outlook,
        now: datetime,
    ) -> Wait | SendHands | None:
        """The budget's word: a scope that is full is paused, and says until when."""
        if action not in DISTURBS or node.name in outlook.use.disturbed:
            return None
        if (paused := outlook.pause(node)) is None:
            full = refusal(node, self.site, outlook.versions, outlook.use, self.limits)
            if full is None:
                return None
            paused = pause(session, full, node, now, self.limits.cooldown)
            outlook.pauses.append(paused)
        if now - incident.begun_at >= BUDGET_PATIENCE:
            return SendHands(f"no room in the budget for a day: {paused.reason}")
        until = f"{paused.until_at:%Y-%m-%d %H:%M} UTC"
        return Wait(
            f"the budget of {paused.scope} {paused.scope_name}, until {until}: {paused.reason}"
        )


def _counts(attempt: AttemptRow, begun_at: datetime) -> bool:
    """What was tried is not tried again in a later spell; but a node may need a new drain."""
    if attempt.outcome is AttemptOutcome.PROPOSED or attempt.action == Return.RESUME:
        return False
    return attempt.action != RemoteAction.DRAIN or attempt.reserved_at >= begun_at


def _starts(incident: IncidentRow, now: datetime) -> bool:
    """Whether the node was told to start for it a moment ago."""
    return incident.silence_until_at is not None and now < incident.silence_until_at
