"""What the keys do: from the floor to a closed work order, against the fake."""

from __future__ import annotations

from dataclasses import replace

import pytest

from thirdshift_controller.wire import Me, Role, WorkOrderState
from thirdshift_tui.client.fake import FakeSite
from thirdshift_tui.client.scripted import NOW
from tui.console import SMALL, console

pytestmark = pytest.mark.anyio

KIM = Me("kim's console", Role.LEAD, "kim")
VIC = Me("vic's console", Role.VIEWER, None)


async def test_a_technician_takes_an_order_from_assigned_to_done() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press("3")
        await driver.until("WO-1 assigned")
        await driver.press("a")
        await driver.until("WO-1 is acknowledged.")
        await driver.press("s")
        await driver.until("WO-1 is started.")
        for number in range(1, 6):
            await driver.press("space")
            await driver.until(f"{number}/5")
        await driver.press("c")
        await driver.until("WO-1 is done.")
        await driver.until("My queue  1 open")
    order = site.orders["WO-1"]
    assert order.summary.state is WorkOrderState.DONE
    assert [(step.done_by, step.done_at) for step in order.steps] == [("ana", NOW)] * 5


async def test_the_cursor_goes_to_the_next_undone_step_and_can_be_moved() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press("3", "a", "s")
        await driver.until("WO-1 is started.")
        assert ">[ ] 1" in driver.text()
        await driver.press("down", "down", "space")
        await driver.until("step 1 of 5")
        assert [step.number for step in site.orders["WO-1"].steps if step.done_at] == [3]
        assert ">[ ] 1" in driver.text()


async def test_a_step_can_be_ticked_with_a_note() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press("3", "a", "s")
        await driver.until("WO-1 is started.")
        await driver.press("b")
        await driver.until("Note for step 1:")
        await driver.press(*"q3", "enter")
        await driver.until("ana 14:32: q3")
    assert site.orders["WO-1"].steps[0].note == "q3"


async def test_a_note_that_is_left_ticks_nothing() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press("3", "a", "s")
        await driver.until("WO-1 is started.")
        await driver.press("b", "x", "escape")
        await driver.until("WO-1 started")
    assert site.orders["WO-1"].summary.steps_done == 0


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("s", "WO-1 is assigned: acknowledge it first"),
        ("space", "WO-1 is assigned: start it first"),
        ("c", "WO-1 cannot be closed: not done yet: step 1, step 2"),
    ],
)
async def test_a_refusal_is_shown_in_the_controllers_own_words(key: str, answer: str) -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press("3")
        await driver.until("WO-1 assigned")
        await driver.press(key)
        await driver.until(answer)
    assert site.orders["WO-1"].summary.state is WorkOrderState.ASSIGNED


async def test_a_viewer_is_refused_and_the_console_goes_on() -> None:
    site = FakeSite()
    site.me_now = VIC
    async with console(site) as driver:
        await driver.press("2", "a")
        await driver.until("a viewer may look and not touch")
        assert "LIVE" in driver.text()


async def test_a_technician_sees_his_own_queue_and_m_shows_everybodys() -> None:
    async with console(FakeSite()) as driver:
        await driver.press("3")
        assert "raj" not in await driver.until("My queue  2 open")
        await driver.press("m")
        assert "raj" in await driver.until("Everybody's queue  3 open")
        await driver.press("m")
        await driver.until("My queue  2 open")


async def test_a_lead_sees_everybodys_queue_first() -> None:
    site = FakeSite()
    site.me_now = KIM
    async with console(site) as driver:
        await driver.press("3")
        await driver.until("Everybody's queue  3 open")
        await driver.press("m")
        await driver.until("My queue  0 open")


async def test_another_order_of_the_queue_brings_its_own_steps_and_runbook() -> None:
    async with console(FakeSite()) as driver:
        await driver.press("3")
        await driver.until("WO-1 assigned")
        await driver.press("right_square_bracket")
        page = await driver.until("WO-3 waiting")
        await driver.until("| PCIe link runs")
        assert "R03-07 U04 gpu-3071 GPU3" in page


async def test_acknowledging_takes_the_fill_away_and_keeps_the_letter() -> None:
    site = FakeSite()
    async with console(site) as driver:
        assert "3 unowned X2" in driver.text()
        await driver.press("n", "a")
        await driver.until("INC-2 is owned by ana.")
        assert "2 unowned X2" in await driver.until("2 unowned")
    assert (await site.incident("INC-2")).summary.owner == "ana"


async def test_n_goes_around_what_nobody_owns_and_shift_n_goes_back() -> None:
    async with console(FakeSite()) as driver:
        seen = []
        for key in ("n", "n", "n", "n", "N"):
            await driver.press(key)
            line = next(one for one in driver.text().splitlines() if one.startswith(">"))
            seen.append(line.split()[1])
        assert seen == ["gpu-2114", "gpu-3071", "gpu-4072", "gpu-2114", "gpu-4072"]


async def test_the_arrows_walk_racks_nodes_and_rows() -> None:
    async with console(FakeSite()) as driver:
        for keys, node in (
            (["right"], "gpu-1021"),
            (["up"], "gpu-1022"),
            (["down", "down"], "gpu-2024"),
            (["pagedown"], "gpu-3024"),
            (["left", "left"], "gpu-3014"),
        ):
            await driver.press(*keys)
            assert any(
                line.startswith(">") and node in line for line in driver.text().splitlines()
            ), (keys, node)


async def test_enter_goes_down_to_the_incident_and_escape_comes_up_again() -> None:
    async with console(FakeSite()) as driver:
        await driver.press("n", "enter")
        await driver.until("row R02, rack R02-11, U31")
        await driver.press("enter")
        await driver.until("Timeline")
        await driver.press("escape", "escape")
        assert "top of the rack first" in await driver.until("top of the rack first")


async def test_the_digit_of_the_screen_in_front_goes_up_to_its_top() -> None:
    async with console(FakeSite()) as driver:
        await driver.press("n", "enter")
        await driver.until("PCI address")
        await driver.press("1")
        await driver.until("top of the rack first")


async def test_zoom_shows_every_gpu_and_back() -> None:
    async with console(FakeSite(), SMALL) as driver:
        await driver.press("n", "z")
        await driver.until("[..X.....]")
        await driver.press("z")
        await driver.until("[...X]")


async def test_when_all_is_owned_n_says_that_nothing_needs_a_human() -> None:
    site = FakeSite()
    for incident in await site.incidents():
        await site.acknowledge_incident(incident.id)
    async with console(site) as driver:
        await driver.press("n")
        assert "0 unowned" in await driver.until("Nothing on the floor needs a human.")


async def test_n_and_a_reach_an_incident_that_nobody_owns_while_the_machine_works_on_it() -> None:
    site = FakeSite()
    for incident in await site.incidents():
        await site.acknowledge_incident(incident.id)
    site.open_incidents["INC-5"] = replace(site.open_incidents["INC-5"], owner=None)
    async with console(site) as driver:
        assert "1 unowned" in driver.text()
        await driver.press("n")
        assert any(
            line.startswith(">") and "gpu-5054" in line for line in driver.text().splitlines()
        )
        await driver.press("a")
        await driver.until("INC-5 is owned by ana.")
        await driver.press("n")
        await driver.until("Nothing on the floor needs a human.")


async def test_a_owns_what_nobody_owns_on_a_node_with_two_incidents() -> None:
    site = FakeSite()
    other = replace(site.open_incidents["INC-1"], id="INC-9", owner=None)
    site.open_incidents = {"INC-9": other, **site.open_incidents}
    async with console(site) as driver:
        await driver.press("n", "a")
        await driver.until("INC-9 is owned by ana.")


async def test_a_owns_the_wider_incident_where_the_node_has_none_of_its_own() -> None:
    site = FakeSite()
    wide = replace(site.open_incidents["INC-7"], owner=None)
    site.open_incidents = {"INC-7": wide}
    down = replace(site.rows[0].racks[0].nodes[0], incident="INC-7")
    rack = replace(site.rows[0].racks[0], nodes=(down,))
    site.rows = (replace(site.rows[0], racks=(rack,)),)
    async with console(site) as driver:
        await driver.press("a")
        await driver.until("INC-7 is owned by ana.")


async def test_a_site_without_rows_is_drawn_and_its_keys_do_no_harm() -> None:
    site = FakeSite(rows=())
    async with console(site) as driver:
        await driver.press("n", "up", "right", "pagedown", "z", "enter", "a")
        await driver.until("There is no incident here.")
        assert "This site has no racks." in driver.text()


async def test_leaving_a_page_by_a_digit_comes_back_to_its_screens_top() -> None:
    async with console(FakeSite()) as driver:
        await driver.press("n", "enter")
        await driver.until("PCI address")
        await driver.press("3")
        await driver.until("My queue  2 open")
        await driver.press("1")
        await driver.until("top of the rack first")


@pytest.mark.parametrize(
    "keys", [["q"], ["ctrl+c"], ["question_mark", "ctrl+c"], ["3", "b", "ctrl+c"]]
)
async def test_q_quits_with_code_0_and_ctrl_c_does_so_everywhere(keys: list[str]) -> None:
    async with console(FakeSite()) as driver:
        await driver.press(*keys)
        assert not driver.app.is_running
    assert driver.app.return_code == 0


async def test_a_floor_that_shrinks_keeps_the_cursor_on_it() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press("pagedown", "pagedown", *["right"] * 11)
        site.rows = tuple(replace(row, racks=row.racks[:2]) for row in site.rows[:1])
        driver.poll()
        await driver.until(">U04  gpu-1021")
