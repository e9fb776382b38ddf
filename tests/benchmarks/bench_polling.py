"""What reading real agents over HTTP costs a controller, beside bare requests of as many bytes.

Each agent has an address of its own, as on a site, so that hardly any connection is found open.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks import results
from benchmarks.hall import GPUS, hall
from servers.ports import free_port
from servers.process import answers, running
from thirdshift_controller.adapters.agent_http import HttpAgentReader
from thirdshift_controller.config.controller import PollingTable
from thirdshift_controller.fleet.inventory import Node

AGENTS, ROUNDS = 1000, 3
ALL_READ = 10**9
"""A cursor beyond all that an agent has said."""
POLLING = PollingTable()


@pytest.fixture
def agents(tmp_path: Path) -> Iterator[Sequence[Node]]:
    port = free_port()
    nodes = [
        replace(node, agent=f"http://127.1.{number // 250}.{number % 250 + 1}:{port}/{node.name}")
        for number, node in enumerate(hall(AGENTS).nodes())
    ]
    with running(_room(tmp_path, port, nodes), tmp_path / "log", lambda: _serves(nodes[-1])):
        yield nodes


def test_reading_agents_beside_bare_requests(agents: Sequence[Node]) -> None:
    with (
        closing(HttpAgentReader(POLLING.timeout_seconds, POLLING.workers)) as reader,
        ThreadPoolExecutor(POLLING.workers) as pool,
    ):
        ours = _per_core_second(pool, lambda node: reader.read(node, ALL_READ), agents)
        bare = _per_core_second(pool, _bare, agents)
    results.add("reports read and decoded a second of one core", ours, bare, "1/s", "bare requests")


def _per_core_second(
    pool: Executor, read: Callable[[Node], object], nodes: Sequence[Node]
) -> float:
    """How many a second of this process's CPU; the agents' own is not counted."""
    list(pool.map(read, nodes))
    spent = time.process_time()
    for _ in range(ROUNDS):
        list(pool.map(read, nodes))
    return ROUNDS * len(nodes) / (time.process_time() - spent)


def _bare(node: Node) -> bytes:
    place = urlsplit(node.agent)
    assert place.hostname is not None
    with closing(HTTPConnection(place.hostname, place.port, timeout=10)) as connection:
        connection.request("GET", f"{place.path}/v1/report?after={ALL_READ}")
        return connection.getresponse().read()


def _room(folder: Path, port: int, nodes: Sequence[Node]) -> list[str]:
    """The command that serves them all, on every address of the loopback."""
    names = folder / "names"
    names.write_text("".join(f"{node.name}\n" for node in nodes), encoding="utf-8")
    options = (f"--nodes-file={names}", f"--state-dir={folder / 'state'}", f"--gpus={GPUS}")
    timing = ("--interval=60", "--faults-per-gpu-day=0")
    agent = str(Path(sys.executable).with_name("thirdshift-agent"))
    return [agent, "simulate", f"--listen=0.0.0.0:{port}", *options, *timing]


def _serves(node: Node) -> bool:
    return answers(f"{node.agent}/v1/report?after={ALL_READ}")
