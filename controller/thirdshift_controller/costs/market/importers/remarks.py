"""What an importer hands over: prices, and what it found odd row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from thirdshift_controller.costs.market.record import CloudPrice


class Trap(StrEnum):
    """What is odd about a row."""

    BLANK_PRICE = "blank price"
    SPOT_EQUAL = "spot price equal to the on-demand price"
    UNIT = "unit is not what it says"
    UNKNOWN_GPU = "unknown GPU"
    FRACTION = "part of a GPU"
    CURRENCY = "currency other than USD"
    NOT_POSITIVE = "price not above zero"
    NOT_A_NUMBER = "not a number"
    NO_DATE = "price without a date"
    FUTURE = "dated after the day on which the file was read"
    NO_TERM = "commitment without a term"
    STALE = "carried over from an earlier day"
    DUPLICATE = "same price a second time"
    CONFLICT = "two prices for one thing"
    UNREADABLE = "cannot be read"


class Done(StrEnum):
    """What became of it."""

    DROPPED = "dropped"
    """No price was taken from this cell or row."""
    MARKED = "marked"
    """A price was taken; the remark says what was made of the oddity."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One oddity of one row."""

    file: str
    line: int
    """Of a CSV file; in JSON the number of the item, from 1."""
    column: str
    what: Trap
    done: Done
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return (
            f"{self.file}, line {self.line}, column {self.column}: {self.what}{detail}: {self.done}"
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """All of a file: each row gave a price, is remarked on as dropped, or is beside the matter."""

    prices: tuple[CloudPrice, ...]
    lines: tuple[int, ...]
    """Where each price stands in the file."""
    remarks: tuple[Remark, ...]
    """In the order of the file."""
    rows: int
    beside: Mapping[str, int]
    """Rows that are no rented GPU or no plain one, by why; not remarked on one by one."""
