"""The snapshot goes on whatever one GPU does, and each change is told once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Thread, active_count

import pytest

from fakes.node_clock import NodeClock, Uptime
from servers.process import wait_for
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.gpu import Calling, DriverError, Gpu, GpuProcess
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.observation import Observation
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.reading import Census, Reader, WatchedReader
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.sampling.sampler import FULL_EVERY, Sampler, Watches
from thirdshift_agent.simulated import SerialReader, SimulatedDriver
from thirdshift_agent.watch import gpu_rules
from thirdshift_agent.watch.presence import PresenceWatch
from thirdshift_agent.watch.rules import RuleWatch
from thirdshift_agent.wire import GpuIdentity, GpuPresence, SignalKind, StandingState

PATIENCE_SECONDS = 0.5


@dataclass
class Faulty:
    """A driver that fails, hides GPUs or hangs when a test says so; else a simulated one."""

    real: SimulatedDriver
    believed_seconds: float = 0.0
    error: DriverError | None = None
    hidden: set[int] = field(default_factory=set)
    returns: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.returns.set()

    def hide(self, *slots: int) -> None:
        self.hidden.clear()
        self.hidden.update(slots)

    def version(self) -> str | None:
        return self.real.version()

    def gpus(self) -> Sequence[Gpu]:
        self.returns.wait()
        if self.error:
            raise self.error
        return [gpu for gpu in self.real.gpus() if gpu.identity.slot not in self.hidden]

    def problems(self) -> tuple[str, ...]:
        return tuple(f"slot {slot} is hidden" for slot in self.hidden)

    def wait_event(self, timeout_seconds: float, now: datetime) -> Observation | None:
        raise DriverError("no events here")

    def close(self) -> bool:
        return self.real.close()


@dataclass
class Node:
    """A sampler and what it is made of."""

    clock: NodeClock
    simulated: SimulatedDriver
    driver: Faulty
    book: IdentityBook
    reader: Reader
    seen: list[Observation] = field(default_factory=list)
    expected: int | None = None
    kept: KeptFile = field(default_factory=KeptFile)
    uptime: Uptime = field(default_factory=Uptime)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        watches = Watches(
            PresenceWatch(self.seen.append, self.kept),
            RuleWatch(gpu_rules.RULES, self.seen.append, KeptFile(), lambda: 1e6),
        )
        self.sampler = Sampler(
            self.driver, self.clock, self.book, self.reader, watches, self.expected, self.uptime
        )

    def sample(self, times: int = 1) -> Sample:
        for _ in range(times):
            self.clock.move(seconds=10)
            self.uptime.seconds += 10
            sample = self.sampler.sample_once()
        return sample

    @property
    def told(self) -> list[str]:
        return [f"{seen.kind}:{seen.code}" for seen in self.seen]


def watching() -> WatchedReader:
    return WatchedReader(wait_seconds=PATIENCE_SECONDS, hung_after_seconds=PATIENCE_SECONDS / 2)


@contextmanager
def running(reader: Reader) -> Iterator[Node]:
    clock = NodeClock()
    simulated = SimulatedDriver("gpu-0101", 8, seed=7, clock=clock)
    node = Node(clock, simulated, Faulty(simulated), IdentityBook(), reader)
    yield node
    for slot in range(8):
        simulated.repair(slot)
    node.driver.returns.set()


@pytest.fixture(params=["serial", "watched"])
def node(request: pytest.FixtureRequest) -> Iterator[Node]:
    serial = request.param == "serial"
    with running(
        SerialReader() if serial else WatchedReader(PATIENCE_SECONDS, PATIENCE_SECONDS / 2)
    ) as node:
        yield node


@pytest.fixture
def watched() -> Iterator[Node]:
    with running(watching()) as node:
        yield node


def of_slot(sample: Sample, slot: int) -> GpuSample:
    return next(gpu for gpu in sample.gpus if gpu.identity.slot == slot)


def present(sample: Sample) -> list[int]:
    return [gpu.identity.slot for gpu in sample.gpus if gpu.presence is GpuPresence.PRESENT]


def test_a_snapshot_holds_every_gpu_and_its_values(node: Node) -> None:
    snapshot = node.sample()
    assert present(snapshot) == list(range(8))
    assert (snapshot.taken_at, snapshot.driver_version) == (node.clock.now(), "580.95.05")
    assert of_slot(snapshot, 3).seen_at == node.clock.now()
    assert of_slot(snapshot, 3).value("power_limit_watts") == 700.0
    assert snapshot.problems == ()


def test_the_latest_snapshot_is_kept(node: Node) -> None:
    assert node.sampler.latest() is None
    assert node.sample() is node.sampler.latest()


def test_a_lost_gpu_keeps_its_place_and_when_it_was_seen(node: Node) -> None:
    before = of_slot(node.sample(), 3)
    node.simulated.inject(3, "xid:79")
    snapshot = node.sample()
    lost = of_slot(snapshot, 3)
    assert lost == GpuSample(before.identity, GpuPresence.LOST, before.seen_at)
    assert present(snapshot) == [0, 1, 2, 4, 5, 6, 7]
    assert snapshot.problems == ("GPU 3: GPU is lost",)


def test_a_gpu_that_is_listed_no_more_is_lost(node: Node) -> None:
    node.sample()
    node.driver.hide(3)
    assert of_slot(node.sample(), 3).presence is GpuPresence.LOST


def test_a_lost_gpu_is_told_once_and_not_for_a_glitch(node: Node) -> None:
    node.driver.hide(3)
    node.book.remember(gpu.identity for gpu in node.simulated.gpus())
    node.sample()
    node.driver.hide()
    node.sample(3)
    assert node.told == []
    node.driver.hide(3)
    node.sample(5)
    assert node.told == ["gpu:lost"]
    seen = node.seen[0]
    card = node.book.all()[3]
    assert (seen.gpu_uuid, seen.pci_address) == (card.uuid, card.pci_address)
    assert seen.message == "GPU 3: the driver does not list it any more"


def test_a_gpu_that_was_told_as_lost_stands_so_until_it_answers(node: Node) -> None:
    node.sample()
    assert node.sample().standing == ()
    node.driver.hide(3)
    node.sample()
    assert node.sample().standing == (StandingState(SignalKind.GPU, "lost", 3),)
    node.driver.hide()
    assert node.sample(2).standing == ()


def test_where_the_driver_does_not_answer_what_stood_stands(node: Node) -> None:
    node.sample()
    node.simulated.inject(3, "remap:pending")
    node.sample(FULL_EVERY)
    node.driver.error = DriverError("the NVIDIA kernel driver is not loaded")
    node.uptime.seconds += node.driver.believed_seconds
    pending = StandingState(SignalKind.REMAP, "pending", 3)
    assert node.sample().standing == (pending,)
    assert node.sample(6).standing == (StandingState(SignalKind.GPU, "missing"), pending)


def test_a_gpu_that_is_lost_again_is_told_again(node: Node) -> None:
    for _ in range(2):
        node.sample(2)
        node.driver.hide(3)
        node.sample(2)
        node.driver.hide()
    assert node.told == ["gpu:lost", "gpu:lost"]


def test_a_gpu_that_came_back_is_present_again(node: Node) -> None:
    node.sample()
    node.simulated.inject(3, "xid:79")
    node.sample(3)
    node.simulated.repair(3)
    assert present(node.sample()) == list(range(8))


def test_a_replaced_card_takes_the_slot(node: Node) -> None:
    before = of_slot(node.sample(), 3).identity
    node.simulated.inject(3, "xid:64")
    node.simulated.repair(3)
    snapshot = node.sample(3)
    after = of_slot(snapshot, 3).identity
    assert (after.pci_address, len(snapshot.gpus)) == (before.pci_address, 8)
    assert after.serial != before.serial
    assert node.told == []


def test_a_hung_gpu_is_named_and_the_others_go_on(node: Node) -> None:
    node.sample()
    node.simulated.inject(3, "gpu:hung")
    hung = of_slot(snapshot := node.sample(), 3)
    assert (hung.presence, hung.hung_call) == (GpuPresence.HUNG, "nvmlDeviceGetFieldValues")
    assert present(snapshot) == [0, 1, 2, 4, 5, 6, 7]
    first = hung.hung_seconds
    second = of_slot(node.sample(), 3).hung_seconds
    assert first is not None
    assert second is not None
    assert 0 < first < second


def test_a_hung_gpu_is_told_once(node: Node) -> None:
    node.sample()
    node.simulated.inject(3, "gpu:hung")
    node.sample(3)
    assert node.told == ["gpu:hung"]
    assert node.seen[0].facts == {"rule": "presence", "call": "nvmlDeviceGetFieldValues"}
    assert "GPU 3: nvmlDeviceGetFieldValues has not returned for " in node.seen[0].message


def test_a_gpu_that_hung_is_read_again_once_the_call_returns(node: Node) -> None:
    node.sample()
    node.simulated.inject(3, "gpu:hung")
    node.sample()
    node.simulated.repair(3)
    assert present(node.sample()) == list(range(8))


def test_a_call_that_is_out_is_not_made_twice(watched: Node) -> None:
    watched.sample()
    threads = active_count()
    watched.simulated.inject(3, "gpu:hung")
    watched.sample(3)
    assert active_count() == threads


def test_a_driver_that_hangs_in_its_list_does_not_stop_the_readings(watched: Node) -> None:
    watched.sample()
    watched.driver.returns.clear()
    snapshot = watched.sample()
    assert present(snapshot) == list(range(8))
    assert "the driver has not listed its GPUs for" in snapshot.problems[0]
    watched.driver.returns.set()
    wait_for(lambda: watched.sample().problems == (), "the list's return")


def test_a_driver_that_hangs_from_the_start_has_lost_no_gpu(watched: Node) -> None:
    watched.sample()
    watched.reader = watching()
    watched.restart()
    watched.driver.returns.clear()
    snapshot = watched.sample(2)
    assert snapshot.gpus == ()
    assert "the driver has not listed its GPUs for" in snapshot.problems[0]
    assert watched.told == []


def test_a_missing_driver_is_a_problem_and_not_eight_lost_gpus(node: Node) -> None:
    node.sample()
    node.driver.error = DriverError("the NVIDIA kernel driver is not loaded")
    snapshot = node.sample(5)
    assert (snapshot.gpus, snapshot.driver_version) == ((), None)
    assert snapshot.problems == ("the NVIDIA kernel driver is not loaded",)
    assert node.told == []
    node.sample(5)
    assert node.told == ["gpu:missing"]
    node.driver.error = None
    assert present(node.sample()) == list(range(8))


def test_fewer_gpus_than_expected_are_told_once(node: Node) -> None:
    node.expected = 8
    node.driver.hide(6, 7)
    node.restart()
    node.sample(10)
    assert node.told == ["gpu:missing"]
    assert node.seen[0].facts == {"rule": "presence", "known": "6", "expected": "8"}
    assert (node.seen[0].gpu_uuid, node.seen[0].pci_address) == (None, None)


def test_a_lost_gpu_is_remembered_over_a_restart(node: Node, tmp_path: Path) -> None:
    node.book = IdentityBook(tmp_path / "gpus.json")
    node.restart()
    before = of_slot(node.sample(), 3).identity
    node.driver.hide(3)
    node.book = IdentityBook(tmp_path / "gpus.json")
    node.restart()
    lost = of_slot(node.sample(2), 3)
    assert lost == GpuSample(before, GpuPresence.LOST, None)
    assert node.told == ["gpu:lost"]


def test_what_was_told_is_not_told_again_after_a_restart(node: Node, tmp_path: Path) -> None:
    node.book, node.kept = IdentityBook(tmp_path / "gpus.json"), KeptFile(tmp_path / "told.json")
    node.restart()
    node.sample()
    node.driver.hide(3)
    node.sample(2)
    for _ in range(2):
        node.restart()
        node.sample(3)
    assert node.told == ["gpu:lost"]
    node.driver.hide()
    node.sample(2)
    node.driver.hide(3)
    node.sample(2)
    assert node.told == ["gpu:lost", "gpu:lost"]


@dataclass(frozen=True, slots=True)
class Broken:
    """A GPU whose reading fails in a way that nobody thought of."""

    gpu: Gpu

    @property
    def identity(self) -> GpuIdentity:
        return self.gpu.identity

    def read(self, calling: Calling, in_full: bool) -> Readings:
        raise RuntimeError("surprise")

    def processes(self, calling: Calling) -> Sequence[GpuProcess]:
        return ()


def test_a_failure_that_nobody_thought_of_stays_with_its_gpu(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = node.simulated.gpus()
    monkeypatch.setattr(node.driver, "gpus", lambda: [*real[:3], Broken(real[3]), *real[4:]])
    snapshot = node.sample()
    assert snapshot.problems == ("GPU 3: the agent failed to read it: surprise",)
    assert of_slot(snapshot, 3).value("power_watts") is None
    assert of_slot(snapshot, 4).value("power_watts") is not None


def test_sampling_goes_on_in_the_background_until_told_to_stop(node: Node) -> None:
    stop, taken = Event(), []

    def take() -> Census:
        taken.append(True)
        if len(taken) == 3:
            stop.set()
        raise RuntimeError("surprise")

    node.driver.gpus = take  # type: ignore[method-assign, assignment]
    thread = Thread(target=node.sampler.run, args=(0.0, stop))
    thread.start()
    thread.join(timeout=10)
    assert len(taken) == 3
