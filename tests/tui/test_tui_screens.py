"""What the screens look like: golden texts at two sizes, with colour and without."""

from __future__ import annotations

import pytest

from thirdshift_tui.actions import ACTIONS, Where
from thirdshift_tui.app import Console
from thirdshift_tui.client import scripted
from thirdshift_tui.client.fake import FakeSite
from thirdshift_tui.screens.floor import FloorScreen
from thirdshift_tui.screens.inbox import InboxScreen
from thirdshift_tui.screens.incident import IncidentScreen
from thirdshift_tui.screens.node import NodeScreen
from thirdshift_tui.screens.work import WorkScreen
from tui.console import LARGE, SMALL, assert_golden, console

pytestmark = pytest.mark.anyio

WAYS = {
    "floor": (["n"], "gpu-2114"),
    "node": (["n", "enter"], "PCI address"),
    "inbox": (["2"], "Inbox"),
    "incident": (["2", "enter"], "Remote attempts"),
    "cause": (["2", "down", "down", "down", "enter"], "Remote attempts"),
    "work": (["3"], "Verification"),
}
SIZES = {"80x24": SMALL, "200x50": LARGE}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", WAYS)
async def test_a_screen_is_drawn_as_its_golden_text(screen: str, size: str) -> None:
    keys, words = WAYS[screen]
    async with console(FakeSite(), SIZES[size]) as driver:
        await driver.press(*keys)
        if screen == "work" and size == "80x24":
            words = "Mitigation"
        assert_golden(f"{screen}-{size}", await driver.until(words))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", WAYS)
async def test_without_colour_the_same_text_is_drawn_with_attributes_alone(
    screen: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    keys, words = WAYS[screen]
    if screen == "work" and size == "80x24":
        words = "Mitigation"
    async with console(FakeSite(), SIZES[size]) as driver:
        await driver.press(*keys)
        assert_golden(f"{screen}-{size}", await driver.until(words))
        styles = [style for strip in driver.strips() for _, style, _ in strip if style]
        assert {style.color.name for style in styles if style.color} == {"default"}
        assert {style.bgcolor.name for style in styles if style.bgcolor} == {"default"}


async def test_without_colour_an_unowned_trouble_is_still_filled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console(FakeSite()) as driver:
        marks = {
            text: bool(style and style.reverse)
            for strip in driver.strips()[2:7]
            for text, style, _ in strip
            if text in ("X", "!", "?", "R")
        }
        assert marks == {"X": True, "!": True, "?": True, "R": False}


async def test_below_80x24_the_console_says_what_it_needs() -> None:
    async with console(FakeSite(), (79, 24)) as driver:
        assert (await driver.until("needs 80x24")).strip() == "Thirdshift needs 80x24."


async def test_ten_thousand_gpus_fit_on_a_small_screen_and_every_one_can_be_reached() -> None:
    async with console(FakeSite(scripted.rows(10, 32, 4, 8)), SMALL) as driver:
        whole = await driver.until("R10")
        assert all(f"R{row:02}" in whole for row in range(1, 11))
        await driver.press("z", *["pagedown"] * 9, *["right"] * 31)
        corner = await driver.until("gpu-10321")
        assert "[........]" in corner


async def test_the_status_line_names_a_simulated_clock() -> None:
    async with console(FakeSite(speed=720), LARGE) as driver:
        assert "14:32 x720" in driver.text()


@pytest.mark.parametrize(
    ("where", "screen"),
    [
        (Where.EVERYWHERE, Console),
        (Where.FLOOR, FloorScreen),
        (Where.NODE, NodeScreen),
        (Where.INBOX, InboxScreen),
        (Where.INCIDENT, IncidentScreen),
        (Where.WORK, WorkScreen),
    ],
)
async def test_every_action_of_the_table_has_its_method(where: Where, screen: type) -> None:
    calls = [action.call for action in ACTIONS if where in action.where]
    assert calls
    for call in calls:
        assert hasattr(screen, f"action_{call.partition('(')[0]}"), call


async def test_the_help_lists_the_keys_of_the_screen_it_was_asked_on() -> None:
    async with console(FakeSite()) as driver:
        await driver.press("3", "question_mark")
        page = await driver.until("tick the selected step")
        assert "next node that needs a human" not in page
        await driver.press("escape")
        assert "My queue" in await driver.until("My queue")


@pytest.mark.parametrize("key", ["1", "2", "3"])
async def test_the_whole_help_fits_the_smallest_screen(key: str) -> None:
    async with console(FakeSite()) as driver:
        await driver.press(key, "question_mark")
        page = await driver.until("Esc closes this.")
        assert "_ empty" in page
        assert " lines" not in page
