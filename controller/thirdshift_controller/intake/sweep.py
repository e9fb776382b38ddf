"""One sweep over all agents: read in parallel, keep in batches.

A batch is one transaction: signals, cursors, cards and meters move together, so that kill -9
between any two of them leaves a state from which the next sweep goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta

from thirdshift_agent.clock import Clock
from thirdshift_agent.wire import Report
from thirdshift_controller.costs.usage import NodeHour
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.intake.keep import Keeper
from thirdshift_controller.intake.live import Live, Silence
from thirdshift_controller.intake.port import AgentReader, AgentUnreachable
from thirdshift_controller.intake.skew import on_our_clock
from thirdshift_controller.store import nodes, usage
from thirdshift_controller.store.database import Store

BATCH = 256
NOT_ASKED = Silence("not asked")
ALONE = 5
"""Where nobody answers at all the fault is more likely ours: this many times the patience."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Reads every agent once."""

    store: Store
    site: Site
    reader: AgentReader
    executor: Executor
    keeper: Keeper
    live: Live
    clock: Clock
    silent_after: timedelta
    started_at: datetime
    """Nobody can be said to have been silent before we listened."""
    on_signals: Callable[[], object] = lambda: None
    """Called after signals were kept, so that none waits for the next turn of the loop."""

    def run(self) -> None:
        """Read all agents and keep what they said."""
        everyone = list(self.site.nodes())
        for start in range(0, len(everyone), BATCH):
            batch = everyone[start : start + BATCH]
            reports = self._read(batch)
            self._keep(batch, reports)
            if any(report.signals for report in reports.values()):
                self.on_signals()

    def _read(self, batch: Sequence[Node]) -> dict[str, Report]:
        with self.store.read() as session:
            rows = nodes.named(session, (node.name for node in batch))
        cursors = {name: (row.journal_id, row.cursor) for name, row in rows.items()}
        answers = self.executor.map(
            lambda node: self._read_one(node, cursors.get(node.name)), batch
        )
        return {report.node: report for report in answers if report is not None}

    def _read_one(self, node: Node, cursor: tuple[str | None, int] | None) -> Report | None:
        journal_id, sequence = cursor or (None, 0)
        try:
            report = self.reader.read(node, sequence)
            if journal_id is not None and report.journal_id != journal_id:
                report = self.reader.read(node, 0)
        except AgentUnreachable as error:
            self.live.miss(node.name, Silence(str(error), error.refused))
            return None
        report = on_our_clock(report, self.clock.now(), self.clock.speed)
        self.live.show(node.name, report.snapshot)
        return report

    def _keep(self, batch: Sequence[Node], reports: dict[str, Report]) -> None:
        now = self.clock.now()
        patience = self.silent_after * (1 if reports else ALONE)
        with self.store.write() as session:
            rows = nodes.named(session, (node.name for node in batch))
            out = self.keeper.slots_out(session)
            hours: list[NodeHour] = []
            for name, row in rows.items():
                report = reports.get(name)
                if report is not None:
                    self.keeper.keep_report(session, row, report, now)
                elif now - (since_at := max(row.heard_at, self.started_at)) >= patience:
                    silence = self.live.silences.get(name, NOT_ASKED)
                    self.keeper.keep_silence(session, row, since_at, now, silence)
                hours += self.keeper.meter(row, report, out.get(name, frozenset()), now)
                session.add(row)
            usage.add(session, hours)
