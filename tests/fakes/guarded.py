"""A remedy that refuses to be unsafe: it asserts, at the instant of each act, what must be true.

It stands where SSH, the BMC and the scheduler stand; the node's part of the truth is the script's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from thirdshift_controller.adapters.scripted_scheduler import ScriptedScheduler
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.incidents.holds import hold_on
from thirdshift_controller.intake.schedule import Standing
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
    RemedyResult,
    Return,
)
from thirdshift_controller.remedies.rungs import BY_SCHEDULER, ENDS_WORK
from thirdshift_controller.store import holds, incidents
from thirdshift_controller.store.database import Store

Answer = RemedyResult | RemedyNotStarted | RemedyOutcomeUnknown


class Died(BaseException):
    """Stands for kill -9 in the midst of an act: no handler of ours may catch it."""


@dataclass
class GuardedRemedy:
    """Implements `remedies.port.Remedy`."""

    store: Store
    site: Site
    scheduler: ScriptedScheduler
    clock: object
    answers: list[Answer] = field(default_factory=list)
    """The next ones; then it succeeds for ever."""
    dies: bool = False
    made: Counter[str] = field(default_factory=Counter)

    def describe(self, order: RemedyOrder) -> str:
        """The command as it would be."""
        return f"{order.action} {order.node.name}"

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Check, act, answer as scripted."""
        self.made[order.key] += 1
        assert self.made[order.key] == 1, f"{order.key} was made twice"
        self._check_hold(order)
        if order.action is Return.RESUME:
            self._check_return(order)
        elif order.action in ENDS_WORK:
            self._check_quiet(order)
        if self.dies:
            self.dies = False
            raise Died
        answer = self.answers.pop(0) if self.answers else RemedyResult("done", "done", 0)
        if isinstance(answer, Exception):
            raise answer
        if order.action in BY_SCHEDULER and answer.exit_status == 0:
            return self.scheduler.apply(order)
        return answer

    def _check_hold(self, order: RemedyOrder) -> None:
        with self.store.read() as session:
            in_force = holds.in_force(session, self.clock.now())  # type: ignore[attr-defined]
        assert hold_on(in_force, order.node, self.site, {}) is None, f"{order.node.name} is held"

    def _check_quiet(self, order: RemedyOrder) -> None:
        found = self.scheduler.standing(order.node.name)
        assert found.standing is not Standing.IN_SERVICE, f"{order.action} on a node in service"
        assert not found.jobs, f"{order.action} ends {found.jobs}"

    def _check_return(self, order: RemedyOrder) -> None:
        with self.store.read() as session:
            rows = incidents.still_open(session, order.node.name)
        assert not [row.id for row in rows if row.gpus_out], "returned before it was proved"
