"""The floor as a map: which glyphs stand on which line, at three densities.

A chart makes a line only when it is asked for, so ten thousand GPUs cost what is on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from thirdshift_controller.wire import Floor, RackCell, RowCell
from thirdshift_tui.draw.encode import gpu_runs, node_mark, rack_runs
from thirdshift_tui.draw.ink import BLANK, Ink, Line, Run, fit, joined
from thirdshift_tui.draw.place import Place


class Density(StrEnum):
    """What one glyph stands for, coarsest first."""

    RACK = "rack"
    NODE = "node"
    GPU = "gpu"


class Band(NamedTuple):
    """One line of the map: a row's heading, or one level of its racks."""

    row: int
    level: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """One floor at one density."""

    floor: Floor
    density: Density
    label_width: int
    block_width: int
    bands: tuple[Band | None, ...]
    """None is an empty line between rows."""

    @property
    def width(self) -> int:
        """Cells across, with the row labels and a bracket's room at the end."""
        racks = max((len(row.racks) for row in self.floor.rows), default=0)
        return self.label_width + racks * self._pitch + 1

    @property
    def height(self) -> int:
        """Lines down."""
        return len(self.bands)

    def line(self, y: int, at: Place) -> Line:
        """Return one line of the map, with brackets around the rack or node at `at`."""
        band = self.bands[y]
        if band is None:
            return BLANK
        row = self.floor.rows[band.row]
        if band.level is None:
            return self._heading(row)
        return joined(self._level(row, band.row, band.level, at))

    def spot(self, at: Place) -> tuple[int, int]:
        """Return the cell (x, y) where the rack or node at `at` begins."""
        level = at.node if self.density is Density.GPU else 0
        band = Band(at.row, level)
        y = self.bands.index(band) if band in self.bands else 0
        return self.label_width + at.rack * self._pitch, y

    @property
    def _pitch(self) -> int:
        return self.block_width + 1

    def _heading(self, row: RowCell) -> Line:
        name = row.name if self.density is Density.GPU else ""
        labels, end, room = "", 0, len(row.racks) * self._pitch + 1
        for position, rack in enumerate(row.racks):
            start, label = position * self._pitch + 1, short_name(rack, row)
            if start >= end and start + len(label) <= room:
                labels = f"{labels:<{start}}{label}"
                end = start + len(label) + 1
        return ((fit(name, self.label_width), Ink.STRONG), (labels, Ink.MUTED))

    def _level(self, row: RowCell, y: int, level: int, at: Place) -> Iterator[Run]:
        name = "" if self.density is Density.GPU else row.name
        yield (fit(name, self.label_width), Ink.MUTED)
        on_line = y == at.row and (self.density is not Density.GPU or level == at.node)
        for x, rack in enumerate(row.racks):
            yield _bracket("[" if on_line and x == at.rack else self._closing(on_line, x, at))
            runs = self._block(rack, level)
            yield from runs
            yield (" " * (self.block_width - sum(len(words) for words, _ in runs)), Ink.MUTED)
        yield _bracket(self._closing(on_line, len(row.racks), at))

    def _closing(self, on_line: bool, x: int, at: Place) -> str:
        return "]" if on_line and x == at.rack + 1 else " "

    def _block(self, rack: RackCell, level: int) -> list[Run]:
        match self.density:
            case Density.RACK:
                return rack_runs(rack)
            case Density.NODE:
                return [node_mark(node).run for node in rack.nodes]
            case Density.GPU:
                nodes = rack.nodes[level : level + 1]
                return [run for node in nodes for run in gpu_runs(node)]


def chart(floor: Floor, density: Density) -> Chart:
    """Return the floor at a density."""
    return Chart(
        floor,
        density,
        label_width=max((len(row.name) for row in floor.rows), default=0),
        block_width=_block_width(floor, density),
        bands=tuple(_bands(floor, density)),
    )


def finest(floor: Floor, width: int, height: int) -> Density:
    """Return the finest density whose whole map fits, or the coarsest."""
    for density in reversed(Density):
        drawn = chart(floor, density)
        if drawn.width <= width and drawn.height <= height:
            return density
    return Density.RACK


def short_name(rack: RackCell, row: RowCell) -> str:
    """Return a rack's name without its row's: `R01-07` in `R01` is `07`."""
    return rack.name.removeprefix(row.name).lstrip("-_. ") or rack.name


def _bands(floor: Floor, density: Density) -> Iterator[Band | None]:
    if density is not Density.GPU and floor.rows:
        yield Band(0, None)
    for y, row in enumerate(floor.rows):
        if density is not Density.GPU:
            yield Band(y, 0)
            continue
        if y:
            yield None
        yield Band(y, None)
        tallest = max((len(rack.nodes) for rack in row.racks), default=0)
        yield from (Band(y, level) for level in reversed(range(tallest)))


def _block_width(floor: Floor, density: Density) -> int:
    racks = [rack for row in floor.rows for rack in row.racks]
    nodes = max((len(rack.nodes) for rack in racks), default=0)
    match density:
        case Density.RACK:
            return 1 + len(str(nodes))
        case Density.NODE:
            return nodes
        case Density.GPU:
            return max((len(n.gpus) for rack in racks for n in rack.nodes), default=0)


def _bracket(glyph: str) -> Run:
    return (glyph, Ink.MUTED if glyph == " " else Ink.CURSOR)
