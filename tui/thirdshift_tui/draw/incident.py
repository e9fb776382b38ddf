"""One incident, whole: what it is, what time went into, what was tried, what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from thirdshift_controller.wire import Attempt, IncidentDetail, SignalLine
from thirdshift_tui.draw.incidents import NOBODY, spoken, where
from thirdshift_tui.draw.ink import BLANK, Ink, Line, text, wrapped
from thirdshift_tui.draw.words import UNKNOWN, day_and_clock, since, span

_OUTPUT_LINES = 4


def incident_lines(
    incident: IncidentDetail, now: datetime, local: tzinfo, width: int
) -> Iterator[Line]:
    """Yield the incident from its summary to its evidence."""
    summary = incident.summary
    yield ((f"{summary.id}  ", Ink.STRONG), (summary.title, Ink.STRONG))
    yield (
        (f"{summary.severity}, {spoken(summary.state)}, owned by ", Ink.TEXT),
        (summary.owner or NOBODY, Ink.TEXT if summary.owner else Ink.ALARM),
        (f", open for {since(summary.opened_at, now)}", Ink.TEXT),
    )
    yield text(
        f"{where(summary)} in {summary.rack}, GPUs out: {summary.gpus_out}; "
        f"runbook {summary.runbook}; work order {summary.work_order or UNKNOWN}"
    )
    if incident.resolution:
        yield text(f"resolution: {incident.resolution}")
    yield from _phases(incident)
    yield from _attempts(incident.attempts, local, width)
    yield from _section("Timeline")
    for entry in incident.timeline:
        yield from _told(entry.at, local, entry.actor, entry.text, width)
    yield from signal_lines(incident.signals, local, width)


def signal_lines(signals: tuple[SignalLine, ...], local: tzinfo, width: int) -> Iterator[Line]:
    """Yield a section of signals."""
    yield from _section("Signals")
    if not signals:
        yield text("None.", Ink.MUTED)
    for signal in signals:
        slot = "" if signal.gpu_slot is None else f" GPU{signal.gpu_slot}"
        said = f"{signal.message} ({signal.source})"
        yield from _told(signal.at, local, f"{signal.name}{slot}", said, width)


def _phases(incident: IncidentDetail) -> Iterator[Line]:
    yield from _section("Down-time so far, by what it waited for")
    spent = [f"{phase.phase} {span(phase.seconds)}" for phase in incident.phases]
    yield text("  ".join(spent) or UNKNOWN)


def _attempts(attempts: tuple[Attempt, ...], local: tzinfo, width: int) -> Iterator[Line]:
    yield from _section("Remote attempts")
    if not attempts:
        yield text("None was made.", Ink.MUTED)
    for attempt in attempts:
        words = f"{attempt.number}. {spoken(attempt.action)}: {attempt.outcome}"
        yield from _told(attempt.reserved_at, local, words, attempt.command, width)
        for output in attempt.output.splitlines()[:_OUTPUT_LINES]:
            yield text(f"    {output}", Ink.MUTED)


def _section(title: str) -> Iterator[Line]:
    yield BLANK
    yield text(title, Ink.HEADING)


def _told(at: datetime, local: tzinfo, who: str, what: str, width: int) -> Iterator[Line]:
    stamp = f"{day_and_clock(at, local)} "
    first, *more = wrapped(what, width - len(stamp) - len(who) - 2)
    yield ((stamp, Ink.MUTED), (f"{who}  ", Ink.STRONG), *first)
    indent = (" " * (len(stamp) + len(who) + 2), Ink.TEXT)
    yield from ((indent, *line) for line in more)
