"""Times of detection and between failures: each counted once, and after a restart the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fakes.scrape import Page, registry
from fakes.world import World
from thirdshift_agent.wire import SignalSource
from thirdshift_controller.metrics.failures import Failures
from thirdshift_controller.remedies.port import RemedyResult
from thirdshift_controller.store.history import Outage
from thirdshift_controller.store.tables import SignalRow
from thirdshift_controller.wire import IncidentState

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DETECTION = "incident_detection_seconds"
BETWEEN = "node_time_between_failures_seconds"


def outage(begins: float, ends: float, node: str = "gpu-1") -> Outage:
    return Outage(node, NOON + timedelta(hours=begins), NOON + timedelta(hours=ends))


def hours(*outages: Outage) -> list[float | None]:
    failures = Failures()
    told = [failures.seconds_since_the_last(one) for one in outages]
    return [None if seconds is None else seconds / 3600 for seconds in told]


def test_a_first_failure_has_none_before_it() -> None:
    assert hours(outage(0, 1), outage(5, 6, "gpu-2")) == [None, None]


def test_it_is_from_begin_to_begin() -> None:
    assert hours(outage(0, 3), outage(10, 12), outage(24, 25)) == [None, 10, 14]


@pytest.mark.parametrize("second", [outage(2, 4), outage(-1, 4), outage(3, 4)])
def test_what_begins_while_the_node_is_out_is_the_same_failure(second: Outage) -> None:
    assert hours(outage(0, 3), second) == [None, None]


def test_the_next_counts_from_the_begin_of_all_that_overlapped() -> None:
    assert hours(outage(2, 3), outage(0, 4), outage(10, 11)) == [None, None, 10]


@pytest.fixture
def mending(world: World) -> World:
    """Every remedy helps there."""
    world.remedy.answers = [RemedyResult("reset", "done", 0)]
    return world


def fail_and_mend(world: World, slot: int) -> None:
    """A GPU is lost and comes back by a reset that holds."""
    world.agent("gpu-1").says(world.now, "xid:119", slot)
    world.turn()
    world.turn(world.burst)
    world.turn(world.soak("xid:119"))
    world.turn()


def test_two_failures_of_a_node_are_one_time_between_them(mending: World) -> None:
    page = Page(registry(mending))
    began = mending.now
    fail_and_mend(mending, 3)
    assert page.value(f"{BETWEEN}_count") == 0
    mending.clock.move(timedelta(hours=20))
    again = mending.now
    fail_and_mend(mending, 5)
    assert [row.state for row in mending.incidents()] == [IncidentState.CLOSED] * 2
    apart = (again - began).total_seconds()
    for seen in (page, page, Page(registry(mending))):
        assert seen.value(f"{BETWEEN}_count") == 1
        assert seen.value(f"{BETWEEN}_sum") == pytest.approx(apart, abs=60)
        assert seen.value(f"{BETWEEN}_bucket", le="57600.0") == 0
        assert seen.value(f"{BETWEEN}_bucket", le="86400.0") == 1


def test_what_takes_nothing_out_is_no_failure(world: World) -> None:
    page = Page(registry(world))
    for _ in range(2):
        world.agent("gpu-1").says(world.now, "xid:31", 3)
        world.turn()
        world.turn(world.silence + timedelta(minutes=1))
        world.turn(world.patience.reopen + timedelta(hours=1))
    assert len(world.incidents()) == 2
    assert page.value(f"{BETWEEN}_count") == 0


def test_detection_is_from_the_signal_to_the_incident(world: World) -> None:
    page = Page(registry(world))
    assert page.value(f"{DETECTION}_count") == 0
    signal = SignalRow(
        origin="one",
        node="gpu-1",
        at=world.now,
        received_at=world.now,
        kind="xid",
        code="31",
        source=SignalSource.KERNEL_LOG,
        message="",
        gpu_slot=3,
    )
    with world.store.write() as session:
        session.add(signal)
    world.clock.move(timedelta(seconds=7))
    world.loop.sort()
    for seen in (page, page, Page(registry(world))):
        assert (seen.value(f"{DETECTION}_count"), seen.value(f"{DETECTION}_sum")) == (1, 7)
        assert seen.value(f"{DETECTION}_bucket", le="5.0") == 0
        assert seen.value(f"{DETECTION}_bucket", le="10.0") == 1
