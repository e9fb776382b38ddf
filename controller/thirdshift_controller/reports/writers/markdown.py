"""A report as Markdown, for where charts cannot go: a chart is told in a sentence instead.

It keeps to what GitHub reads. Text is escaped so that no name can become markup, mathematics or a
cell of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from thirdshift_controller.reports.blocks import (
    Align,
    Block,
    Cards,
    Cell,
    Chart,
    Heading,
    Notes,
    Page,
    Pair,
    Paragraph,
    Report,
    Table,
    Tone,
    Toned,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>|$~&])")
_OPENS_A_BLOCK = re.compile(r"^(\d*)([#+=.)-])")


def markdown(report: Report) -> str:
    """The report's text."""
    lines = [f"# {escaped(report.title)}", "", escaped(report.subtitle)]
    if report.marks:
        lines += ["", f"**{', '.join(mark.upper() for mark in report.marks)}**"]
    for page in report.pages:
        lines += _page(page)
    return "\n".join(lines) + "\n"


def inline(text: str) -> str:
    """Somebody's text inside a line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def escaped(text: str) -> str:
    """Somebody's text as a line of its own, where more signs have a meaning."""
    return _OPENS_A_BLOCK.sub(r"\1\\\2", inline(text))


def _page(page: Page) -> Iterator[str]:
    yield from ("", f"## {page.number}. {escaped(page.title)}", "", escaped(page.lead))
    yield from _blocks(page.blocks)


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield ""
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield f"### {escaped(text)}"
        case Paragraph(text):
            yield escaped(text)
        case Cards(cards):
            for card in cards:
                text = f" · {inline(card.text)}" if card.text else ""
                yield f"- {inline(card.label)} **{inline(card.value)}**{text}"
        case Chart():
            yield f"*Chart.* {inline(block.spoken)}"
        case Notes(notes):
            for note in notes:
                warning = "**Warning.** " if note.tone is Tone.WARNING else ""
                yield f"- {warning}{escaped(note.text)}"
        case Pair(left, right):
            yield from list(_blocks((*left, *right)))[1:]
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield from (f"### {escaped(table.title)}", "")
    if table.rows or table.total:
        yield _row([column.title for column in table.columns])
        rules = ["---:" if column.align is Align.RIGHT else "---" for column in table.columns]
        yield f"|{'|'.join(rules)}|"
        yield from (_row(row) for row in table.rows)
        if table.total:
            yield _row(table.total, strong=True)
    if table.note:
        yield from ("", escaped(table.note))


def _row(cells: Sequence[Cell], *, strong: bool = False) -> str:
    texts = [inline(cell.text if isinstance(cell, Toned) else cell) for cell in cells]
    if strong:
        texts = [f"**{text}**" if text else "" for text in texts]
    return f"| {' | '.join(texts)} |"
