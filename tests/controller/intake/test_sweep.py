"""The sweep over agents: who answers is kept at once, whoever else takes his time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event

from sqlmodel import select

from fakes.world import World
from thirdshift_agent.wire import Report
from thirdshift_controller.adapters.scripted import ScriptedAgents
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.port import AgentUnreachable
from thirdshift_controller.intake.sweep import MOMENT_SECONDS
from thirdshift_controller.store import nodes
from thirdshift_controller.store.tables import GpuRow, SignalRow

PATIENCE_SECONDS = 60.0
SLOW = "gpu-1"


@dataclass
class OneIsSlow:
    """One agent answers only after what the others said was kept."""

    agents: ScriptedAgents
    kept: Event

    def read(self, node: Node, after: int) -> Report:
        if node.name == SLOW and not self.kept.wait(PATIENCE_SECONDS):
            raise AgentUnreachable("the others were not kept")
        return self.agents.read(node, after)


def told(world: World) -> list[str]:
    with world.store.read() as session:
        return [row.name for row in session.exec(select(SignalRow))]


def test_what_others_say_is_kept_while_one_takes_its_time(world: World) -> None:
    kept = Event()
    for name in (SLOW, "gpu-3"):
        world.agent(name).says(world.now, "xid:79", 2)
    slow = OneIsSlow(world.agents, kept)
    replace(world.sweep, reader=slow, on_signals=kept.set, moment_seconds=MOMENT_SECONDS).run()
    assert told(world) == ["xid:79", "xid:79"]
    assert not world.live.silences


def test_who_is_silent_waits_for_more_patience_where_nobody_answers(world: World) -> None:
    everybody = [world.agent(node.name) for node in world.site.nodes()]
    for agent in everybody:
        agent.answers = False
    world.turn(world.silent_after)
    assert told(world) == []
    everybody[0].answers = True
    world.turn()
    assert told(world).count("node:silent") == 3


def test_a_card_that_was_swapped_while_the_controller_was_away_is_told_once(world: World) -> None:
    world.agent(SLOW).serials[5] = "1650099999"
    world.restart()
    world.turn()
    world.restart()
    world.turn()
    assert told(world) == ["gpu:replaced"]


def test_a_card_that_stays_keeps_its_instant_over_a_restart(world: World) -> None:
    def seated() -> dict[int, GpuRow]:
        with world.store.read() as session:
            return nodes.gpus_of(session, SLOW)

    before = seated()
    world.clock.move(timedelta(days=3))
    world.restart()
    world.turn()
    assert {slot: row.since_at for slot, row in seated().items()} == {
        slot: row.since_at for slot, row in before.items()
    }
