"""One sweep over all agents: asked side by side, kept as they answer.

What came within a moment is one transaction: signals, cursors, cards and meters move together, so
that kill -9 between any two of them leaves a state from which the next sweep goes on. An agent
that takes its time holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from thirdshift_agent.clock import Clock
from thirdshift_agent.wire import Report
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.intake.keep import Keeper
from thirdshift_controller.intake.live import Live, Silence
from thirdshift_controller.intake.port import AgentReader, AgentUnreachable
from thirdshift_controller.intake.skew import on_our_clock
from thirdshift_controller.store import nodes
from thirdshift_controller.store.database import Store

NOT_ASKED = Silence("not asked")
AHEAD = 512
"""Agents that are asked before what others said is kept."""
MOMENT_SECONDS = 0.2
ALONE = 5
"""Where nobody answers at all the fault is more likely ours: this many times the patience."""

Answer = tuple[Node, Report | None]
Asked = set[Future[Answer]]


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
    moment_seconds: float = MOMENT_SECONDS
    """Of the wall: how long an answer waits for others that were asked."""

    def run(self) -> None:
        """Read all agents and keep what they said; at the end, who said nothing."""
        with self.store.read() as session:
            cursors = nodes.cursors(session)
        waiting = iter(self.site.nodes())
        asked = self._ask(islice(waiting, AHEAD), cursors)
        missed: list[Node] = []
        while asked:
            answered, asked = wait(asked, self.moment_seconds)
            asked |= self._ask(islice(waiting, len(answered)), cursors)
            answers = sorted((one.result() for one in answered), key=lambda one: one[0].name)
            missed += [node for node, report in answers if report is None]
            reports = {node.name: report for node, report in answers if report is not None}
            self._keep(dict(sorted(reports.items())))
        self._keep_silences(missed)

    def _ask(self, batch: Iterator[Node], cursors: Mapping[str, nodes.Cursor]) -> Asked:
        return {
            self.executor.submit(self._read, node, cursors.get(node.name, nodes.BEGINNING))
            for node in batch
        }

    def _read(self, node: Node, cursor: nodes.Cursor) -> Answer:
        try:
            report = self.reader.read(node, cursor.sequence)
            if cursor.journal_id is not None and report.journal_id != cursor.journal_id:
                report = self.reader.read(node, 0)
        except AgentUnreachable as error:
            self.live.miss(node.name, Silence(str(error), error.refused))
            return node, None
        report = on_our_clock(report, self.clock.now(), self.clock.speed)
        self.live.show(node.name, report.snapshot)
        return node, report

    def _keep(self, reports: Mapping[str, Report]) -> None:
        if reports:
            with self.store.write() as session:
                self.keeper.keep_reports(session, reports, self.clock.now())
            if any(report.signals for report in reports.values()):
                self.on_signals()

    def _keep_silences(self, missed: Sequence[Node]) -> None:
        alone = len(missed) == len(self.site.by_name)
        patience = self.silent_after * (ALONE if alone else 1)
        for start in range(0, len(missed), AHEAD):
            silences = {
                node.name: self.live.silences.get(node.name, NOT_ASKED)
                for node in missed[start : start + AHEAD]
            }
            with self.store.write() as session:
                self.keeper.keep_silences(
                    session, silences, patience, self.started_at, self.clock.now()
                )
