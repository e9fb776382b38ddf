"""Just before an attempt is made: is it still what to do?

Evidence takes minutes, and an attempt may stand in line behind others. Meanwhile somebody may hold
the node, jobs may run there again, the node may have come back or a wider cause been found.
"""

from __future__ import annotations

from sqlmodel import Session

from thirdshift_agent.clock import Clock
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.remedies.decide import Decider, Standings
from thirdshift_controller.remedies.outlook import look
from thirdshift_controller.remedies.plan import Step, TryRung
from thirdshift_controller.remedies.port import RemedyOrder
from thirdshift_controller.store import attempts, incidents
from thirdshift_controller.store.tables import IncidentRow
from thirdshift_controller.wire import AttemptOutcome, IncidentState


def stands(
    session: Session, decider: Decider, order: RemedyOrder, standings: Standings, clock: Clock
) -> bool:
    """Whether an attempt that was reserved is to be made now; if not, it is on paper again.

    One that was given up meanwhile, since it was overdue, is never made.
    """
    attempt = attempts.by_key(session, order.key)
    if attempt.outcome is not AttemptOutcome.RESERVED:
        return False
    incident = incidents.by_id(session, attempt.incident_id)
    assert incident is not None
    attempt.outcome = AttemptOutcome.PROPOSED
    session.add(attempt)
    step = _step(session, decider, incident, order, standings, clock)
    if isinstance(step, TryRung) and step.action is order.action:
        attempt.outcome = AttemptOutcome.RESERVED
        return True
    incident.silence_until_at = None
    text = f"{order.action} called off: {_why(step, incident)}"
    lifecycle.say(session, incident, clock.now(), text)
    return False


def _step(
    session: Session,
    decider: Decider,
    incident: IncidentRow,
    order: RemedyOrder,
    standings: Standings,
    clock: Clock,
) -> Step | None:
    """What would be decided now, with the room in the budget that the attempt has already."""
    if incident.state is not IncidentState.REMEDYING:
        return None
    tried = attempts.of_incident(session, order.incident_id)
    seen = look(session, decider.site, decider.live.drivers, decider.limits, clock.now())
    outlook = seen.with_room_for(order.node)
    return decider.step(session, incident, tried, standings, outlook, clock.now())


def _why(step: Step | None, incident: IncidentRow) -> str:
    if step is None:
        return f"the incident is {incident.state}"
    return f"{step.action} is what to try now" if isinstance(step, TryRung) else step.reason
