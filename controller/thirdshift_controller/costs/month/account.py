"""The month's ledger: its hours, its electricity, its postings, and the price of a GPU-hour.

This much is reckoned of every month that the trend shows; what is judged and looked ahead to comes
after it, in `reckon.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import fsum

from thirdshift_controller.costs.ledger.contracts import Facts
from thirdshift_controller.costs.ledger.post import ordered, post
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.month.inputs import Accounts, Recorded
from thirdshift_controller.costs.month.levels import levels
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.costs.power.electricity import electricity
from thirdshift_controller.costs.power.facility import facility_hours
from thirdshift_controller.costs.tco.outlook import Levels
from thirdshift_controller.costs.usage.fill import filled
from thirdshift_controller.costs.usage.totals import SiteHour, Use, together
from thirdshift_controller.costs.usage.watch import Window, window
from thirdshift_controller.shifts.roster import Roster

_GPU_PLACES = 6
"""Without the noise of added floats."""


@dataclass(frozen=True, slots=True)
class Account:
    """A month up to an instant."""

    span: Span
    window: Window | None
    use: Use
    gpus: Decimal
    """Installed on average: of the watched time, else what the inventory has now."""
    hours: tuple[SiteHour, ...]
    """Every hour of the span, those that nobody watched filled in."""
    electricity: tuple[Posting, ...]
    """In the tariff's currency."""
    own: tuple[Posting, ...]
    """What this month cost."""
    corrections: tuple[Posting, ...]
    """What it restates of earlier ones."""
    rota_hours: float
    repairs: int
    levels: Levels

    @property
    def postings(self) -> tuple[Posting, ...]:
        """All of them, in the ledger's order."""
        return ordered((*self.own, *self.corrections))


def account(accounts: Accounts, recorded: Recorded, corrections: Sequence[Posting] = ()) -> Account:
    """Reckon it. Raises `ConfigError` and `CurrencyError` where a file does not say enough."""
    month, books = recorded.month, accounts.books
    span = Span.until(month, recorded.now)
    use = together(one.use for one in recorded.usage.nodes)
    hours = filled(recorded.usage.hours, span.from_at, span.to_at)
    facility = facility_hours(accounts.power, hours, month)
    metered = electricity(accounts.power, facility, month, known_on(recorded))
    rota_hours = covered_hours(accounts.roster, span.from_at, span.to_at)
    repairs = repairs_ended(recorded, span.to_at)
    gpus = mean_gpus(use, hours) or Decimal(accounts.site.gpus_installed)
    facts = Facts(Decimal(rota_hours), gpus, Decimal(repairs))
    own = post(books, span, facts, metered)
    cost = total([posting.economic for posting in own], books.currency)
    return Account(
        span=span,
        window=window(month, recorded.usage.hours),
        use=use,
        gpus=gpus,
        hours=hours,
        electricity=metered,
        own=own,
        corrections=tuple(corrections),
        rota_hours=rota_hours,
        repairs=repairs,
        levels=levels(cost, gpus * span.hours, use),
    )


def mean_gpus(use: Use, hours: Sequence[SiteHour]) -> Decimal | None:
    """GPUs that were installed in the watched time; `None` where there was none.

    The inventory may have grown since, and nodes of next week cost this month nothing.
    """
    watched = fsum(hour.watched_seconds for hour in hours) / 3600
    return Decimal(repr(round(use.installed / watched, _GPU_PLACES))) if watched else None


def covered_hours(roster: Roster, from_at: datetime, to_at: datetime) -> float:
    """Hours between two instants in which the rota has somebody on duty."""
    duties = roster.duties(from_at, to_at) if from_at < to_at else ()
    seconds = fsum(
        (duty.ends_at - duty.starts_at).total_seconds() for duty in duties if duty.person
    )
    return seconds / 3600


def known_on(recorded: Recorded) -> date:
    """The site's day on which the month is reckoned: what was published later is not known."""
    return recorded.now.astimezone(recorded.month.timezone).date()


def repairs_ended(recorded: Recorded, to_at: datetime) -> int:
    """Incidents whose last span ended inside the month and before an instant."""
    last: dict[str, datetime] = {}
    for one in recorded.spans:
        last[one.incident] = max(one.to_at, last.get(one.incident, one.to_at))
    from_at = recorded.month.from_at
    return sum(from_at < ended_at < to_at for ended_at in last.values())
