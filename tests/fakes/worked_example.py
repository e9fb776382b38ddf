"""The worked example of the facts as books: 1,024 H100 in a hall in Toronto, 36 months.

Prices of hardware are of August 2024, running costs of 2026, on purpose. Tests of the years ahead
hold their figures against the published table.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from thirdshift_controller.costs.books.books import (
    Asset,
    Basis,
    Books,
    Capital,
    Contract,
    Method,
    Range,
)
from thirdshift_controller.costs.exchange import Exchange, Rate
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.activity import Activity
from thirdshift_controller.costs.tco.plan import Plan, plan

ON = date(2026, 11, 9)
BOUGHT = date(2026, 1, 1)
MONTHS = 36
NODES, GPUS = 128, 1024
READ = Origin("the worked example", date(2026, 11, 1), "example.toml", 1)
IT_KW = NODES * (Decimal("7.75") * Decimal("0.85") + Decimal("2.6") * Decimal("0.15")) + 110
RESERVED_KW = NODES * Decimal("10.2") + 110
QUARTER, TENTH = Decimal("0.25"), Decimal("0.10")


def usd(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "USD")


def asset(
    name: str, line: Line, quantity: int, price: str | int, residual: Decimal = TENTH
) -> Asset:
    return Asset(
        name=name,
        line=line,
        quantity=quantity,
        unit_price=usd(price),
        bought_on=BOUGHT,
        in_service_on=BOUGHT,
        life_months=MONTHS,
        residual_ratio=residual,
        method=Method.STRAIGHT_LINE,
        supplier="",
        origin=READ,
    )


def contract(
    name: str,
    line: Line,
    basis: Basis,
    amount: str | int,
    quantity: Decimal | int = 1,
    of: tuple[Line, ...] = (),
    currency: str = "USD",
) -> Contract:
    return Contract(
        name=name,
        line=line,
        basis=basis,
        amount=Decimal(amount),
        currency=currency,
        quantity=Decimal(quantity),
        of=of,
        from_on=None,
        to_on=None,
        supplier="",
        origin=READ,
    )


ASSETS = (
    asset("H100 SXM cards", Line.GPU_CARDS, GPUS, 30_000, QUARTER),
    asset("Servers without cards", Line.NODES, NODES, 70_000, QUARTER),
    asset("NDR switches", Line.SWITCHES, 48, 36_000),
    asset("Optics and cables", Line.OPTICS, GPUS, 2_560),
    asset("NVMe, a TB", Line.STORAGE, 2_000, 180),
    asset("Disk, a TB", Line.STORAGE, 10_000, 45),
    asset("Racks", Line.RACKS, 70, 9_000),
    asset("Management", Line.RACKS, 1, 900_000),
    asset("Spares, 2 % of the nodes", Line.SPARES, 1, 793_600),
    asset("Installation, 1.5 %", Line.INSTALL, 1, "695541.60", Decimal(0)),
)
CAPITAL_OF_NODES = (Line.GPU_CARDS, Line.NODES)
CONTRACTS = (
    contract("Hall", Line.COLO, Basis.KW_MONTH, 150, RESERVED_KW),
    contract("Technicians' seat", Line.TECHNICIANS, Basis.HOUR, 50, currency="CAD"),
    contract("Engineers", Line.ENGINEERS, Basis.YEAR, 180_000, 2),
    contract("Support", Line.SUPPORT, Basis.PRICE_YEAR, "0.02", of=CAPITAL_OF_NODES),
    contract("Monitoring", Line.SOFTWARE, Basis.YEAR, 60_000),
    contract("Transit", Line.TRANSIT, Basis.MONTH, 10_000),
    contract(
        "Insurance",
        Line.INSURANCE,
        Basis.PRICE_YEAR,
        "0.005",
        of=tuple({each.line: None for each in ASSETS}),
    ),
)
RANGES = {
    "life": ("2", "5"),
    "nodes": ("16", "512"),
    "node_price": ("250000", "400000"),
    "node_residual": ("0", "0.5"),
    "cost_of_capital": ("0.05", "0.18"),
    "software": ("0", "4500"),
    "colo": ("90", "220"),
    "availability": ("0.90", "0.99"),
    "support": ("0", "0.05"),
    "optics": ("1300", "4000"),
    "technicians": ("0.6", "3"),
    "tariff": ("0.09", "0.155"),
    "pue": ("1.15", "1.60"),
}
BOOKS = Books(
    currency="USD",
    capital=Capital(TENTH, READ),
    assets=ASSETS,
    contracts=CONTRACTS,
    exchange=Exchange(
        [Rate("USD", "CAD", Decimal("1.4064"), Origin("Bank of Canada", date(2026, 9, 22)))]
    ),
    ranges=tuple(
        Range(driver, Decimal(low), Decimal(high), READ) for driver, (low, high) in RANGES.items()
    ),
)
ACTIVITY = Activity(
    nodes=NODES,
    gpus=GPUS,
    available_ratio=Decimal("0.97"),
    allocated_ratio=Decimal("0.92"),
    utilised_ratio=Decimal("0.85"),
    it_kw=IT_KW,
    pue=Decimal("1.35"),
    price_per_kwh=Money(Decimal("0.115"), "CAD"),
)


def example(books: Books = BOOKS, activity: Activity = ACTIVITY, months: int = MONTHS) -> Plan:
    return plan(books, activity, months, ON)
