"""A BMC's event log by Redfish: which part of it to read, and what is worth a signal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from thirdshift_controller.adapters.bmc.log_words import code_of
from thirdshift_controller.adapters.bmc.redfish_layout import Layout
from thirdshift_controller.adapters.bmc.redfish_schema import Collection, LogLine, LogService
from thirdshift_controller.adapters.bmc.redfish_session import RedfishSession
from thirdshift_controller.intake.management import LogEntry

LATEST = 200
MOST_PAGES = 20
_FIRST_YEAR = 2005
"""A BMC that says an earlier one has lost its clock."""


def latest_lines(session: RedfishSession, layout: Layout, service: LogService) -> Iterator[LogLine]:
    """The log's first page and its end: which of the two is the newest, each maker decides."""
    if service.entries is None:
        return
    page = session.get(service.entries.uri, Collection) or Collection()
    yield from session.members_of(page, LogLine)
    if page.next_link and page.count and layout.skips:
        skip = max(len(page.members), page.count - LATEST)
        query = {"$skip": str(skip), "$top": str(LATEST)}
        end = session.get(service.entries.uri, Collection, query)
        yield from session.members_of(end or Collection(), LogLine)
    elif page.next_link:
        yield from _pages(session, page.next_link)


def all_lines(session: RedfishSession, service: LogService) -> Iterator[LogLine]:
    """The whole log, as far as `MOST_PAGES` reach."""
    return _pages(session, service.entries.uri) if service.entries else iter(())


def worth_a_signal(service: LogService, lines: Iterator[LogLine]) -> Iterator[LogEntry]:
    """What is bad and known, each once."""
    seen = set()
    for line in lines:
        code = code_of(said(line)) if line.severity != "OK" else None
        if code and line.id not in seen and line.entry_code != "Deassert":
            seen.add(line.id)
            number = f"{service.unit}/{line.id}"
            yield LogEntry(number, instant(line.created), code, said(line))


def said(line: LogLine) -> str:
    """The entry in one line: what kind of sensor, and the maker's words."""
    words = (line.sensor_type, line.message or line.message_id or line.name)
    return ": ".join(word for word in words if word)


def as_text(line: LogLine) -> str:
    """The entry for a reader of the whole log."""
    return f"{line.created or '-'}  {line.severity or '-'}  {said(line)}"


def instant(created: str | None) -> datetime | None:
    """When it was written; `None` where the BMC did not know."""
    try:
        at = datetime.fromisoformat(created or "")
    except ValueError:
        return None
    if at.year < _FIRST_YEAR:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _pages(session: RedfishSession, uri: str) -> Iterator[LogLine]:
    link: str | None = uri
    for _ in range(MOST_PAGES):
        page = session.get(link, Collection) if link else None
        if page is None:
            return
        yield from session.members_of(page, LogLine)
        link = page.next_link
