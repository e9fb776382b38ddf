"""Where a signal belongs: to an incident that is open, or to a new one. Pure decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic

from thirdshift_controller.incidents.board import Candidate, Known, OpenIncident, Surroundings
from thirdshift_controller.wire import IncidentState
from thirdshift_runbooks.page import Disposition, FailureClass, Page, Severity

BURSTS = 5
"""So many bursts after its begin an incident's first burst is over, even where it goes on."""

_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Join(Generic[Known]):
    """The signal is more of what is known. `promote`: it names the fault better than before."""

    candidate: Candidate[Known]
    promote: bool


@dataclass(frozen=True, slots=True)
class Open:
    """The signal is the first of something new."""


def place(
    signal: str, page: Page, at: datetime, around: Surroundings[Known], burst: timedelta
) -> Join[Known] | Open:
    """Decide for one signal that `page` answers to, by what is open around its unit.

    A leak gathers all that its rack says. What has an open repair of its own page joins that; else
    a GPU under repair gathers everything that it says, a node under repair what is of the same
    kind. A workload's fault gathers its own kind, and within one burst it turns into the repair
    that it announced. What a page explains is never a fault of its own within one burst: a count
    that rose with it, the other end of a link; nor is the silence of a node that was told to start.
    """
    for one in around.above:
        if _explained(signal, one, "explains_below") or one.page.id == page.id:
            return Join(one, promote=False)
    for one in sorted(around.here, key=lambda one: one.page.id != page.id):
        if one.page.disposition is Disposition.REPAIR and _gathers(one, signal, page, at, burst):
            return Join(one, promote=_is_worse(page, one.incident))
    for one in (*around.here, *around.beside):
        starting = one.incident.silence_until_at
        if starting is not None and at < starting and _is_silence(page):
            return Join(one, promote=False)
    for one in around.beside:
        if _in_burst(one.incident, at, burst) and _explained(signal, one, "explains_beside"):
            return Join(one, promote=False)
    return _among_observed(signal, page, at, around.here, burst)


def worse(one: str, other: str) -> str:
    """Of two severities."""
    return min(one, other, key=_RANK.__getitem__)


def settled(begun_at: datetime, last_signal_at: datetime, now: datetime, burst: timedelta) -> bool:
    """Whether a burst is over: silence for one burst, or five bursts since it began."""
    return now - last_signal_at >= burst or now - begun_at >= BURSTS * burst


def _among_observed(
    signal: str, page: Page, at: datetime, here: Iterable[Candidate[Known]], burst: timedelta
) -> Join[Known] | Open:
    for one in here:
        if one.page.id == page.id:
            return Join(one, promote=False)
        observed = one.page.disposition is Disposition.OBSERVE
        if observed and _in_burst(one.incident, at, burst):
            names_it = page.disposition is Disposition.REPAIR
            explained = _explained(signal, one, "explains")
            return Join(one, promote=names_it and not explained)
    return Open()


def _gathers(
    one: Candidate[Known], signal: str, page: Page, at: datetime, burst: timedelta
) -> bool:
    """Whether a repair takes up what its own unit says."""
    if one.incident.gpu_slot is not None:
        return True
    alike = page.id == one.page.id or page.failure_class is one.page.failure_class
    return alike or (_in_burst(one.incident, at, burst) and _explained(signal, one, "explains"))


def _is_silence(page: Page) -> bool:
    return page.failure_class is FailureClass.NODE_UNREACHABLE


def _explained(signal: str, one: Candidate[Known], key: str) -> bool:
    lists = (getattr(page, key) for page in one.heard)
    return any(signal in names or "*" in names for names in lists)


def _in_burst(incident: OpenIncident, at: datetime, burst: timedelta) -> bool:
    """Whether what happens at `at` may belong to it; noise that goes on for hours says nothing."""
    ends_at = incident.begun_at + BURSTS * burst
    return at - incident.last_signal_at <= burst and at < ends_at


def _is_worse(page: Page, incident: OpenIncident) -> bool:
    return (
        incident.state is IncidentState.OPEN
        and page.disposition is Disposition.REPAIR
        and _RANK[page.severity] < _RANK[incident.severity]
    )
