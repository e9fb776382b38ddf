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
from pydantic import TypeAdapter

from thirdshift_controller.demo.files import PEOPLE, VISITOR, DemoFiles
from thirdshift_controller.demo.plan import DemoPlan
from thirdshift_controller.wire import (
    Floor,
    IncidentDetail,
    IncidentSummary,
    MonthReport,
    WorkOrderDetail,
    WorkOrderState,
    WorkOrderSummary,
)

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
HANDS = "hands"


@dataclass
class Caller:
    """Somebody with a token, calling the controller's API."""

    files: DemoFiles
    name: str = VISITOR
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.files.token(self.name)}"}
        self._client = httpx.Client(base_url=self.files.url, headers=headers, timeout=30.0)

    def floor(self) -> Floor:
        """The whole site."""
        return TypeAdapter(Floor).validate_json(self._get("/v1/floor"))

    def incidents(self) -> list[IncidentSummary]:
        """The open incidents."""
        return TypeAdapter(list[IncidentSummary]).validate_json(self._get("/v1/incidents"))

    def incident(self, identifier: str) -> IncidentDetail:
        """One incident."""
        path = f"/v1/incidents/{identifier}"
        return TypeAdapter(IncidentDetail).validate_json(self._get(path))

    def orders(self) -> list[WorkOrderSummary]:
        """The open work orders."""
        return TypeAdapter(list[WorkOrderSummary]).validate_json(self._get("/v1/work-orders"))

    def order(self, identifier: str) -> WorkOrderDetail:
        """One order."""
        path = f"/v1/work-orders/{identifier}"
        return TypeAdapter(WorkOrderDetail).validate_json(self._get(path))

    def act(self, identifier: str, act: str, **body: object) -> WorkOrderDetail:
        """Acknowledge, start, tick or close an order."""
        answer = self._client.post(f"/v1/work-orders/{identifier}/{act}", json=body)
        answer.raise_for_status()
        return TypeAdapter(WorkOrderDetail).validate_json(answer.content)

    def report(self, month: str) -> MonthReport:
        """The month as it stands."""
        return TypeAdapter(MonthReport).validate_json(self._get(f"/v1/reports/{month}"))

    def _get(self, path: str) -> bytes:
        answer = self._client.get(path)
        answer.raise_for_status()
        return answer.content


@dataclass
class Hands:
    """Mends a GPU in the simulation when somebody ticks the hands-on steps of its order."""

    files: DemoFiles
    _mended: set[str] = field(default_factory=set)

    def watch(self, order: WorkOrderDetail) -> None:
        """Mend what the order's ticked steps say has been worked on, once an order."""
        hands = [step for step in order.steps if step.kind == HANDS]
        worked = all(step.done_at for step in hands)
        if order.summary.id not in self._mended and order.summary.steps_done and worked:
            self._mended.add(order.summary.id)
            simulate(self.files, order.summary.node, "repair", slot=order.summary.gpu_slot)


def simulate(files: DemoFiles, node: str, act: str, **body: object) -> None:
    """Do something to a simulated node: inject, repair, silence."""
    place = next(one for one in files.nodes if one.name == node)
    httpx.post(f"{place.agent}/sim/{act}", json=body, timeout=5.0).raise_for_status()


@dataclass
class Crew:
    """Three technicians who take up orders that nobody else has, at a technician's pace."""

    plan: DemoPlan
    files: DemoFiles
    patience_seconds: float
    """Of the wall: how long an order is left to the visitor."""
    stop: threading.Event

    def __post_init__(self) -> None:
        self._visitor = Caller(self.files)
        self._people = {name: Caller(self.files, name) for name in PEOPLE}
        self._hands = Hands(self.files)

    def run(self) -> None:
        """Work until told to stop; a call that fails is tried again at the next look."""
        while not self.stop.wait(LOOK_SECONDS):
            try:
                for order in self._visitor.orders():
                    self._hands.watch(self._visitor.order(order.id))
                    if self._is_ours(order):
                        self._work(order)
            except httpx.HTTPError as error:
                log.warning("the crew could not reach the controller", extra={"reason": str(error)})

    def _is_ours(self, order: WorkOrderSummary) -> bool:
        if order.assignee not in self._people:
            return False
        age = (self._visitor.floor().now - order.opened_at).total_seconds() / self.plan.speed
        owner = self._visitor.incident(order.incident).summary.owner
        return owner == order.assignee or (owner is None and age >= self.patience_seconds)

    def _work(self, order: WorkOrderSummary) -> None:
        assert order.assignee is not None
        person = self._people[order.assignee]
        person.act(order.id, "acknowledge")
        detail = person.act(order.id, "start")
        for number, minutes in _undone(detail):
            if self.stop.wait(minutes * 60 / self.plan.speed):
                return
            detail = person.act(order.id, f"steps/{number}", done=True)
            self._hands.watch(detail)
        person.act(order.id, "close", note="done by the demo's crew")


def _undone(order: WorkOrderDetail) -> Iterator[tuple[int, int]]:
    assert order.summary.state is WorkOrderState.STARTED
    return ((step.number, step.minutes) for step in order.steps if step.done_at is None)
