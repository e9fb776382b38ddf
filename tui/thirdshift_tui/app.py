"""The console: modes, the poll loop, and the one way that screens reach the site.

One request chain is in flight at a time, so an older answer can never cover a newer one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual.app import App
from textual.screen import Screen

from thirdshift_tui import crash
from thirdshift_tui.actions import Where, bindings
from thirdshift_tui.client.errors import SiteError
from thirdshift_tui.client.port import Site
from thirdshift_tui.live import Live, known_of
from thirdshift_tui.screens.base import Deed, SiteScreen
from thirdshift_tui.screens.floor import FloorScreen
from thirdshift_tui.screens.help import HelpScreen
from thirdshift_tui.screens.inbox import InboxScreen
from thirdshift_tui.screens.work import WorkScreen

_log = logging.getLogger(__name__)
_TICK_SECONDS = 1.0

Ask = Callable[[], Awaitable[None]]


class Console(App[None]):
    """The program on an operator's terminal."""

    TITLE = "Thirdshift"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "floor": FloorScreen,
        "inbox": InboxScreen,
        "work": WorkScreen,
    }
    DEFAULT_MODE = "floor"
    BINDINGS = bindings(Where.EVERYWHERE)

    def __init__(
        self,
        site: Site,
        *,
        poll_seconds: float = 2.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.animation_level = "none"
        self.live = Live(poll_seconds)
        self.monotonic = monotonic
        self._site = site
        self._turn = asyncio.Lock()
        self._last_words = "thirdshift-tui stopped."

    def on_mount(self) -> None:
        """Start asking, and start ageing; neither waits for the other."""
        self.run_worker(self._watch(), exit_on_error=False)
        self.set_interval(_TICK_SECONDS, self._tick)

    async def on_unmount(self) -> None:
        """Let go of the site."""
        await self._site.aclose()

    @property
    def front(self) -> SiteScreen | None:
        """The site's screen that is seen, under a help page or a question."""
        shown = reversed(self.screen_stack)
        return next((screen for screen in shown if isinstance(screen, SiteScreen)), None)

    def say(self, words: str) -> None:
        """Show one line to the user."""
        self.live.say(words, self.monotonic())
        self._tick()

    def load(self) -> None:
        """Fetch what the screen in front shows, in the background."""
        self.run_worker(self._in_turn(self._fetch, self.live.lose), exit_on_error=False)

    def act(self, deed: Deed) -> None:
        """Do something with the site in the background, then ask for everything again."""

        async def whole() -> None:
            await self._in_turn(lambda: deed(self._site), self.say)
            await self._in_turn(self._poll, self.live.lose)

        self.run_worker(whole(), exit_on_error=False)

    def action_go(self, mode: str) -> None:
        """Go to the top of a screen by its digit, and leave the one in front at its top."""
        for _ in self.screen_stack[1:]:
            self.pop_screen()
        if mode != self.current_mode:
            self.switch_mode(mode)

    def action_help(self) -> None:
        """Open the help of the screen in front."""
        if self.front is not None:
            self.push_screen(HelpScreen(self.front.WHERE))

    async def _watch(self) -> None:
        while True:
            await self._in_turn(self._poll, self.live.lose)
            await asyncio.sleep(self.live.poll_seconds)

    async def _poll(self) -> None:
        asked_at = self.monotonic()
        self.live.take(await known_of(self._site), asked_at)
        await self._fetch()

    async def _fetch(self) -> None:
        if self.front is not None:
            await self.front.fetch(self._site)

    async def _in_turn(self, ask: Ask, complain: Callable[[str], None]) -> None:
        async with self._turn:
            try:
                await ask()
            except SiteError as error:
                complain(str(error))
            except Exception as error:
                _log.exception("A request of the console failed")
                complain(f"the console failed on an answer: {type(error).__name__}")
        if self.front is not None:
            self.call_later(self.front.redraw)

    def _tick(self) -> None:
        if self.front is not None:
            self.front.redraw()

    def _handle_exception(self, error: Exception) -> None:
        crash.keep(error)
        self._last_words = crash.last_words(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._exit_renderables.append(Text(self._last_words))
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """Stop with one line, whatever the error would have printed of itself."""
        self._fatal_error()
