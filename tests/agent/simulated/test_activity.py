"""What the parts of a simulated chip do: only where it is asked for, and only while it works."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fakes.node_clock import NodeClock
from thirdshift_agent.collectors.gpu import activity
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.simulated import SimulatedDriver
from thirdshift_agent.simulated.workload import PERIOD_SECONDS

NAMES = {(row.name, ()) for row in activity.COLLECTOR.rows}


def read(clock: NodeClock, with_activity: bool = True) -> Readings:
    driver = SimulatedDriver("gpu-0101", 1, 1, clock, with_activity=with_activity)
    return driver.gpus()[0].read(lambda call: None, in_full=True)


def test_every_counter_of_a_real_chip_is_told() -> None:
    assert read(NodeClock()).keys() >= NAMES


def test_nobody_who_did_not_ask_is_told() -> None:
    assert NAMES & read(NodeClock(), with_activity=False).keys() == set()


def test_the_parts_work_when_the_gpu_does() -> None:
    clock, seen = NodeClock(), set[bool]()
    for _ in range(24):
        clock.instant += timedelta(seconds=PERIOD_SECONDS / 24)
        readings = read(clock)
        works = readings["utilisation_ratio", ()] > 0
        assert (readings["tensor_activity_ratio", ()] > 0) == works
        assert all(0 <= readings[name] <= 1 for name in NAMES if name[0].endswith("_ratio"))
        seen.add(works)
    assert seen == {True, False}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_nothing_happens_on_an_idle_chip(name: tuple[str, tuple[str, ...]]) -> None:
    clock = NodeClock()
    for _ in range(24):
        clock.instant += timedelta(seconds=PERIOD_SECONDS / 24)
        readings = read(clock)
        if not readings["utilisation_ratio", ()]:
            assert readings[name] == 0
            return
    pytest.fail("the GPU was never idle")
