"""What every repair of a month waited for, out of the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.usage.records import DowntimeSpan
from thirdshift_controller.store import incidents
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition


def downtime_spans(
    session: Session, catalogue: Catalogue, month: Month, now: datetime
) -> Iterator[DowntimeSpan]:
    """The phases, whole, of the repairs that touch the month; one that is open reaches to now."""
    rows = {
        row.id: row
        for row in incidents.during(session, month.from_at, month.to_at)
        if row.id is not None and catalogue.page(row.runbook).disposition is Disposition.REPAIR
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
