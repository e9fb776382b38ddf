"""One fault shown to one agent of eight GPUs, and what it says of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

import pytest

from fakes.node_clock import NodeClock
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.agent import Agent, OpenDriver
from thirdshift_agent.gpu import DriverError
from thirdshift_agent.inject.catalogue import FAULTS
from thirdshift_agent.inject.control_table import ControlTable
from thirdshift_agent.inject.fault import InjectedFault
from thirdshift_agent.inject.library import apply, write_lines
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.nvml.driver import RENEW_SECONDS
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.reading import Reader, WatchedReader
from thirdshift_agent.sampling.sampler import FULL_EVERY
from thirdshift_agent.settings import Settings
from thirdshift_agent.simulated import SerialReader, SimulatedDriver
from thirdshift_agent.simulated.faults import FAULTS as MODELLED
from thirdshift_agent.simulated.faults import signals_of
from thirdshift_agent.watch.gpu_rules import RULES
from thirdshift_agent.watch.rule import Rises, Stays
from thirdshift_agent.wire import Signal, StandingState

SLOT = 3
LONG_UP_SECONDS = 1e6
"""Beyond the grace that a node has after a boot."""
INTERVAL_SECONDS = 5.0
PATIENCE_SECONDS = 10.0

_PAGE_PENDING = "field.31.0"
"""An older chip's; the library's has none."""
_ALL_EVENTS = 0x1FE1B
"""With one that nobody has heard of."""


def _names(test: type[Rises] | type[Stays]) -> frozenset[str]:
    return frozenset(f"{rule.kind}:{rule.code}" for rule in RULES if isinstance(rule.test, test))


_STATES = _names(Stays) - _names(Rises) | {"gpu:lost", "gpu:hung"}


class Backend(Protocol):
    """A node's GPUs that can be broken."""

    clock: NodeClock

    def agent(self, folder: Path) -> Agent: ...

    def show(self, agent: Agent, fault: InjectedFault) -> None: ...

    def mend(self) -> None: ...

    def expected(self, fault: InjectedFault) -> frozenset[str]: ...


@dataclass
class Simulated:
    """Simulated GPUs; those of their faults that are modelled have consequences, as in life."""

    clock: NodeClock = field(default_factory=NodeClock)

    def agent(self, folder: Path) -> Agent:
        def opened(hear: object) -> SimulatedDriver:
            self._driver = SimulatedDriver("gpu-0101", 8, 7, self.clock, hear)  # type: ignore[arg-type]
            return self._driver

        return _agent(folder, self.clock, opened, SerialReader())

    def show(self, agent: Agent, fault: InjectedFault) -> None:
        self._driver.inject(SLOT, fault.name)

    def mend(self) -> None:
        self._driver.repair(SLOT)

    def expected(self, fault: InjectedFault) -> frozenset[str]:
        return signals_of(fault.name) if fault.name in MODELLED else fault.signals


@dataclass
class Library:
    """NVML's interface over our C library, and a kernel log in a file."""

    library: NvmlLibrary
    clock: NodeClock = field(default_factory=NodeClock)

    def agent(self, folder: Path) -> Agent:
        self._log = folder / "kmsg"
        self._log.touch()
        self._begin()
        reader = WatchedReader(wait_seconds=0.3, hung_after_seconds=0.2)
        driver = NvmlDriver(monotonic=lambda: self.clock.now().timestamp())
        return _agent(folder, self.clock, lambda hear: driver, reader, self._log)

    def show(self, agent: Agent, fault: InjectedFault) -> None:
        apply(fault, SLOT, ControlTable(self.library.control))
        if fault.lines:
            before = agent.journal.last_sequence
            card = agent.sampler.latest().gpus[SLOT].identity  # type: ignore[union-attr]
            write_lines(fault.lines_of(card), self._log)
            assert agent.journal.wait(before, PATIENCE_SECONDS), "the log was not heard"

    def mend(self) -> None:
        ControlTable(self.library.control).clear_all()
        self._begin()
        self.clock.move(seconds=RENEW_SECONDS)

    def _begin(self) -> None:
        self.library.set(_PAGE_PENDING, 0)
        self.library.set("event_types", _ALL_EVENTS)

    def expected(self, fault: InjectedFault) -> frozenset[str]:
        return fault.signals


@dataclass(frozen=True)
class Found:
    """What came of one fault."""

    signals: tuple[Signal, ...]
    samples: int
    """How many it took until everything was told."""
    standing: tuple[StandingState, ...]
    """What stood while it lasted."""
    left: tuple[StandingState, ...]
    """What of that still stood after the repair."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(signal.name for signal in self.signals)

    @property
    def slots(self) -> set[int | None]:
        return {signal.gpu_slot for signal in self.signals}


def outcome(backend: Backend, fault: InjectedFault, folder: Path) -> Found:
    """Let a well node go on for a minute, break it, look for as long as the fault may need."""
    with _listening(backend.agent(folder)) as agent:
        for _ in range(2 * FULL_EVERY):
            _look(agent, backend.clock)
        assert agent.journal.last_sequence == 0, "a well node raised a signal"
        assert _standing(agent) == ()
        backend.show(agent, fault)
        samples = 0
        for number in range(1, FULL_EVERY * (fault.looks + 1) + 1):
            before = agent.journal.last_sequence
            _look(agent, backend.clock)
            samples = number if agent.journal.last_sequence > before else samples
        signals, standing = agent.journal.after(0, 1000), _standing(agent)
        backend.mend()
        for _ in range(FULL_EVERY * (fault.looks + 1) if standing else 0):
            _look(agent, backend.clock)
        return Found(signals, samples, standing, _standing(agent))


def states_of(names: frozenset[str]) -> frozenset[str]:
    """Those of the signals that are states of a GPU, and so stand as long as the fault lasts."""
    return names & _STATES


def _standing(agent: Agent) -> tuple[StandingState, ...]:
    report = agent.report(0, 0.0, lambda: False)
    assert report is not None
    assert report.snapshot.standing is not None
    return report.snapshot.standing


def samples_until_told(fault: InjectedFault) -> int:
    """How many samples it takes from the fault on; none where the log or nobody tells it."""
    if fault.lines or not fault.signals:
        return 0
    return fault.looks


def _look(agent: Agent, clock: NodeClock) -> None:
    clock.move(seconds=INTERVAL_SECONDS)
    agent.sampler.sample_once()
    with suppress(DriverError):  # a lost GPU ends the wait
        while seen := agent.driver.wait_event(0, clock.now()):
            agent.recorder.observe(seen)


@contextmanager
def _listening(agent: Agent) -> Iterator[Agent]:
    stop = Event()
    log = agent.kernel_log
    thread = Thread(target=log.follow, args=(stop,)) if log else None
    if thread:
        thread.start()
    yield agent
    stop.set()
    if thread:
        thread.join()
    agent.journal.close()


def _agent(
    folder: Path,
    clock: NodeClock,
    open_driver: OpenDriver,
    reader: Reader,
    log: Path | None = None,
) -> Agent:
    settings = Settings(
        node="gpu-0101",
        state=folder / "state",
        clock=clock,
        interval_seconds=INTERVAL_SECONDS,
        gpus_expected=8,
        kernel_log=log,
        uptime_seconds=lambda: LONG_UP_SECONDS,
    )
    return Agent(settings, IdentityBook(), open_driver, reader)


ALL = tuple(pytest.param(fault, id=fault.name) for fault in FAULTS.values())
