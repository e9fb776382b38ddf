"""Queries over evidence packs."""

from __future__ import annotations

from sqlmodel import Session, col, select

from thirdshift_controller.store.tables import EvidenceRow


def newest(session: Session, incident_id: int) -> EvidenceRow | None:
    """What was packed last for an incident."""
    query = select(EvidenceRow).where(EvidenceRow.incident_id == incident_id)
    return session.exec(query.order_by(col(EvidenceRow.id).desc())).first()
