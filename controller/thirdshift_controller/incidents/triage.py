"""Where a signal belongs: to an incident that is open, or to a new one. Pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from thirdshift_controller.wire import IncidentState
from thirdshift_runbooks.page import Disposition, Page, Severity

_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}


class OpenIncident(Protocol):
    """What triage needs to know of an incident that is open on the same unit."""

    runbook: str
    severity: str
    state: IncidentState
    last_signal_at: datetime


Known = TypeVar("Known", bound=OpenIncident)


@dataclass(frozen=True, slots=True)
class Join(Generic[Known]):
    """The signal is more of what is known. `promote`: it names the fault better than before."""

    incident: Known
    promote: bool


@dataclass(frozen=True, slots=True)
class Open:
    """The signal is the first of something new."""


def place(
    page: Page,
    at: datetime,
    on_same_unit: Sequence[tuple[Known, Page]],
    burst: timedelta,
) -> Join[Known] | Open:
    """Decide for one signal that `page` answers to.

    A unit under repair gathers everything that it says. A workload's fault gathers its own kind,
    and within one burst it turns into the repair that it announced.
    """
    for incident, known in on_same_unit:
        if known.disposition is Disposition.REPAIR:
            return Join(incident, promote=_is_worse(page, incident))
    for incident, known in on_same_unit:
        if known.id == page.id:
            return Join(incident, promote=False)
        if at - incident.last_signal_at <= burst:
            return Join(incident, promote=page.disposition is Disposition.REPAIR)
    return Open()


def settled(opened_at: datetime, last_signal_at: datetime, now: datetime, burst: timedelta) -> bool:
    """Whether a burst is over: silence for one burst, or five bursts since it began."""
    return now - last_signal_at >= burst or now - opened_at >= 5 * burst


def quiet(last_signal_at: datetime, now: datetime, silence: timedelta) -> bool:
    """Whether an observed fault has been silent long enough to be closed."""
    return now - last_signal_at >= silence


def _is_worse(page: Page, incident: OpenIncident) -> bool:
    return (
        incident.state is IncidentState.OPEN
        and page.disposition is Disposition.REPAIR
        and _RANK[page.severity] < _RANK[incident.severity]
    )
