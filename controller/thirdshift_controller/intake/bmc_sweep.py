"""One sweep over all BMCs: read in parallel, keep in batches.

A batch is one transaction, and only after it what was told is remembered as told.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime

from thirdshift_agent.clock import Clock
from thirdshift_agent.wire import SignalSource
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.intake.bmc_live import BmcLive
from thirdshift_controller.intake.bmc_told import News, Told, hear, miss
from thirdshift_controller.intake.management import BmcReader, BmcReading, BmcUnreachable
from thirdshift_controller.store import nodes, signals
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import SignalRow

BATCH = 256


@dataclass(frozen=True, slots=True)
class BmcSweep:
    """Reads every BMC of the site once."""

    store: Store
    site: Site
    reader: BmcReader
    executor: Executor
    live: BmcLive
    clock: Clock
    told: dict[str, Told] = field(default_factory=dict)

    def run(self) -> None:
        """Read all BMCs and keep what is news."""
        with_bmc = [node for node in self.site.nodes() if node.bmc is not None]
        for start in range(0, len(with_bmc), BATCH):
            batch = with_bmc[start : start + BATCH]
            self._keep(batch, list(self.executor.map(self._look, batch)))

    def _look(self, node: Node) -> BmcReading | str:
        """What it shows, or why nothing."""
        try:
            reading = self.reader.read(node)
        except BmcUnreachable as error:
            self.live.miss(node.name, str(error))
            return str(error)
        self.live.show(node.name, reading, self.clock.now())
        return reading

    def _keep(self, batch: Sequence[Node], looks: Sequence[BmcReading | str]) -> None:
        now = self.clock.now()
        after: dict[str, Told] = {}
        with self.store.write() as session:
            since_at = nodes.known_since(session, (node.name for node in batch))
            for node, look in zip(batch, looks, strict=True):
                before, name = self.told.get(node.name, Told()), node.name
                after[name], news = (
                    miss(before, name, look, now)
                    if isinstance(look, str)
                    else hear(before, name, look, since_at[name], now)
                )
                signals.keep(session, [_signal(name, one, now) for one in news])
        self.told.update(after)


def _signal(node: str, news: News, now: datetime) -> SignalRow:
    return SignalRow(
        origin=news.origin,
        node=node,
        at=news.at,
        received_at=now,
        kind=news.kind,
        code=news.code,
        source=SignalSource.BMC,
        message=news.message,
        facts={"unit": news.unit} if news.unit else {},
    )
