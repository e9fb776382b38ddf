"""Where the cursor stands on the floor, and the steps it can take. Pure; no widget."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from thirdshift_controller.wire import Floor, NodeCell, RackCell
from thirdshift_tui.draw.encode import needs_human

_TOP = 10_000
"""Above every rack's highest node."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A node, by the position of its row, its rack and itself."""

    row: int = 0
    rack: int = 0
    node: int = 0


def places(floor: Floor) -> Iterator[tuple[Place, NodeCell]]:
    """Yield every node with its place, row by row, rack by rack, from the bottom up."""
    for y, row in enumerate(floor.rows):
        for x, rack in enumerate(row.racks):
            for unit, node in enumerate(rack.nodes):
                yield Place(y, x, unit), node


def rack_at(floor: Floor, at: Place) -> RackCell | None:
    """Return the rack of a place, or None where the floor has none."""
    racks = floor.rows[at.row].racks if at.row < len(floor.rows) else ()
    return racks[at.rack] if at.rack < len(racks) else None


def node_at(floor: Floor, at: Place) -> NodeCell | None:
    """Return the node of a place, or None where the rack has none."""
    rack = rack_at(floor, at)
    return rack.nodes[at.node] if rack is not None and at.node < len(rack.nodes) else None


def clamped(floor: Floor, at: Place) -> Place:
    """Return the nearest place that the floor has."""
    row = _within(at.row, len(floor.rows))
    racks = floor.rows[row].racks if floor.rows else ()
    rack = _within(at.rack, len(racks))
    nodes = racks[rack].nodes if racks else ()
    return Place(row, rack, _within(at.node, len(nodes)))


def by_racks(floor: Floor, at: Place, step: int) -> Place:
    """Step along the row."""
    return clamped(floor, replace(at, rack=at.rack + step))


def by_rows(floor: Floor, at: Place, step: int) -> Place:
    """Step to another row, at the same rack."""
    return clamped(floor, replace(at, row=at.row + step))


def by_nodes(floor: Floor, at: Place, step: int) -> Place:
    """Step up (positive) or down the rack, and at its end into the row behind it."""
    rack = rack_at(floor, at)
    target = at.node + step
    if rack is not None and 0 <= target < len(rack.nodes):
        return replace(at, node=target)
    if not 0 <= at.row - step < len(floor.rows):
        return at
    return clamped(floor, Place(at.row - step, at.rack, 0 if step > 0 else _TOP))


def next_needing_human(
    floor: Floor, unowned: Collection[str], at: Place, step: int
) -> Place | None:
    """Return the next (or for -1 the previous) node that nobody owns the trouble of, around."""
    wanted = [place for place, node in places(floor) if needs_human(node, unowned)]
    if step > 0:
        return next((place for place in wanted if place > at), wanted[0] if wanted else None)
    earlier = [place for place in wanted if place < at] or wanted
    return earlier[-1] if earlier else None


def _within(index: int, count: int) -> int:
    return max(0, min(index, count - 1))
