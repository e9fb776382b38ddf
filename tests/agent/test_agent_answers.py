"""What a node says: its report, its health, and a sentence for who asks wrongly."""

from __future__ import annotations

import json
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from fakes.node_clock import NodeClock
from servers.process import answers, wait_for
from thirdshift_agent.agent import SIGNALS_PER_REPORT, Agent
from thirdshift_agent.commands import NODE_CONNECTIONS
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.reading import WatchedReader
from thirdshift_agent.serving.exchange import Answer, Request
from thirdshift_agent.serving.routes import answer
from thirdshift_agent.serving.server import Server, tcp_socket
from thirdshift_agent.settings import Settings
from thirdshift_agent.simulated import SerialReader, SimulatedDriver


@dataclass
class Node:
    """One agent over simulated GPUs, without threads."""

    folder: Path
    clock: NodeClock = field(default_factory=NodeClock)
    reader: SerialReader | WatchedReader = field(default_factory=SerialReader)

    def __post_init__(self) -> None:
        settings = Settings("gpu-0101", self.folder, self.clock, interval_seconds=5.0)
        self.agent = Agent(settings, IdentityBook(), self._driver, self.reader)

    def _driver(self, hear: Any) -> SimulatedDriver:
        self.driver = SimulatedDriver("gpu-0101", 8, 1, self.clock, hear)
        return self.driver

    def get(self, path: str, **query: str) -> Answer:
        return answer(self.agent, Request("GET", path, tuple(query.items()), b""))

    def report(self, **query: str) -> Any:
        return json.loads(self.get("/v1/report", **query).body)

    def health(self) -> tuple[int, Any]:
        told = self.get("/healthz")
        return told.status, json.loads(told.body)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    node = Node(tmp_path)
    node.agent.sampler.sample_once()
    return node


def test_a_report_holds_the_snapshot_and_what_follows_the_cursor(node: Node) -> None:
    node.driver.inject(3, "xid:63")
    node.driver.inject(4, "xid:31")
    report = node.report(after="1")
    assert (report["node"], report["last_sequence"]) == ("gpu-0101", 2)
    assert len(report["snapshot"]["gpus"]) == 8
    assert [signal["code"] for signal in report["signals"]] == ["31"]
    assert report["signals"][0]["gpu_slot"] == 4
    assert report["journal_id"] == node.report()["journal_id"]


def test_a_report_tells_the_agents_clock(node: Node) -> None:
    node.clock.move(seconds=7)
    report = node.report()
    assert datetime.fromisoformat(report["sent_at"]) == node.clock.now()
    assert report["sent_at"] > report["snapshot"]["taken_at"]


def test_a_report_has_a_bound_and_the_next_one_goes_on(node: Node) -> None:
    for _ in range(SIGNALS_PER_REPORT + 1):
        node.driver.inject(3, "xid:31")
        node.clock.move(minutes=2)
    first = node.report()
    assert len(first["signals"]) == SIGNALS_PER_REPORT
    assert first["last_sequence"] == SIGNALS_PER_REPORT + 1
    rest = node.report(after=str(SIGNALS_PER_REPORT))
    assert [signal["sequence"] for signal in rest["signals"]] == [SIGNALS_PER_REPORT + 1]


def test_a_waiting_reader_gets_the_signal_as_it_comes(node: Node) -> None:
    reports: list[Any] = []
    reader = Thread(target=lambda: reports.append(node.report(after="0", wait="30")))
    reader.start()
    node.driver.inject(3, "xid:79")
    reader.join(10)
    assert [signal["code"] for signal in reports[0]["signals"]][:1] == ["79"]


def test_a_waiting_reader_waits_no_longer_than_asked(node: Node) -> None:
    began = time.monotonic()
    assert node.report(wait="0.05")["signals"] == []
    assert time.monotonic() - began < 5


def test_a_reader_that_has_gone_is_waited_for_no_longer(node: Node) -> None:
    began = time.monotonic()
    query = (("wait", "60"),)
    answer(node.agent, Request("GET", "/v1/report", query, b"", given_up=lambda: True))
    assert time.monotonic() - began < 10


def test_readers_beyond_a_number_get_their_answer_at_once_and_hinder_nobody(node: Node) -> None:
    server = Server(tcp_socket("127.0.0.1", 0), partial(answer, node.agent), NODE_CONNECTIONS)
    server.start()
    url = f"http://127.0.0.1:{server.port}"
    with ExitStack() as stack:
        for _ in range(NODE_CONNECTIONS):
            client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            stack.enter_context(client)
            client.sendall(b"GET /v1/report?after=999999&wait=60 HTTP/1.1\r\n\r\n")
        wait_for(lambda: answers(f"{url}/metrics"), "the metrics")
        wait_for(lambda: answers(f"{url}/healthz"), "the health")
    server.stop()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"after": "-1"}, "after='-1': give the last sequence read, 0 or more"),
        ({"after": "x"}, "after='x': give the last sequence read, 0 or more"),
        ({"after": "9" * 30}, "give the last sequence read"),
        ({"after": "²"}, "give the last sequence read"),
        ({"wait": "-1"}, "wait='-1': give seconds from 0 to 60"),
        ({"wait": "61"}, "wait='61': give seconds from 0 to 60"),
        ({"wait": "nan"}, "give seconds from 0 to 60"),
        ({"wait": ""}, "give seconds from 0 to 60"),
        ({"since": "1"}, "unknown parameter 'since': there is after and wait"),
    ],
)
def test_a_wrong_query_is_told_in_a_sentence(
    node: Node, query: dict[str, str], sentence: str
) -> None:
    told = node.get("/v1/report", **query)
    assert told.status == 400
    assert sentence in json.loads(told.body)["error"]


def test_other_paths_and_methods_are_refused(node: Node) -> None:
    assert node.get("/sim/inject").status == 404
    assert answer(node.agent, Request("POST", "/metrics", (), b"")).status == 405


def test_before_the_first_snapshot_nothing_is_said_of_the_gpus(tmp_path: Path) -> None:
    node = Node(tmp_path)
    assert node.get("/v1/report").status == 503
    assert node.health()[0] == 503
    assert b"thirdshift_gpu_" not in node.get("/metrics").body.replace(b"thirdshift_gpu_xid", b"")


def test_a_fresh_snapshot_is_healthy_and_an_old_one_is_not(node: Node) -> None:
    assert node.health() == (200, {"ok": True, "failing": [], "problems": []})
    node.clock.move(seconds=19)
    assert node.health()[0] == 200
    node.clock.move(seconds=1)
    status, told = node.health()
    assert (status, told["ok"]) == (503, False)
    assert told["failing"] == ["the last sample is 20 s old: the sampler does not come through"]


def test_the_age_of_a_snapshot_is_measured_by_the_wall(tmp_path: Path) -> None:
    node = Node(tmp_path, NodeClock(speed=720.0))
    node.agent.sampler.sample_once()
    node.clock.move(hours=3)
    assert node.health()[0] == 200
    node.clock.move(hours=1)
    assert node.health()[0] == 503


def test_a_lost_gpu_does_not_make_the_agent_unhealthy(node: Node) -> None:
    node.driver.inject(3, "xid:79")
    node.agent.sampler.sample_once()
    status, told = node.health()
    assert (status, told["problems"]) == (200, ["GPU 3: GPU is lost"])


def test_a_journal_that_cannot_be_written_is_told_everywhere(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")
    node = Node(tmp_path)
    node.agent.sampler.sample_once()
    node.driver.inject(3, "xid:64")
    status, told = node.health()
    assert status == 503
    (problem,) = told["failing"]
    assert "journal cannot be written" in problem.replace(str(tmp_path / "journal") + " ", "")
    assert node.report()["snapshot"]["problems"] == [problem]
    assert b'code="64"' in node.get("/metrics").body
    assert b"thirdshift_problems 1.0" in node.get("/metrics").body
    (tmp_path / "journal").unlink()
    node.agent.journal.retry()
    assert node.health()[0] == 200
    assert node.report()["signals"][0]["code"] == "64"


def test_a_hung_gpu_is_named_while_everything_else_is_served(tmp_path: Path) -> None:
    node = Node(tmp_path, reader=WatchedReader(wait_seconds=0.05, hung_after_seconds=0.04))
    node.agent.sampler.sample_once()
    node.driver.inject(5, "gpu:hung")
    for _ in range(2):
        node.agent.sampler.sample_once()
    report = node.report()
    presences = [gpu["presence"] for gpu in report["snapshot"]["gpus"]]
    assert presences == ["present"] * 5 + ["hung"] + ["present"] * 2
    assert [signal["code"] for signal in report["signals"]] == ["hung"]
    assert node.get("/metrics").status == 200
    assert node.health()[0] == 200
    node.driver.repair(5)
