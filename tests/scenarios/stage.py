"""A controller over a site of any size that heals by script: SQLite, a hand clock and no HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlmodel import SQLModel, select

from fakes.healing import HealingSite
from fakes.world import MONDAY_MORNING, HandClock, World
from scenarios.scenario import Scale
from scenarios.site import site_of
from thirdshift_controller.adapters.scripted import ScriptedAgent, ScriptedAgents, ScriptedRemedy
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_runbooks.catalogue import load


@dataclass
class Stage:
    """What a scenario is played on."""

    world: World
    patients: HealingSite

    def rows(self, table: type[SQLModel]) -> list[SQLModel]:
        """Every row of a table, in the order they were written."""
        with self.world.store.read() as session:
            return list(session.exec(select(table)))

    def turn(self, after: timedelta) -> None:
        """Let time pass, end boots, read all agents, go around the loop once."""
        self.world.clock.move(after)
        self.patients.wake()
        self.world.turn(timedelta(0))


@contextmanager
def staged(folder: Path, scale: Scale) -> Iterator[Stage]:
    """A site where all is well and has been read once."""
    site, clock = site_of(scale), HandClock()
    with ExitStack() as closing:
        store = Store(f"sqlite:///{folder / 'scenario.db'}")
        closing.callback(store.close)
        migrate(store)
        agents = {node.name: ScriptedAgent(node) for node in site.nodes()}
        world = World(
            store=store,
            clock=clock,
            catalogue=load(),
            agents=ScriptedAgents(agents, MONDAY_MORNING),
            remedy=ScriptedRemedy([]),
            executor=closing.enter_context(ThreadPoolExecutor(2)),
            site=site,
        )
        patients = HealingSite(agents, clock)
        world.act_through(patients)
        world.turn(timedelta(0))
        yield Stage(world, patients)
