"""What the store has of a month: its use, added up by the database, and what repairs waited for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.month.inputs import Recorded
from thirdshift_controller.costs.usage.records import DowntimeSpan
from thirdshift_controller.store import incidents, usage
from thirdshift_controller.store.database import Store
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition


class Gather(Protocol):
    """Gets what was recorded of a month up to now."""

    def __call__(self, month: Month, now: datetime) -> Recorded:
        """What there is."""
        ...


@dataclass(frozen=True, slots=True)
class FromStore:
    """What a controller recorded."""

    store: Store
    catalogue: Catalogue

    def __call__(self, month: Month, now: datetime) -> Recorded:
        """Read it in one session."""
        with self.store.read() as session:
            used = usage.totals(session, month.from_at, month.to_at)
            spans = tuple(self._spans(session, month, now))
        return Recorded(month, now, used, spans)

    def _spans(self, session: Session, month: Month, now: datetime) -> Iterator[DowntimeSpan]:
        """The phases, whole, of the repairs that touch the month; an open one reaches to now."""
        rows = {
            row.id: row
            for row in incidents.during(session, month.from_at, month.to_at)
            if row.id is not None
            and self.catalogue.page(row.runbook).disposition is Disposition.REPAIR
        }
        for phase in incidents.phases(session, rows):
            row = rows[phase.incident_id]
            yield DowntimeSpan(
                incident=f"INC-{row.id}",
                node=row.node,
                runbook=row.runbook,
                gpus=row.gpus_out,
                phase=phase.phase,
                from_at=phase.from_at,
                to_at=phase.to_at or now,
            )
