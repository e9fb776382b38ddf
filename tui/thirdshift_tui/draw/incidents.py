"""Lists of incidents: what nobody owns first, then the worst; parts stand beneath their cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
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
_SEVERITY = 8
"""Cells for the longest severity."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An incident and how deep it stands beneath its cause; 0 is on its own."""

    incident: IncidentSummary
    depth: int

    @property
    def identity(self) -> str:
        """Its id, indented."""
        return "  " * self.depth + self.incident.id


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


def arranged(incidents: Iterable[IncidentSummary]) -> Iterator[Listed]:
    """Yield the incidents, unowned first, and each one's parts beneath it."""
    ordered = unowned_first(incidents)
    known = {one.id for one in ordered}
    parts: dict[str | None, list[IncidentSummary]] = defaultdict(list)
    for one in ordered:
        parts[one.parent if one.parent in known else None].append(one)

    def beneath(cause: str | None, depth: int) -> Iterator[Listed]:
        for one in parts[cause]:
            yield Listed(one, depth)
            yield from beneath(one.id, depth + 1)

    yield from beneath(None, 0)


def incident_rows(
    incidents: Iterable[IncidentSummary],
    now: datetime,
    width: int,
    heading: str,
    *,
    brief: bool = False,
) -> list[Row]:
    """Return a heading and a row an incident, its key the incident's id.

    Unless `brief`, a row without a key follows where there is more to say: what it waits for.
    """
    listed = list(arranged(incidents))
    unowned = sum(one.incident.owner is None for one in listed)
    rows = [Row(text(f"{heading}  {len(listed)} open, {unowned} unowned", Ink.HEADING))]
    if not listed:
        return [*rows, Row(text("Nothing is open.", Ink.MUTED))]
    columns = Columns(
        identity=widest((one.identity for one in listed), 14),
        place=widest((where(one.incident) for one in listed), 16),
        owner=widest((one.incident.owner or NOBODY for one in listed), 10),
    )
    for one in listed:
        rows.append(Row(_line(one, now, width, columns), one.incident.id))
        if not brief and (more := _more(one)):
            ink = Ink.DEGRADED_OWNED if one.incident.waits_for else Ink.MUTED
            rows.append(Row(text(fit(" " * (_SEVERITY + 1) + more, width), ink)))
    return rows


def _line(listed: Listed, now: datetime, width: int, columns: Columns) -> Line:
    incident = listed.incident
    filled, bare = _INKS.get(incident.severity, _OTHERWISE)
    owner = fit(incident.owner or NOBODY, columns.owner)
    state = fit(f" {spoken(incident.state)}", 13) if width >= _ROOMY else ""
    head = f" {fit(listed.identity, columns.identity)} {fit(where(incident), columns.place)} "
    tail = f"{state} {owner} {since(incident.opened_at, now):>6}"
    title = fit(incident.title, max(0, width - _SEVERITY - len(head) - len(tail)))
    return (
        (fit(incident.severity, _SEVERITY), bare if incident.owner else filled),
        (head, Ink.STRONG),
        (title, Ink.TEXT),
        (tail, Ink.MUTED if incident.owner else Ink.STRONG),
    )


def _more(listed: Listed) -> str:
    """Return what the line does not tell; a part beneath its cause shows what it waits for."""
    incident = listed.incident
    told = [times_reopened(incident)]
    if not listed.depth:
        told += [part_of(incident), waits(incident)]
    return "; ".join(filter(None, told))


def waits(incident: IncidentSummary) -> str:
    """Return why nothing is tried from afar just now, or nothing."""
    return f"waits: {incident.waits_for}" if incident.waits_for else ""


def part_of(incident: IncidentSummary) -> str:
    """Return the wider incident, or nothing where the waiting names it already."""
    named = incident.parent is None or incident.parent in (incident.waits_for or "")
    return "" if named else f"part of {incident.parent}"


def times_reopened(incident: IncidentSummary) -> str:
    """Return how often it came back, or nothing."""
    return f"reopened {incident.reopened}x" if incident.reopened else ""


def where(incident: IncidentSummary) -> str:
    """Return the node, with the GPU's slot where it is one GPU's trouble; or what is wider."""
    if not incident.node:
        return f"{incident.scope} {incident.scope_name}"
    return incident.node if incident.gpu_slot is None else f"{incident.node}/{incident.gpu_slot}"


def spoken(word: str) -> str:
    """Return one of the wire's words as a person says it: `needs_hands` is `needs hands`."""
    return word.replace("_", " ")
