"""An incident before it has a number: an outage brings thousands, which go in together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlmodel import Session, col, insert

from thirdshift_controller.store.tables import IncidentRow
from thirdshift_controller.wire import IncidentState, Scope


@dataclass(slots=True)
class Draft:
    """The columns of a new incident. `id` is given by `insert_all`."""

    open_key: str
    scope: Scope
    scope_name: str
    node: str
    gpu_slot: int | None
    gpu_serial: str | None
    pci_address: str | None
    gpus_out: int
    runbook: str
    title: str
    severity: str
    opened_at: datetime
    begun_at: datetime
    last_signal_at: datetime
    heard: list[str]
    state: IncidentState = IncidentState.OPEN
    reopened: int = 0
    silence_until_at: datetime | None = None
    id: int | None = None


_COLUMNS = tuple(field.name for field in fields(Draft) if field.name != "id")


def insert_all(session: Session, drafts: Sequence[Draft]) -> None:
    """Make rows of them, and give each its number."""
    if not drafts:
        return
    statement = insert(IncidentRow).returning(col(IncidentRow.id), sort_by_parameter_order=True)
    rows = [{name: getattr(one, name) for name in _COLUMNS} for one in drafts]
    numbers = session.connection().execute(statement, rows).scalars()
    for draft, number in zip(drafts, numbers, strict=True):
        draft.id = number
