"""Queries over nodes and the cards in their slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from thirdshift_agent.wire import GpuIdentity
from thirdshift_controller.store.tables import GpuRow, NodeRow
from thirdshift_controller.store.upsert import insert_new


def enlist(session: Session, names: Iterable[str], now: datetime) -> None:
    """Make a row for each node that has none yet."""
    rows = [{"name": name, "known_since_at": now, "cursor": 0} for name in names]
    insert_new(session, NodeRow, rows, unique="name")


def named(session: Session, names: Iterable[str]) -> dict[str, NodeRow]:
    """The rows of these nodes."""
    found = session.exec(select(NodeRow).where(col(NodeRow.name).in_(list(names))))
    return {row.name: row for row in found}


class Cursor(NamedTuple):
    """How far a node's journal was read, and which journal that was."""

    journal_id: str | None
    sequence: int


BEGINNING = Cursor(None, 0)


def cursors(session: Session) -> dict[str, Cursor]:
    """Where to read on, by node."""
    query = select(NodeRow.name, NodeRow.journal_id, NodeRow.cursor)
    return {name: Cursor(journal_id, cursor) for name, journal_id, cursor in session.exec(query)}


def known_since(session: Session, names: Iterable[str]) -> dict[str, datetime]:
    """When each of these nodes was taken in charge."""
    query = select(NodeRow.name, NodeRow.known_since_at).where(col(NodeRow.name).in_(list(names)))
    return dict(session.exec(query).all())


def taken_out(session: Session) -> Sequence[NodeRow]:
    """The nodes that we took out of service and have not returned."""
    return session.exec(select(NodeRow).where(col(NodeRow.drained_for).is_not(None))).all()


def gpus_of(session: Session, node: str) -> dict[int, GpuRow]:
    """The cards last seen in a node, by slot."""
    found = session.exec(select(GpuRow).where(GpuRow.node == node))
    return {row.slot: row for row in found}


def card_of(
    session: Session,
    node: str,
    uuid: str | None = None,
    slot: int | None = None,
    pci_address: str | None = None,
) -> GpuRow | None:
    """The card last seen in a node that a UUID names, else a slot, else a PCI address."""
    cards = gpus_of(session, node)
    by_uuid = (card for card in cards.values() if card.uuid == uuid)
    by_address = (card for card in cards.values() if card.pci_address == pci_address)
    by_slot = None if slot is None else cards.get(slot)
    return next(by_uuid, None) or by_slot or next(by_address, None)


def seated(session: Session, names: Iterable[str]) -> Sequence[GpuRow]:
    """The cards last seen in these nodes."""
    return session.exec(select(GpuRow).where(col(GpuRow.node).in_(list(names)))).all()


def seat(session: Session, node: str, gpu: GpuIdentity, now: datetime) -> str | None:
    """Remember which card sits in a slot, and since when; returns whose place it has taken."""
    known = session.get(GpuRow, (node, gpu.slot))
    stays = known is not None and (known.uuid, known.serial) == (gpu.uuid, gpu.serial)
    before = None if known is None or stays else known.serial or known.uuid
    since_at = known.since_at if known is not None and stays else now
    session.merge(
        GpuRow(
            node=node,
            slot=gpu.slot,
            uuid=gpu.uuid,
            serial=gpu.serial,
            pci_address=gpu.pci_address,
            name=gpu.name,
            since_at=since_at,
        )
    )
    return before
