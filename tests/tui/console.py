"""A console over a site, driven by keys and read as text."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from textual.pilot import Pilot
from textual.strip import Strip

from thirdshift_tui.app import Console
from thirdshift_tui.client.port import Site

SMALL, LARGE = (80, 24), (200, 50)
_GOLDEN = Path(__file__).parent / "golden"
_UPDATE = "THIRDSHIFT_UPDATE_GOLDEN"
_STEP_SECONDS, _STEPS = 0.02, 150


@dataclass
class Monotonic:
    """A clock that stands until it is moved."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Driver:
    """A console under test."""

    app: Console
    pilot: Pilot[None]
    clock: Monotonic = field(default_factory=Monotonic)

    def strips(self) -> list[Strip]:
        """Return what the screen paints; the one place that reads Textual's compositor."""
        return self.app.screen._compositor.render_strips()

    def text(self) -> str:
        """Return the screen as text, without the blanks at the ends of lines."""
        return "\n".join(strip.text.rstrip() for strip in self.strips()) + "\n"

    async def press(self, *keys: str) -> None:
        """Press keys, and let the console come to rest."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def poll(self) -> None:
        """Ask the site for everything again."""
        self.app.act(lambda site: asyncio.sleep(0))

    async def until(self, words: str) -> str:
        """Wait until the screen says something, and return it."""
        await self.until_true(lambda: words in self.text(), f"the screen says {words!r}")
        return self.text()

    async def until_true(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until a condition holds, for some seconds at most."""
        for _ in range(_STEPS):
            if holds():
                return
            await self.pilot.pause(_STEP_SECONDS)
        raise AssertionError(f"it never came true that {what}:\n{self.text()}")


@asynccontextmanager
async def console(site: Site, size: tuple[int, int] = SMALL) -> AsyncIterator[Driver]:
    """Run a console that has asked the site once, and asks again only when told to."""
    clock = Monotonic()
    app = Console(site, poll_seconds=1000.0, monotonic=clock)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot, clock)
        await driver.until_true(
            lambda: app.live.known is not None or app.live.trouble is not None,
            "the first poll ended",
        )
        await pilot.pause()
        yield driver


def assert_golden(name: str, text: str) -> None:
    """Compare with `golden/NAME.txt`; write it instead when THIRDSHIFT_UPDATE_GOLDEN is set."""
    path = _GOLDEN / f"{name}.txt"
    if os.environ.get(_UPDATE):
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"there is no {path.name}: run once with {_UPDATE}=1 and read it"
    assert text == path.read_text(encoding="utf-8")
