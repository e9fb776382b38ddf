"""Small books for tests: one card, one contract, and what a test changes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.books.books import (
    Asset,
    Basis,
    Bill,
    Books,
    Capital,
    Contract,
    Method,
)
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.exchange import Exchange, Rate
from thirdshift_controller.costs.ledger.contracts import Facts
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Charge, Line, Posting, paid

Refusal = Callable[[], str]

TORONTO_1024 = Path(__file__).parents[2] / "deploy" / "examples" / "toronto-1024"
TORONTO = ZoneInfo("America/Toronto")
SEPTEMBER = Month(2026, 9, TORONTO)
OCTOBER = Month(2026, 10, TORONTO)
NOVEMBER = Month(2026, 11, TORONTO)
NO_FACTS = Facts(rota_hours=Decimal(0), gpus_installed=Decimal(0), repairs_ended=Decimal(0))
ORIGIN = Origin("invoice 17", date(2026, 1, 1), "assets.csv", 2)
BANK = Origin("Bank of Canada", date(2026, 1, 1), "exchange.csv", 2)


def usd(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "USD")


def cad(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "CAD")


CARDS = Asset(
    name="cards",
    line=Line.GPU_CARDS,
    quantity=1024,
    unit_price=usd(30000),
    bought_on=date(2026, 1, 1),
    in_service_on=date(2026, 1, 1),
    life_months=36,
    residual_ratio=Decimal("0.25"),
    method=Method.STRAIGHT_LINE,
    supplier="a dealer",
    origin=ORIGIN,
)
COLO = Contract(
    name="hall",
    line=Line.COLO,
    basis=Basis.MONTH,
    amount=Decimal(1000),
    currency="USD",
    quantity=Decimal(1),
    of=(),
    from_on=None,
    to_on=None,
    supplier="a landlord",
    origin=ORIGIN,
)
COLO_BILL = Bill(
    line=Line.COLO,
    what="hall",
    number="B-1",
    from_on=date(2026, 9, 1),
    to_on=date(2026, 10, 1),
    amount=usd(1100),
    supplier="a landlord",
    origin=Origin("bill B-1", date(2026, 10, 2), "bills.csv", 2),
)
NOTHING = Books(
    currency="USD",
    capital=Capital(Decimal("0.10"), Origin("assumption: usual", date(2026, 1, 1))),
    assets=(),
    contracts=(),
    exchange=Exchange([Rate("USD", "CAD", Decimal("1.4064"), BANK)]),
)


def books(**changes: Any) -> Books:
    return replace(NOTHING, **changes)


def electricity(month: Month, amount: Money, what: str = "energy") -> Posting:
    return Posting(
        line=Line.ELECTRICITY,
        charge=Charge.METERED,
        what=what,
        from_at=month.from_at,
        to_at=month.to_at,
        **paid(amount),
        quantity=Decimal(1_000_000),
        unit="kWh",
        supplier="a utility",
        origin=Origin("tariff", date(2026, 1, 1), "power.toml", 4),
        working="1,000,000 kWh",
    )


def months(year: int, number: int, count: int, timezone: ZoneInfo = TORONTO) -> list[Span]:
    """Whole months in a row."""
    found = [Month(year, number, timezone)]
    while len(found) < count:
        found.append(Month.of(found[-1].to_at, timezone))
    return [Span.whole(month) for month in found]


def at(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def spoil(path: Path, good: str, bad: str) -> None:
    """Write something else into a file, once."""
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
