"""Every GPU is read at once; whatever one of them does costs that one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

import pytest

from servers.process import wait_for
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.gpu import Calling, DriverError, Gpu, GpuLostError, GpuProcess
from thirdshift_agent.observation import Observation
from thirdshift_agent.sampling.reading import Hung, Lost, Outcome, Read, Slow, Unread, WatchedReader
from thirdshift_agent.wire import GpuIdentity

LONG_SECONDS = 30.0
WELL: Readings = {("power_watts", ()): 300.0}
USER = GpuProcess(4242, None)


@dataclass
class Scripted:
    """A GPU that does what it is told at each read."""

    slot: int
    act: Callable[[], Readings] = lambda: WELL
    reads: list[bool] = field(default_factory=list)

    @property
    def identity(self) -> GpuIdentity:
        return GpuIdentity(self.slot, f"GPU-{self.slot}", None, f"00000000:{self.slot}b:00.0", "x")

    def read(self, calling: Calling, in_full: bool) -> Readings:
        self.reads.append(in_full)
        calling("nvmlX")
        return self.act()

    def processes(self, calling: Calling) -> Sequence[GpuProcess]:
        return (USER,)


class Gate:
    """Holds up whoever comes by until it is opened."""

    def __init__(self) -> None:
        self._open = Event()

    def __call__(self) -> Readings:
        self._open.wait(LONG_SECONDS)
        return WELL

    def open(self) -> None:
        self._open.set()


@dataclass
class Driver:
    """Lists these GPUs, or does what it is told."""

    listed: Callable[[], Sequence[Gpu]]
    believed_seconds: float = 0.0

    def version(self) -> str | None:
        return "580.95.05"

    def gpus(self) -> Sequence[Gpu]:
        return self.listed()

    def problems(self) -> tuple[str, ...]:
        return ()

    def wait_event(self, timeout_seconds: float, now: datetime) -> Observation | None:
        raise DriverError("none here")

    def close(self) -> bool:
        return True


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


def failing(error: Exception) -> Callable[[], Readings]:
    def fail() -> Readings:
        raise error

    return fail


def patient() -> WatchedReader:
    """Waits as long as it takes."""
    return WatchedReader(wait_seconds=LONG_SECONDS, hung_after_seconds=LONG_SECONDS)


def kinds(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    return {uuid: type(outcome).__name__ for uuid, outcome in outcomes.items()}


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (lambda: WELL, Read(WELL)),
        (failing(GpuLostError("GPU is lost")), Lost("GPU is lost")),
        (failing(DriverError("not loaded")), Unread("not loaded")),
        (failing(RuntimeError("surprise")), Unread("the agent failed to read it: surprise")),
    ],
)
def test_what_one_gpu_does_is_its_own(act: Callable[[], Readings], outcome: Outcome) -> None:
    gpus = [Scripted(0), Scripted(1, act), Scripted(2)]
    assert patient().read(gpus, in_full=False) == {
        "GPU-0": Read(WELL),
        "GPU-1": outcome,
        "GPU-2": Read(WELL),
    }


def test_processes_are_asked_for_in_full_turns_alone() -> None:
    reader, gpu = patient(), Scripted(0)
    assert reader.read([gpu], in_full=True) == {"GPU-0": Read(WELL, (USER,), in_full=True)}
    assert reader.read([gpu], in_full=False) == {"GPU-0": Read(WELL)}
    assert gpu.reads == [True, False]


def test_a_gpu_that_hangs_costs_that_gpu_and_is_not_asked_again(gate: Gate) -> None:
    reader = WatchedReader(wait_seconds=0.1, hung_after_seconds=0.05)
    gpus = [Scripted(0), Scripted(1, gate), Scripted(2)]
    first = reader.read(gpus, in_full=False)
    assert kinds(first) == {"GPU-0": "Read", "GPU-1": "Hung", "GPU-2": "Read"}
    hung = first["GPU-1"]
    assert isinstance(hung, Hung)
    assert hung.call == "nvmlX"
    longer = reader.read(gpus, in_full=False)["GPU-1"]
    assert isinstance(longer, Hung)
    assert longer.seconds > hung.seconds
    assert [len(gpu.reads) for gpu in gpus] == [2, 1, 2]


def test_a_gpu_that_is_merely_slow_is_not_hung(gate: Gate) -> None:
    reader = WatchedReader(wait_seconds=0.01, hung_after_seconds=LONG_SECONDS)
    (outcome,) = reader.read([Scripted(1, gate)], in_full=False).values()
    assert isinstance(outcome, Slow)
    assert (outcome.call, outcome.seconds < LONG_SECONDS) == ("nvmlX", True)


def test_once_a_gpu_is_known_to_hang_nobody_waits_for_it(gate: Gate) -> None:
    """A wait of the whole patience would outlast this test by far."""
    reader = WatchedReader(wait_seconds=0.1, hung_after_seconds=0.05)
    gpus = [Scripted(0), Scripted(1, gate)]
    reader.read(gpus, in_full=False)
    reader._wait_seconds = 1e6
    for _ in range(100):
        assert kinds(reader.read(gpus, in_full=False)) == {"GPU-0": "Read", "GPU-1": "Hung"}


def test_a_gpu_whose_call_returns_is_read_again(gate: Gate) -> None:
    reader = WatchedReader(wait_seconds=0.1, hung_after_seconds=0.05)
    gpus = [Scripted(0), Scripted(1, gate)]
    reader.read(gpus, in_full=False)
    gate.open()
    wait_for(
        lambda: kinds(reader.read(gpus, False)) == {"GPU-0": "Read", "GPU-1": "Read"}, "its return"
    )


def test_a_gpu_that_hangs_and_drops_off_the_list_is_not_asked_again_when_it_is_back(
    gate: Gate,
) -> None:
    reader = WatchedReader(wait_seconds=0.05, hung_after_seconds=0.01)
    gpu = Scripted(1, gate)
    reader.read([gpu], in_full=False)
    reader.read([], in_full=False)
    assert kinds(reader.read([gpu], in_full=False)) == {"GPU-1": "Hung"}
    assert len(gpu.reads) == 1


def test_the_list_is_the_drivers_with_its_version() -> None:
    gpus = [Scripted(0)]
    census = patient().census(Driver(lambda: gpus))
    assert (census.driver_version, census.gpus, census.problems) == ("580.95.05", gpus, ())


def test_a_list_that_hangs_is_the_last_one_and_says_so(gate: Gate) -> None:
    gpus, hangs = [Scripted(0)], False

    def listed() -> Sequence[Gpu]:
        if hangs:
            gate()
        return gpus

    reader, driver = WatchedReader(wait_seconds=0.1, hung_after_seconds=0.1), Driver(listed)
    reader.census(driver)
    hangs = True
    for _ in range(3):
        census = reader.census(driver)
        assert census.gpus == gpus
        assert census.problems == ("the driver has not listed its GPUs for 0 s",)
    hangs = False
    gate.open()
    wait_for(lambda: reader.census(driver).problems == (), "the list's return")


def test_a_list_that_hangs_from_the_start_is_an_error(gate: Gate) -> None:
    def listed() -> Sequence[Gpu]:
        gate()
        return ()

    reader = WatchedReader(wait_seconds=0.1, hung_after_seconds=0.1)
    for _ in range(2):
        with pytest.raises(DriverError, match="the driver has not listed its GPUs for 0 s"):
            reader.census(Driver(listed))


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DriverError("not loaded"), "not loaded"),
        (RuntimeError("surprise"), "the agent failed to list the GPUs: surprise"),
    ],
)
def test_a_list_that_fails_says_why(error: Exception, text: str) -> None:
    def listed() -> Sequence[Gpu]:
        raise error

    with pytest.raises(DriverError, match=text):
        patient().census(Driver(listed))


def test_what_calls_cost_is_told() -> None:
    reader = patient()
    reader.read([Scripted(0), Scripted(1)], in_full=False)
    assert reader.call_times().counts == {"nvmlX": 2}
