"""How a state is written: a glyph and a word first, an ink second.

Capitals and punctuation ask for a person, lower case is the machine's work, a dot is well. A filled
cell (`Ink.FAILED`, `DEGRADED`, `NO_DATA`) is a problem that nobody owns: acknowledging it takes the
fill away, not the letter. A hold shows where nothing else does. All glyphs are ASCII, so they stand
on any terminal and in any ticket.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from thirdshift_controller.wire import CellState, NodeCell, RackCell
from thirdshift_tui.draw.ink import Ink, Line, Run, plain


@dataclass(frozen=True, slots=True)
class Mark:
    """The writing of one state."""

    glyph: str
    word: str
    ink: Ink

    @property
    def run(self) -> Run:
        """The glyph in its ink."""
        return (self.glyph, self.ink)


class Cell(Protocol):
    """A GPU or a node on the floor."""

    @property
    def state(self) -> CellState:
        """What it is in."""
        ...

    @property
    def owned(self) -> bool:
        """Whether somebody has said that he will act."""
        ...


_MARKS = {
    CellState.FAILED: Mark("X", "failed", Ink.FAILED),
    CellState.DEGRADED: Mark("!", "degraded", Ink.DEGRADED),
    CellState.NO_DATA: Mark("?", "no data", Ink.NO_DATA),
    CellState.REPAIR: Mark("R", "repair", Ink.REPAIR),
    CellState.VALIDATING: Mark("v", "validating", Ink.VALIDATING),
    CellState.HEALTHY: Mark(".", "ok", Ink.HEALTHY),
    CellState.EMPTY: Mark("_", "empty", Ink.EMPTY),
}
_OWNED = {
    CellState.FAILED: Mark("X", "failed", Ink.FAILED_OWNED),
    CellState.DEGRADED: Mark("!", "degraded", Ink.DEGRADED_OWNED),
    CellState.NO_DATA: Mark("?", "no data", Ink.NO_DATA_OWNED),
}
_HELD = Mark("h", "held", Ink.HELD)
_WORST_FIRST = tuple(CellState)
_QUIET = (CellState.HEALTHY, CellState.EMPTY)
_LOUD = tuple(state for state in _WORST_FIRST if state not in _QUIET)


def mark(cell: Cell, *, held: bool = False) -> Mark:
    """Return how a GPU or a node is written; `held` shows where there is nothing worse to show."""
    if held and cell.state in _QUIET:
        return _HELD
    if cell.owned and cell.state in _OWNED:
        return _OWNED[cell.state]
    return _MARKS[cell.state]


def node_mark(node: NodeCell) -> Mark:
    """Return how a node of the floor is written."""
    return mark(node, held=node.held)


def gpu_runs(node: NodeCell) -> list[Run]:
    """Return a node's GPUs, a cell each."""
    return [mark(gpu, held=node.held).run for gpu in node.gpus]


def mark_of(state: CellState) -> Mark:
    """Return how a state is written where nobody's owning is at stake."""
    return _OWNED.get(state, _MARKS[state])


def needs_human(node: NodeCell, unowned: Collection[str]) -> bool:
    """Whether nobody has said that he will act: it is filled, or among the `unowned` nodes.

    The state alone does not tell: the machine may be at work on what nobody owns.
    """
    return _filled(node) or node.name in unowned


def urgency(node: NodeCell) -> tuple[bool, int, bool]:
    """Return a sort key: what is filled first, then the worst, then what is held."""
    return (not _filled(node), _WORST_FIRST.index(node.state), not node.held)


def _filled(cell: Cell) -> bool:
    return cell.state in _OWNED and not cell.owned


def rack_runs(rack: RackCell) -> list[Run]:
    """Return a rack in two cells or more: its worst state, and how many nodes share it."""
    if not rack.nodes:
        return []
    worst = node_mark(min(rack.nodes, key=urgency))
    count = sum(node_mark(node) == worst for node in rack.nodes)
    quiet = worst.ink in (Ink.HEALTHY, Ink.EMPTY)
    return [worst.run] if quiet else [worst.run, (str(count), Ink.MUTED)]


def counts(nodes: Iterable[NodeCell]) -> list[tuple[Mark, int]]:
    """Return how many nodes are in each state that is not a healthy or an empty one."""
    states = [node.state for node in nodes]
    tallies = ((mark_of(state), states.count(state)) for state in _LOUD)
    return [(tally, count) for tally, count in tallies if count]


def legend(width: int) -> list[Line]:
    """Return what each glyph means, in as many lines as it takes."""
    entries = [*(_MARKS[state] for state in _LOUD), _HELD, *(_MARKS[state] for state in _QUIET)]
    lines: list[Line] = [(("filled: unowned ", Ink.MUTED),)]
    for entry in entries:
        used = len(plain(lines[-1]))
        if used + len(f"{entry.glyph} {entry.word}") > width:
            lines.append(())
        lines[-1] += (entry.run, (f" {entry.word} ", Ink.MUTED))
    return lines
