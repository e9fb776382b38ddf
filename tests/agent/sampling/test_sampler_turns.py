"""Full turns and quick ones: what is asked when, what is held meanwhile, and what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from fakes.node_clock import NodeClock, Uptime
from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.gpu import Calling, Driver, DriverError, Gpu, GpuLostError, GpuProcess
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.observation import Observation
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.reading import Census, Outcome, read_one, take_census
from thirdshift_agent.sampling.sample import GpuSample
from thirdshift_agent.sampling.sampler import FULL_EVERY, Sampler, Watches
from thirdshift_agent.sampling.workers import CallTimes
from thirdshift_agent.watch.presence import PresenceWatch
from thirdshift_agent.watch.rule import Rule, Stays, is_zero
from thirdshift_agent.watch.rules import RuleWatch
from thirdshift_agent.wire import GpuIdentity, GpuPresence, SignalKind

QUICK: Series = ("power_watts", ())
SLOW: Series = ("pcie_width_max", ())
USER = GpuProcess(4242, None)


@dataclass
class Scripted:
    """A GPU and what it is to answer."""

    slot: int
    quick: dict[Series, float] = field(default_factory=lambda: {QUICK: 300.0})
    slow: dict[Series, float] = field(default_factory=lambda: {SLOW: 16.0})
    users: Sequence[GpuProcess] | None = (USER,)
    error: Exception | None = None
    turns: list[bool] = field(default_factory=list)

    @property
    def identity(self) -> GpuIdentity:
        return GpuIdentity(self.slot, f"GPU-{self.slot}", None, f"00000000:{self.slot}b:00.0", "x")

    def read(self, calling: Calling, in_full: bool) -> Readings:
        self.turns.append(in_full)
        if self.error:
            raise self.error
        return {**self.quick, **(self.slow if in_full else {})}

    def processes(self, calling: Calling) -> Sequence[GpuProcess] | None:
        return self.users


@dataclass
class Node:
    """Two GPUs, their driver, the one who reads them, and the sampler."""

    gpus_: list[Scripted] = field(default_factory=lambda: [Scripted(0), Scripted(1)])
    believed_seconds: float = 600.0
    problems_: tuple[str, ...] = ()
    error: DriverError | None = None
    lists: int = 0
    expected: int | None = None
    seen: list[Observation] = field(default_factory=list)
    rules: tuple[Rule, ...] = ()
    read_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.clock, self.uptime = NodeClock(), Uptime()
        watches = Watches(
            PresenceWatch(self.seen.append, KeptFile()),
            RuleWatch(self.rules, self.seen.append, KeptFile(), lambda: 1e6),
        )
        book = IdentityBook()
        self.sampler = Sampler(self, self.clock, book, self, watches, self.expected, self.uptime)

    def version(self) -> str | None:
        return "580.95.05"

    def gpus(self) -> Sequence[Gpu]:
        self.lists += 1
        if self.error:
            raise self.error
        return self.gpus_

    def problems(self) -> tuple[str, ...]:
        return self.problems_

    def wait_event(self, timeout_seconds: float, now: datetime) -> Observation | None:
        return None

    def close(self) -> bool:
        return True

    def census(self, driver: Driver) -> Census:
        return take_census(driver)

    def read(self, gpus: Sequence[Gpu], in_full: bool) -> Mapping[str, Outcome]:
        self.uptime.seconds += self.read_seconds
        return {gpu.identity.uuid: read_one(gpu, in_full, lambda call: None) for gpu in gpus}

    def call_times(self) -> CallTimes:
        return CallTimes()

    def sample(self, times: int = 1, slot: int = 0) -> GpuSample:
        """How a GPU looks after so many samples, ten seconds apart."""
        for _ in range(times):
            self.clock.move(seconds=10)
            self.uptime.seconds += 10
            sample = self.sampler.sample_once()
        return sample.gpus[slot]


@pytest.fixture
def node() -> Node:
    return Node()


def test_one_sample_in_six_is_read_in_full(node: Node) -> None:
    node.sample(2 * FULL_EVERY + 1)
    assert node.gpus_[0].turns == [*[True, *[False] * (FULL_EVERY - 1)] * 2, True]


def test_the_list_is_believed_for_as_long_as_the_driver_says(node: Node) -> None:
    node.sample(60)
    assert node.lists == 1
    node.sample()
    assert node.lists == 2


@pytest.mark.parametrize(
    "error", [GpuLostError("GPU is lost"), DriverError("anew"), RuntimeError("surprise")]
)
def test_the_list_is_doubted_while_a_gpu_does_not_answer(node: Node, error: Exception) -> None:
    node.sample(3)
    node.gpus_[1].error = error
    node.sample(3)
    assert node.lists == 3
    node.gpus_[1].error = None
    node.sample(5)
    assert node.lists == 4


def test_a_list_with_a_problem_or_too_few_gpus_is_asked_for_each_time(node: Node) -> None:
    node.problems_ = ("NVML index 2 gives no GPU",)
    node.sample(3)
    assert node.lists == 3
    short = Node(expected=3)
    short.sample(3)
    assert short.lists == 3


def test_a_list_that_is_forgotten_is_asked_for(node: Node) -> None:
    node.sample(2)
    node.sampler.forget()
    node.sample(2)
    assert node.lists == 2


def test_what_only_full_turns_read_is_held_until_the_next_of_them(node: Node) -> None:
    node.sample()
    node.gpus_[0].slow = {SLOW: 8.0}
    assert node.sample(FULL_EVERY - 1).readings == {QUICK: 300.0, SLOW: 16.0}
    assert node.sample().readings == {QUICK: 300.0, SLOW: 8.0}
    node.gpus_[0].slow = {}
    assert node.sample(FULL_EVERY).readings == {QUICK: 300.0}


def test_what_every_turn_reads_is_never_held(node: Node) -> None:
    node.sample()
    node.gpus_[0].quick = {}
    assert node.sample().readings == {SLOW: 16.0}


def test_who_uses_a_gpu_is_asked_in_full_turns(node: Node) -> None:
    assert node.sample().processes == (USER,)
    node.gpus_[0].users = ()
    assert node.sample(FULL_EVERY - 1).processes == (USER,)
    assert node.sample().processes == ()


@pytest.mark.parametrize("prepare", ["lost and back", "not told"])
def test_users_that_are_not_known_are_not_none(node: Node, prepare: str) -> None:
    gpu = node.gpus_[0]
    if prepare == "not told":
        gpu.users = None
    else:
        node.sample()
        gpu.error = GpuLostError("GPU is lost")
        node.sample()
        gpu.error = None
    sample = node.sample()
    assert sample.processes is None


def test_a_gpu_that_comes_back_shows_nothing_of_before(node: Node) -> None:
    node.sample()
    node.gpus_[0].error = GpuLostError("GPU is lost")
    lost = node.sample()
    assert (lost.presence, lost.readings, lost.processes) == (GpuPresence.LOST, {}, None)
    node.gpus_[0].error = None
    assert node.sample().readings == {QUICK: 300.0}
    assert node.sample(FULL_EVERY).readings == {QUICK: 300.0, SLOW: 16.0}


def test_a_driver_that_comes_back_shows_nothing_of_before(node: Node) -> None:
    node.sample()
    node.sampler.forget()
    node.error = DriverError("the NVIDIA kernel driver is not loaded")
    node.clock.move(hours=1)
    assert node.sampler.sample_once().gpus == ()
    node.error = None
    assert node.sample().readings == {QUICK: 300.0}


def test_a_gpu_that_was_not_read_is_present_without_readings(node: Node) -> None:
    before = node.sample()
    node.gpus_[0].error = DriverError("NVML was started anew; the next look finds the GPU again")
    unread = node.sample()
    assert (unread.presence, unread.readings) == (GpuPresence.PRESENT, {})
    assert unread.seen_at == before.seen_at
    sample = node.sampler.latest()
    assert sample is not None
    assert sample.problems == ("GPU 0: NVML was started anew; the next look finds the GPU again",)
    assert node.seen == []


def test_a_sample_says_how_long_the_reading_took(node: Node) -> None:
    node.read_seconds = 0.25
    node.sample()
    sample = node.sampler.latest()
    assert sample is not None
    assert sample.took_seconds == 0.25


BAD = Rule("r", SignalKind.PCIE, "x", SLOW[0], Stays(is_zero, samples=2, of=2), "it is bad")


def test_a_rule_looks_only_at_what_was_read_anew() -> None:
    node = Node(rules=(replace(BAD, test=Stays(is_zero, samples=1)),))
    node.sample()
    node.gpus_[0].slow[SLOW] = 0.0
    node.sample(FULL_EVERY - 1)
    assert node.seen == []
    node.sample()
    assert [(seen.code, seen.gpu_uuid) for seen in node.seen] == [("x", "GPU-0")]


def test_what_looks_bad_is_looked_at_again_at_once() -> None:
    node = Node(rules=(BAD,))
    node.gpus_[0].slow[SLOW] = 0.0
    node.sample()
    assert node.seen == []
    node.sample()
    assert [seen.code for seen in node.seen] == ["x"]
    node.sample(3)
    assert node.gpus_[0].turns == [True, True, False, False, False]
