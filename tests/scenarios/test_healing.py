"""The site that heals by script: what a rung ends is seen at once, and what it does not, is not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from fakes.healing import BOOT, JOB_LASTS, Ailment, HealingSite
from fakes.site import small_site
from fakes.world import HandClock
from thirdshift_agent.wire import GpuPresence, RecoveryAction
from thirdshift_controller.adapters.scripted import ScriptedAgent
from thirdshift_controller.intake.schedule import Standing
from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOrder, RemedyResult, Return
from thirdshift_runbooks.page import RemoteAction as Rung

NODES = list(small_site().nodes())
WANTS_RESET: dict[str, object] = {"recovery_action": RecoveryAction.GPU_RESET}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def site(clock: HandClock) -> HealingSite:
    return HealingSite({node.name: ScriptedAgent(node) for node in NODES}, clock)


def do(site: HealingSite, action: Rung | Return, slot: int | None = 3) -> RemedyResult:
    return site.apply(RemedyOrder(NODES[0], action, "00000000:13:00.0", slot, "INC-7/1"))


def ail(site: HealingSite, healed_by: Rung | None, slot: int | None = 3) -> None:
    looks = WANTS_RESET if slot is not None else {}
    site.afflict(Ailment("gpu-1", slot, healed_by, looks))


def asks(site: HealingSite, slot: int = 3) -> object:
    return site.agents["gpu-1"].changes.get(slot, {}).get("recovery_action")


def test_what_is_broken_is_shown_by_its_agent_alone(site: HealingSite) -> None:
    ail(site, None)
    assert asks(site) is RecoveryAction.GPU_RESET
    assert all(not agent.changes for name, agent in site.agents.items() if name != "gpu-1")


@pytest.mark.parametrize("rung", [Rung.GPU_RESET, Rung.FABRIC_RESET, Rung.DRIVER_RELOAD])
def test_a_harder_rung_ends_what_a_gentler_one_would(site: HealingSite, rung: Rung) -> None:
    ail(site, Rung.GPU_RESET)
    assert do(site, rung).exit_status == 0
    assert asks(site) is None


def test_a_rung_that_is_too_gentle_ends_nothing_and_a_reset_says_so(site: HealingSite) -> None:
    ail(site, Rung.REBOOT)
    assert do(site, Rung.GPU_RESET).exit_status == 1
    assert do(site, Rung.DRIVER_RELOAD).exit_status == 0
    assert asks(site) is RecoveryAction.GPU_RESET


def test_a_reset_of_one_card_leaves_the_others_as_they_are(site: HealingSite) -> None:
    ail(site, Rung.GPU_RESET, slot=3)
    ail(site, Rung.GPU_RESET, slot=4)
    assert do(site, Rung.GPU_RESET, slot=4).exit_status == 0
    assert asks(site, 3) is RecoveryAction.GPU_RESET
    do(site, Rung.FABRIC_RESET)
    assert asks(site, 3) is None


def test_only_its_own_reset_brings_a_bmc_back(site: HealingSite) -> None:
    site.afflict(Ailment("gpu-1", None, Rung.BMC_RESET))
    do(site, Rung.POWER_CYCLE)
    assert site.ailments
    do(site, Rung.BMC_RESET)
    assert not site.ailments


@pytest.mark.parametrize("rung", [Rung.REBOOT, Rung.POWER_CYCLE])
def test_a_node_that_boots_is_silent_and_then_another_boot(
    site: HealingSite, clock: HandClock, rung: Rung
) -> None:
    agent = site.agents["gpu-1"]
    before = agent.boot_id
    do(site, rung)
    clock.move(BOOT - timedelta(seconds=1))
    site.wake()
    assert (agent.answers, site.is_booting) == (False, True)
    with pytest.raises(RemedyNotStarted, match="no route to host"):
        do(site, Rung.GPU_RESET)
    clock.move(timedelta(seconds=1))
    site.wake()
    assert (agent.answers, site.is_booting) == (True, False)
    assert agent.boot_id != before


def test_a_silent_node_is_reached_by_its_bmc_alone(site: HealingSite, clock: HandClock) -> None:
    site.afflict(Ailment("gpu-1", healed_by=Rung.POWER_CYCLE, silences=True))
    with pytest.raises(RemedyNotStarted):
        do(site, Rung.REBOOT)
    do(site, Rung.POWER_CYCLE)
    clock.move(BOOT)
    site.wake()
    assert site.agents["gpu-1"].answers
    assert [order.action for order in site.orders] == [Rung.POWER_CYCLE]


def test_what_a_rung_did_not_end_is_told_again_after_it(
    site: HealingSite, clock: HandClock
) -> None:
    told: list[datetime] = []
    site.afflict(Ailment("gpu-1", healed_by=Rung.POWER_CYCLE, tell=told.append))
    do(site, Rung.DRIVER_RELOAD)
    assert len(told) == 1
    do(site, Rung.REBOOT)
    assert len(told) == 1, "a node that boots tells nothing"
    clock.move(BOOT)
    site.wake()
    assert told[1:] == [clock.now()]
    do(site, Rung.POWER_CYCLE)
    clock.move(BOOT)
    site.wake()
    assert len(told) == 2


def test_a_drained_node_finishes_its_job(site: HealingSite, clock: HandClock) -> None:
    def standing() -> tuple[Standing, bool, bool]:
        seen = site.standings(NODES)["gpu-1"]
        return seen.standing, bool(seen.jobs), seen.is_ours

    assert standing() == (Standing.IN_SERVICE, True, False)
    do(site, Rung.DRAIN)
    assert standing() == (Standing.DRAINING, True, True)
    clock.move(JOB_LASTS)
    assert standing() == (Standing.DRAINED, False, True)
    do(site, Return.RESUME)
    assert standing() == (Standing.IN_SERVICE, True, False)


def test_hands_at_a_card_leave_the_rest_of_the_node(site: HealingSite) -> None:
    ail(site, None, slot=3)
    ail(site, None, slot=4)
    ail(site, None, slot=None)
    site.mend("gpu-1", 3)
    assert (asks(site, 3), asks(site, 4)) == (None, RecoveryAction.GPU_RESET)
    site.mend("gpu-1", None)
    assert not site.ailments


def test_a_lost_card_is_lost_until_it_is_healed(site: HealingSite, clock: HandClock) -> None:
    site.afflict(Ailment("gpu-1", 3, Rung.REBOOT, presence=GpuPresence.LOST))
    assert site.agents["gpu-1"].presence == {3: GpuPresence.LOST}
    do(site, Rung.REBOOT)
    assert site.agents["gpu-1"].presence == {}
