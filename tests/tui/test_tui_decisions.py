"""A lead's word from the console: yes, no, and let the jobs die."""

from __future__ import annotations

from dataclasses import replace

import pytest

from thirdshift_controller.wire import AttemptOutcome, Me, Role
from thirdshift_tui.client.fake import FakeSite
from tui.console import Driver, console

pytestmark = pytest.mark.anyio

KIM = Me("kim's console", Role.LEAD, "kim")


def lead() -> FakeSite:
    site = FakeSite()
    site.me_now = KIM
    return site


def outcome(site: FakeSite) -> AttemptOutcome:
    return site.tried["INC-2"][0].outcome


async def to_the_proposal(driver: Driver) -> None:
    await driver.press("2", "enter")
    await driver.until("for this runbook it held 7 of 9; a lead decides: y yes, n no")


async def test_a_yes_is_asked_once_more_with_the_command_and_then_given() -> None:
    site = lead()
    async with console(site) as driver:
        await to_the_proposal(driver)
        await driver.press("y")
        await driver.until("Say yes to gpu reset on gpu-2114/2 (nvidia-smi --gpu-reset -i 2)?")
        await driver.press("y")
        await driver.until("INC-2: yes to gpu reset.")
        page = await driver.until("approved by kim; for this runbook it held 7 of 9")
        assert "waits:" not in page
    assert outcome(site) is AttemptOutcome.FAILED


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_a_yes_that_is_left_is_not_given(key: str) -> None:
    site = lead()
    async with console(site) as driver:
        await to_the_proposal(driver)
        await driver.press("y", key)
        await driver.until("Remote attempts")
    assert outcome(site) is AttemptOutcome.PROPOSED


async def test_a_no_takes_a_reason() -> None:
    site = lead()
    async with console(site) as driver:
        await to_the_proposal(driver)
        await driver.press("n")
        await driver.until("Say no to gpu reset on gpu-2114/2")
        await driver.press("enter")
        await driver.until("It needs a reason, for whoever comes next.")
        assert outcome(site) is AttemptOutcome.PROPOSED
        await driver.press("n", *"rma", "enter")
        await driver.until("INC-2: no to gpu reset.")
        await driver.until("1. gpu reset: declined")
    assert site.tried["INC-2"][0].output == "rma"


async def test_jobs_are_let_die_with_a_reason() -> None:
    site = lead()
    waiting = replace(site.open_incidents["INC-2"], waits_for="jobs to end: 4711")
    site.open_incidents["INC-2"] = waiting
    async with console(site) as driver:
        await driver.press("2", "enter")
        await driver.until("waits: jobs to end: 4711")
        await driver.press("d")
        await driver.until("INC-2: let running jobs die rather than wait for them. Why?")
        await driver.press(*"agreed", "enter")
        await driver.until("INC-2: its jobs may die.")
    assert site.jobs_may_die == {"INC-2": "agreed"}


@pytest.mark.parametrize("keys", [["y", "y"], ["n", "x", "enter"], ["d", "x", "enter"]])
async def test_a_technician_is_refused_in_a_sentence(keys: list[str]) -> None:
    site = FakeSite()
    async with console(site) as driver:
        await to_the_proposal(driver)
        await driver.press(*keys)
        await driver.until("ana's console is technician; this needs lead")
    assert outcome(site) is AttemptOutcome.PROPOSED
    assert site.jobs_may_die == {}


@pytest.mark.parametrize("key", ["y", "n"])
async def test_where_nothing_is_proposed_there_is_nothing_to_decide(key: str) -> None:
    async with console(lead()) as driver:
        await driver.press("2", "down", "enter")
        await driver.until("1. gpu reset: failed")
        await driver.press(key)
        await driver.until("Nothing is proposed here.")


async def test_a_proposal_that_is_gone_when_the_yes_comes_is_refused_in_a_sentence() -> None:
    site = lead()
    async with console(site) as driver:
        await to_the_proposal(driver)
        await driver.press("y")
        await site.decline("INC-2", 1, "another lead was faster")
        await driver.press("y")
        await driver.until("attempt 1 of INC-2 is declined")
