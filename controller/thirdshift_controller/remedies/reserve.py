"""Reserving attempts: the decision and its record are one transaction.

So two controllers on one database, or one that dies and comes back, neither act twice nor above the
budget.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_controller.config import Mode
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.incidents.triage import settled
from thirdshift_controller.remedies.decide import Decider, Standings
from thirdshift_controller.remedies.outlook import Outlook, look
from thirdshift_controller.remedies.plan import SendHands, Step, TryRung, Wait
from thirdshift_controller.remedies.port import Remedy, RemedyOrder
from thirdshift_controller.remedies.rungs import DISTURBS, STARTS_ANEW
from thirdshift_controller.store import attempts, incidents, nodes
from thirdshift_controller.store.tables import AttemptRow, IncidentRow
from thirdshift_controller.wire import AttemptOutcome, IncidentState
from thirdshift_runbooks.page import Disposition, RemoteAction

START = timedelta(minutes=30)
"""How long a node of eight GPUs may take to start; 8 to 15 minutes are usual."""

OF_THE_LADDER = (IncidentState.OPEN, IncidentState.REMEDYING)
"""The states in which no hands have an incident and nothing is being proved."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is to be made now, and the incidents that went to hands."""

    orders: tuple[RemedyOrder, ...]
    to_hands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reserver:
    """Takes each incident that waits for the ladder one step further, on paper."""

    decider: Decider
    remedy: Remedy
    burst: timedelta
    allowance: timedelta
    """After which an attempt that has no end is not to have one any more."""

    def waiting(self, session: Session, now: datetime) -> Iterator[IncidentRow]:
        """The incidents whose burst is over and that no hands have, oldest first."""
        repairs = self.decider.catalogue.ids(Disposition.REPAIR)
        for row in incidents.in_state(session, *OF_THE_LADDER, runbooks=repairs):
            if settled(row.begun_at, row.last_signal_at, now, self.burst):
                yield row

    def reserve(self, session: Session, standings: Standings, now: datetime) -> Reserved:
        """Reserve what may be done now; what may not, waits or goes to hands, and says why."""
        orders: list[RemedyOrder] = []
        to_hands: list[int] = []
        decider = self.decider
        outlook = look(session, decider.site, decider.live.drivers, decider.limits, now)
        for incident in self.waiting(session, now):
            assert incident.id is not None
            tried = attempts.of_incident(session, incident.id)
            step = decider.step(session, incident, tried, standings, outlook, now)
            if isinstance(step, TryRung):
                step = self._with_a_yes(session, incident, step, tried, now)
            if isinstance(step, TryRung):
                orders.append(self._write(session, incident, step, tried, now))
                outlook = _spent(outlook, orders[-1])
            elif isinstance(step, SendHands):
                to_hands.append(incident.id)
            _tell(session, incident, step, now)
        return Reserved(tuple(orders), tuple(to_hands))

    def _with_a_yes(
        self,
        session: Session,
        incident: IncidentRow,
        step: TryRung,
        tried: Sequence[AttemptRow],
        now: datetime,
    ) -> TryRung | Wait:
        """Where attempts need a person's yes, propose one and wait for it."""
        if self.decider.rules.mode is not Mode.APPROVE:
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
        self,
        session: Session,
        incident: IncidentRow,
        step: TryRung,
        tried: Sequence[AttemptRow],
        now: datetime,
    ) -> RemedyOrder:
        proposed = (one for one in tried if one.outcome is AttemptOutcome.PROPOSED)
        agreed = next((one for one in proposed if one.action == step.action), None)
        row = agreed or self._row(incident, step.action, len(tried) + 1, now)
        row.outcome, row.reserved_at = AttemptOutcome.RESERVED, now
        row.expires_at = now + self.allowance
        session.add(row)
        _note(session, incident, step.action, now)
        return self._order(incident, step.action, row.number)

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
        page = self.decider.catalogue.page(incident.runbook)
        unit = "" if incident.gpu_slot is None else f": GPU {incident.gpu_slot}"
        return RemedyOrder(
            node=self.decider.site.by_name[incident.node],
            action=action,
            pci_address=incident.pci_address,
            gpu_slot=incident.gpu_slot,
            key=f"INC-{incident.id}/{number}",
            services=page.services if action is RemoteAction.SERVICE_RESTART else (),
            reason=f"{page.id}{unit}",
        )


def _tell(session: Session, incident: IncidentRow, step: Step, now: datetime) -> None:
    """Move the incident where the step leads, and say why."""
    match step:
        case TryRung():
            text = "; ".join((f"trying {step.action} from afar", *step.passed))
            lifecycle.move(session, incident, IncidentState.REMEDYING, now, text)
        case SendHands():
            text = f"needs hands: {step.reason}"
            lifecycle.move(session, incident, IncidentState.NEEDS_HANDS, now, text)
        case Wait():
            phase = "drain" if step.drains else "remote"
            lifecycle.wait(session, incident, step.reason, phase, now)


def _note(session: Session, incident: IncidentRow, action: RemoteAction, now: datetime) -> None:
    """What must be known of the node even if we die before the attempt's end."""
    if action is RemoteAction.DRAIN:
        row = nodes.named(session, [incident.node])[incident.node]
        row.drained_for = row.drained_for or incident.id
        session.add(row)
    if action in STARTS_ANEW:
        incident.silence_until_at = now + START


def _spent(outlook: Outlook, order: RemedyOrder) -> Outlook:
    """What is left after one more attempt was reserved."""
    name = order.node.name
    use = outlook.use
    if order.action in DISTURBS:
        use = use.and_one(name, order.action is RemoteAction.DRAIN)
    return replace(outlook, use=use, busy=outlook.busy | {name})
