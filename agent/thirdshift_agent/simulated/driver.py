"""The simulated driver: cards, faults as they fall due, and the ways to mend them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from random import Random
from threading import RLock

from thirdshift_agent.clock import Clock
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.gpu import Calling, GpuLostError, GpuProcess
from thirdshift_agent.inject.catalogue import FAULTS as SHOWN
from thirdshift_agent.inject.fault import InjectedFault
from thirdshift_agent.observation import XID_EVENT, Observation, driver_event
from thirdshift_agent.simulated import kernel_lines
from thirdshift_agent.simulated.card import Card
from thirdshift_agent.simulated.errors import SimulationError
from thirdshift_agent.simulated.faults import FAULTS
from thirdshift_agent.simulated.remedies import remedy_named, treat
from thirdshift_agent.simulated.workload import Workload
from thirdshift_agent.wire import GpuIdentity

VERSION = "580.95.05"
"""The one that the cards' model was taken from."""
CALL = "nvmlDeviceGetFieldValues"
"""The call that a hung GPU hangs in."""

_BUSES = (0x1B, 0x43, 0x52, 0x61, 0x9D, 0xC3, 0xD1, 0xDF)
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class ScheduledFault:
    """A fault that is to happen."""

    at: datetime
    slot: int
    fault: str


class SimulatedDriver:
    """A node with GPUs that nobody bought. Safe from any thread.

    The same node, seed and clock give the same story. Faults fall due when `gpus` is called.
    """

    believed_seconds = 0.0

    def __init__(
        self,
        node: str,
        gpus: int,
        seed: int,
        clock: Clock,
        kernel_log: Callable[[str], None] = lambda line: None,
        rate_per_gpu_day: float = 0.0,
        script: Sequence[ScheduledFault] = (),
        with_activity: bool = False,
    ) -> None:
        """`kernel_log` takes each line that the driver writes to the kernel's log.

        `with_activity`: the cards tell how busy their parts are.

        Raises `SimulationError` for a script that names what there is not.
        """
        self._clock, self._kernel_log = clock, kernel_log
        self.loaded = VERSION
        self._with_activity = with_activity
        self._draw = Random(f"{node}:{seed}")
        self._lock = RLock()
        self._events: SimpleQueue[tuple[GpuIdentity, int, int]] = SimpleQueue()
        work = Workload(f"{node}:{seed}")
        now = clock.now()
        self._cards = [Card(s, _address(s), self._draw, work, now) for s in range(gpus)]
        self._mean_seconds = _DAY_SECONDS / (rate_per_gpu_day * gpus) if rate_per_gpu_day else None
        self._next = self._after(now)
        self._script = sorted(script, key=lambda due: due.at)
        for due in script:
            self._check(due.slot, due.fault)

    def version(self) -> str:
        """The version that is loaded."""
        return self.loaded

    def gpus(self) -> Sequence[SimulatedGpu]:
        """Every card; one that fell off the bus is listed until somebody tries to read it."""
        with self._lock:
            for slot, fault, at in self._due(self._clock.now()):
                self._strike(slot, fault, at)
            shared = (self._clock, self._lock, self._with_activity)
            return [SimulatedGpu(card, *shared) for card in self._cards]

    def problems(self) -> tuple[str, ...]:
        """None: every card is listed."""
        return ()

    def wait_event(self, timeout_seconds: float, now: datetime) -> Observation | None:
        """The next event that this driver delivers."""
        try:
            card, kind, data = self._events.get(timeout=timeout_seconds)
        except Empty:
            return None
        return driver_event(kind, data, card, now)

    def watts(self) -> float:
        """What all cards draw now, in watts."""
        with self._lock:
            now = self._clock.now()
            return sum(card.watts(now) for card in self._cards)

    def boot(self) -> None:
        """Begin anew, as with the kernel: every card is introduced again."""
        with self._lock:
            for card in self._cards:
                card.introduced = False

    def close(self) -> bool:
        """Nothing is held."""
        return True

    def inject(self, slot: int, fault: str) -> None:
        """Let a fault happen now. Raises `SimulationError`.

        One of `FAULTS` has causes, consequences and a cure; one of the injector's catalogue only
        shows, until the GPU is repaired.
        """
        self._card(slot)
        with self._lock:
            if fault in FAULTS:
                self._strike(slot, fault, self._clock.now())
            elif fault in SHOWN:
                self._show(slot, SHOWN[fault])
            else:
                raise _unknown(fault, dict.fromkeys((*FAULTS, *SHOWN)))

    def remedy(self, slot: int | None, action: str) -> tuple[bool, str]:
        """Try a remote remedy: whether it ran to a good end, and what it printed.

        On one card, or with `slot` None on all of them. Raises `SimulationError`.
        """
        remedy = remedy_named(action)
        with self._lock:
            cards = self._cards if slot is None else [self._card(slot)]
            return treat(cards, remedy, self._clock.now())

    def repair(self, slot: int) -> None:
        """What hands do: reseat, or swap the card where nothing else helps."""
        with self._lock:
            card, now = self._card(slot), self._clock.now()
            if card.needs_replacement:
                self._cards[slot] = card.replaced(self._draw, now)
            card.mend(now)

    def _check(self, slot: int, fault: str) -> None:
        self._card(slot)
        if fault not in FAULTS:
            raise _unknown(fault, FAULTS)

    def _card(self, slot: int) -> Card:
        if not 0 <= slot < len(self._cards):
            raise SimulationError(f"slot {slot} does not exist; there are {len(self._cards)} GPUs")
        return self._cards[slot]

    def _due(self, now: datetime) -> Iterator[tuple[int, str, datetime]]:
        while self._script and self._script[0].at <= now:
            due = self._script.pop(0)
            yield due.slot, due.fault, due.at
        while self._next is not None and self._next <= now:
            well = [card.identity.slot for card in self._cards if not card.broken]
            if well:
                yield self._draw.choice(well), _any_fault(self._draw), self._next
            self._next = self._after(self._next)

    def _after(self, at: datetime) -> datetime | None:
        if self._mean_seconds is None:
            return None
        return at + timedelta(seconds=self._draw.expovariate(1 / self._mean_seconds))

    def _strike(self, slot: int, fault: str, at: datetime) -> None:
        card = self._card(slot)
        card.break_with(fault, at, self._draw.random())
        if not fault.startswith("xid:"):
            return
        code = fault.removeprefix("xid:")
        if not card.introduced:
            card.introduced = True
            self._log(kernel_lines.introduction(card.identity))
        self._log(kernel_lines.lines(card.identity, code, self._draw.randrange(1_000, 30_000)))
        if FAULTS[fault].as_event:
            self._events.put((card.identity, XID_EVENT, int(code)))

    def _show(self, slot: int, fault: InjectedFault) -> None:
        card = self._card(slot)
        card.show(fault, self._clock.now(), self._draw.random())
        for event in fault.events:
            self._events.put((card.identity, event.kind, event.data))
        self._log(fault.lines_of(card.identity))

    def _log(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._kernel_log(line)


@dataclass(frozen=True, slots=True)
class SimulatedGpu:
    """A card as the agent holds it."""

    card: Card
    clock: Clock
    lock: RLock
    with_activity: bool = False

    @property
    def identity(self) -> GpuIdentity:
        """Who it is."""
        return self.card.identity

    def read(self, calling: Calling, in_full: bool) -> Readings:
        """Read everything once; a hung card returns when it is mended. Raises `GpuLostError`."""
        calling(CALL)
        self.card.answering.wait()
        with self.lock:
            if self.card.lost:
                raise GpuLostError("GPU is lost")
            now = self.clock.now()
            activity = self.card.activity(now) if self.with_activity else {}
            return {**activity, **self.card.readings(now)}

    def processes(self, calling: Calling) -> Sequence[GpuProcess]:
        """Nobody: what computes here is simulated too."""
        return ()


def _unknown(fault: str, known: Iterable[str]) -> SimulationError:
    return SimulationError(f"fault {fault!r} is unknown; there are {', '.join(known)}")


def _any_fault(draw: Random) -> str:
    return draw.choices(list(FAULTS), [fault.rate for fault in FAULTS.values()])[0]


def _address(slot: int) -> str:
    bus = _BUSES[slot] if slot < len(_BUSES) else 0xE0 + slot - len(_BUSES)
    return f"00000000:{bus:02x}:00.0"
