"""Hours that a hall draws and tariffs that price them, for the tests of electricity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.costs.power.figures import FacilityHour
from thirdshift_controller.costs.power.parts.stretch import Part
from thirdshift_controller.costs.power.power import Hall, Power, Tariff
from thirdshift_controller.costs.usage.totals import SiteHour

EXAMPLES = Path(__file__).parent / "examples"
TORONTO = ZoneInfo("America/Toronto")
ORIGIN = Origin("a test's", date(2026, 1, 1), "power.toml", 7)
HOUR = timedelta(hours=1)
KNOWN_ON = date(2027, 1, 15)


def month(text: str, timezone: ZoneInfo = TORONTO) -> Month:
    return Month.parse(text, timezone)


def instants(of: Month) -> Iterator[datetime]:
    """The hours of the clock that begin in a month."""
    at = datetime(of.year, of.number, 1, tzinfo=UTC) - timedelta(days=1)
    while at < of.to_at:
        if at >= of.from_at:
            yield at
        at += HOUR


def facility(
    of: Month,
    kwh: Callable[[int], float] = lambda _: 1000.0,
    modelled_kwh: Callable[[int], float] = lambda _: 0.0,
) -> tuple[FacilityHour, ...]:
    """A month of hours, by their position in it."""
    return tuple(
        FacilityHour(at, kwh(number), modelled_kwh(number))
        for number, at in enumerate(instants(of))
    )


def site(of: Month, wall_kwh: float = 893.0, modelled_kwh: float = 0.0) -> tuple[SiteHour, ...]:
    return tuple(SiteHour(at, 3600.0, wall_kwh, modelled_kwh) for at in instants(of))


def hall(pue: str = "1.35", other_it_kw: str = "110") -> Hall:
    return Hall(
        currency="CAD",
        pue=Decimal(pue),
        other_it_kw=Decimal(other_it_kw),
        host_watts=Decimal(2000),
        carbon_g_per_kwh=Decimal("90.9"),
        origin=ORIGIN,
        meters=(),
    )


def tariff(
    *parts: Part,
    from_on: date = date(2020, 1, 1),
    to_on: date | None = None,
    holidays: tuple[date, ...] = (),
) -> Tariff:
    return Tariff("A tariff", "The utility", from_on, to_on, frozenset(holidays), parts, ORIGIN)


def power(*tariffs: Tariff) -> Power:
    return Power("power.toml", hall(), tariffs, plant=None, peaks=None)


def cost(postings: tuple[Posting, ...]) -> Decimal:
    return sum((posting.billed.amount for posting in postings), Decimal(0))


def near(one: Decimal, other: Decimal) -> bool:
    """The same, but for where floats were added up in another order."""
    return abs(one - other) <= Decimal("1e-9") * max(abs(one), abs(other), Decimal(1))
