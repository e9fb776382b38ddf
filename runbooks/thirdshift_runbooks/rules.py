"""The rules that hold within one page, beyond the shape of its record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches

from thirdshift_runbooks.markdown import SECTIONS, Parts, Section
from thirdshift_runbooks.page import Disposition, Outage, Page, RemoteAction, Unit
from thirdshift_runbooks.record import Table

EVERYTHING_ELSE = "*"
"""The signal of the one page that answers where no other does."""

_SIGNAL = re.compile(r"\*|(?:xid|sxid):[1-9]\d*|(?!xid:|sxid:)[a-z]+:\w+", re.ASCII)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|\d+")

_NEEDS_A_DRAIN = frozenset(RemoteAction) - {
    RemoteAction.DRAIN,
    RemoteAction.SERVICE_RESTART,
    RemoteAction.BMC_RESET,
}
"""What ends the work on a GPU or on the whole node."""

Note = Callable[[int, str], None]
"""Told the line in the file, counted from 1, and the problem found there."""


def kebab(name: str) -> str:
    """`GpuFellOffBus` as `gpu-fell-off-bus`."""
    return "-".join(_WORD.findall(name)).lower()


def check_prose(parts: Parts, note: Note) -> None:
    """A title, and each of the five sections once, in order, with words in it."""
    if parts.title is None:
        note(1, "no title; begin the page with '# ' and what has happened")
    for section in parts.sections:
        _check_section(section, note)
    found = [section.heading for section in parts.sections]
    for heading in SECTIONS:
        if heading not in found:
            note(1, f"section '## {heading}' is missing; write it")
    for heading, times in Counter(found).items():
        if times > 1:
            note(1, f"section {heading!r} stands there twice; make one of them")
    if sorted(found) == sorted(SECTIONS) and found != list(SECTIONS):
        note(1, f"sections must come in this order: {', '.join(SECTIONS)}")


def _check_section(section: Section, note: Note) -> None:
    if section.heading not in SECTIONS:
        near = get_close_matches(section.heading, SECTIONS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "use ### under one of the five"
        note(section.line, f"section {section.heading!r} is not known; {hint}")
    elif not section.text:
        note(section.line, f"section {section.heading!r} is empty; write it")


def check_record(table: Table, page: Page, today: date | None) -> None:
    """Names that belong together, signals that can come, and what the disposition asks for."""
    wanted = kebab(page.alert)
    if page.id and page.id != wanted:
        text = f"{page.id!r} does not belong to the alert {page.alert!r}"
        table.complain("id", f"{text}; write {wanted!r} or rename the file")
    named = {
        "signals": page.signals,
        "explains": page.explains,
        "explains_beside": page.explains_beside,
        "explains_below": page.explains_below,
        "when": [name for when in page.when for name in (when.signal, *when.beside)],
    }
    for key, signals in named.items():
        for signal in signals:
            if not _SIGNAL.fullmatch(signal):
                table.complain(key, f"{signal!r} is no signal; write one such as 'xid:79'")
    if table.values.get("signals") == []:
        table.complain("signals", "no signal, so nothing leads here; name at least one")
    if today is not None and page.reviewed_on > today:
        table.complain("reviewed_on", f"{page.reviewed_on} is in the future; write the day of it")
    if page.disposition is Disposition.REPAIR:
        _check_repair(table, page)
    else:
        _check_observed(table, page)


def _check_repair(table: Table, page: Page) -> None:
    if not page.steps:
        table.complain("steps", "a repair needs steps for the day the ladder fails; write some")
    _check_ladder(table, page)
    if page.people < 1:
        table.complain("people", "a repair needs somebody; write at least 1")
    for key in ("estimate", "proof"):
        if key not in table.values:
            table.complain(key, f"a repair needs it; write [{key}]")


def _check_ladder(table: Table, page: Page) -> None:
    """From the gentle to the rough, never twice, and never over the head of a running job."""
    order = list(RemoteAction)
    if [*page.ladder] != sorted(set(page.ladder), key=order.index):
        table.complain("ladder", f"write each rung once, in this order: {', '.join(order)}")
    if _NEEDS_A_DRAIN & {*page.ladder} and RemoteAction.DRAIN not in page.ladder:
        table.complain("ladder", "a rung of it ends running work; begin with 'drain'")
    if (RemoteAction.SERVICE_RESTART in page.ladder) != bool(page.services):
        table.complain("services", "name them exactly where the ladder has 'service_restart'")
    if page.ladder and page.unit not in (Unit.GPU, Unit.NODE):
        table.complain("ladder", f"nothing remote mends a whole {page.unit}; write []")


def _check_observed(table: Table, page: Page) -> None:
    for key in ("ladder", "steps", "estimate", "proof"):
        if table.values.get(key):
            table.complain(key, "an observed fault has none; remove it, or write 'repair'")
    if page.people:
        table.complain("people", "an observed fault sends nobody; write 0")
    if page.takes_out is not Outage.NOTHING:
        table.complain("takes_out", "an observed fault takes nothing out; write 'nothing'")
