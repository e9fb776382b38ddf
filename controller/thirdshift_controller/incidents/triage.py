"""Where a signal belongs: to an incident that is open, or to a new one. Pure decisions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from thirdshift_controller.wire import IncidentState
from thirdshift_runbooks.page import Disposition, Page, Severity

BURSTS = 5
"""So many bursts after its begin an incident's first burst is over, even where it goes on."""

_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}


class OpenIncident(Protocol):
    """What triage needs to know of an incident that is open on the same unit."""

    runbook: str
    severity: str
    state: IncidentState
    opened_at: datetime
    last_signal_at: datetime


Known = TypeVar("Known", bound=OpenIncident)


@dataclass(frozen=True, slots=True)
class Candidate(Generic[Known]):
    """An incident that is open on the signal's node."""

    incident: Known
    page: Page
    heard: Collection[Page]
    """The pages of all signals that belong to it."""


@dataclass(frozen=True, slots=True)
class Join(Generic[Known]):
    """The signal is more of what is known. `promote`: it names the fault better than before."""

    incident: Known
    promote: bool


@dataclass(frozen=True, slots=True)
class Open:
    """The signal is the first of something new."""


def place(
    signal: str,
    page: Page,
    at: datetime,
    here: Sequence[Candidate[Known]],
    beside: Sequence[Candidate[Known]],
    burst: timedelta,
) -> Join[Known] | Open:
    """Decide for one signal that `page` answers to, by what is open on its unit and beside it.

    A unit under repair gathers everything that it says. A workload's fault gathers its own kind,
    and within one burst it turns into the repair that it announced. What a page explains is never
    a fault of its own within one burst: a count that rose with it, the other end of a link.
    """
    for one in here:
        if one.page.disposition is Disposition.REPAIR:
            return Join(one.incident, promote=_is_worse(page, one.incident))
    for one in beside:
        explained = any(signal in heard.explains_beside for heard in one.heard)
        if explained and _in_burst(one.incident, at, burst):
            return Join(one.incident, promote=False)
    for one in here:
        if one.page.id == page.id:
            return Join(one.incident, promote=False)
        if _in_burst(one.incident, at, burst):
            explained = any(signal in heard.explains for heard in one.heard)
            names_it = page.disposition is Disposition.REPAIR and not explained
            return Join(one.incident, promote=names_it)
    return Open()


def settled(opened_at: datetime, last_signal_at: datetime, now: datetime, burst: timedelta) -> bool:
    """Whether a burst is over: silence for one burst, or five bursts since it began."""
    return now - last_signal_at >= burst or now - opened_at >= BURSTS * burst


def quiet(last_signal_at: datetime, now: datetime, silence: timedelta) -> bool:
    """Whether an observed fault has been silent long enough to be closed."""
    return now - last_signal_at >= silence


def _in_burst(incident: OpenIncident, at: datetime, burst: timedelta) -> bool:
    """Whether what happens at `at` may belong to it; noise that goes on for hours says nothing."""
    ends_at = incident.opened_at + BURSTS * burst
    return at - incident.last_signal_at <= burst and at < ends_at


def _is_worse(page: Page, incident: OpenIncident) -> bool:
    return (
        incident.state is IncidentState.OPEN
        and page.disposition is Disposition.REPAIR
        and _RANK[page.severity] < _RANK[incident.severity]
    )
