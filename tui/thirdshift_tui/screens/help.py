"""What the keys do here and everywhere."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from thirdshift_tui.actions import Where, help_lines
from thirdshift_tui.draw.encode import legend
from thirdshift_tui.draw.ink import Ink, rows, text
from thirdshift_tui.widgets.line_view import LineView


class HelpScreen(ModalScreen[None]):
    """A page of keys over the screen that it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,question_mark,q,enter", "dismiss", "close")]

    def __init__(self, where: Where) -> None:
        super().__init__()
        self._where = where

    def compose(self) -> ComposeResult:
        """Yield the page."""
        yield LineView("help")

    def on_mount(self) -> None:
        """Fill the page."""
        keys, ending = list(help_lines(self._where)), text("Esc closes this.", Ink.MUTED)
        page = self.query_one("#help", LineView)
        page.show(lambda width: rows([*keys, *legend(width), ending]))
