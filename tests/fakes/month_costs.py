"""What October 2026 cost at the example site, by line and by month: facts for `month`."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.figures import Bridge, Cause, LineFigures, TrendMonth
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import CAPITAL_LINES, Charge, Line, Posting
from thirdshift_controller.costs.tco.outlook import Levels
from thirdshift_controller.costs.usage.totals import Use

OCTOBER = Month(2026, 10, ZoneInfo("America/Toronto"))
GPUS = 1024
RESERVED_KW = Decimal(1416)
NO_USE = Use(*(0.0 for _ in fields(Use)))
INSTALLED = GPUS * 744.0
AVAILABLE = 0.97 * INSTALLED
ALLOCATED = 0.92 * AVAILABLE
UTILISED = 0.85 * ALLOCATED
IT_KWH = 1003 * 744.0
USE = Use(
    installed=INSTALLED,
    available=AVAILABLE,
    scheduled=INSTALLED,
    allocated=ALLOCATED,
    utilised=UTILISED,
    gpu_kwh=438_910.0,
    gpu_modelled_kwh=5_240.0,
    wall_kwh=651_870.0,
    wall_modelled_kwh=12_460.0,
)
PURCHASES = {
    Line.GPU_CARDS: ("30720000", "0.25"),
    Line.NODES: ("8960000", "0.25"),
    Line.SWITCHES: ("1728000", "0.10"),
    Line.OPTICS: ("2621440", "0.10"),
    Line.STORAGE: ("810000", "0.10"),
    Line.RACKS: ("1530000", "0.10"),
    Line.SPARES: ("793600", "0.10"),
    Line.INSTALL: ("696000", "0.10"),
}
RUNNING = {
    Line.COLO: "212400.00",
    Line.ELECTRICITY: "84206.37",
    Line.TECHNICIANS: "26450.51",
    Line.ENGINEERS: "30000.00",
    Line.SUPPORT: "66133.33",
    Line.SOFTWARE: "5000.00",
    Line.TRANSIT: "10000.00",
    Line.INSURANCE: "19941.27",
    Line.REMOTE_HANDS: "2880.00",
}
BUDGET = {
    Line.ELECTRICITY: "76900.00",
    Line.TECHNICIANS: "25300.00",
    Line.SUPPORT: "66133.33",
    Line.COLO: "212400.00",
    Line.ENGINEERS: "30000.00",
    Line.SOFTWARE: "5000.00",
    Line.TRANSIT: "10000.00",
    Line.INSURANCE: "19941.27",
}


def usd(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "USD")


def _capital(line: Line) -> tuple[Money, Money]:
    """Book and economic: straight line, and an annuity at 10 % over three years."""
    price, left = (Decimal(figure) for figure in PURCHASES[line])
    book = price * (1 - left) / 36
    economic = price * (Decimal("0.40211") - left * Decimal("0.30211")) / 12
    return usd(round(book, 2)), usd(round(economic, 2))


def _posting(line: Line) -> Posting:
    capital = line in PURCHASES
    book, economic = _capital(line) if capital else (usd(RUNNING[line]), usd(RUNNING[line]))
    return Posting(
        line=line,
        charge=Charge.WEAR if capital else Charge.CONTRACT,
        what=line.value.replace("_", " "),
        from_at=OCTOBER.from_at,
        to_at=OCTOBER.to_at,
        billed=usd(0) if capital else book,
        effective=book,
        economic=economic,
        quantity=RESERVED_KW if line is Line.COLO else Decimal(GPUS),
        unit="kW-Months" if line is Line.COLO else "GPUs",
        supplier="Northern Systems",
        origin=Origin("invoice NS-2024-0817", date(2024, 8, 17), "costs.toml", 12),
        working="price over 36 months",
    )


RESTATED = replace(
    _posting(Line.ELECTRICITY),
    charge=Charge.TRUE_UP,
    what="Global adjustment, actual rate",
    billed=usd("1812.40"),
    effective=usd("1812.40"),
    economic=usd("1812.40"),
    supplier="Toronto Hydro",
    origin=Origin("bill TH-88214", date(2026, 10, 20), "bills.csv", 9),
    working="actual rate less 2nd estimate, 962,310 kWh",
    corrects="2026-09",
)
POSTINGS = (*map(_posting, PURCHASES), *map(_posting, RUNNING), RESTATED)


def _line(line: Line, whole: Money) -> LineFigures:
    ours = [one for one in POSTINGS if one.line is line]
    billed, effective, economic = (
        total([getattr(one, ledger) for one in ours], "USD")
        for ledger in ("billed", "effective", "economic")
    )
    planned = usd(BUDGET[line]) if line in BUDGET else economic if line in CAPITAL_LINES else None
    return LineFigures(line, billed, effective, economic, economic.over(whole), planned)


TOTAL = total([one.economic for one in POSTINGS], "USD")
LINES = tuple(
    sorted(
        (_line(line, TOTAL) for line in (*PURCHASES, *RUNNING)),
        key=lambda one: -one.economic.amount,
    )
)
PLANNED = total([one.budget for one in LINES if one.budget], "USD")
LEVELS = Levels(
    *(TOTAL.per(Decimal(round(hours, 4))) for hours in (INSTALLED, AVAILABLE, ALLOCATED, UTILISED))
)


def hours_at(price: Money | None, hours: float) -> Money:
    assert price is not None
    return price * Decimal(round(hours, 4))


def bridge() -> Bridge:
    known = (
        Cause("price", usd("6270.91"), "electricity at CAD 0.119 for a planned 0.115 a kWh; wages"),
        Cause("volume", usd("3390.75"), "1,016,200 kWh for a planned 987,500"),
        Cause("efficiency", usd("1420.00"), "availability 97.0 % for a planned 97.5 %"),
        Cause("exchange", usd("-812.38"), "CAD 1.4064 for a planned 1.39 to the USD"),
    )
    rest = TOTAL - PLANNED - total([cause.amount for cause in known], "USD")
    hands = Cause("remote_hands", rest, "no budget was made for it")
    return Bridge(PLANNED, (*known, hands), TOTAL)


def trend(number: int) -> TrendMonth:
    """Thirteen months up to October, the cloud's prices known for the last ten of them."""
    year, month = divmod(2025 * 12 + 9 + number, 12)
    last = number == 12
    drift = Decimal((number * 37) % 11 - 5) / 1000 - Decimal(12 - number) / 900
    cost = TOTAL if last else usd(round(TOTAL.amount * (1 + drift), 2))
    levels = LEVELS if last else Levels(*(_scaled(price, 1 + drift) for price in _levels(LEVELS)))
    cloud = _CLOUD[number]
    low, median, high = (usd(price) if price else None for price in cloud)
    available = round(0.97 - ((number * 5) % 7 - 3) / 400, 4) if not last else 0.97
    return TrendMonth(
        f"{year}-{month + 1:02}", cost, levels, low, median, high, available, closed=not last
    )


def _levels(levels: Levels) -> tuple[Money | None, ...]:
    return levels.installed, levels.available, levels.allocated, levels.utilised


def _scaled(price: Money | None, factor: Decimal) -> Money | None:
    return price * factor if price else None


_CLOUD = (
    *((("", "", ""),) * 3),
    ("2.20", "3.05", "10.98"),
    ("2.25", "3.10", "10.98"),
    ("2.35", "3.29", "10.98"),
    ("2.40", "3.29", "10.98"),
    ("2.49", "3.35", "12.29"),
    ("2.49", "3.49", "12.29"),
    ("2.55", "3.64", "12.29"),
    ("2.60", "3.85", "12.29"),
    ("2.60", "3.90", "12.29"),
    ("2.58", "3.89", "10.98"),
)
