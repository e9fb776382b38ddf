"""A scrolling list of inked lines, with or without a cursor. It decides nothing about content."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from thirdshift_tui.draw.ink import Ink, Row, Run, text
from thirdshift_tui.widgets.strips import strip

Maker = Callable[[int], Sequence[Row]]
"""From a width in cells to the rows that fill it."""


class LineView(ScrollView, can_focus=False):
    """Shows the rows that a maker gives for its width; the cursor moves over those with a key."""

    def __init__(self, identity: str, *, cursor: bool = False) -> None:
        super().__init__(id=identity)
        self._gutter = int(cursor)
        self._make: Maker = lambda width: ()
        self._rows: Sequence[Row] = ()
        self.chosen: str | None = None

    def show(self, make: Maker) -> None:
        """Show other rows; the cursor stays on its key, or goes to the first."""
        self._make = make
        rows = make(max(1, self.size.width - self._gutter))
        if rows == self._rows:
            return
        self._rows = rows
        keys = self._keys()
        if self.chosen not in keys:
            self.chosen = keys[0] if keys else None
        self.virtual_size = Size(self.size.width, len(rows))
        self.refresh()

    def choose(self, key: str | None) -> None:
        """Put the cursor on a key, and bring its rows into sight."""
        if key != self.chosen:
            self.chosen = key
            self.refresh()
        self._into_sight()

    def move(self, step: int) -> None:
        """Move the cursor by so many keys; without any, scroll."""
        keys = self._keys()
        if not keys:
            self.scroll_by(step)
            return
        at = keys.index(self.chosen) if self.chosen in keys else 0
        self.choose(keys[max(0, min(at + step, len(keys) - 1))])

    def scroll_by(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.scroll_to(y=self.scroll_y + lines, animate=False)

    def scroll_by_pages(self, pages: int) -> None:
        """Scroll by so many heights of the view."""
        self.scroll_by(pages * max(1, self.size.height - 1))

    def on_resize(self, event: events.Resize) -> None:
        """Make the rows again for the new width."""
        self.show(self._make)
        self._into_sight()

    def render_line(self, y: int) -> Strip:
        """Paint one line of the view."""
        index = y + self.scroll_offset.y
        row = self._rows[index] if index < len(self._rows) else Row(())
        line = (self._margin(row), *row.line) if self._gutter else row.line
        hidden = len(self._rows) - index
        if y == self.size.height - 1 and hidden > 1:
            line = text(f" +{hidden} lines", Ink.STRONG)
        return strip(line, self.rich_style, self.size.width, no_color=self.app.no_color)

    def _margin(self, row: Row) -> Run:
        here = row.key is not None and row.key == self.chosen
        return (">" if here else " ", Ink.CURSOR)

    def _keys(self) -> list[str]:
        return [row.key for row in self._rows if row.key is not None]

    def _into_sight(self) -> None:
        """Show the chosen key's rows up to the next key; with the first key, what is above too."""
        starts = [y for y, row in enumerate(self._rows) if row.key is not None]
        keys = self._keys()
        if self.chosen not in keys or not self.size.height:
            return
        at = keys.index(self.chosen)
        start, end = starts[at], [*starts, len(self._rows)][at + 1]
        highest = min(self.scroll_y, start if at else 0)
        # Unless the view is at its end, its last line tells how much is below.
        lowest = min(end + 1, len(self._rows)) - self.size.height
        self.scroll_to(y=min(max(highest, lowest), start), animate=False)
