"""A controller over a site of any size that heals by script: SQLite, a hand clock and no HTTP."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlmodel import SQLModel, select

from fakes.healing import HealingSite
from fakes.roster import three_shifts
from fakes.world import MONDAY_MORNING, RULES, HandClock, World
from scenarios.scenario import Scale
from scenarios.site import only, site_of
from thirdshift_controller.adapters.scripted import ScriptedAgent, ScriptedAgents
from thirdshift_controller.shifts.roster import Roster
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_controller.workorders.dispatch import Dispatch
from thirdshift_runbooks.catalogue import load

Row = TypeVar("Row", bound=SQLModel)


@dataclass
class Stage:
    """What a scenario is played on. The whole site counts, though not all of it is read again."""

    world: World
    patients: HealingSite

    def rows(self, table: type[Row]) -> list[Row]:
        """Every row of a table, in the order they were written."""
        with self.world.store.read() as session:
            return list(session.exec(select(table)))

    def watch(self, names: Collection[str]) -> None:
        """Read the racks of these nodes and one node elsewhere from now on, and no others."""
        everyone = self.world.site.by_name
        racks = {everyone[name].rack for name in names}
        here = {node.name for node in everyone.values() if node.rack in racks}
        elsewhere = next(name for name in everyone if name not in here)
        watched = only(self.world.site, {*here, elsewhere})
        self.world.sweep = replace(self.world.sweep, site=watched)

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
        patients = HealingSite(agents, clock)
        world = World(
            store=store,
            clock=clock,
            catalogue=load(),
            agents=ScriptedAgents(agents, MONDAY_MORNING),
            remedy=patients,  # type: ignore[arg-type]
            executor=closing.enter_context(ThreadPoolExecutor(2)),
            site=site,
            scheduler=patients,
            rules=replace(RULES, has_scheduler=True),
        )
        world.loop = replace(world.loop, dispatch=Dispatch(store, world.catalogue, able(world)))
        world.turn(timedelta(0))
        yield Stage(world, patients)


def able(world: World) -> Roster:
    """Three people who have every skill that a page asks for: who comes is not what is told."""
    skills = frozenset(skill for page in world.catalogue.pages for skill in page.skills)
    roster = three_shifts()
    return replace(roster, people=tuple(replace(one, skills=skills) for one in roster.people))
