"""What clouds ask for what is not a GPU: storage, egress and processors, as dated facts.

A second, small table beside that of the GPUs; it answers what owning saves besides them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

from thirdshift_controller.config.complaints import Fault, refuse
from thirdshift_controller.config.fields import day_of
from thirdshift_controller.costs.market.cells import (
    Column,
    csv_text,
    letters,
    number,
    rows,
    word,
)
from thirdshift_controller.costs.market.record import Quality
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


COLUMNS = (
    Column("provider", str, required=True),
    Column("sku", str, required=True),
    Column("kind", word(Service), required=True),
    Column("price", number, required=True),
    Column("currency", letters(3), required=True),
    Column("region", str),
    Column("as_of", day_of, required=True),
    Column("quality", word(Quality), required=True),
    Column("source", str, required=True),
    Column("licence", str),
)


def load_services(path: Path = BUNDLED_SERVICES) -> tuple[ServicePrice, ...]:
    """Read a table. Raises `ConfigError` with file, line, column and remedy of every problem."""
    found, faults = rows(path, COLUMNS, _price)
    first: dict[object, int] = {}
    for line, price in found:
        key = price.provider, price.sku, price.kind, price.region, price.as_of
        other = first.setdefault(key, line)
        if other != line:
            text = f"{price.sku} stands for {price.as_of} in line {other} too; remove one of them"
            faults.append(Fault(line, "", text))
    refuse(path, faults)
    return tuple(price for _, price in found)


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
    header = [column.name for column in COLUMNS]
    return csv_text(header, [_cells(price) for price in prices])


def _cells(price: ServicePrice) -> list[object]:
    money = {"price": price.price.amount, "currency": price.price.currency}
    return [
        money[column.name] if column.name in money else getattr(price, column.name)
        for column in COLUMNS
    ]


def _price(values: Mapping[str, Any]) -> ServicePrice:
    plain = {name: value for name, value in values.items() if name != "currency"}
    return ServicePrice(**{**plain, "price": Money(values["price"], values["currency"])})
