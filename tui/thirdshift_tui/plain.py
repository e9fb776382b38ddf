"""The floor and what is open, once, as plain text: for screen readers, tickets and CI."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from thirdshift_controller.wire import NodeCell
from thirdshift_tui.draw.chart import Density, chart
from thirdshift_tui.draw.encode import legend, mark, needs_human, urgency
from thirdshift_tui.draw.holds import hands_off_lines
from thirdshift_tui.draw.incidents import incident_rows, unowned_nodes
from thirdshift_tui.draw.ink import Ink, plain
from thirdshift_tui.draw.place import Place, places
from thirdshift_tui.draw.status import summary
from thirdshift_tui.draw.words import since, zone
from thirdshift_tui.live import Known

_WIDTH = 120
_NOWHERE = Place(-1, -1, -1)
_QUIET = (Ink.HEALTHY, Ink.EMPTY)


def page(known: Known) -> Iterator[str]:
    """Yield the lines of the page."""
    floor = known.floor
    yield summary(known, floor.now)
    yield ""
    drawn = chart(floor, Density.NODE)
    for y in range(drawn.height):
        yield plain(drawn.line(y, _NOWHERE)).rstrip()
    yield from (plain(line).strip() for line in legend(_WIDTH))
    yield ""
    yield "Nodes that are not healthy, worst first:"
    unwell = [node for _, node in places(floor) if mark(node).ink not in _QUIET]
    unowned = unowned_nodes(known.incidents)
    yield from (_spoken(node, unowned, floor.now) for node in sorted(unwell, key=urgency))
    yield ""
    for row in incident_rows(known.incidents, floor.now, _WIDTH, "Incidents"):
        yield plain(row.line).rstrip()
    local = zone(floor.timezone)
    for line in hands_off_lines(known.holds, known.pauses, floor.now, local, _WIDTH):
        yield plain(line)


def _spoken(node: NodeCell, unowned: Collection[str], now: datetime) -> str:
    ill = ", ".join(str(gpu.slot) for gpu in node.gpus if mark(gpu).ink not in _QUIET)
    owner = ", nobody owns it" if needs_human(node, unowned) else ""
    incident = f", {node.incident}" if node.incident else ""
    gpus = f", GPUs {ill}" if ill else ""
    held = ", held" if node.held else ""
    seen = f", seen {since(node.observed_at, now)} ago"
    return f"{node.name} {node.rack_unit}: {mark(node).word}{owner}{held}{incident}{gpus}{seen}"
