"""Holds from the console: placed with a reason, seen everywhere, lifted by whoever may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from thirdshift_controller.wire import Hold, Me, NodeDetail, Role, Scope
from thirdshift_tui.client.errors import UnreachableError
from thirdshift_tui.client.fake import FakeSite
from thirdshift_tui.screens.hold_form import span_of
from tui.console import LARGE, Driver, console

pytestmark = pytest.mark.anyio

KIM = Me("kim's console", Role.LEAD, "kim")
VIC = Me("vic's console", Role.VIEWER, None)
TO_THE_NODE = ("n", "enter")


def last(site: FakeSite) -> Hold:
    return list(site.standing.values())[-1]


async def hold(driver: Driver, reason: str, hours: str = "") -> None:
    await driver.press("h")
    await driver.until("nothing automatic happens there.")
    await driver.press(*reason, "enter", *hours, "enter")


async def test_a_node_is_held_with_a_reason_until_it_is_lifted() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press(*TO_THE_NODE)
        await driver.until("PCI address")
        await hold(driver, "tray")
        await driver.until("HOLD-2 holds node gpu-2114.")
        await driver.until("HOLD-2: ana holds node gpu-2114: tray")
        placed = last(site)
        assert (placed.scope, placed.scope_name) == (Scope.NODE, "gpu-2114")
        assert (placed.reason, placed.placed_by, placed.until_at) == ("tray", "ana", None)
        await driver.press("u")
        await driver.until("Lift HOLD-2, ana's on node gpu-2114. Why may it go on?")
        await driver.press(*"done", "enter")
        await driver.until("HOLD-2 was lifted by ana.")
        await driver.until_true(
            lambda: "HOLD-2: ana holds" not in driver.text(), "the node shows no hold"
        )
    assert site.standing["HOLD-2"].lift_reason == "done"


async def test_a_hold_with_hours_ends_so_many_hours_of_the_site_from_now() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press(*TO_THE_NODE)
        await driver.until("PCI address")
        await hold(driver, "fw", "1.5")
        await driver.until("HOLD-2: ana holds node gpu-2114 until 16:02: fw")
    assert last(site).until_at == site.now + timedelta(hours=1.5)


async def test_a_hold_without_a_reason_or_with_odd_hours_is_asked_again() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press(*TO_THE_NODE)
        await driver.until("PCI address")
        await driver.press("h")
        await driver.until("nothing automatic happens there.")
        await driver.press("enter")
        await driver.until("A hold needs a reason, for whoever comes next.")
        await driver.press(*"fw", "enter", *"soon", "enter")
        await driver.until("Hours are a number above 0, up to 1000.")
        await driver.press("escape")
        await driver.until("PCI address")
    assert list(site.standing) == ["HOLD-1"]


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "inf", "1e9", "2h", "1001"])
async def test_hours_that_are_no_span_are_refused(hours: str) -> None:
    with pytest.raises(ValueError, match=r"^Hours are a number above 0, up to 1000\.$"):
        span_of(hours)


async def test_hours_may_be_left_out_or_have_a_fraction() -> None:
    assert span_of(" ") is None
    assert span_of("0,5") == span_of("0.5") == timedelta(minutes=30)


async def test_an_incidents_node_is_held_from_its_page() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press("2", "enter")
        await driver.until("Remote attempts")
        await hold(driver, "tray")
        await driver.until("HOLD-2: ana holds node gpu-2114: tray")


async def test_a_wide_incident_is_held_as_the_place_that_it_is_about() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press("2", "down", "down", "down", "enter")
        await driver.until("explains INC-8, INC-4")
        await hold(driver, "breaker")
        await driver.until("HOLD-2: ana holds feed F-04A: breaker")
    assert (last(site).scope, last(site).scope_name) == (Scope.FEED, "F-04A")


async def test_another_persons_hold_is_refused_to_a_technician_and_lifted_by_a_lead() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await to_the_held_rack(driver)
        await driver.press("u")
        await driver.until("Lift HOLD-1, raj's on rack R05-02.")
        await driver.press(*"x", "enter")
        await driver.until("HOLD-1 is raj's; a lead may lift it")
        site.me_now = KIM
        await driver.press("u")
        await driver.until("Lift HOLD-1")
        await driver.press(*"x", "enter")
        await driver.until("HOLD-1 was lifted by kim.")


async def test_ones_own_hold_is_lifted_before_the_racks() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await to_the_held_rack(driver)
        await hold(driver, "tray")
        page = await driver.until("HOLD-2: ana holds node gpu-5021: tray")
        assert "HOLD-1: raj holds rack R05-02 until 16:30: new leaf cables" in page
        await driver.press("u")
        await driver.until("Lift HOLD-2, ana's on node gpu-5021.")


async def test_a_hold_that_only_the_controller_can_place_is_shown_and_lifted_on_the_node() -> None:
    site = FakeSite()
    driver_hold = replace(
        site.standing["HOLD-1"], id="HOLD-5", scope=Scope.DRIVER, scope_name="570", reason="bad"
    )

    class OverAll(FakeSite):
        async def node(self, name: str) -> NodeDetail:
            return replace(await super().node(name), hold=driver_hold)

    async with console(OverAll()) as driver:
        await driver.press(*TO_THE_NODE)
        await driver.until("HOLD-5: raj holds driver 570 until 16:30: bad")
        await driver.press("u")
        await driver.until("Lift HOLD-5, raj's on driver 570.")


async def test_where_nothing_is_held_lifting_says_so() -> None:
    async with console(FakeSite()) as driver:
        await driver.press(*TO_THE_NODE)
        await driver.until("PCI address")
        await driver.press("u")
        await driver.until("No hold stands here.")


async def test_a_page_that_has_not_come_yet_holds_nothing() -> None:
    site = FakeSite()
    async with console(site) as driver:
        site.failure = UnreachableError("cannot reach it")
        await driver.press("2", "enter")
        await driver.until("INC-2: not loaded yet")
        await driver.press("h")
        await driver.until("There is nothing here yet to hold.")
        await driver.press("y", "n")
        await driver.until("Nothing is proposed here.")


async def test_lifting_without_a_reason_or_leaving_lifts_nothing() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await to_the_held_rack(driver)
        await driver.press("u", "enter")
        await driver.until("It needs a reason, for whoever comes next.")
        await driver.press("u", "x", "escape")
        await driver.until("PCI address")
    assert site.standing["HOLD-1"].lifted_at is None


async def test_a_viewers_hold_is_refused_in_a_sentence() -> None:
    site = FakeSite()
    site.me_now = VIC
    async with console(site) as driver:
        await driver.press(*TO_THE_NODE)
        await driver.until("PCI address")
        await hold(driver, "tray")
        await driver.until("a viewer may look and not touch")
    assert list(site.standing) == ["HOLD-1"]


async def test_a_held_node_that_is_well_is_an_h_and_one_that_is_not_keeps_its_letter() -> None:
    site = FakeSite()
    for name in ("gpu-1031", "gpu-1032"):
        await site.place_hold(Scope.NODE, name, "tray", None)
    async with console(site) as driver:
        assert "R01[....].... hX.." in driver.text()
        await driver.press("right", "right")
        page = await driver.until(">U04  gpu-1031 h hhhhhhhh held")
        assert "gpu-1032 X hhhhhXhh failed     seen 4s     held  INC-1 XID 79" in page


async def test_a_spent_budget_stands_above_the_keys_until_it_is_over() -> None:
    site = FakeSite()
    async with console(site, LARGE) as driver:
        assert driver.text().splitlines()[-2] == "budget of rack R01-03 spent until 14:40"
        driver.clock.at += timedelta(minutes=9).total_seconds()
        await driver.until_true(
            lambda: "budget of" not in driver.text(), "the pause is over by itself"
        )


async def test_what_was_just_said_stands_before_the_budget() -> None:
    async with console(FakeSite()) as driver:
        await driver.press(*TO_THE_NODE)
        await driver.until("PCI address")
        await driver.press("u")
        assert "budget of" not in await driver.until("No hold stands here.")


async def to_the_held_rack(driver: Driver) -> None:
    await driver.press(*["pagedown"] * 4, "right", "enter")
    await driver.until("HOLD-1: raj holds rack R05-02 until 16:30: new leaf cables")
