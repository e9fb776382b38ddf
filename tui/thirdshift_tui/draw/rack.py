"""One rack from the top down, as it stands in the room: unit, node, GPUs, age, trouble."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from thirdshift_controller.wire import Floor, IncidentSummary, NodeCell
from thirdshift_tui.draw.encode import gpu_runs, node_mark
from thirdshift_tui.draw.ink import Ink, Line, Row, fit, widest
from thirdshift_tui.draw.place import Place, rack_at
from thirdshift_tui.draw.words import since

_GPU_ROOM = 9


def rack_rows(
    floor: Floor, at: Place, now: datetime, incidents: Iterable[IncidentSummary], width: int
) -> list[Row]:
    """Return the selected rack; a row's key is its node's name."""
    rack = rack_at(floor, at)
    if rack is None:
        return [Row((("This site has no racks.", Ink.MUTED),))]
    titles = {incident.id: incident.title for incident in incidents}
    names = widest((node.name for node in rack.nodes), 16)
    heading = f"{rack.name}  {len(rack.nodes)} nodes, top of the rack first"
    rows = [Row(((fit(heading, width), Ink.HEADING),))]
    for node in reversed(rack.nodes):
        rows.append(Row(_node(node, names, now, titles, width), node.name))
    return rows


def _node(node: NodeCell, names: int, now: datetime, titles: dict[str, str], width: int) -> Line:
    label, gpus = node_mark(node), gpu_runs(node)
    room = " " * max(1, _GPU_ROOM - len(gpus))
    head = f"{fit(node.rack_unit, 4)} {fit(node.name, names)} "
    seen = f"{fit(label.word, 10)} {fit('seen ' + since(node.observed_at, now), 11)} "
    used = len(head) + 2 + len(gpus) + len(room) + len(seen)
    return (
        (head, Ink.TEXT),
        label.run,
        (" ", Ink.TEXT),
        *gpus,
        (room + seen, Ink.MUTED),
        (fit(_trouble(node, titles), max(0, width - used)), Ink.TEXT),
    )


def _trouble(node: NodeCell, titles: dict[str, str]) -> str:
    held = "held" if node.held and node_mark(node).word != "held" else ""
    incident = f"{node.incident} {titles.get(node.incident, '')}" if node.incident else ""
    return "  ".join(filter(None, (held, incident))).rstrip()
