"""What the controller itself knows of an incident, as files of its evidence pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from thirdshift_controller.remedies.inspection import Exhibit
from thirdshift_controller.remedies.pack import Subject, as_json
from thirdshift_controller.store import attempts, incidents, signals
from thirdshift_controller.store.tables import (
    AttemptRow,
    IncidentRow,
    PhaseRow,
    SignalRow,
    TimelineRow,
)

_SOURCE = "the controller's database"


@dataclass(frozen=True, slots=True)
class Case:
    """An incident with all that belongs to it."""

    incident: IncidentRow
    phases: Sequence[PhaseRow]
    signals: Sequence[SignalRow]
    attempts: Sequence[AttemptRow]
    timeline: Sequence[TimelineRow]

    @property
    def subject(self) -> Subject:
        """Who the pack is about; the GPU is the one that failed, whichever sits there now."""
        row = self.incident
        return Subject(
            incident=f"INC-{row.id}",
            title=row.title,
            runbook=row.runbook,
            node=row.node,
            gpu_slot=row.gpu_slot,
            gpu_serial=row.gpu_serial,
            gpu_uuid=next((each.gpu_uuid for each in self.signals if each.gpu_uuid), None),
            pci_address=row.pci_address,
            opened_at=row.opened_at,
        )


def case_of(session: Session, incident: IncidentRow) -> Case:
    """Read everything of an incident."""
    assert incident.id is not None
    return Case(
        incident=incident,
        phases=incidents.phases(session, [incident.id]),
        signals=signals.of_incident(session, incident.id),
        attempts=attempts.of_incident(session, incident.id),
        timeline=incidents.timeline(session, incident.id),
    )


def files_of(case: Case) -> tuple[Exhibit, ...]:
    """`timeline.txt` and `timeline.json`."""
    return (
        Exhibit("timeline.txt", _SOURCE, _text(case).encode()),
        Exhibit("timeline.json", _SOURCE, _json(case)),
    )


def _json(case: Case) -> bytes:
    return as_json(
        {
            "incident": case.incident.model_dump(mode="json"),
            "phases": _rows(case.phases),
            "signals": _rows(case.signals),
            "attempts": _rows(case.attempts),
            "timeline": _rows(case.timeline),
        }
    )


def _rows(
    rows: Sequence[PhaseRow | SignalRow | AttemptRow | TimelineRow],
) -> list[dict[str, object]]:
    return [row.model_dump(mode="json") for row in rows]


def _text(case: Case) -> str:
    subject = case.subject
    head = [
        f"{subject.incident}  {subject.title} ({subject.runbook})",
        f"node {subject.node}, GPU slot {_known(subject.gpu_slot)}, "
        f"serial {_known(subject.gpu_serial)}, UUID {_known(subject.gpu_uuid)}, "
        f"PCI address {_known(subject.pci_address)}",
    ]
    lines = [f"{at.isoformat()}  {who:<12}  {what}" for at, who, what in sorted(_happenings(case))]
    return "\n".join([*head, "", *lines, ""])


def _happenings(case: Case) -> list[tuple[datetime, str, str]]:
    return [
        *((row.at, row.source, f"{row.name} {row.message}") for row in case.signals),
        *((row.at, row.actor, row.text) for row in case.timeline),
        *(
            (row.reserved_at, "remedy", f"attempt {row.number}, {row.action}: {row.outcome}")
            for row in case.attempts
        ),
    ]


def _known(value: object) -> str:
    return "unknown" if value is None else str(value)
