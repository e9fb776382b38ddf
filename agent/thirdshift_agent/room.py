"""Many simulated nodes in one process: each a whole agent, all sampled in turn on one thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from thirdshift_agent.agent import Agent
from thirdshift_agent.clock import Clock
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.settings import Settings
from thirdshift_agent.simulated import Machine, ScheduledFault, SerialReader, SimulatedDriver

log = logging.getLogger(__name__)

PARTING_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """What is simulated."""

    nodes: Sequence[str]
    gpus: int
    state: Path
    clock: Clock
    seed: int
    interval_seconds: float
    faults_per_gpu_day: float
    script: Mapping[str, Sequence[ScheduledFault]]
    """By node."""


def introduce(book: IdentityBook, twin: SimulatedDriver) -> None:
    """Let the book know the cards before the first of them breaks.

    The same node and seed give the same cards, so a twin without faults can tell who they are.
    """
    book.remember(gpu.identity for gpu in twin.gpus())


class SimulatedNode:
    """One node of the room: an agent, and the machine that it watches."""

    def __init__(self, plan: RoomPlan, name: str) -> None:
        self._plan, self._name = plan, name
        book = IdentityBook()
        introduce(book, SimulatedDriver(name, plan.gpus, plan.seed, plan.clock))
        settings = Settings(name, plan.state / name, plan.clock, plan.interval_seconds)
        self.agent = Agent(settings, book, self._open_driver, SerialReader())

    def look(self) -> None:
        """Take a sample, and the events that came with it; nothing while the node is down."""
        if self.machine.wake():
            self.agent.boot_id = self.machine.boot_id
        if not self.machine.runs:
            return
        self.agent.sampler.sample_once()
        self.hear_events()
        self.agent.recorder.tend(self.agent.settings.clock.now())

    def hear_events(self) -> None:
        """Observe the events that the driver holds ready."""
        clock, driver = self.agent.settings.clock, self.machine.driver
        while (seen := driver.wait_event(0, clock.now())) is not None:
            self.agent.recorder.observe(seen)

    def inject(self, slot: int | None, fault: str) -> None:
        """Break something now. Raises `SimulationError`."""
        self.machine.inject(slot, fault)
        self.hear_events()

    def _open_driver(self, kernel_log: Callable[[str], None]) -> SimulatedDriver:
        plan, name = self._plan, self._name
        driver = SimulatedDriver(
            name,
            plan.gpus,
            plan.seed,
            plan.clock,
            kernel_log,
            plan.faults_per_gpu_day,
            plan.script.get(name, ()),
        )
        self.machine = Machine(name, plan.seed, plan.clock, driver, kernel_log)
        return driver


class Room:
    """All the nodes, looked at by one thread; their answers may be asked for by any."""

    def __init__(self, plan: RoomPlan) -> None:
        """Switch every node on and look at it once. Raises `JournalError`."""
        self._plan = plan
        self.nodes = {name: SimulatedNode(plan, name) for name in plan.nodes}
        for node in self.nodes.values():
            node.look()
        self._stop = Event()
        self._thread = Thread(target=self._run, name="room", daemon=True)

    def start(self) -> None:
        """Begin to look at the nodes again and again."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more and close every journal."""
        self._stop.set()
        self._thread.join(PARTING_SECONDS)
        for node in self.nodes.values():
            node.agent.recorder.settle()
            node.agent.journal.close()

    def _run(self) -> None:
        """Look at every node once an interval, evenly spread over it."""
        pause_seconds = self._plan.interval_seconds / len(self.nodes)
        while True:
            began = time.monotonic()
            for number, node in enumerate(self.nodes.values(), start=1):
                if self._stop.wait(max(0.0, began + number * pause_seconds - time.monotonic())):
                    return
                _look(node)


def _look(node: SimulatedNode) -> None:
    try:
        node.look()
    except Exception:
        log.exception("no sample taken", extra={"node": node.agent.settings.node})
