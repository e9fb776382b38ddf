"""A report as a few plain blocks. Pages fill them, writers set them as HTML, Markdown and PDF.

Every word and every rounded figure of a report is in here once, so that its three forms cannot say
different things. Text is text: no block holds markup, and each writer escapes what it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Tone(StrEnum):
    """How a text is meant."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Mark(StrEnum):
    """What stands at the head of every page because it holds for every figure."""

    DRAFT = "draft"
    """The month is not closed; figures may still move."""
    MODELLED = "modelled"
    """Estimates stand in for meters that were not read."""
    SIMULATED = "simulated"
    """No GPU of this site exists."""


class Align(StrEnum):
    """Where the texts of a column stand."""

    LEFT = "left"
    RIGHT = "right"


class Width(StrEnum):
    """How much of the page a chart takes."""

    HALF = "half"
    """80 mm."""
    FULL = "full"
    """160 mm."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Opens a part of a page."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One big answer."""

    label: str
    value: str
    text: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Cards:
    """Answers side by side; four at most."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Toned:
    """A cell whose meaning has a colour besides its words."""

    text: str
    tone: Tone


Cell = str | Toned
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    align: Align = Align.LEFT
    room: int = 0
    """Its part of the width that is left; 0 for as wide as its texts, which then do not break."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. Each row has one cell for each column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing."""

    svg: str
    """One `<svg>` element with real text."""
    caption: str
    spoken: str
    """What it shows, for who cannot see it."""
    width: Width = Width.FULL


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Notes:
    """Things to know, one below the other."""

    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Blocks side by side where there is room, else one below the other."""

    left: tuple[Single, ...]
    right: tuple[Single, ...]


Single = Heading | Paragraph | Cards | Table | Chart | Notes
Block = Single | Pair


@dataclass(frozen=True, slots=True)
class Page:
    """One subject."""

    number: int
    title: str
    lead: str
    """What the page says, in a sentence or two."""
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One month of one site."""

    title: str
    subtitle: str
    day: date
    """The last day that it tells of: the date of the document."""
    marks: tuple[Mark, ...]
    pages: tuple[Page, ...]


def right(title: str) -> Column:
    """A column of figures."""
    return Column(title, Align.RIGHT)


def wide(title: str, room: int = 1) -> Column:
    """A column of sentences."""
    return Column(title, room=room)
