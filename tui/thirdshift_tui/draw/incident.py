"""One incident, whole: what it is, what it waits for, what was tried, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from thirdshift_controller.wire import (
    Attempt,
    AttemptOutcome,
    Hold,
    IncidentDetail,
    IncidentSummary,
    RungRecord,
    SignalLine,
)
from thirdshift_tui.draw.holds import hold_words
from thirdshift_tui.draw.incidents import NOBODY, part_of, spoken, times_reopened, waits, where
from thirdshift_tui.draw.ink import BLANK, Ink, Line, text, wrapped
from thirdshift_tui.draw.words import UNKNOWN, day_and_clock, since, span

_OUTPUT_LINES = 4
_INDENT = "    "
_HELD = {True: ", and it held", False: ", but it did not hold", None: ""}


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """All that the page is drawn from."""

    incident: IncidentDetail
    records: tuple[RungRecord, ...]
    holds: tuple[Hold, ...]
    """Those over its place."""


def incident_lines(page: IncidentPage, now: datetime, local: tzinfo, width: int) -> Iterator[Line]:
    """Yield the incident from its summary to its evidence."""
    incident = page.incident
    yield from _head(incident.summary, now, width)
    yield from _standing(page, now, local, width)
    yield from _phases(incident)
    yield from _attempts(page, local, width)
    yield from _section("Timeline")
    for entry in incident.timeline:
        yield from _told(entry.at, local, entry.actor, entry.text, width)
    yield from signal_lines(incident.signals, local, width)


def proposed(incident: IncidentDetail) -> Attempt | None:
    """Return the attempt that waits for a person's yes."""
    waiting = (one for one in incident.attempts if one.outcome is AttemptOutcome.PROPOSED)
    return next(waiting, None)


def signal_lines(signals: tuple[SignalLine, ...], local: tzinfo, width: int) -> Iterator[Line]:
    """Yield a section of signals."""
    yield from _section("Signals")
    if not signals:
        yield text("None.", Ink.MUTED)
    for signal in signals:
        slot = "" if signal.gpu_slot is None else f" GPU{signal.gpu_slot}"
        said = f"{signal.message} ({signal.source})"
        yield from _told(signal.at, local, f"{signal.name}{slot}", said, width)


def _head(summary: IncidentSummary, now: datetime, width: int) -> Iterator[Line]:
    yield from wrapped(f"{summary.id}  {summary.title}", width, Ink.STRONG)
    more = [f"open for {since(summary.opened_at, now)}", times_reopened(summary)]
    yield (
        (f"{summary.severity}, {spoken(summary.state)}, owned by ", Ink.TEXT),
        (summary.owner or NOBODY, Ink.TEXT if summary.owner else Ink.ALARM),
        ("".join(f", {words}" for words in more if words), Ink.TEXT),
    )
    rack = f" in {summary.rack}" if summary.rack else ""
    yield text(
        f"{where(summary)}{rack}, GPUs out: {summary.gpus_out}; "
        f"runbook {summary.runbook}; work order {summary.work_order or UNKNOWN}"
    )


def _standing(page: IncidentPage, now: datetime, local: tzinfo, width: int) -> Iterator[Line]:
    """Yield why it stands where it does: its cause, its parts, what it waits for, who holds it."""
    incident = page.incident
    explained = f"explains {', '.join(incident.parts)}" if incident.parts else ""
    resolved = f"resolution: {incident.resolution}" if incident.resolution else ""
    for words in filter(None, (part_of(incident.summary), explained, resolved)):
        yield from wrapped(words, width)
    if waiting := waits(incident.summary):
        yield from wrapped(waiting, width, Ink.DEGRADED_OWNED)
    for hold in page.holds:
        yield from wrapped(hold_words(hold, now, local), width, Ink.HELD)


def _phases(incident: IncidentDetail) -> Iterator[Line]:
    yield from _section("Down-time so far, by what it waited for")
    spent = [f"{phase.phase} {span(phase.seconds)}" for phase in incident.phases]
    yield text("  ".join(spent) or UNKNOWN)


def _attempts(page: IncidentPage, local: tzinfo, width: int) -> Iterator[Line]:
    yield from _section("Remote attempts")
    attempts, runbook = page.incident.attempts, page.incident.summary.runbook
    if not attempts:
        yield text("None was made.", Ink.MUTED)
    known = {one.action: one for one in page.records if one.runbook == runbook}
    for attempt in attempts:
        words = f"{attempt.number}. {spoken(attempt.action)}: {_outcome(attempt)}"
        yield from _told(attempt.reserved_at, local, words, attempt.command, width)
        yield from _beside(attempt, known.get(attempt.action))
        for output in attempt.output.splitlines()[:_OUTPUT_LINES]:
            yield text(f"{_INDENT}{output}", Ink.MUTED)


def _outcome(attempt: Attempt) -> str:
    good = attempt.outcome is AttemptOutcome.SUCCEEDED
    return attempt.outcome + (_HELD[attempt.held] if good else "")


def _beside(attempt: Attempt, record: RungRecord | None) -> Iterable[Line]:
    """Return what else is known of an attempt, and the keys where it waits for a person."""
    asks = attempt.outcome is AttemptOutcome.PROPOSED and attempt.approved_by is None
    known = [
        f"approved by {attempt.approved_by}" if attempt.approved_by else "",
        f"for this runbook it held {record.held} of {record.tried}" if record else "",
        "a lead decides: y yes, n no" if asks else "",
    ]
    words = "; ".join(filter(None, known))
    ink = Ink.DEGRADED_OWNED if asks else Ink.TEXT
    return [text(f"{_INDENT}{words}", ink)] if words else []


def _section(title: str) -> Iterator[Line]:
    yield BLANK
    yield text(title, Ink.HEADING)


def _told(at: datetime, local: tzinfo, who: str, what: str, width: int) -> Iterator[Line]:
    stamp = f"{day_and_clock(at, local)} "
    first, *more = wrapped(what, width - len(stamp) - len(who) - 2)
    yield ((stamp, Ink.MUTED), (f"{who}  ", Ink.STRONG), *first)
    indent = (" " * (len(stamp) + len(who) + 2), Ink.TEXT)
    yield from ((indent, *line) for line in more)
