"""How a state is written: a glyph and a word first, an ink second.

Capitals and punctuation ask for a person, lower case is the machine's work, a dot is well. A filled
cell (`Ink.FAILED`, `DEGRADED`, `NO_DATA`) is a problem that nobody owns: acknowledging it takes the
fill away, not the letter. All glyphs are ASCII, so they hold on any terminal and in any ticket.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from thirdshift_controller.wire import CellState, NodeCell, RackCell
from thirdshift_tui.draw.ink import Ink, Line, Run


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
_WORST_FIRST = tuple(CellState)


def mark(cell: Cell) -> Mark:
    """Return how a GPU or a node is written."""
    if cell.owned and cell.state in _OWNED:
        return _OWNED[cell.state]
    return _MARKS[cell.state]


def mark_of(state: CellState) -> Mark:
    """Return how a state is written where nobody's owning is at stake."""
    return _OWNED.get(state, _MARKS[state])


def needs_human(node: NodeCell, unowned: Collection[str]) -> bool:
    """Whether nobody has said that he will act: it is filled, or among the `unowned` nodes.

    The state alone does not tell: the machine may be at work on what nobody owns.
    """
    return _filled(node) or node.name in unowned


def urgency(cell: Cell) -> tuple[bool, int]:
    """Return a sort key: what is filled first, then the worst."""
    return (not _filled(cell), _WORST_FIRST.index(cell.state))


def _filled(cell: Cell) -> bool:
    return cell.state in _OWNED and not cell.owned


def rack_runs(rack: RackCell) -> list[Run]:
    """Return a rack in two cells or more: its worst state, and how many nodes share it."""
    if not rack.nodes:
        return []
    worst = mark(min(rack.nodes, key=urgency))
    count = sum(mark(node) == worst for node in rack.nodes)
    quiet = worst.ink in (Ink.HEALTHY, Ink.EMPTY)
    return [worst.run] if quiet else [worst.run, (str(count), Ink.MUTED)]


def counts(nodes: Iterable[NodeCell]) -> list[tuple[Mark, int]]:
    """Return how many nodes are in each state that is not a healthy or an empty one."""
    states = [node.state for node in nodes]
    tallies = ((mark_of(state), states.count(state)) for state in _WORST_FIRST[:-2])
    return [(tally, count) for tally, count in tallies if count]


def legend() -> Line:
    """Return what each glyph means."""
    runs: list[Run] = [("filled: unowned ", Ink.MUTED)]
    for entry in _MARKS.values():
        runs += [entry.run, (f" {entry.word} ", Ink.MUTED)]
    return tuple(runs)
