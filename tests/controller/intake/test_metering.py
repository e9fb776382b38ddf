"""What a node's poll is told of BMC and scheduler; that both end up in the hours of the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.world import MONDAY_MORNING, World
from thirdshift_controller.costs.usage.records import NodeHour
from thirdshift_controller.costs.usage.spans import HOUR
from thirdshift_controller.costs.usage.totals import MonthUsage
from thirdshift_controller.intake.keep import Keeper
from thirdshift_controller.intake.management import BmcReading
from thirdshift_controller.intake.metering import Metering
from thirdshift_controller.store import usage

NODE = "gpu-1"
MINUTE = timedelta(minutes=1)


def reading(watts: float | None, power_on: bool | None = True) -> BmcReading:
    return BmcReading(power_on, watts, 24.0, (), ())


@pytest.mark.parametrize(
    ("shown", "watts"),
    [
        (reading(8000.0), 8000.0),
        (reading(30.0, power_on=False), 30.0),
        (reading(0.0, power_on=False), 0.0),
        (reading(None, power_on=False), 0.0),
        (reading(None), None),
        (reading(0.0), None),
        (reading(-1.0), None),
        (reading(0.0, power_on=None), None),
    ],
)
def test_no_power_is_believed_of_a_node_that_is_off_and_of_no_other(
    shown: BmcReading, watts: float | None
) -> None:
    metering = Metering()
    metering.bmcs.show(NODE, shown, MONDAY_MORNING)
    look = metering.poll(NODE, None, frozenset(), MONDAY_MORNING).look
    assert (look and look.watts) == watts


def test_a_look_stands_as_long_as_is_set_and_is_told_however_old() -> None:
    metering = Metering(look_lasts=2 * MINUTE)
    metering.bmcs.show(NODE, reading(8000.0), MONDAY_MORNING)
    look = metering.poll(NODE, None, frozenset(), MONDAY_MORNING + 9 * MINUTE).look
    assert look is not None
    assert (look.taken_at, look.until_at) == (MONDAY_MORNING, MONDAY_MORNING + 2 * MINUTE)


def metered(world: World, metering: Metering, beside: Callable[[], None]) -> MonthUsage:
    """Ten minutes, a poll a minute; what happens beside it comes before each of them."""
    forget(world, "meter = NULL")
    sweep = replace(world.sweep, keeper=Keeper(world.site, world.catalogue, metering))
    for _ in range(11):
        beside()
        world.agents.now = world.now
        sweep.run()
        world.clock.move(MINUTE)
    with world.store.read() as session:
        return usage.totals(session, MONDAY_MORNING, MONDAY_MORNING + HOUR)


def test_nodes_and_teams_get_their_hours_in_one_go(world: World) -> None:
    metering = Metering()
    held = {name: {"vision": 6.0} for name in ("gpu-1", "gpu-2")}

    def beside() -> None:
        metering.bmcs.show("gpu-1", reading(6000.0), world.now)
        metering.schedule.allot({**held, "gpu-3": {}}, world.now)

    month = metered(world, metering, beside)
    uses = {node.node: node.use for node in month.nodes}
    assert uses["gpu-1"].wall_kwh == pytest.approx(1.0)
    assert uses["gpu-1"].wall_modelled_kwh == 0.0
    assert uses["gpu-2"].wall_modelled_kwh == pytest.approx(
        uses["gpu-2"].gpu_kwh + uses["gpu-2"].gpu_modelled_kwh + 1 / 3
    )
    allocated = [round_of(uses[name].allocated_hours) for name in sorted(uses)]
    assert allocated == [1.0, 1.0, 0.0, None]
    (team,) = month.teams
    assert (team.team, round_of(team.allocated)) == ("vision", 2.0)
    drawn = sum(uses[name].wall_kwh + uses[name].wall_modelled_kwh for name in held)
    assert team.wall_kwh == pytest.approx(drawn)


def test_a_scheduler_that_falls_silent_leaves_the_rest_of_the_time_unknown(world: World) -> None:
    metering = Metering(holdings_last=3 * MINUTE)
    metering.schedule.allot({NODE: {"vision": 8.0}}, world.now)
    month = metered(world, metering, lambda: None)
    use = next(node.use for node in month.nodes if node.node == NODE)
    assert use.installed == pytest.approx(8 / 6)
    assert use.scheduled == use.allocated == pytest.approx(8 * 3 / 60)
    assert use.allocated_hours is None


def test_the_hosts_power_is_the_sites_to_say(world: World) -> None:
    month = metered(world, Metering(host_watts=6000.0), lambda: None)
    use = month.nodes[0].use
    drawn = use.gpu_kwh + use.gpu_modelled_kwh
    assert use.wall_modelled_kwh == pytest.approx(drawn + 1.0)


def test_a_meter_of_the_version_before_is_read_on(world: World) -> None:
    """Its JSON knows nothing of holdings and looks."""
    forget(world, "meter = json_remove(meter, '$.held', '$.look', '$.unmetered')")
    world.turn(MINUTE)
    hour: NodeHour = world.hours()[NODE]
    assert hour.watched_seconds == 60.0


def round_of(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 6)


def forget(world: World, change: str) -> None:
    with world.store.write() as session:
        session.connection().exec_driver_sql(f"UPDATE node SET {change}")
