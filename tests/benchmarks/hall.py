"""A site of many nodes, a controller of it on SQLite, and no agents."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fakes.world import HandClock, World
from thirdshift_controller.adapters.scripted import ScriptedAgents, ScriptedRemedy
from thirdshift_controller.config.controller import PollingTable
from thirdshift_controller.fleet.inventory import Node, Rack, Row, Site
from thirdshift_controller.remedies.port import RemedyResult
from thirdshift_controller.store import nodes
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_runbooks.catalogue import load

NODES = 10_000
GPUS = 8
KNOWN = timedelta(days=10)
"""For so long the controller has had the site in charge."""

_IN_A_RACK, _RACKS_ON_A_FEED, _RACKS_IN_A_LOOP = 4, 20, 50


def hall(count: int = NODES) -> Site:
    """Racks of four, with a switch each, two feeds for twenty racks, a cooling loop for fifty."""
    racks = (_rack(number) for number in range(count // _IN_A_RACK))
    return Site("hall", ZoneInfo("UTC"), (Row("A", tuple(racks)),))


@contextmanager
def controlled(folder: Path, clock: HandClock, **parts: Any) -> Iterator[World]:
    """A controller that has had the hall in charge for a while; `parts` are fields of the world."""
    site = hall()
    with (
        closing(Store(f"sqlite:///{folder / 'hall.db'}")) as store,
        ThreadPoolExecutor(PollingTable().workers) as executor,
    ):
        migrate(store)
        with store.write() as session:
            nodes.enlist(session, site.by_name, clock.now() - KNOWN)
        yield World(
            store=store,
            clock=clock,
            catalogue=load(),
            agents=ScriptedAgents({}, clock.now()),
            remedy=ScriptedRemedy([RemedyResult("reset", "GPU is lost", 15)]),
            executor=executor,
            site=site,
            **parts,
        )


def _rack(number: int) -> Rack:
    name = f"A-{number:04}"
    return Rack(name, tuple(_node(name, number, place) for place in range(_IN_A_RACK)))


def _node(rack: str, number: int, place: int) -> Node:
    name = f"gpu-{number:04}{place}"
    feed = number // _RACKS_ON_A_FEED
    return Node(
        name=name,
        row="A",
        rack=rack,
        rack_unit=f"U{4 + 9 * place:02}",
        model="hgx-h100-8",
        gpus=GPUS,
        agent=f"http://{name}.example:9400",
        ssh=None,
        switch=f"leaf-{number:04}",
        feeds=(f"feed-{feed}a", f"feed-{feed}b"),
        cooling=f"loop-{number // _RACKS_IN_A_LOOP}",
    )
