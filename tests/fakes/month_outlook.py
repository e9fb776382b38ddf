"""The years ahead of the example site, what others ask and what people say: facts for `month`."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.market.prices import (
    CloudPrice,
    PurchaseOption,
    Quality,
    Quote,
)
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import Assumption
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.outlook import Levels, LineTotal, Outlook, Rival, Swing

GROSS = {
    Line.GPU_CARDS: ("30720000", "0.480", "1.142"),
    Line.NODES: ("8960000", "0.140", "0.333"),
    Line.SWITCHES: ("1728000", "0.027", "0.064"),
    Line.OPTICS: ("2621440", "0.041", "0.097"),
    Line.STORAGE: ("810000", "0.013", "0.030"),
    Line.RACKS: ("1530000", "0.024", "0.057"),
    Line.SPARES: ("793600", "0.012", "0.029"),
    Line.INSTALL: ("696000", "0.011", "0.026"),
    Line.COLO: ("7644000", "0.119", "0.284"),
    Line.ELECTRICITY: ("2910000", "0.045", "0.108"),
    Line.TECHNICIANS: ("934000", "0.015", "0.035"),
    Line.ENGINEERS: ("1080000", "0.017", "0.040"),
    Line.SUPPORT: ("2381000", "0.037", "0.088"),
    Line.SOFTWARE: ("180000", "0.003", "0.007"),
    Line.TRANSIT: ("360000", "0.006", "0.013"),
    Line.INSURANCE: ("718000", "0.011", "0.027"),
}


def _usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


OUTLOOK = Outlook(
    months=36,
    lines=tuple(
        LineTotal(line, _usd(amount), Decimal(share), _usd(price))
        for line, (amount, share, price) in GROSS.items()
    ),
    capital=_usd("47859040"),
    running=_usd("16207000"),
    residual=_usd("10670000"),
    cost_of_capital=_usd("10870000"),
    levels=Levels(_usd("2.388"), _usd("2.462"), _usd("2.676"), _usd("3.149")),
    gpu_share_ratio=Decimal("0.480"),
)

_RIVALS = (
    ("1-year contract, Oct 2025", "1.70", "-0.448", "1.448", None, "-16900000", None),
    ("1-year contract, Mar 2026", "2.35", "-0.048", "1.048", None, "-2540000", "0.03"),
    ("RunPod community", "2.69", "0.085", "0.915", 36, "4980000", "0.13"),
    ("Neocloud on demand", "2.99", "0.177", "0.823", 31, "11600000", "0.21"),
    ("Index, Sep 2026", "3.46", "0.288", "0.712", 26, "22000000", "0.35"),
    ("Lambda 8x H100", "3.99", "0.383", "0.617", 22, "33700000", "0.51"),
    ("Nebius", "4.50", "0.453", "0.547", 19, "44900000", "0.68"),
    ("CoreWeave", "6.155", "0.600", "0.400", 13, "81400000", "1.29"),
    ("AWS p5, us-east-1", "6.88", "0.642", "0.358", 12, "97400000", None),
    ("Azure ND", "12.29", "0.800", "0.200", 6, "217000000", None),
)
RIVALS = tuple(
    Rival(
        name,
        _usd(price),
        Decimal(margin),
        Decimal(turning),
        payback,
        _usd(npv),
        Decimal(irr) if irr else None,
    )
    for name, price, margin, turning, payback, npv, irr in _RIVALS
)

_SWINGS = (
    ("Life, years", "2", "5", "3.21", "1.87", "0.52", "0.41", "-0.07", "0.37"),
    ("Scale, nodes", "16", "512", "3.22", "2.39", "0.37", "0.50", "-0.08", "0.20"),
    ("Node price, USD", "250,000", "400,000", "2.14", "2.95", "0.55", "0.40", "0.28", "0.01"),
    ("Residual of the nodes, %", "0", "50", "2.81", "2.12", "0.48", "0.48", "0.06", "0.29"),
    ("Cost of capital, %", "5", "18", "2.25", "2.81", "0.48", "0.48", "0.25", "0.06"),
    ("Software, USD a GPU and year", "0", "4,500", "2.46", "2.99", "0.48", "0.39", "0.18", "0.00"),
    ("Colocation, USD a kW and month", "90", "220", "2.35", "2.60", "0.50", "0.45", "0.22", "0.13"),
    ("Availability, %", "90", "99", "2.65", "2.41", "0.48", "0.48", "0.11", "0.19"),
    ("Support, % of nodes a year", "0", "5", "2.37", "2.60", "0.50", "0.45", "0.21", "0.13"),
    ("Cables, USD a GPU", "1,300", "4,000", "2.41", "2.53", "0.49", "0.47", "0.19", "0.15"),
    ("Technicians' seats", "0.6", "3", "2.45", "2.53", "0.48", "0.47", "0.18", "0.15"),
    ("Tariff, Canadian cents a kWh", "9", "15.5", "2.44", "2.50", "0.48", "0.47", "0.18", "0.16"),
    ("PUE", "1.15", "1.60", "2.45", "2.48", "0.48", "0.48", "0.18", "0.17"),
)


def _swing(driver: str, low: str, high: str, *figures: str) -> Swing:
    at_low, at_high, *ratios = figures
    return Swing(driver, low, high, _usd(at_low), _usd(at_high), *map(Decimal, ratios))


SWINGS = tuple(_swing(*row) for row in _SWINGS)


def _rows(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _quote(row: dict[str, str]) -> Quote:
    price = CloudPrice(
        provider=row["provider"],
        sku=row["sku"],
        gpu_model="H100",
        region=row["region"] or None,
        purchase_option=PurchaseOption(row["purchase_option"]),
        price=_usd(row["usd_per_gpu_hour"]),
        as_of=date.fromisoformat(row["as_of"]),
        quality=Quality(row["quality"]),
        source=row["source"],
    )
    return Quote(price, (date(2026, 10, 31) - price.as_of).days)


def _claim(row: dict[str, str]) -> Claim:
    return Claim(
        row["number"], row["text"], Finding(row["finding"]), row["figures"], row["condition"]
    )


def _assumption(row: dict[str, str]) -> Assumption:
    as_of = date.fromisoformat(row["as_of"]) if row["as_of"] else None
    line = int(row["line"]) if row["line"] else None
    return Assumption(row["what"], row["value"], Origin(row["source"], as_of, row["file"], line))


QUOTES = tuple(_quote(row) for row in _rows("month-quotes.csv"))
CLAIMS = tuple(_claim(row) for row in _rows("month-claims.csv"))
ASSUMPTIONS = tuple(_assumption(row) for row in _rows("month-assumptions.csv"))
