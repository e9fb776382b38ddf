"""What happens in the simulated room: hands that mend, and a crew that works the orders.

The crew calls the same API with the same tokens as the console does. A mended GPU is mended in the
agent's simulation, so that verification sees it in telemetry like any other.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from thirdshift_controller.demo.files import PEOPLE, VISITOR, DemoFiles
from thirdshift_controller.demo.site import DemoSite
from thirdshift_controller.wire import WorkOrderDetail, WorkOrderState, WorkOrderSummary

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
HANDS = "hands"


@dataclass
class Hands:
    """Mends in the simulation what an order's ticked steps say has been worked on."""

    files: DemoFiles
    _mended: set[str] = field(default_factory=set)

    def watch(self, order: WorkOrderDetail) -> None:
        """Mend once an order, when all its hands-on steps are ticked."""
        worked = all(step.done_at for step in order.steps if step.kind == HANDS)
        if order.summary.id not in self._mended and order.summary.steps_done and worked:
            self._mended.add(order.summary.id)
            mend(self.files, order.summary)


def mend(files: DemoFiles, order: WorkOrderSummary) -> None:
    """What the hands did: a GPU is well again, or the node around it."""
    simulate(files, order.node, "repair", slot=order.gpu_slot)


def simulate(files: DemoFiles, node: str, act: str, **body: object) -> None:
    """Do something to a simulated node: inject, repair, silence."""
    place = next(one for one in files.nodes if one.name == node)
    httpx.post(
        f"{place.agent}/sim/{act}", json=body, timeout=5.0, trust_env=False
    ).raise_for_status()


@dataclass
class Crew:
    """Three technicians who take up orders that nobody else has, at a technician's pace."""

    site: DemoSite
    patience_seconds: float
    """Of the wall: how long an order is left to the visitor."""
    stop: threading.Event

    def __post_init__(self) -> None:
        self._visitor = self.site.callers[VISITOR]
        self._hands = Hands(self.site.files)

    def run(self) -> None:
        """Work until told to stop; a call that fails is tried again at the next look."""
        while not self.stop.wait(LOOK_SECONDS):
            try:
                for order in self._visitor.orders():
                    self._look_at(order)
            except httpx.HTTPError as error:
                log.warning("controller not reached", extra={"reason": str(error)})

    def _look_at(self, order: WorkOrderSummary) -> None:
        if order.state is WorkOrderState.STARTED:
            self._hands.watch(self._visitor.order(order.id))
        if self._is_ours(order):
            self._work(order)

    def _is_ours(self, order: WorkOrderSummary) -> bool:
        if order.assignee not in PEOPLE:
            return False
        waited = (
            self._visitor.floor().now - order.opened_at
        ).total_seconds() / self.site.plan.speed
        owner = self._visitor.incident(order.incident).summary.owner
        return owner == order.assignee or (owner is None and waited >= self.patience_seconds)

    def _work(self, order: WorkOrderSummary) -> None:
        assert order.assignee is not None
        person = self.site.callers[order.assignee]
        person.act(order.id, "acknowledge")
        detail = person.act(order.id, "start")
        for number, minutes in _undone(detail):
            if self.stop.wait(minutes * 60 / self.site.plan.speed):
                return
            self._hands.watch(person.act(order.id, f"steps/{number}", done=True))
        person.act(order.id, "close", note="done by the demo's crew")


def _undone(order: WorkOrderDetail) -> Iterator[tuple[int, int]]:
    return ((step.number, step.minutes) for step in order.steps if step.done_at is None)
