"""The whole floor in one widget: lines are drawn when they are in sight, row names never scroll."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from thirdshift_controller.wire import Floor
from thirdshift_tui.draw.chart import Chart, Density, chart, finest
from thirdshift_tui.draw.ink import BLANK
from thirdshift_tui.draw.place import Place
from thirdshift_tui.widgets.strips import strip


class FloorMap(ScrollView, can_focus=False):
    """A chart of the floor, as fine as fits, or with every GPU when `every_gpu` is set."""

    def __init__(self) -> None:
        super().__init__(id="map")
        self._chart: Chart | None = None
        self._at = Place()
        self.every_gpu = False

    def show(self, floor: Floor, at: Place) -> None:
        """Draw a floor with the cursor at a place; only lines that differ are painted again."""
        before, was_at = self._chart, self._at
        after = chart(floor, Density.GPU if self.every_gpu else self._finest(floor))
        self._chart, self._at = after, at
        self.virtual_size = Size(after.width, after.height)
        self._into_sight(after)
        if before is None or before.bands != after.bands or before.width != after.width:
            self.refresh()
            return
        for y in range(after.height):
            if before.line(y, was_at) != after.line(y, at):
                self.refresh_line(y)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the density again for the new size."""
        if self._chart:
            self.show(self._chart.floor, self._at)

    def render_line(self, y: int) -> Strip:
        """Paint one line of the view."""
        left, top = self.scroll_offset
        width, index, drawn = self.size.width, y + top, self._chart
        if drawn is None or index >= drawn.height:
            return strip(BLANK, self.rich_style, width, no_color=self.app.no_color)
        across = max(width, drawn.width)
        whole = strip(
            drawn.line(index, self._at), self.rich_style, across, no_color=self.app.no_color
        )
        label = drawn.label_width
        return Strip.join([whole.crop(0, label), whole.crop(label + left, width + left)])

    def _finest(self, floor: Floor) -> Density:
        room = self.screen.query_one("#floor").size.height
        beside = self.screen.has_class("-wide")
        return finest(floor, self.size.width, room if beside else room * 6 // 10)

    def _into_sight(self, drawn: Chart) -> None:
        x, y = drawn.spot(self._at)
        right = x + drawn.block_width + 2 - self.size.width
        left = x - drawn.label_width
        self.scroll_to(
            x=max(right, min(self.scroll_x, left)),
            y=max(y - self.size.height + 1, min(self.scroll_y, max(0, y - 1))),
            animate=False,
        )
