"""What renting a GPU costs, as dated facts: the bundled table and the choice of rows for a day.

A row without a day is no fact and is not in the table. Each says where it was read, and when. Terms
differ (size, network, region, service level), so a row is a point of reference, not an offer.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from thirdshift_controller.config import ConfigError, Table
from thirdshift_controller.config.explain import explain
from thirdshift_controller.costs.books.file import Text
from thirdshift_controller.costs.money import Money

CURRENCY = "USD"
AMBER_AFTER_DAYS = 45
RED_AFTER_DAYS = 90
BUNDLED = Path(str(files("thirdshift_controller.costs.market") / "cloud_prices.csv"))


class PurchaseOption(StrEnum):
    """On what terms a GPU is rented."""

    ON_DEMAND = "on_demand"
    RESERVED = "reserved"
    SPOT = "spot"
    """May be taken away at any time."""
    MARKET = "market"
    """Auction or marketplace."""


class Quality(StrEnum):
    """How close to the provider's own price list, closest first."""

    LIST = "list"
    QUOTE = "quote"
    INDEX = "index"
    BLOG = "blog"


DECIDING = frozenset({Quality.LIST, Quality.QUOTE})
"""A verdict rests on what a provider asks, not on what somebody makes of many."""


class Freshness(StrEnum):
    """How old a price is for the day it is used for."""

    FRESH = "fresh"
    AMBER = "amber"
    RED = "red"


def _blank(text: object) -> object:
    return None if text == "" else text


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f'must be a number such as 3.99, not "{text}"') from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'must be a day such as 2026-11-09, not "{text}"') from None


class CloudPrice(Table):
    """One price of one provider on one day."""

    provider: Text
    sku: Text
    gpu_model: Text
    gpu_count: Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_blank)]
    """GPUs of the instance, where the source says it."""
    region: Annotated[str | None, BeforeValidator(_blank)]
    purchase_option: PurchaseOption
    usd_per_gpu_hour: Annotated[Decimal, BeforeValidator(_number), Field(gt=0)]
    as_of: Annotated[date, BeforeValidator(_day)]
    quality: Quality
    source: Text

    @property
    def price(self) -> Money:
        """Of one GPU for one hour."""
        return Money(self.usd_per_gpu_hour, CURRENCY)

    @property
    def series(self) -> tuple[str | PurchaseOption | None, ...]:
        """What stays the same when the price moves."""
        return self.provider, self.sku, self.gpu_model, self.region, self.purchase_option


@dataclass(frozen=True, slots=True)
class Quote:
    """A price as it is used on a day."""

    row: CloudPrice
    age_days: int

    @property
    def freshness(self) -> Freshness:
        """Its colour by age."""
        if self.age_days > RED_AFTER_DAYS:
            return Freshness.RED
        return Freshness.AMBER if self.age_days > AMBER_AFTER_DAYS else Freshness.FRESH

    @property
    def decides(self) -> bool:
        """Whether a verdict may rest on it."""
        return self.row.quality in DECIDING and self.freshness is not Freshness.RED


def load_prices(path: Path = BUNDLED) -> tuple[CloudPrice, ...]:
    """Read a table of prices. Raises `ConfigError` with file, line, column and remedy."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if tuple(rows.fieldnames or ()) != tuple(CloudPrice.model_fields):
            columns = ",".join(CloudPrice.model_fields)
            raise ConfigError(f"{path}, line 1: the columns must be {columns}")
        return tuple(_row(path, rows.line_num, row) for row in rows)


def quotes_on(prices: Iterable[CloudPrice], gpu_model: str, on: date) -> tuple[Quote, ...]:
    """The latest price of each series that was known on a day, cheapest first."""
    latest: dict[tuple[object, ...], CloudPrice] = {}
    for row in sorted(prices, key=lambda row: row.as_of):
        if row.gpu_model == gpu_model and row.as_of <= on:
            latest[row.series] = row
    by_price = sorted(latest.values(), key=lambda row: (row.usd_per_gpu_hour, row.provider))
    return tuple(Quote(row, (on - row.as_of).days) for row in by_price)


def canonical_model(name: str, prices: Iterable[CloudPrice]) -> str | None:
    """The table's word for a GPU that a driver or an inventory names, the closest one.

    `NVIDIA H100 80GB HBM3` and `hgx-h100-8` are `H100`, `NVIDIA H100 PCIe` is `H100-PCIe`; `None`
    where the table knows no such GPU.
    """
    words = _words(name)
    fitting = {row.gpu_model for row in prices if _words(row.gpu_model) <= words}
    return max(sorted(fitting), key=lambda model: len(_words(model)), default=None)


def _words(name: str) -> frozenset[str]:
    return frozenset(word.removesuffix("GB") for word in re.findall(r"[A-Z0-9]+", name.upper()))


def _row(path: Path, line: int, row: Mapping[str | None, str | None]) -> CloudPrice:
    if None in row or None in row.values():
        raise ConfigError(f"{path}, line {line}: must have one cell for each column")
    try:
        return CloudPrice.model_validate(row)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        column = ".".join(str(part) for part in found["loc"])
        what = explain(CloudPrice, found)
        raise ConfigError(f"{path}, line {line}, column {column}: {what}") from None
