"""`costs.toml`: what the site paid and pays, each figure with where it comes from.

Amounts stand in quotes and are exact; `docs/site-files.md` shows the file.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from thirdshift_controller.config import Table, read_toml


class Category(StrEnum):
    """What money goes to."""

    GPU = "gpu"
    SERVER = "server"
    NETWORK = "network"
    STORAGE = "storage"
    FACILITY = "facility"
    SPARES = "spares"
    PEOPLE = "people"
    SUPPORT = "support"
    SOFTWARE = "software"
    INSURANCE = "insurance"
    ENERGY = "energy"


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError(f'must stand in quotes to stay exact: write "{value}"')
    return value


Amount = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0)]
Ratio = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=1)]
Text = Annotated[str, Field(min_length=1)]
AssetCategory = Literal[
    Category.GPU,
    Category.SERVER,
    Category.NETWORK,
    Category.STORAGE,
    Category.FACILITY,
    Category.SPARES,
]
MonthlyCategory = Literal[
    Category.FACILITY,
    Category.PEOPLE,
    Category.SUPPORT,
    Category.SOFTWARE,
    Category.NETWORK,
    Category.INSURANCE,
]


class Asset(Table):
    """Something bought once and used up over its life."""

    name: Text
    category: AssetCategory
    quantity: Annotated[int, Field(ge=1, strict=True)]
    unit_price: Amount
    bought_on: date
    life_months: Annotated[int, Field(ge=1, strict=True)]
    residual_ratio: Ratio
    """What of the price it is still worth at the end of its life."""
    source: Text

    @property
    def price(self) -> Decimal:
        """Of all of them."""
        return self.quantity * self.unit_price

    @property
    def residual(self) -> Decimal:
        """What all of them are still worth at the end."""
        return self.price * self.residual_ratio


class Monthly(Table):
    """Something paid every month."""

    name: Text
    category: MonthlyCategory
    amount: Amount
    source: Text


class EnergyPrice(Table):
    """What a kilowatt-hour costs, and how many the hall draws for one that a GPU draws."""

    price_per_kwh: Amount
    pue: Annotated[Decimal, BeforeValidator(_exact), Field(ge=1)]
    source: Text


class Capital(Table):
    """What the money bound in the assets costs."""

    cost_ratio_per_year: Ratio
    source: Text


class CostsFile(Table):
    """The whole file. Every amount is in its one currency."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    assets: tuple[Asset, ...] = ()
    monthly: tuple[Monthly, ...] = ()
    energy: EnergyPrice
    capital: Capital


def load_costs(path: Path) -> CostsFile:
    """Read `costs.toml`. Raises `ConfigError` with file, line, key and remedy."""
    return read_toml(path, CostsFile)
