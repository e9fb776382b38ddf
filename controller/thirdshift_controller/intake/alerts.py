"""Alertmanager's webhook, version 4: firing alerts become signals of the node that they name.

An alert that carries the label `signal` (such as `xid:79`) means the same fault as the agent's own
signal of that name, so triage joins the two. One without it is known by its alert name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel
from sqlmodel import Session

from thirdshift_agent.wire import SignalKind, SignalSource
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.intake.hearsay import believed_at
from thirdshift_controller.store import nodes, signals
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import SignalRow
from thirdshift_runbooks.catalogue import Catalogue


class Alert(BaseModel):
    """One alert of the message."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    startsAt: AwareDatetime  # noqa: N815 - Alertmanager's spelling
    fingerprint: str


class Message(BaseModel):
    """What Alertmanager posts."""

    version: Literal["4"]
    alerts: list[Alert]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the alerts: kept, resolved ones passed over, unknown nodes named."""

    kept: int
    resolved: int
    unknown_nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertIntake:
    """Keeps alerts as signals."""

    store: Store
    site: Site
    catalogue: Catalogue

    def receive(self, message: Message, now: datetime) -> Receipt:
        """Keep the firing alerts of nodes that we own, each once."""
        firing = [alert for alert in message.alerts if alert.status == "firing"]
        ours = [alert for alert in firing if alert.labels.get("node") in self.site.by_name]
        strangers = {alert.labels.get("node", "(no node label)") for alert in firing}
        with self.store.write() as session:
            signals.keep(session, [self._signal(session, alert, now) for alert in ours])
        return Receipt(
            kept=len(ours),
            resolved=len(message.alerts) - len(firing),
            unknown_nodes=tuple(sorted(strangers - self.site.by_name.keys())),
        )

    def _signal(self, session: Session, alert: Alert, now: datetime) -> SignalRow:
        node, labels = alert.labels["node"], alert.labels
        kind, code = self._name(labels)
        uuid = labels.get("uuid")
        slot = _slot(labels.get("slot", ""), self.site.by_name[node].gpus)
        card = nodes.card_of(session, node, uuid, slot)
        return SignalRow(
            origin=f"alert:{alert.fingerprint}:{alert.startsAt.isoformat()}",
            node=node,
            at=believed_at(alert.startsAt, now),
            received_at=now,
            kind=kind,
            code=code,
            source=SignalSource.ALERTMANAGER,
            message=alert.annotations.get("summary", labels.get("alertname", "")),
            gpu_slot=slot if card is None else card.slot,
            gpu_uuid=uuid,
            gpu_serial=card.serial if card else None,
            pci_address=card.pci_address if card else None,
            facts={"alertname": labels.get("alertname", "")},
        )

    def _name(self, labels: dict[str, str]) -> tuple[str, str]:
        name = labels.get("signal", "")
        if ":" in name:
            kind, _, code = name.partition(":")
            return kind, code
        page = self.catalogue.by_alert(labels.get("alertname", ""))
        if page is not None and page.signals:
            kind, _, code = page.signals[0].partition(":")
            return kind, code
        return SignalKind.ALERT.value, labels.get("alertname", "unnamed")


def _slot(text: str, installed: int) -> int | None:
    """A slot that the node has; anything else is no slot."""
    known = (slot for slot in range(installed) if text == str(slot))
    return next(known, None)
