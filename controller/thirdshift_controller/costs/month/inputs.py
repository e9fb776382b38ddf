"""What a month is reckoned from: rows of the store and the site's files, gathered by others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from thirdshift_controller.costs.books.books import Books
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.market.record import CloudPrice
from thirdshift_controller.costs.power.power import Power
from thirdshift_controller.costs.usage.records import DowntimeSpan
from thirdshift_controller.costs.usage.totals import MonthUsage
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.shifts.roster import Roster


@dataclass(frozen=True, slots=True)
class Accounts:
    """The site's files: what is owned, who works, what was paid, what others ask."""

    site: Site
    roster: Roster
    books: Books
    power: Power
    prices: tuple[CloudPrice, ...]
    remarks: tuple[str, ...] = ()
    """What is odd about the books and yet may be so, a sentence each."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the store has of a month."""

    month: Month
    now: datetime
    """A month that is not over is reckoned up to here."""
    usage: MonthUsage
    spans: Sequence[DowntimeSpan]
