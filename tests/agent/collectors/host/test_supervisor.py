"""One collector's failure or hang is its own: the others are read on, and it is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event, Thread, current_thread

import pytest

from fakes.node_clock import NodeClock, Uptime
from servers.process import wait_for
from thirdshift_agent.collectors.host.collector import HostCollector, Roots
from thirdshift_agent.collectors.host.supervisor import HostWatch
from thirdshift_agent.collectors.row import Readings, Row

PATIENCE_SECONDS = 0.5
EVERY_SECONDS = 30.0


@dataclass
class Subject:
    """A collector that fails or hangs when a test says so."""

    name: str
    error: Exception | None = None
    returns: Event = field(default_factory=Event)
    looks: int = 0
    thread: Thread = field(default_factory=current_thread)

    def __post_init__(self) -> None:
        self.returns.set()

    def read(self, roots: Roots) -> Readings:
        self.looks += 1
        self.thread = current_thread()
        self.returns.wait()
        if self.error:
            raise self.error
        return {(f"{self.name}_looks", ()): float(self.looks)}

    def collector(self) -> HostCollector:
        rows = (Row(f"{self.name}_looks", "Times it looked."),)
        return HostCollector(self.name, rows, self.read, EVERY_SECONDS)


@dataclass
class Node:
    """A watch over three subjects, and its clocks."""

    clock: NodeClock = field(default_factory=NodeClock)
    uptime: Uptime = field(default_factory=Uptime)
    subjects: tuple[Subject, ...] = (Subject("a"), Subject("b"), Subject("c"))

    def __post_init__(self) -> None:
        self.subjects = tuple(Subject(name) for name in "abc")
        collectors = [subject.collector() for subject in self.subjects]
        self.watch = HostWatch(
            self.clock, collectors, Roots(), self.uptime, patience_seconds=PATIENCE_SECONDS
        )

    def look(self, after_seconds: float = 0.0) -> Readings:
        self.clock.move(seconds=after_seconds)
        self.uptime.seconds += after_seconds
        self.watch.look()
        return self.watch.readings()


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    yield node
    for subject in node.subjects:
        subject.returns.set()


def test_every_collectors_readings_are_there_after_one_look(node: Node) -> None:
    found = node.look()
    assert [found[f"{name}_looks", ()] for name in "abc"] == [1, 1, 1]


def test_a_collector_runs_again_when_it_is_due_and_not_before(node: Node) -> None:
    node.look()
    assert node.look(EVERY_SECONDS - 1)["a_looks", ()] == 1
    assert node.look(1)["a_looks", ()] == 2


def test_a_collector_that_succeeded_says_when(node: Node) -> None:
    found = node.look()
    assert found["collector_success", ("a",)] == 1
    assert found["collector_failures_total", ("a",)] == 0
    assert found["collector_duration_seconds", ("a",)] == 0
    at = node.clock.instant.timestamp()
    assert found["collector_last_success_timestamp_seconds", ("a",)] == at
    assert node.watch.problems() == ()


def test_nothing_is_said_of_a_collector_that_never_ran(node: Node) -> None:
    found = node.watch.readings()
    assert ("collector_success", ("a",)) not in found
    assert ("collector_last_success_timestamp_seconds", ("a",)) not in found


@pytest.mark.parametrize("error", [OSError("gone"), ValueError("new shape"), KeyError("x")])
def test_one_that_fails_is_counted_and_leaves_the_others(node: Node, error: Exception) -> None:
    node.subjects[1].error = error
    found = node.look()
    assert [found["collector_success", (name,)] for name in "abc"] == [1, 0, 1]
    assert found["collector_failures_total", ("b",)] == 1
    assert node.watch.problems() == (f"the collector b failed: {error}",)


def test_what_one_read_before_it_failed_does_not_pass_for_new(node: Node) -> None:
    then = node.look()["collector_last_success_timestamp_seconds", ("b",)]
    node.subjects[1].error = OSError("gone")
    found = node.look(EVERY_SECONDS)
    assert ("b_looks", ()) not in found
    assert found["collector_last_success_timestamp_seconds", ("b",)] == then


def test_a_failure_is_logged_once_until_it_has_passed(
    node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    subject = node.subjects[1]
    subject.error = OSError("gone")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            node.look(EVERY_SECONDS)
        assert len(caplog.records) == 1
        subject.error = ValueError("new shape")
        node.look(EVERY_SECONDS)
        assert len(caplog.records) == 2
        subject.error = None
        node.look(EVERY_SECONDS)
        subject.error = OSError("gone")
        node.look(EVERY_SECONDS)
        assert len(caplog.records) == 3


@pytest.mark.parametrize(("error", "traced"), [(OSError("gone"), False), (KeyError("x"), True)])
def test_what_nobody_thought_of_brings_its_trace_what_the_disk_says_does_not(
    node: Node, error: Exception, traced: bool, caplog: pytest.LogCaptureFixture
) -> None:
    node.subjects[1].error = error
    with caplog.at_level(logging.WARNING):
        node.look()
    (record,) = caplog.records
    assert bool(record.exc_info) is traced


def test_one_that_hangs_is_told_and_the_others_are_read_on(node: Node) -> None:
    node.look()
    node.subjects[0].returns.clear()
    node.look(EVERY_SECONDS)
    found = node.look(EVERY_SECONDS)
    assert [found[f"{name}_looks", ()] for name in "bc"] == [3, 3]
    assert ("a_looks", ()) not in found
    assert found["collector_success", ("a",)] == 0
    assert found["collector_hung_seconds", ("a",)] == EVERY_SECONDS
    assert ("collector_hung_seconds", ("b",)) not in found
    assert node.watch.problems() == ("the collector a has not returned for 30 s",)


def test_one_that_hangs_is_not_called_again(node: Node) -> None:
    node.subjects[0].returns.clear()
    for _ in range(3):
        node.look(EVERY_SECONDS)
    assert node.subjects[0].looks == 1


def test_one_that_returns_after_all_is_read_again(node: Node) -> None:
    node.subjects[0].returns.clear()
    node.look()
    node.subjects[0].returns.set()

    def came_back() -> bool:
        return ("collector_hung_seconds", ("a",)) not in node.look()

    wait_for(came_back, "the hung collector's return")
    assert node.look(EVERY_SECONDS)["a_looks", ()] == 2
    assert node.watch.problems() == ()


def test_the_thread_of_a_hang_ends_when_it_returns(node: Node) -> None:
    hung, other = node.subjects[0], node.subjects[1]
    hung.returns.clear()
    node.look()
    left = hung.thread
    assert left.is_alive()
    assert left is not other.thread
    hung.returns.set()
    wait_for(lambda: not left.is_alive(), "the end of the thread")


def test_readings_can_be_asked_for_while_one_hangs(node: Node) -> None:
    node.subjects[0].returns.clear()
    looking = Thread(target=node.watch.look, daemon=True)
    looking.start()
    assert ("b_looks", ()) not in node.watch.readings()
    looking.join()
    assert ("b_looks", ()) in node.watch.readings()


def test_it_runs_until_it_is_told_to_stop(node: Node) -> None:
    stop = Event()
    running = Thread(target=node.watch.run, args=(stop,), daemon=True)
    running.start()
    wait_for(lambda: ("c_looks", ()) in node.watch.readings(), "the first readings")
    stop.set()
    running.join(timeout=5)
    assert not running.is_alive()


def test_every_reading_has_a_row(node: Node) -> None:
    node.subjects[0].returns.clear()
    labels = {row.name: len(row.labels) for row in node.watch.rows}
    assert all(labels[name] == len(values) for name, values in node.look())
