"""The driver is let go of whole or not at all, and everybody is told."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from fakes.node_clock import NodeClock
from servers.nvml_library import NvmlLibrary
from servers.process import wait_for
from thirdshift_agent.agent import Agent
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.maintenance import Maintenance, ReleaseError
from thirdshift_agent.sampling.reading import WatchedReader
from thirdshift_agent.serving.exchange import Request
from thirdshift_agent.serving.routes import answer
from thirdshift_agent.settings import Settings
from thirdshift_agent.simulated import SimulatedDriver
from thirdshift_agent.watch.events import watch_events


@dataclass
class Duty:
    """A maintenance and what it lets go of."""

    folder: Path
    clock: NodeClock = field(default_factory=NodeClock)
    hangs: str | None = None
    closes: bool = True
    closed: int = 0

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        kept = KeptFile(self.folder / "maintenance.json")
        self.own = Maintenance(self.clock, kept, self._close, lambda: self.hangs, 0.2)

    def has_turn(self) -> bool:
        with self.own.turn() as on_duty:
            return on_duty

    def _close(self) -> bool:
        self.closed += self.closes
        return self.closes


@pytest.fixture
def duty(tmp_path: Path) -> Duty:
    return Duty(tmp_path)


def test_while_released_nobody_has_a_turn_until_it_is_resumed(duty: Duty) -> None:
    assert duty.has_turn()
    release = duty.own.release("swap GPU 3", 3600)
    assert release.until_at - release.since_at == timedelta(hours=1)
    assert (duty.closed, duty.has_turn(), duty.own.released()) == (1, False, release)
    assert duty.own.problems() == (
        "the driver is released for maintenance until 2026-11-02T13:00:00+00:00: swap GPU 3",
    )
    duty.own.resume()
    assert (duty.has_turn(), duty.own.released(), duty.own.problems()) == (True, None, ())


def test_a_release_ends_by_itself_by_the_agents_clock(duty: Duty) -> None:
    duty.own.release("reset", 60)
    duty.clock.move(seconds=59)
    assert (duty.has_turn(), duty.own.ended_at()) == (False, None)
    duty.clock.move(seconds=1)
    assert (duty.has_turn(), duty.own.ended_at()) == (True, duty.clock.now())


def test_a_second_release_replaces_reason_and_end(duty: Duty) -> None:
    duty.own.release("reset", 60)
    duty.clock.move(seconds=30)
    longer = duty.own.release("reset, and then some", 60)
    assert duty.own.released() == longer
    duty.clock.move(seconds=59)
    assert not duty.has_turn()


def test_a_release_survives_a_restart_and_so_does_its_end(duty: Duty) -> None:
    release = duty.own.release("reset", 60)
    duty.restart()
    assert (duty.own.released(), duty.has_turn()) == (release, False)
    duty.own.resume()
    duty.restart()
    assert duty.has_turn()
    duty.own.release("reset", 60)
    duty.clock.move(minutes=2)
    duty.restart()
    assert duty.has_turn()


@pytest.mark.parametrize(
    "kept",
    ["{", "[]", "7", '{"reason": "x"}', '{"reason": "x", "since_at": 1, "until_at": 2}',
     '{"reason": "x", "since_at": "2026-11-02T12:00:00", "until_at": "2027-11-02T12:00:00"}'],
)  # fmt: skip
def test_a_kept_file_that_is_not_understood_releases_nothing(
    duty: Duty, kept: str, caplog: pytest.LogCaptureFixture
) -> None:
    (duty.folder / "maintenance.json").write_text(kept)
    duty.restart()
    assert duty.has_turn()
    assert len(caplog.records) == 1


def test_a_call_that_hangs_is_named_and_everything_goes_on(duty: Duty) -> None:
    duty.hangs = "GPU 3: nvmlDeviceGetTemperatureV has not returned for 12 s"
    with pytest.raises(ReleaseError, match=duty.hangs):
        duty.own.release("reset", 60)
    assert (duty.closed, duty.has_turn(), duty.own.problems()) == (0, True, ())
    duty.restart()
    assert duty.has_turn()


def test_a_driver_that_cannot_be_closed_is_not_released(duty: Duty) -> None:
    duty.closes = False
    with pytest.raises(ReleaseError, match="a driver call has not returned for 0 s"):
        duty.own.release("reset", 60)
    assert duty.has_turn()


def test_a_turn_that_does_not_end_is_not_cut_short(duty: Duty) -> None:
    with duty.own.turn(), pytest.raises(ReleaseError, match="a driver call has not returned"):
        duty.own.release("reset", 60)
    assert duty.closed == 0
    assert duty.own.release("reset", 60)


def test_a_release_waits_for_the_turn_under_way(duty: Duty) -> None:
    duty.own = Maintenance(duty.clock, KeptFile(), duty._close, lambda: None)
    entered, leave = Event(), Event()

    def work() -> None:
        with duty.own.turn():
            entered.set()
            leave.wait(10)
            assert duty.closed == 0

    worker = Thread(target=work)
    worker.start()
    assert entered.wait(5)
    waiting = Thread(target=duty.own.release, args=("reset", 60))
    waiting.start()
    wait_for(lambda: duty.own.released(), "the release to be asked for")
    assert not duty.has_turn()
    leave.set()
    waiting.join(10)
    worker.join(10)
    assert duty.closed == 1


def test_a_turn_that_fails_is_over(duty: Duty) -> None:
    with pytest.raises(RuntimeError, match="broken"), duty.own.turn():
        raise RuntimeError("broken")
    assert duty.own.release("reset", 60)


@dataclass
class Node:
    """One agent over simulated GPUs or a library, without threads."""

    folder: Path
    driver: Any
    clock: NodeClock = field(default_factory=NodeClock)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        settings = Settings("gpu-0101", self.folder, self.clock, interval_seconds=5.0)
        reader = WatchedReader(wait_seconds=0.3, hung_after_seconds=0.2)
        self.agent = Agent(settings, IdentityBook(), lambda hear: self.driver, reader)

    def sample(self) -> None:
        """What the sampler's thread does once."""
        with self.agent.maintenance.turn() as on_duty:
            if on_duty:
                self.agent.sampler.sample_once()

    def ask(self, path: str) -> tuple[int, Any]:
        told = answer(self.agent, Request("GET", path, (), b""))
        return told.status, json.loads(told.body)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    clock = NodeClock()
    return Node(tmp_path, SimulatedDriver("gpu-0101", 8, 1, clock), clock)


def test_while_released_no_gpu_is_lost_and_no_snapshot_is_stale(node: Node) -> None:
    node.sample()
    node.agent.maintenance.release("swap GPU 3", 3600)
    node.driver.inject(3, "xid:79")
    for _ in range(5):
        node.clock.move(minutes=5)
        node.sample()
    status, told = node.ask("/healthz")
    reason = "the driver is released for maintenance until 2026-11-02T13:00:00+00:00: swap GPU 3"
    assert (status, told) == (200, {"ok": True, "failing": [], "problems": [reason]})
    report = node.ask("/v1/report")[1]
    assert {gpu["presence"] for gpu in report["snapshot"]["gpus"]} == {"present"}
    assert [signal["code"] for signal in report["signals"] if signal["kind"] == "gpu"] == []
    assert report["snapshot"]["released"]["reason"] == "swap GPU 3"


def test_while_released_the_page_holds_no_value_that_is_not_read(node: Node) -> None:
    def page() -> bytes:
        return answer(node.agent, Request("GET", "/metrics", (), b"")).body

    node.sample()
    assert b"thirdshift_gpu_info" in page()
    node.agent.maintenance.release("swap GPU 3", 3600)
    assert b"thirdshift_gpu_info" not in page()
    assert b"thirdshift_snapshot_age_seconds" not in page()
    assert b"thirdshift_agent_info" in page()


def test_after_the_end_a_snapshot_has_its_usual_time_to_come(node: Node) -> None:
    node.sample()
    node.agent.maintenance.release("reset", 3600)
    node.clock.move(minutes=30)
    node.agent.maintenance.resume()
    assert node.ask("/healthz") == (200, {"ok": True, "failing": [], "problems": []})
    node.clock.move(seconds=20)
    assert node.ask("/healthz")[0] == 503
    node.sample()
    assert node.ask("/healthz")[0] == 200


def test_an_agent_that_starts_released_is_well_and_asks_nothing(node: Node) -> None:
    node.agent.maintenance.release("exchange the driver", 3600)
    node.restart()
    node.sample()
    assert node.agent.sampler.latest() is None
    assert node.ask("/healthz")[0] == 200
    assert node.ask("/v1/report")[1]["snapshot"]["gpus"] == []
    node.agent.maintenance.resume()
    node.sample()
    assert node.ask("/v1/report")[0] == 200


def test_the_threads_leave_the_driver_alone_while_it_is_released(node: Node) -> None:
    asked, stop = list[str](), Event()
    node.agent.maintenance.release("reset", 3600)
    node.driver.gpus = lambda: asked.append("gpus")
    node.driver.wait_event = lambda *_: asked.append("wait_event")
    turns = 0

    def turn() -> Any:
        nonlocal turns
        turns += 1
        if turns > 1:
            stop.set()
        return node.agent.maintenance.turn()

    node.agent.sampler.run(0.01, stop, turn)
    assert turns == 2
    turns = 0
    stop.clear()
    watch_events(node.driver, node.clock, lambda seen: None, stop, turn)
    assert asked == []


def test_nvml_is_shut_down_by_a_release_and_started_again_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    library = NvmlLibrary(tmp_path / "nvml")
    library.load(monkeypatch)
    node = Node(tmp_path / "state", NvmlDriver())
    node.sample()
    library.set("hang.nvmlDeviceGetFieldValues", 1, gpu=3)
    node.sample()
    with pytest.raises(
        ReleaseError, match=r"GPU 3: nvmlDeviceGetFieldValues has not returned for \d+ s"
    ):
        node.agent.maintenance.release("reset", 60)
    library.clear("hang.nvmlDeviceGetFieldValues", gpu=3)
    wait_for(lambda: _is_well(node), "the hung call's return")
    node.agent.maintenance.release("reset", 60)
    library.set("gpus", 7)
    node.agent.maintenance.resume()
    node.sample()
    presences = [gpu["presence"] for gpu in node.ask("/v1/report")[1]["snapshot"]["gpus"]]
    assert presences.count("present") == 7, "only a fresh start of NVML counts its GPUs anew"
    node.driver.close()


def _is_well(node: Node) -> bool:
    node.sample()
    return {gpu["presence"] for gpu in node.ask("/v1/report")[1]["snapshot"]["gpus"]} == {"present"}
