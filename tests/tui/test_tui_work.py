"""The Work screen as a technician lives with it: what can be read, and what a key may act on."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from thirdshift_controller.wire import Me, Role, WorkOrderDetail, WorkOrderSummary
from thirdshift_tui.client.errors import UnreachableError
from thirdshift_tui.client.fake import FakeSite
from tui.console import Driver, console

pytestmark = pytest.mark.anyio

BOT = Me("the lead's script", Role.LEAD, None)
LONG = "Fit the spare. Note the serial of the unit that comes out, and of the unit that goes in"


class SlowSite(FakeSite):
    """A controller whose answers about orders come when `gate` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def work_orders(self, assignee: str | None) -> tuple[WorkOrderSummary, ...]:
        await self.gate.wait()
        return await super().work_orders(assignee)

    async def tick_step(self, identity: str, number: int, note: str | None) -> WorkOrderDetail:
        await self.gate.wait()
        return await super().tick_step(identity, number, note)


def with_long_steps(site: FakeSite, count: int = 9) -> FakeSite:
    for identity, order in site.orders.items():
        steps = tuple(
            replace(order.steps[0], number=number, text=f"{number}-begin {LONG} {number}-end")
            for number in range(1, count + 1)
        )
        summary = replace(order.summary, steps_total=count)
        site.orders[identity] = replace(order, steps=steps, summary=summary)
    return site


async def started(driver: Driver) -> None:
    await driver.press("3", "a", "s")
    await driver.until("WO-1 is started.")


async def test_every_step_is_whole_in_sight_when_it_is_the_current_one() -> None:
    async with console(with_long_steps(FakeSite())) as driver:
        await started(driver)
        for number in range(1, 10):
            page = await driver.until(f">[ ] {number} {number}-begin")
            assert f"{number}-end" in page
            assert "R01-03 U13 gpu-1032 GPU5 serial 165492201235" in page
            await driver.press("space")
            await driver.until(f"{number}/9")
        lines = (await driver.until(">[x] 9")).splitlines()
        end = next(at for at, line in enumerate(lines) if "9-end" in line)
        assert "ana 14:32" in lines[end + 1]


async def test_the_head_returns_with_the_first_step_and_stays_while_it_is_read() -> None:
    async with console(with_long_steps(FakeSite())) as driver:
        await started(driver)
        for number in range(1, 5):
            await driver.press("space")
            await driver.until(f"{number}/9")
        assert "needs one person" not in await driver.until(">[ ] 5")
        await driver.press(*["up"] * 4)
        await driver.until(">[x] 1")
        driver.poll()
        await driver.pilot.pause()
        page = driver.text()
        assert "WO-1 started  step 4 of 9" in page
        assert "cords pulled. Wear the strap." in page
        assert ">[x] 1" in page


async def test_what_is_below_is_counted_on_a_line_of_its_own() -> None:
    async with console(with_long_steps(FakeSite())) as driver:
        await driver.press("3")
        page = await driver.until(" lines ")
        hint = next(line for line in page.splitlines() if " lines " in line)
        assert hint.split("|")[0].split() == [hint.split()[0], "lines"]


async def test_space_on_a_done_step_says_so_and_leaves_its_note() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await started(driver)
        await driver.press("b", *"q3", "enter")
        await driver.until("ana 14:32: q3")
        await driver.press("up", "space")
        await driver.until("Step 1 is done already")
        await driver.press("b", "enter")
        await driver.until("WO-1 is started.")
    assert site.orders["WO-1"].steps[0].note == "q3"


async def test_a_second_tick_before_the_answer_does_not_hit_the_same_step() -> None:
    site = SlowSite()
    site.gate.set()
    async with console(site) as driver:
        await started(driver)
        site.gate.clear()
        await driver.press("b", *"q3", "enter", "space")
        await driver.until("Step 1 is on its way: wait for the answer.")
        site.gate.set()
        await driver.until("ana 14:32: q3")
        assert ">[ ] 2" in await driver.until("step 1 of 5")
    assert site.orders["WO-1"].steps[0].note == "q3"


async def test_a_queue_that_has_not_come_yet_is_not_an_empty_one() -> None:
    site = SlowSite()
    async with console(site) as driver:
        await driver.press("3", "a")
        page = await driver.until("My queue  not loaded yet")
        assert "Nothing to do here." not in page
        site.gate.set()
        await driver.until("My queue  2 open, about 60 minutes")
        site.gate.clear()
        await driver.press("m")
        await driver.until("Everybody's queue  not loaded yet")


@pytest.mark.parametrize(
    ("keys", "name"), [(["n", "enter"], "gpu-2114"), (["2", "enter"], "INC-2")]
)
async def test_a_page_that_has_not_come_yet_shows_its_name(keys: list[str], name: str) -> None:
    site = FakeSite()
    async with console(site) as driver:
        site.failure = UnreachableError("cannot reach it")
        await driver.press(*keys)
        await driver.until(f"{name}: not loaded yet")


async def test_a_closed_order_stays_chosen_and_no_key_acts_until_another_is_chosen() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await started(driver)
        for number in range(1, 6):
            await driver.press("space")
            await driver.until(f"{number}/5")
        await driver.press("c")
        page = await driver.until("My queue  1 open")
        assert ">WO-1 is done: follow INC-1" in page
        assert "R01-03 U13 gpu-1032 GPU5" in page
        for key in ("a", "s", "c", "b", "space"):
            driver.app.say("")
            await driver.press(key)
            await driver.until("\nWO-1 is done: follow INC-1; [ or ] goes on.")
        assert site.orders["WO-3"].summary.state == "waiting"
        await driver.press("right_square_bracket")
        await driver.until("WO-3 waiting  step 0 of 5")
        driver.poll()
        await driver.pilot.pause()
        assert "\n WO-1" not in driver.text()


async def test_an_order_that_another_person_got_is_left_alone() -> None:
    site = FakeSite()
    async with console(site) as driver:
        await driver.press("3")
        await driver.until("WO-1 assigned")
        one = site.orders["WO-1"]
        site.orders["WO-1"] = replace(one, summary=replace(one.summary, assignee="raj"))
        driver.poll()
        await driver.until(">WO-1 is with raj now")
        await driver.press("a")
        await driver.pilot.pause()
    assert site.orders["WO-1"].summary.state == "assigned"


async def test_a_queue_that_runs_empty_says_0_open_and_no_minutes() -> None:
    site = FakeSite()
    del site.orders["WO-3"]
    async with console(site) as driver:
        await started(driver)
        for number in range(1, 6):
            await driver.press("space")
            await driver.until(f"{number}/5")
        await driver.press("c")
        assert "about" not in await driver.until("My queue  0 open")


async def test_an_order_about_many_nodes_names_its_incident_and_opens_it() -> None:
    site = FakeSite()
    one = site.orders["WO-1"]
    wide = replace(one.summary, incident="INC-7", node="", rack="", rack_unit="", gpu_slot=None)
    site.orders["WO-1"] = replace(one, summary=replace(wide, gpu_serial=None))
    async with console(site) as driver:
        await driver.press("3")
        page = await driver.until("WO-1 assigned")
        assert ">WO-1 see INC-7" in page
        assert "\n see INC-7\n" in page
        await driver.press("enter")
        await driver.until("feed F-04A, GPUs out: 0")


async def test_a_token_without_a_person_is_not_offered_a_queue_of_its_own() -> None:
    site = FakeSite()
    site.me_now = BOT
    async with console(site) as driver:
        await driver.press("3")
        assert "m mine" not in await driver.until("Everybody's queue  3 open")
        await driver.press("m")
        await driver.until("This token has no person, so it has no queue of its own.")
