"""From a page's text to a `Page`: which keys the record has. The rules on them are `rules.py`'s."""

from __future__ import annotations

import re
import tomllib
from datetime import date

from thirdshift_runbooks.errors import Problem, RunbookError
from thirdshift_runbooks.markdown import Parts, take_apart
from thirdshift_runbooks.page import (
    Disposition,
    Estimate,
    FailureClass,
    Outage,
    Page,
    Proof,
    RemoteAction,
    Severity,
    Step,
    StepKind,
    Unit,
    When,
)
from thirdshift_runbooks.record import Table
from thirdshift_runbooks.rules import Note, check_prose, check_record

_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_NO_PROOF = Proof(soak_minutes=0)


def parse(file: str, text: str, today: date | None = None) -> Page:
    """Read one page, named by its file. Raises `RunbookError` with all that is wrong with it.

    With `today`, a review that lies in the future is wrong too. A program that runs does not say
    what day it is: a clock that is behind must not take the catalogue away.
    """
    problems: list[Problem] = []

    def note(line: int, problem: str) -> None:
        problems.append(Problem(file, line, problem))

    parts = take_apart(text)
    check_prose(parts, note)
    table = _table(parts, note)
    if table is not None:
        page = _page(table, file.removesuffix(".md"), parts)
        table.end()
        check_record(table, page, today)
    if table is None or problems:
        raise RunbookError(problems)
    return page


def _table(parts: Parts, note: Note) -> Table | None:
    if parts.record is None:
        note(1, "no machine's part; open a ```toml block under the title and close it")
        return None
    first = parts.record_line
    try:
        values = tomllib.loads(parts.record)
    except RecursionError:
        note(first, "not TOML: it is nested too deeply")
        return None
    except ValueError as error:
        where = _TOML_LINE.search(str(error))
        line = int(where[1]) - 1 if where else 0
        note(first + line, f"not TOML: {_TOML_LINE.sub('', str(error))}")
        return None
    return Table(values, parts.record.split("\n"), lambda n, problem: note(first + n, problem))


def _page(table: Table, alert: str, parts: Parts) -> Page:
    return Page(
        id=table.text("id"),
        alert=alert,
        title=parts.title or "",
        signals=table.texts("signals"),
        explains=table.some_texts("explains"),
        explains_beside=table.some_texts("explains_beside"),
        explains_below=table.some_texts("explains_below"),
        when=tuple(_when(row) for row in table.tables("when")),
        failure_class=table.word("class", FailureClass),
        component=table.text("component"),
        unit=table.word("unit", Unit),
        severity=table.word("severity", Severity),
        disposition=table.word("disposition", Disposition),
        takes_out=table.word("takes_out", Outage),
        ladder=table.words("ladder", RemoteAction),
        services=table.some_texts("services"),
        rma=table.flag("rma", default=False),
        people=table.whole("people", least=0),
        skills=table.texts("skills"),
        parts=table.texts("parts"),
        estimate=_estimate(table.table("estimate")),
        safety=table.text("safety"),
        steps=tuple(_step(row) for row in table.tables("steps")),
        proof=_proof(table.table("proof")),
        reviewed_on=table.day("reviewed_on"),
        body=parts.body,
    )


def _estimate(table: Table | None) -> Estimate | None:
    if table is None:
        return None
    estimate = Estimate(table.whole("p50_minutes", 1), table.whole("p90_minutes", 1))
    table.end()
    if estimate.p90_minutes < estimate.p50_minutes:
        table.complain("p90_minutes", "it is less than p50_minutes; write at least as much")
    return estimate


def _when(table: Table) -> When:
    when = When(
        signal=table.text("signal"),
        becomes=table.text("becomes"),
        facts=table.patterns("facts"),
        repeats=table.some_whole("repeats", least=1, default=1),
        within_hours=table.some_whole("within_hours", least=1, default=24),
        same=table.some_texts("same"),
        beside=table.some_texts("beside"),
    )
    table.end()
    return when


def _step(table: Table) -> Step:
    step = Step(table.word("kind", StepKind), table.text("text"), table.whole("minutes", 0))
    table.end()
    return step


def _proof(table: Table | None) -> Proof:
    if table is None:
        return _NO_PROOF
    proof = Proof(
        soak_minutes=table.whole("soak_minutes", 1),
        gpu_present=table.flag("gpu_present", _NO_PROOF.gpu_present),
        remap_clear=table.flag("remap_clear", _NO_PROOF.remap_clear),
        recovery_action_none=table.flag("recovery_action_none", _NO_PROOF.recovery_action_none),
        pcie_full_width=table.flag("pcie_full_width", _NO_PROOF.pcie_full_width),
    )
    table.end()
    return proof
