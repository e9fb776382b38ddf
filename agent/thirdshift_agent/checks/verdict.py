"""The verdict on a node and how it is told: as Nagios plug-ins do, or as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from thirdshift_agent.checks.finding import Finding, Status, Unit, worst, worst_first


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the whole check came to."""

    answering: int | None
    """How many GPUs do; None where the check came to no end."""
    found: tuple[Finding, ...]
    level: int = 1
    skipped: tuple[str, ...] = ()
    """What was not tested and why, one line each."""
    tools: Mapping[str, str] = field(default_factory=dict)
    """The versions that the tools told of themselves."""
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Worst first."""
        return worst_first(self.found)

    @property
    def status(self) -> Status:
        """The worst of the findings."""
        return worst(finding.status for finding in self.found)

    def __str__(self) -> str:
        """The status and what was measured on the first line, then one line a finding."""
        told = "not tested" if self.answering is None else f"{self.answering} GPUs answer"
        first = f"{self.status.name}: {told}"
        measured = " ".join(_performance(self.found))
        lines = [f"{first} | {measured}" if measured else first]
        lines += [finding.text for finding in self.findings]
        return "\n".join([*lines, *(f"skipped: {reason}" for reason in self.skipped)])

    def encode(self) -> str:
        """The verdict as one JSON object on one line; instants in ISO 8601 with offset."""
        told = {
            "level": self.level,
            "status": self.status.name,
            "answering": self.answering,
            "findings": [
                asdict(finding) | {"status": finding.status.name} for finding in self.findings
            ],
            "skipped": self.skipped,
            "tools": dict(self.tools),
            "started_at": self.started_at and self.started_at.isoformat(),
            "ended_at": self.ended_at and self.ended_at.isoformat(),
        }
        return json.dumps(told)


def _performance(findings: tuple[Finding, ...]) -> Iterator[str]:
    """Each measurement as `label=value;warn;crit;min;max`; `floor:` means that less is critical."""
    for finding in findings:
        if finding.measured is not None:
            label = finding.check if finding.slot is None else f"{finding.check}_gpu{finding.slot}"
            unit = "B" if finding.unit is Unit.BYTES_PER_SECOND else ""
            floor = "" if finding.floor is None else f"{finding.floor:.0f}:"
            yield f"{label}={finding.measured:.0f}{unit};;{floor};0;"
