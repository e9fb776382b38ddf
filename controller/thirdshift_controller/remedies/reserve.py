"""Reserving attempts: all that must be true at the instant one is written down.

One transaction decides and writes, so that two controllers on one database, or one that dies and
comes back, neither act twice nor above the budget.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_controller.config import Mode
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.fleet.release import release_of
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.incidents.triage import settled
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.schedule import NodeStanding
from thirdshift_controller.remedies.budget import Limits, refusal
from thirdshift_controller.remedies.outlook import Outlook, look
from thirdshift_controller.remedies.pauses import pause
from thirdshift_controller.remedies.plan import Case, Rules, SendHands, Step, TryRung, Wait, plan
from thirdshift_controller.remedies.port import Remedy, RemedyOrder, Return
from thirdshift_controller.remedies.rungs import DISTURBS, STARTS_ANEW, asked_for
from thirdshift_controller.store import attempts, incidents, nodes
from thirdshift_controller.store.tables import AttemptRow, IncidentRow
from thirdshift_controller.wire import AttemptOutcome, IncidentState
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition, Outage, RemoteAction, Unit

START = timedelta(minutes=30)
"""How long a node of eight GPUs may take to start; 8 to 15 minutes are usual."""

Standings = Mapping[str, NodeStanding]


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is to be made now, and the incidents that went to hands."""

    orders: tuple[RemedyOrder, ...]
    to_hands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reserver:
    """Takes each incident that waits for the ladder one step further, on paper."""

    site: Site
    catalogue: Catalogue
    remedy: Remedy
    live: Live
    rules: Rules
    limits: Limits
    burst: timedelta
    allowance: timedelta
    """After which an attempt that has no end is not to have one any more."""

    def waiting(self, session: Session, now: datetime) -> Iterator[IncidentRow]:
        """The incidents whose burst is over and that no hands have, oldest first."""
        for row in incidents.waiting(session, self.catalogue.ids(Disposition.REPAIR)):
            if settled(row.begun_at, row.last_signal_at, now, self.burst):
                yield row

    def reserve(self, session: Session, standings: Standings, now: datetime) -> Reserved:
        """Reserve what may be done now; what may not, waits or goes to hands, and says why."""
        orders: list[RemedyOrder] = []
        to_hands: list[int] = []
        outlook = look(session, self.site, self.live.drivers, self.limits, now)
        for incident in self.waiting(session, now):
            step = self._step(session, incident, standings, outlook, now)
            if isinstance(step, SendHands):
                assert incident.id is not None
                to_hands.append(incident.id)
                text = f"needs hands: {step.reason}"
                lifecycle.move(session, incident, IncidentState.NEEDS_HANDS, now, text)
            elif isinstance(step, Wait):
                phase = "drain" if step.drains else "remote"
                lifecycle.wait(session, incident, step.reason, phase, now)
            else:
                order = self._write(session, incident, step, now)
                outlook = _spent(outlook, order)
                orders.append(order)
        return Reserved(tuple(orders), tuple(to_hands))

    def _step(
        self,
        session: Session,
        incident: IncidentRow,
        standings: Standings,
        outlook: Outlook,
        now: datetime,
    ) -> Step:
        """What the plan says, if nothing that is wider than the incident speaks against it."""
        if (reason := self._stopped(session, incident, outlook, now)) is not None:
            return reason
        assert incident.id is not None
        tried = attempts.of_incident(session, incident.id)
        if not incident.node:
            return SendHands("it is about many nodes")
        if any(one.outcome is AttemptOutcome.RESERVED for one in tried):
            return Wait("the end of the attempt that is being made")
        counted = [one for one in tried if _counts(one, incident.begun_at)]
        case = self._case(incident, counted, standings)
        step = plan(case, self.rules, outlook.tallies, now)
        if not isinstance(step, TryRung):
            return step
        refused = self._refused(session, case.node, step.action, outlook, now)
        return refused or self._with_a_yes(session, incident, step, tried, now)

    def _stopped(
        self, session: Session, incident: IncidentRow, outlook: Outlook, now: datetime
    ) -> Wait | SendHands | None:
        if incidents.is_part(session, incident):
            return Wait(f"INC-{incident.parent_id}, of which it is a part")
        if not incident.node:
            return None
        node = self.site.by_name[incident.node]
        if (hold := outlook.stop(node)) is not None:
            return Wait(hold)
        released = release_of(self.live.snapshot(node.name), now)
        if released is not None:
            return Wait(f"the driver is released until {released.until_at:%H:%M} UTC")
        first = self._hands_first(session, incident)
        if first is not None:
            return SendHands(f"INC-{first.id} is a person's: {first.title}")
        return Wait(f"another attempt on {node.name}") if node.name in outlook.busy else None

    def _hands_first(self, session: Session, incident: IncidentRow) -> IncidentRow | None:
        """What else is open on the node that takes it out and knows no remote remedy.

        A node that tripped for heat is not to be started because it is silent as well.
        """
        for row in incidents.still_open(session, incident.node):
            page = self.catalogue.page(row.runbook)
            helpless = not {*page.ladder} - {RemoteAction.DRAIN}
            whole = page.unit is Unit.NODE and page.takes_out is Outage.NODE
            if row.id != incident.id and helpless and whole:
                return row
        return None

    def _case(self, incident: IncidentRow, tried: list[AttemptRow], standings: Standings) -> Case:
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
            tried=tried,
        )

    def _refused(
        self,
        session: Session,
        node: Node,
        action: RemoteAction,
        outlook: Outlook,
        now: datetime,
    ) -> Wait | None:
        """The budget's word: a scope that is full is paused, and says until when."""
        if action not in DISTURBS or node.name in outlook.use.disturbed:
            return None
        if (paused := outlook.pause(node)) is None:
            full = refusal(node, self.site, outlook.versions, outlook.use, self.limits)
            if full is None:
                return None
            paused = pause(session, full, node, now, self.limits.cooldown)
        until = f"{paused.until_at:%Y-%m-%d %H:%M} UTC"
        return Wait(
            f"the budget of {paused.scope} {paused.scope_name}, until {until}: {paused.reason}"
        )

    def _with_a_yes(
        self,
        session: Session,
        incident: IncidentRow,
        step: TryRung,
        tried: Sequence[AttemptRow],
        now: datetime,
    ) -> TryRung | Wait:
        """Where attempts need a person's yes, propose one and wait for it."""
        if self.rules.mode is not Mode.APPROVE:
            return step
        proposed = next((one for one in tried if one.outcome is AttemptOutcome.PROPOSED), None)
        if proposed is None:
            session.add(self._row(incident, step.action, len(tried) + 1, now))
        elif proposed.action == step.action and proposed.approved_by is not None:
            return step
        elif proposed.action != step.action:
            proposed.outcome, proposed.finished_at = AttemptOutcome.DECLINED, now
            proposed.output = f"{step.action} is what to try now"
            session.add(proposed)
        return Wait(f"a lead's yes to {step.action}")

    def _write(
        self, session: Session, incident: IncidentRow, step: TryRung, now: datetime
    ) -> RemedyOrder:
        assert incident.id is not None
        tried = attempts.of_incident(session, incident.id)
        agreed = next((one for one in tried if one.outcome is AttemptOutcome.PROPOSED), None)
        row = agreed or self._row(incident, step.action, len(tried) + 1, now)
        row.outcome, row.reserved_at = AttemptOutcome.RESERVED, now
        row.expires_at = now + self.allowance
        session.add(row)
        self._note(session, incident, step.action, now)
        words = "; ".join((f"trying {step.action} from afar", *step.passed))
        lifecycle.move(session, incident, IncidentState.REMEDYING, now, words)
        return self._order(incident, step.action, row.number)

    def _note(
        self, session: Session, incident: IncidentRow, action: RemoteAction, now: datetime
    ) -> None:
        """What must be known of the node even if we die before the attempt's end."""
        if action is RemoteAction.DRAIN:
            row = nodes.named(session, [incident.node])[incident.node]
            row.drained_for = row.drained_for or incident.id
            session.add(row)
        if action in STARTS_ANEW:
            incident.silence_until_at = now + START

    def _row(
        self, incident: IncidentRow, action: RemoteAction, number: int, now: datetime
    ) -> AttemptRow:
        assert incident.id is not None
        order = self._order(incident, action, number)
        return AttemptRow(
            incident_id=incident.id,
            node=incident.node,
            number=number,
            key=order.key,
            action=action.value,
            command=self.remedy.describe(order),
            outcome=AttemptOutcome.PROPOSED,
            reserved_at=now,
            expires_at=now,
        )

    def _order(self, incident: IncidentRow, action: RemoteAction, number: int) -> RemedyOrder:
        page = self.catalogue.page(incident.runbook)
        unit = "" if incident.gpu_slot is None else f": GPU {incident.gpu_slot}"
        return RemedyOrder(
            node=self.site.by_name[incident.node],
            action=action,
            pci_address=incident.pci_address,
            gpu_slot=incident.gpu_slot,
            key=f"INC-{incident.id}/{number}",
            services=page.services if action is RemoteAction.SERVICE_RESTART else (),
            reason=f"{page.id}{unit}",
        )


def _counts(attempt: AttemptRow, begun_at: datetime) -> bool:
    """What was tried is not tried again in a later spell; but a node may need a new drain."""
    if attempt.outcome is AttemptOutcome.PROPOSED or attempt.action == Return.RESUME:
        return False
    return attempt.action != RemoteAction.DRAIN or attempt.reserved_at >= begun_at


def _spent(outlook: Outlook, order: RemedyOrder) -> Outlook:
    """What is left after one more attempt was reserved."""
    name = order.node.name
    use = outlook.use
    if order.action in DISTURBS:
        use = use.and_one(name, order.action is RemoteAction.DRAIN)
    return replace(outlook, use=use, busy=outlook.busy | {name})
