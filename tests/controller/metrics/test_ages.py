"""How old the picture is: unknown before the first look, growing while nobody answers."""

from __future__ import annotations

from datetime import timedelta

from fakes.scrape import Page, registry
from fakes.world import World
from thirdshift_controller.intake.management import BmcReading
from thirdshift_controller.intake.schedule import ABSENT
from thirdshift_controller.intake.sights import Sights

READING = BmcReading(True, 3200.0, 24.0, (), ())


def test_an_age_is_unknown_before_the_first_look(world: World) -> None:
    page = Page(registry(world, Sights()))
    for name in ("node_snapshot_age_seconds", "bmc_look_age_seconds"):
        assert page.value(name, node="gpu-1") is None
    assert page.value("scheduler_read_age_seconds") is None


def test_a_snapshot_grows_old_with_its_node(world: World) -> None:
    page = Page(registry(world))
    world.agent("gpu-2").answers = False
    world.turn(timedelta(seconds=30))
    assert page.value("node_snapshot_age_seconds", node="gpu-1") == 0
    assert page.value("node_snapshot_age_seconds", node="gpu-2") == 30


def test_a_look_at_a_bmc_grows_old_while_it_is_silent(world: World) -> None:
    sights = Sights(world.live)
    sights.bmcs.show("gpu-1", READING, world.now)
    world.clock.move(timedelta(minutes=2))
    sights.bmcs.miss("gpu-1", "no route")
    page = Page(registry(world, sights))
    assert page.value("bmc_look_age_seconds", node="gpu-1") == 120
    assert page.value("bmc_look_age_seconds", node="gpu-2") is None


def test_the_schedulers_answer_grows_old_while_it_is_silent(world: World) -> None:
    sights = Sights(world.live)
    sights.schedule.show({"gpu-1": ABSENT}, world.now)
    world.clock.move(timedelta(seconds=45))
    sights.schedule.miss("slurmctld is away")
    assert Page(registry(world, sights)).value("scheduler_read_age_seconds") == 45
