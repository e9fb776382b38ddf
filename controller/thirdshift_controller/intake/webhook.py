"""The plain webhook: any program that sees a fault on a node of ours may say so.

It tells of faults and waits for nothing. A system that hands a node over to us and waits to hear
of the end asks by way of `external.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from sqlmodel import Session

from thirdshift_agent.wire import SignalSource
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.intake.hearsay import SIGNAL, believed_at
from thirdshift_controller.store import nodes, signals
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import GpuRow, SignalRow

MOST_SIGNALS = 500
MOST_FACTS = 32

Word = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class PostedSignal(BaseModel):
    """One signal as it is posted."""

    model_config = ConfigDict(extra="forbid")

    id: Word
    """The caller's own: what is posted again under it is not kept again."""
    node: Word
    signal: Annotated[str, Field(pattern=f"^{SIGNAL}$")]
    message: Text
    at: AwareDatetime | None = None
    gpu_uuid: Word | None = None
    slot: Annotated[int, Field(ge=0)] | None = None
    facts: Annotated[dict[Word, Text], Field(max_length=MOST_FACTS)] = {}


def _many(posted: object) -> object:
    return posted if isinstance(posted, list) else [posted]


PostedSignals = Annotated[
    list[PostedSignal], BeforeValidator(_many), Field(min_length=1, max_length=MOST_SIGNALS)
]
"""One signal or a list of them."""


@dataclass(frozen=True, slots=True)
class SignalReceipt:
    """How many are kept now, repeats included, and why each of the others is not."""

    kept: int
    refused: tuple[str, ...]


class _Misplaced(Exception):  # noqa: N818 - a property of what was posted
    """The key that does not fit our site, and why."""


@dataclass(frozen=True, slots=True)
class SignalIntake:
    """Keeps posted signals."""

    store: Store
    site: Site

    def receive(self, posted: Sequence[PostedSignal], caller: str, now: datetime) -> SignalReceipt:
        """Keep each signal of a unit that we own, once."""
        rows: list[SignalRow] = []
        refused: list[str] = []
        with self.store.write() as session:
            for index, one in enumerate(posted):
                try:
                    rows.append(_row(one, self._card(session, one), caller, now))
                except _Misplaced as why:
                    refused.append(f"{index}.{why}")
            signals.keep(session, rows)
        return SignalReceipt(len(rows), tuple(refused))

    def _card(self, session: Session, one: PostedSignal) -> GpuRow | None:
        """The card that a signal is about; none where it is about the node. Or `_Misplaced`."""
        node = self.site.by_name.get(one.node)
        if node is None:
            raise _Misplaced(f"node: {one.node!r} is not in the site file; add it or mend the name")
        if one.slot is not None and one.slot >= node.gpus:
            raise _Misplaced(f"slot: {node.name} has slots 0 to {node.gpus - 1}, not {one.slot}")
        card = nodes.card_of(session, node.name, one.gpu_uuid, one.slot)
        if one.gpu_uuid is None:
            return card
        if card is None or card.uuid != one.gpu_uuid:
            raise _Misplaced(
                f"gpu_uuid: {one.gpu_uuid} is not in {node.name} now; leave it out, name the slot"
            )
        if one.slot not in (None, card.slot):
            raise _Misplaced(f"slot: {one.gpu_uuid} sits in slot {card.slot}, not {one.slot}")
        return card


def _row(one: PostedSignal, card: GpuRow | None, caller: str, now: datetime) -> SignalRow:
    kind, _, code = one.signal.partition(":")
    return SignalRow(
        origin=f"webhook:{caller}:{one.id}",
        node=one.node,
        at=believed_at(one.at, now),
        received_at=now,
        kind=kind,
        code=code,
        source=SignalSource.WEBHOOK,
        message=one.message,
        gpu_slot=card.slot if card else one.slot,
        gpu_uuid=card.uuid if card else None,
        gpu_serial=card.serial if card else None,
        pci_address=card.pci_address if card else None,
        facts=one.facts,
    )
