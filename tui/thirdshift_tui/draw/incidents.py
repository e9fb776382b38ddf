"""Lists of incidents: what nobody owns comes first, then the worst and oldest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from thirdshift_controller.wire import IncidentSummary
from thirdshift_tui.draw.ink import Ink, Line, Row, fit, text, widest
from thirdshift_tui.draw.words import since

NOBODY = "nobody"
_INKS = {
    "critical": (Ink.FAILED, Ink.FAILED_OWNED),
    "major": (Ink.DEGRADED, Ink.DEGRADED_OWNED),
}
_OTHERWISE = (Ink.NO_DATA, Ink.NO_DATA_OWNED)
_ROOMY = 100


@dataclass(frozen=True, slots=True)
class Columns:
    """How many cells the columns take whose words come from the site."""

    identity: int
    place: int
    owner: int


def unowned_first(incidents: Iterable[IncidentSummary]) -> list[IncidentSummary]:
    """Return the incidents with those that nobody owns in front, else in the API's order."""
    return sorted(incidents, key=lambda incident: incident.owner is not None)


def unowned_nodes(incidents: Iterable[IncidentSummary]) -> set[str]:
    """Return the names of the nodes with an incident that nobody owns."""
    return {incident.node for incident in incidents if incident.owner is None}


def incident_rows(
    incidents: Iterable[IncidentSummary], now: datetime, width: int, heading: str
) -> list[Row]:
    """Return a heading and one row an incident; a row's key is the incident's id."""
    listed = unowned_first(incidents)
    unowned = sum(incident.owner is None for incident in listed)
    rows = [Row(text(f"{heading}  {len(listed)} open, {unowned} unowned", Ink.HEADING))]
    if not listed:
        return [*rows, Row(text("Nothing is open.", Ink.MUTED))]
    columns = Columns(
        identity=widest((one.id for one in listed), 12),
        place=widest((where(one) for one in listed), 16),
        owner=widest((one.owner or NOBODY for one in listed), 10),
    )
    return rows + [Row(incident_line(one, now, width, columns), one.id) for one in listed]


def incident_line(incident: IncidentSummary, now: datetime, width: int, columns: Columns) -> Line:
    """Return one incident in `width` cells."""
    filled, bare = _INKS.get(incident.severity, _OTHERWISE)
    owner = fit(incident.owner or NOBODY, columns.owner)
    state = fit(f" {spoken(incident.state)}", 13) if width >= _ROOMY else ""
    head = f" {fit(incident.id, columns.identity)} {fit(where(incident), columns.place)} "
    tail = f"{state} {owner} {since(incident.opened_at, now):>6}"
    title = fit(incident.title, max(0, width - 8 - len(head) - len(tail)))
    return (
        (fit(incident.severity, 8), bare if incident.owner else filled),
        (head, Ink.STRONG),
        (title, Ink.TEXT),
        (tail, Ink.MUTED if incident.owner else Ink.STRONG),
    )


def where(incident: IncidentSummary) -> str:
    """Return the node, and the GPU's slot where it is one GPU's trouble."""
    return incident.node if incident.gpu_slot is None else f"{incident.node}/{incident.gpu_slot}"


def spoken(word: str) -> str:
    """Return one of the wire's words as a person says it: `needs_hands` is `needs hands`."""
    return word.replace("_", " ")
