"""What clouds ask for what is not a GPU: storage, egress and processors, as dated facts.

A second, small table beside that of the GPUs; it answers what owning saves besides them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from thirdshift_controller.config import Table
from thirdshift_controller.config.complaints import Fault, refuse
from thirdshift_controller.config.fields import Amount, Currency, Day, Text
from thirdshift_controller.config.sheets import Row, read_rows
from thirdshift_controller.costs.market.record import Quality
from thirdshift_controller.costs.market.writing import csv_text
from thirdshift_controller.costs.money import Money

BUNDLED_SERVICES = Path(str(files("thirdshift_controller.costs.market") / "service_prices.csv"))


class Service(StrEnum):
    """What is rented."""

    OBJECT_HOT = "object_hot"
    OBJECT_COLD = "object_cold"
    EGRESS = "egress"
    VCPU = "vcpu"

    @property
    def unit(self) -> str:
        """What one price is for; a GB is 10⁹ bytes."""
        return _UNITS[self]


_UNITS = {
    Service.OBJECT_HOT: "GB-month",
    Service.OBJECT_COLD: "GB-month",
    Service.EGRESS: "GB",
    Service.VCPU: "vCPU-hour",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrice:
    """One price of one provider on one day; zero is free of charge."""

    provider: str
    sku: str
    kind: Service
    price: Money
    """Of one `kind.unit`."""
    region: str | None = None
    as_of: date
    """The day on which the source was read."""
    quality: Quality
    source: str
    licence: str | None = None


class ServiceRow(Table):
    """A row of the table: the columns in their order."""

    provider: Text
    sku: Text
    kind: Service
    price: Amount
    currency: Currency
    region: str | None = None
    as_of: Day
    quality: Quality
    source: Text
    licence: str | None = None

    @property
    def value(self) -> ServicePrice:
        """The price."""
        plain = self.model_dump(exclude={"price", "currency"})
        return ServicePrice(**plain, price=Money(self.price, self.currency))


def load_services(path: Path = BUNDLED_SERVICES) -> tuple[ServicePrice, ...]:
    """Read a table. Raises `ConfigError` with file, line, column and remedy of every problem."""
    faults: list[Fault] = []
    rows = read_rows(path, ServiceRow, faults)
    refuse(path, [*faults, *_duplicates(rows)])
    return tuple(row.cells.value for row in rows)


def services_on(prices: Iterable[ServicePrice], kind: Service, on: date) -> list[ServicePrice]:
    """The latest price of each offer that was known on a day, cheapest first."""
    latest: dict[tuple[object, ...], ServicePrice] = {}
    for price in sorted(prices, key=lambda price: price.as_of):
        if price.kind is kind and price.as_of <= on:
            latest[price.provider, price.sku, price.region, price.price.currency] = price
    return sorted(
        latest.values(), key=lambda one: (one.price.currency, one.price.amount, one.provider)
    )


def services_text(prices: Iterable[ServicePrice]) -> str:
    """The CSV file of these prices; reading it gives them back."""
    return csv_text(ServiceRow.model_fields, (_cells(price) for price in prices))


def _duplicates(rows: Iterable[Row[ServiceRow]]) -> Iterator[Fault]:
    first: dict[object, int] = {}
    for row in rows:
        cells = row.cells
        key = cells.provider, cells.sku, cells.kind, cells.region, cells.as_of
        other = first.setdefault(key, row.line)
        if other != row.line:
            text = f"{cells.sku} stands for {cells.as_of} in line {other} too; remove one of them"
            yield Fault(row.line, "", text)


def _cells(price: ServicePrice) -> list[object]:
    money = {"price": price.price.amount, "currency": price.price.currency}
    return [
        money[column] if column in money else getattr(price, column)
        for column in ServiceRow.model_fields
    ]
