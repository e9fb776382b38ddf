"""The link to the controller: age, loss, return, and what a wrong token or address looks like."""

from __future__ import annotations

import httpx
import pytest

from thirdshift_tui.client.errors import UnreachableError
from thirdshift_tui.client.fake import FakeSite
from thirdshift_tui.client.http import HttpSite
from thirdshift_tui.client.token import Token
from tui.console import console
from tui.site_server import TOKEN, application

pytestmark = pytest.mark.anyio

POLL_SECONDS = 1000.0


def over_http(site: FakeSite, token: str = TOKEN) -> HttpSite:
    transport = httpx.ASGITransport(application(site))
    return HttpSite("http://controller", Token(token), transport=transport)


async def test_the_age_of_the_news_is_counted_without_any_answer() -> None:
    async with console(FakeSite()) as driver:
        assert "LIVE 0s" in driver.text()
        driver.clock.at += 2 * POLL_SECONDS
        await driver.until("LIVE 33m20s")


async def test_a_fetcher_that_brings_nothing_leaves_a_stale_banner_and_old_news_marked() -> None:
    async with console(FakeSite()) as driver:
        driver.clock.at += 4 * POLL_SECONDS
        page = await driver.until("STALE 1h06m")
        assert "STALE since 14:32:00: the controller does not answer" in page
        assert "seen 1h06m" in page
        assert driver.app.screen.has_class("-stale")


async def test_a_lost_link_tells_why_and_a_link_that_returns_is_live_again() -> None:
    site = FakeSite()
    async with console(site) as driver:
        site.failure = UnreachableError("cannot reach http://controller: refused")
        driver.clock.at += 4 * POLL_SECONDS
        driver.poll()
        await driver.until("STALE since 14:32:00: cannot reach http://controller: refused")
        site.failure = None
        driver.poll()
        await driver.until("LIVE 0s")
        assert not driver.app.screen.has_class("-stale")


async def test_a_wrong_token_is_told_and_the_console_keeps_running() -> None:
    async with console(over_http(FakeSite(), "wrong")) as driver:
        page = await driver.until("the controller refused the token: no such token")
        assert "NOT LOADED YET" in page
        await driver.press("3", "a", "2", "question_mark", "escape", "1", "n", "enter", "z")
        assert driver.app.is_running


async def test_a_key_pressed_while_the_news_is_old_leaves_the_banner() -> None:
    async with console(FakeSite(rows=())) as driver:
        driver.clock.at += 4 * POLL_SECONDS
        await driver.press("a")
        await driver.until("STALE since 14:32:00: There is no incident here.")


async def test_a_reason_that_does_not_fit_is_cut_with_a_mark() -> None:
    site = FakeSite()
    site.failure = UnreachableError("cannot reach it: " + "x" * 80)
    async with console(site) as driver:
        assert "xxx~\n" in await driver.until("cannot reach it")


async def test_an_unreachable_controller_is_told_on_the_screen() -> None:
    async with console(HttpSite("http://127.0.0.1:1", Token("t"))) as driver:
        await driver.until("cannot reach http://127.0.0.1:1: ")


async def test_an_address_that_is_no_controllers_is_told_on_the_screen() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="<html>welcome</html>")

    site = HttpSite("http://web", Token("t"), transport=httpx.MockTransport(page))
    async with console(site) as driver:
        await driver.until("http://web does not answer like a controller: the answer is not JSON")


async def test_a_bug_in_an_answers_handling_is_survived_and_told() -> None:
    site = FakeSite()
    site.orders.clear()
    site.failure = KeyError("secret")  # type: ignore[assignment]
    async with console(site) as driver:
        page = await driver.until("the console failed on an answer: KeyError")
        assert "secret" not in page
