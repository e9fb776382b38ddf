"""Plays a scenario: events fall due, the controller turns, a crew works the orders it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scenarios.happen import happen
from scenarios.happenings import Happening, happenings
from scenarios.scenario import Follows, Scenario
from scenarios.stage import Stage
from thirdshift_controller.config import Caller
from thirdshift_controller.store import work_orders
from thirdshift_controller.store.tables import AttemptRow, IncidentRow, PauseRow, WorkOrderRow
from thirdshift_controller.wire import IncidentState, Role
from thirdshift_runbooks.page import RemoteAction

BRISK, EASY = timedelta(minutes=1), timedelta(minutes=5)
BRISK_FOR = timedelta(minutes=15)
"""After each event, in which most is decided."""
SETTLED_TURNS = 3
"""So many in a row with nothing open: what a close leads to comes a turn or two after it."""
HANDS_COME = timedelta(minutes=20)
"""From an order's opening to its end."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has become of it, in the words of `Follows`."""

    pages: tuple[str, ...]
    rungs: tuple[str, ...]
    state: IncidentState | None
    people: int
    orders: int
    parts: int
    pauses: bool


def play(scenario: Scenario, stage: Stage) -> Outcome:
    """Play it until nothing is open any more, or for as long as it lasts."""
    begin = stage.world.now
    ahead = happenings(scenario, stage.world.site, begin)
    stage.watch({one.node for one in ahead})
    brisk_until, over = begin, 0
    while stage.world.now - begin < timedelta(hours=scenario.lasts_hours):
        while ahead and ahead[0].at <= stage.world.now:
            happen(ahead.pop(0), stage)
            brisk_until = stage.world.now + BRISK_FOR
        stage.turn(_step(stage, ahead, stage.world.now < brisk_until))
        _work(stage)
        over = over + 1 if not ahead and is_over(stage) else 0
        if over == SETTLED_TURNS:
            break
    return outcome(stage)


def is_over(stage: Stage) -> bool:
    """Whether something was open and nothing is any more."""
    found = stage.world.incidents()
    closed = all(one.state is IncidentState.CLOSED for one in found)
    return bool(found) and closed and not stage.patients.is_booting


def outcome(stage: Stage) -> Outcome:
    """What the store says now."""
    found = stage.world.incidents()
    tops = [one for one in found if one.parent_id is None]
    page = stage.world.catalogue.page
    orders = stage.rows(WorkOrderRow)
    return Outcome(
        pages=tuple(one.runbook for one in tops),
        rungs=tuple(one.action for one in stage.world.attempts()),
        state=tops[-1].state if tops else None,
        people=max((page(one.runbook).people for one in orders), default=0),
        orders=len(orders),
        parts=len(found) - len(tops),
        pauses=bool(stage.rows(PauseRow)),
    )


def expected(follows: Follows, seen: Outcome) -> Outcome:
    """What should have become of it; what the scenario leaves open is as seen."""
    by_chance = follows.disturbed_at_most is not None
    return Outcome(
        pages=follows.pages,
        rungs=seen.rungs if by_chance else tuple(one.value for one in follows.rungs),
        state=follows.state,
        people=follows.people,
        orders=seen.orders if follows.orders is None else follows.orders,
        parts=follows.parts,
        pauses=seen.pauses if follows.pauses is None else follows.pauses,
    )


def disturbed(stage: Stage) -> set[str]:
    """The nodes that a rung was made on which work may not live through."""
    rungs = set(RemoteAction) - {RemoteAction.BMC_RESET}
    return {one.node for one in stage.rows(AttemptRow) if one.action in rungs}


def _step(stage: Stage, ahead: list[Happening], brisk: bool) -> timedelta:
    if brisk or not ahead:
        return BRISK if brisk else EASY
    until_next = max(timedelta(seconds=1), ahead[0].at - stage.world.now)
    return until_next if is_over(stage) else min(EASY, until_next)


def _work(stage: Stage) -> None:
    for order in stage.world.orders():
        due = stage.world.now - order.opened_at >= HANDS_COME
        if order.id is not None and order.assignee is not None and due:
            _work_through(stage, order.id, Caller(order.assignee, Role.TECHNICIAN, order.assignee))
            _mend(stage, _incident(stage, order.incident_id))


def _work_through(stage: Stage, order: int, caller: Caller) -> None:
    bench, now = stage.world.bench, stage.world.now
    bench.start(order, caller, now)
    with stage.world.store.read() as session:
        steps = work_orders.steps(session, [order])[order]
    for step in steps:
        bench.tick(order, step.number, True, None, caller, now)
    bench.close(order, "done", caller, now)


def _mend(stage: Stage, incident: IncidentRow) -> None:
    """Hands mend what the order is about; of a wide one, all that is broken."""
    for node in [incident.node] if incident.node else list(stage.world.agents.agents):
        stage.patients.mend(node, incident.gpu_slot)


def _incident(stage: Stage, incident_id: int) -> IncidentRow:
    return next(one for one in stage.world.incidents() if one.id == incident_id)
