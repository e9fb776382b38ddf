"""Triage by itself: where a signal belongs, decided in memory, beside finding its node."""

from __future__ import annotations

from benchmarks import results
from benchmarks.backlogs import usual
from benchmarks.hall import NODES, hall
from benchmarks.paired import seconds
from fakes.world import MONDAY_MORNING, PATIENCE
from thirdshift_controller.incidents.board import Board, Candidate
from thirdshift_controller.incidents.lifecycle import incident_of
from thirdshift_controller.incidents.meaning import Past, Sighting, meaning
from thirdshift_controller.incidents.triage import Join, place
from thirdshift_controller.store.draft import Draft
from thirdshift_controller.store.tables import SignalRow
from thirdshift_controller.wire import Scope
from thirdshift_runbooks.catalogue import load
from thirdshift_runbooks.page import Page, Unit

SIGNALS = 50_000
NOTHING = Past((), frozenset())
CATALOGUE = load()


class Desk:
    """Signals come one by one; what opens is pinned to the board and stays."""

    def __init__(self) -> None:
        self.site = hall()
        self.board: Board[Draft] = Board(self.site, dict.fromkeys(self.site.by_name, "580.95.05"))
        self.opened = 0

    def sort(self, signal: SignalRow) -> None:
        seen = Sighting(signal.name, signal.at, signal.facts)
        page = meaning(CATALOGUE, seen, NOTHING, PATIENCE.burst)
        slot = signal.gpu_slot if page.unit is Unit.GPU else None
        around = self.board.around(self.site.by_name[signal.node], slot)
        found = place(signal.name, page, signal.at, around, PATIENCE.burst)
        if isinstance(found, Join):
            found.candidate.incident.last_signal_at = signal.at
        else:
            self._open(signal, page, slot)

    def _open(self, signal: SignalRow, page: Page, slot: int | None) -> None:
        where = (Scope.NODE if slot is None else Scope.GPU, signal.node)
        draft = incident_of(signal, page, where, slot, 0, signal.at)
        draft.last_signal_at = signal.at
        self.board.pin([Candidate(draft, page, [page])])
        self.opened += 1


def test_a_decision_beside_finding_the_signals_node() -> None:
    desk = Desk()
    signals = usual(desk.site, SIGNALS, MONDAY_MORNING)

    def find() -> None:
        for signal in signals:
            desk.site.by_name[signal.node]

    def sort() -> None:
        for signal in signals:
            desk.sort(signal)

    floor, took = seconds(find), seconds(sort)
    assert 0 < desk.opened < SIGNALS
    measure = f"triage of a signal, {NODES:,} nodes, {desk.opened:,} open at the end"
    each = 1e6 / SIGNALS
    results.add(measure, took * each, floor * each, "us", "finding its node")
