"""What nodes said, or that they said nothing, written down inside the sweep's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_agent.wire import GpuIdentity, Report, Signal, SignalKind, SignalSource
from thirdshift_controller.costs.usage.accrual import Spent, accrue
from thirdshift_controller.costs.usage.adding import added
from thirdshift_controller.costs.usage.meter import Meter, Nameplate
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.fleet.outage import slots_out
from thirdshift_controller.fleet.scopes import nodes_in
from thirdshift_controller.intake.live import Silence
from thirdshift_controller.intake.metering import Metering
from thirdshift_controller.store import incidents, nodes, signals, usage
from thirdshift_controller.store.tables import NodeRow, SignalRow
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition

Cards = dict[tuple[str, int], tuple[str, str | None, str]]


@dataclass
class Keeper:
    """Writes reports, silences and usage. One thread uses it."""

    site: Site
    catalogue: Catalogue
    metering: Metering = field(default_factory=Metering)
    _seated: Cards = field(default_factory=dict)
    _recalled: set[str] = field(default_factory=set)
    """Nodes whose cards were asked of the database."""

    def keep_reports(self, session: Session, reports: Mapping[str, Report], now: datetime) -> None:
        """Keep what some nodes said, and move their meters on."""
        rows = nodes.named(session, reports)
        out = self._slots_out(session, rows)
        self._recall(session, rows)
        told = [_signal(one, signal, now) for one in reports.values() for signal in one.signals]
        signals.keep(session, told)
        spent: list[Spent] = []
        for name, row in rows.items():
            self._keep_report(session, row, reports[name], now)
            spent.append(self._meter(row, reports[name], out.get(name, frozenset()), now))
        _book(session, spent)

    def keep_silences(
        self,
        session: Session,
        silences: Mapping[str, Silence],
        patience: timedelta,
        started_at: datetime,
        now: datetime,
    ) -> None:
        """Keep that nodes are silent for as long as patience lasts, and why; no GPU of them works.

        One signal a silence, however long it lasts; an agent that refuses us and then is gone too
        is silent a second time.
        """
        rows = nodes.named(session, silences)
        spent: list[Spent] = []
        for name, row in rows.items():
            since_at = max(row.heard_at, started_at)
            if now - since_at >= patience:
                signals.keep(session, [_silence(row, since_at, now, silences[name])])
            spent.append(self._meter(row, None, frozenset(), now))
        _book(session, spent)

    def _slots_out(self, session: Session, names: Iterable[str]) -> Mapping[str, frozenset[int]]:
        """Slots of these nodes that an open repair keeps from work."""
        out: dict[str, frozenset[int]] = {}
        for incident in incidents.around(session, names):
            if self.catalogue.page(incident.runbook).disposition is Disposition.REPAIR:
                spanned = nodes_in(incident.place, self.site, {}) if incident.gpus_out else ()
                for node in spanned:
                    slots = slots_out(incident, node.gpus)
                    out[node.name] = out.get(node.name, frozenset()) | slots
        return out

    def _keep_report(self, session: Session, row: NodeRow, report: Report, now: datetime) -> None:
        """Move the cursor, note which card sits where."""
        seen = report.signals[-1].sequence if report.signals else row.cursor
        row.cursor = seen if report.journal_id == row.journal_id or report.signals else 0
        row.journal_id = report.journal_id
        row.last_seen_at = now
        for gpu in report.snapshot.gpus:
            self._seat(session, row.name, gpu.identity, now)

    def _meter(
        self, row: NodeRow, report: Report | None, out: frozenset[int], now: datetime
    ) -> Spent:
        """Move the node's meter on; returns what passed since the last sweep, by the hour.

        A node whose driver is released is no more available than one that is silent.
        """
        before = Meter.from_json(row.meter) if row.meter else None
        snapshot = report.snapshot if report and not report.snapshot.released else None
        installed = self.site.by_name[row.name].gpus
        plate = Nameplate(row.name, installed, self.metering.host_watts)
        after, spent = accrue(before, self.metering.poll(row.name, snapshot, out, now), plate)
        row.meter = after.to_json()
        return spent

    def _recall(self, session: Session, names: Iterable[str]) -> None:
        """After a start: which cards were in these nodes, so that only what differs is written."""
        unknown = [name for name in names if name not in self._recalled]
        for card in nodes.seated(session, unknown) if unknown else ():
            self._seated[card.node, card.slot] = (card.uuid, card.serial, card.pci_address)
        self._recalled.update(unknown)

    def _seat(self, session: Session, node: str, gpu: GpuIdentity, now: datetime) -> None:
        card = (gpu.uuid, gpu.serial, gpu.pci_address)
        if self._seated.get((node, gpu.slot)) != card:
            before = nodes.seat(session, node, gpu, now)
            self._seated[node, gpu.slot] = card
            if before is not None:
                signals.keep(session, [_replaced(node, gpu, before, now)])


def _book(session: Session, spent: Sequence[Spent]) -> None:
    """A team is on many nodes, and its hours are one row each."""
    hours = [hour for one in spent for hour in one.hours]
    usage.add(session, hours, added(hour for one in spent for hour in one.teams))


def _silence(row: NodeRow, since_at: datetime, now: datetime, silence: Silence) -> SignalRow:
    told = f"no report from the agent since {since_at:%Y-%m-%d %H:%M:%S} UTC"
    began = f"{row.name}:{row.heard_at.isoformat()}"
    return SignalRow(
        origin=f"{'refused' if silence.refused else 'silent'}:{began}",
        node=row.name,
        at=since_at,
        received_at=now,
        kind=SignalKind.NODE,
        code="silent",
        source=SignalSource.CONTROLLER,
        message=f"{told}: {silence.reason}",
        facts=silence.facts,
    )


def _replaced(node: str, gpu: GpuIdentity, before: str, now: datetime) -> SignalRow:
    """A slot holds another card than before; what was ordered may not be what was fitted."""
    card = gpu.serial or gpu.uuid
    return SignalRow(
        origin=f"replaced:{node}:{gpu.slot}:{gpu.uuid}:{now.isoformat()}",
        node=node,
        at=now,
        received_at=now,
        kind=SignalKind.GPU,
        code="replaced",
        source=SignalSource.CONTROLLER,
        message=f"GPU {gpu.slot} is {card} ({gpu.name}) and was {before}",
        gpu_slot=gpu.slot,
        gpu_uuid=gpu.uuid,
        gpu_serial=gpu.serial,
        pci_address=gpu.pci_address,
        facts={"before": before},
    )


def _signal(report: Report, signal: Signal, now: datetime) -> SignalRow:
    return SignalRow(
        origin=f"{report.node}:{report.journal_id}:{signal.sequence}",
        node=report.node,
        at=signal.at,
        received_at=now,
        kind=signal.kind,
        code=signal.code,
        source=signal.source,
        message=signal.message,
        gpu_slot=signal.gpu_slot,
        gpu_uuid=signal.gpu_uuid,
        gpu_serial=signal.gpu_serial,
        pci_address=signal.pci_address,
        facts=dict(signal.facts),
    )
