"""The rules that hold within one `[[when]]` of a page, beyond the shape of its table."""

from __future__ import annotations

from collections.abc import Collection

from thirdshift_runbooks.page import When
from thirdshift_runbooks.record import Table
from thirdshift_runbooks.rules import EVERYTHING_ELSE, is_any_of_a_kind, is_signal


def check_when(table: Table, when: When, page_id: str, signals: Collection[str]) -> None:
    """It speaks of what its page hears, asks for something and leads elsewhere."""
    _check_signal(table, when, signals)
    for name in when.beside:
        if not is_signal(name):
            table.complain("beside", f"{name!r} is no signal; write one such as 'xid:79'")
    if when.becomes and when.becomes == page_id:
        table.complain("becomes", "it is this page; name another, or take the rule away")
    if not when.facts and not when.beside and when.repeats == 1:
        table.complain("facts", "the rule asks for nothing; write facts, repeats or beside")
    if when.repeats == 1:
        for key in {"same", "within_hours"} & table.values.keys():
            table.complain(key, "nothing is counted; write repeats = 2 or more")


def _check_signal(table: Table, when: When, signals: Collection[str]) -> None:
    if not when.signal:
        return
    if EVERYTHING_ELSE in signals:
        if not is_any_of_a_kind(when.signal):
            text = f"{when.signal!r} is no kind; on this page write one such as 'sxid:*'"
            table.complain("signal", text)
    elif when.signal not in signals:
        text = f"{when.signal!r} is none of the page's own signals; name one of them"
        table.complain("signal", text)
