"""The client boundary: typed values in, refusals in one sentence, no terminal commands through."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.wire import AttemptOutcome, IncidentDetail, Me, Role, Scope
from thirdshift_tui.client.clean import clean, clean_text
from thirdshift_tui.client.errors import (
    BadTokenError,
    NotThirdshiftError,
    RefusedError,
    UnreachableError,
)
from thirdshift_tui.client.fake import FakeSite
from thirdshift_tui.client.http import HttpSite
from thirdshift_tui.client.token import Token
from tui.console import LARGE, console
from tui.site_server import PAYLOAD, TOKEN, application, poisoned

KIM = Me("kim's console", Role.LEAD, "kim")
pytestmark = pytest.mark.anyio


def over_http(site: FakeSite, **more: Any) -> HttpSite:
    transport = httpx.ASGITransport(application(site, **more))
    return HttpSite("http://controller", Token(TOKEN), transport=transport)


def answering(status: int, body: Any) -> HttpSite:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=body)

    return HttpSite("http://controller", Token("t"), transport=httpx.MockTransport(answer))


async def test_every_route_gives_what_the_site_behind_it_gives() -> None:
    fake = FakeSite()
    site = over_http(fake)
    assert await site.me() == await fake.me()
    assert await site.floor() == await fake.floor()
    assert await site.node("gpu-2114") == await fake.node("gpu-2114")
    assert await site.incidents() == await fake.incidents()
    assert await site.incident("INC-1") == await fake.incident("INC-1")
    assert await site.remedies() == await fake.remedies()
    assert await site.holds() == await fake.holds()
    assert await site.pauses() == await fake.pauses()
    assert await site.work_orders("ana") == await fake.work_orders("ana")
    assert await site.work_orders(None) == await fake.work_orders(None)
    assert await site.work_order("WO-1") == await fake.work_order("WO-1")
    assert await site.runbook("xid-79") == await fake.runbook("xid-79")
    await site.aclose()


async def test_every_deed_reaches_the_site_and_brings_its_answer() -> None:
    fake = FakeSite()
    site = over_http(fake)
    assert (await site.acknowledge_incident("INC-2")).summary.owner == "ana"
    assert (
        await site.place_hold(Scope.NODE, "gpu-1032", "hands in", None) == fake.standing["HOLD-2"]
    )
    until_at = fake.now + timedelta(hours=2)
    assert (await site.place_hold(Scope.SITE, "toronto-1", "move", until_at)).until_at == until_at
    assert (await site.lift_hold("HOLD-2", "done")).lift_reason == "done"
    await site.acknowledge_work_order("WO-1")
    await site.start_work_order("WO-1")
    for number in range(1, 6):
        order = await site.tick_step("WO-1", number, "a note")
    assert [step.note for step in order.steps] == ["a note"] * 5
    assert await site.close_work_order("WO-1") == fake.orders["WO-1"]
    await site.aclose()


@pytest.mark.parametrize(
    ("decide", "outcome"),
    [
        (lambda site: site.approve("INC-2", 1), AttemptOutcome.FAILED),
        (lambda site: site.decline("INC-2", 1, "not now"), AttemptOutcome.DECLINED),
    ],
)
async def test_a_leads_word_reaches_the_site_and_brings_its_answer(
    decide: Callable[[HttpSite], Awaitable[IncidentDetail]], outcome: AttemptOutcome
) -> None:
    fake = FakeSite()
    fake.me_now = KIM
    site = over_http(fake)
    answer = await decide(site)
    assert [attempt.outcome for attempt in answer.attempts] == [outcome]
    assert await site.let_jobs_die("INC-2", "agreed") == await fake.incident("INC-2")
    assert fake.jobs_may_die == {"INC-2": "agreed"}
    await site.aclose()


async def test_a_plain_tick_and_a_close_send_no_note() -> None:
    sent = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content).get("note"))
        return httpx.Response(409, json={"detail": "no"})

    site = HttpSite("http://controller", Token("t"), transport=httpx.MockTransport(answer))
    for ask in (site.tick_step("WO-1", 1, None), site.close_work_order("WO-1")):
        with pytest.raises(RefusedError):
            await ask
    assert sent == [None, None]


async def test_a_name_cannot_leave_its_place_in_the_path() -> None:
    with pytest.raises(RefusedError, match="there is no incident a/b"):
        await FakeSite().incident("a/b")
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path)
        return httpx.Response(404, json={"detail": "no"})

    site = HttpSite("http://controller", Token("t"), transport=httpx.MockTransport(answer))
    with pytest.raises(RefusedError):
        await site.node("../me?x#y")
    assert asked == [b"/v1/nodes/..%2Fme%3Fx%23y"]


@pytest.mark.parametrize("status", [403, 404, 409, 422])
async def test_a_refusal_keeps_the_controllers_sentence(status: int) -> None:
    with pytest.raises(RefusedError, match=r"^step 2 is not done$"):
        await answering(status, {"detail": "step 2 is not done"}).me()


async def test_an_unknown_token_is_a_refusal_of_its_own() -> None:
    with pytest.raises(BadTokenError, match="refused the token: no such token"):
        await answering(401, {"detail": "no such token"}).me()


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, {"name": "x"}, "cannot read role"),
        (200, [], "cannot read the answer"),
        (500, None, "HTTP 500"),
        (302, {}, "HTTP 302"),
        (422, {"detail": [{"loc": "body"}]}, "HTTP 422"),
    ],
)
async def test_an_answer_of_another_shape_is_not_a_controllers(
    status: int, body: Any, reason: str
) -> None:
    with pytest.raises(NotThirdshiftError, match=reason):
        await answering(status, body).me()


async def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(UnreachableError, match=r"cannot reach http://127\.0\.0\.1:1: "):
        await HttpSite("http://127.0.0.1:1", Token("t")).me()


async def test_a_refusal_cannot_command_the_terminal() -> None:
    with pytest.raises(RefusedError) as refused:
        await answering(409, {"detail": PAYLOAD}).me()
    assert commands(str(refused.value)) == set()


@given(st.text())
async def test_clean_text_has_no_controls_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    assert commands(cleaned) == set()
    assert clean_text(cleaned) == cleaned


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
async def test_clean_text_leaves_what_people_write(text: str) -> None:
    assert clean_text(text) == text


async def test_clean_reaches_every_string_and_leaves_the_rest() -> None:
    dirty = {"a\x07": ["x\x1b[31m", {"b": None, "c": 1.5, "d": True}]}
    assert clean(dirty) == {"a": ["x\u241b[31m", {"b": None, "c": 1.5, "d": True}]}


@pytest.mark.parametrize(
    ("keys", "proof"),
    [
        (["n"], "toronto-1\u241b"),
        (["n", "enter"], "570.86.15\u241b"),
        (["2"], "XID 48: double-bit ECC error\u241b"),
        (["2"], "waits: a lead's yes to gpu_reset\u241b"),
        (["2"], "new leaf cables\u241b"),
        (["2"], "gpu-1031, gpu-1032\u241b"),
        (["2", "enter"], "opened as xid-48\u241b"),
        (["2", "enter", "y"], "2\u241b]52"),
        (["3"], "Pull both cords and open the tray at the rear\u241b"),
        (["3", "space"], "start it first\u241b"),
    ],
)
async def test_hostile_text_never_reaches_the_terminal_as_a_command(
    keys: list[str], proof: str
) -> None:
    async with console(over_http(FakeSite(), spoil=poisoned), LARGE) as driver:
        await driver.press(*keys)
        page = await driver.until(proof)
        assert commands(page) == set()
        assert "[bold]x[/]" in page


def commands(text: str) -> set[str]:
    """Return the characters that a terminal or a reader's eye would obey."""
    bad = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return {one for one in text if unicodedata.category(one) in bad and one not in "\n\t"}
