"""What an agent tells its readers while its driver is released, and just after."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fakes.node_clock import NodeClock
from thirdshift_agent.agent import Agent
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.sampler import FULL_EVERY
from thirdshift_agent.serving.exchange import Request
from thirdshift_agent.serving.routes import answer
from thirdshift_agent.settings import Settings
from thirdshift_agent.simulated import SerialReader, SimulatedDriver


@dataclass
class Node:
    """One agent over simulated GPUs, without threads."""

    folder: Path
    clock: NodeClock = field(default_factory=NodeClock)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        settings = Settings("gpu-0101", self.folder, self.clock, interval_seconds=5.0)
        self.driver = SimulatedDriver("gpu-0101", 8, 1, self.clock)
        self.agent = Agent(settings, IdentityBook(), lambda hear: self.driver, SerialReader())

    def report(self) -> tuple[int, Any]:
        told = answer(self.agent, Request("GET", "/v1/report", (), b""))
        return told.status, json.loads(told.body)

    def snapshot(self) -> Any:
        return self.report()[1]["snapshot"]


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def test_a_report_tells_why_nothing_is_read_and_until_when(node: Node) -> None:
    node.agent.sampler.sample_once()
    assert node.snapshot()["released"] is None
    node.agent.maintenance.release("swap GPU 3", 3600)
    told = node.snapshot()
    assert told["released"] == {"reason": "swap GPU 3", "until_at": "2026-11-02T13:00:00+00:00"}
    assert (len(told["gpus"]), told["problems"]) == (8, [])


def test_an_agent_that_starts_released_tells_so_and_of_no_gpu(node: Node) -> None:
    node.agent.maintenance.release("exchange the driver", 3600)
    node.clock.move(minutes=5)
    node.restart()
    told = node.snapshot()
    assert (told["gpus"], told["released"]["reason"]) == ([], "exchange the driver")
    assert told["taken_at"] == "2026-11-02T12:00:00+00:00"


def test_what_stood_before_a_release_stands_through_it(node: Node) -> None:
    node.agent.sampler.sample_once()
    node.driver.inject(3, "remap:pending")
    for _ in range(FULL_EVERY):
        node.agent.sampler.sample_once()
    node.agent.maintenance.release("swap GPU 3", 3600)
    (state,) = node.snapshot()["standing"]
    assert state == {
        "kind": "remap",
        "code": "pending",
        "gpu_slot": 3,
        "where": "",
        "is_read": True,
    }


def test_an_agent_that_starts_released_says_nothing_of_what_stands(node: Node) -> None:
    node.agent.maintenance.release("exchange the driver", 3600)
    node.restart()
    assert node.snapshot()["standing"] is None


@pytest.mark.parametrize("is_resumed", [True, False])
def test_after_a_release_nothing_from_before_it_is_told_as_the_present(
    node: Node, is_resumed: bool
) -> None:
    node.agent.sampler.sample_once()
    node.agent.maintenance.release("reset", 3600)
    node.clock.move(minutes=30 if is_resumed else 60)
    if is_resumed:
        node.agent.maintenance.resume()
    assert node.report()[0] == 503
    node.agent.sampler.sample_once()
    assert node.snapshot()["released"] is None


def test_the_page_tells_whether_the_driver_is_released(node: Node) -> None:
    node.agent.sampler.sample_once()
    assert b"\nthirdshift_agent_released 0.0\n" in node.agent.metrics("").body
    node.agent.maintenance.release("reset", 3600)
    assert b"\nthirdshift_agent_released 1.0\n" in node.agent.metrics("").body
