"""A row of a table of prices, as it is written and as the price it means.

`docs/cloud-prices.md` shows the columns, which are the fields below in the order of the file.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from thirdshift_controller.config import Table
from thirdshift_controller.config.fields import Amount, CountCell, Currency, Day, Positive, Text
from thirdshift_controller.costs.market.record import (
    CURRENCY,
    CloudPrice,
    Fabric,
    PurchaseOption,
    Quality,
)
from thirdshift_controller.costs.money import Money

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_OF_MONEY = {"upfront", "price_per_instance_hour", "price_per_gpu_hour", "currency"}


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text):
        raise ValueError(f'must be a country\'s two letters such as CA, not "{text}"')
    return text


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("yes", "no"):
        raise ValueError(f'must be yes or no, not "{value}"')
    return value == "yes"


class PriceRow(Table):
    """What `CloudPrice` holds, with money as amounts in one currency."""

    provider: Text
    sku: Text
    gpu_model: Text
    gpu_mem_gib: Positive | None = None
    gpu_count: CountCell | None = None
    vcpu: Positive | None = None
    ram_gib: Positive | None = None
    fabric: Fabric | None = None
    region: str | None = None
    country: Annotated[str, AfterValidator(_country)] | None = None
    purchase_option: PurchaseOption
    term_months: CountCell | None = None
    upfront: Amount | None = None
    price_per_instance_hour: Positive | None = None
    price_per_gpu_hour: Positive | None = None
    currency: Currency = CURRENCY
    unit_ok: Annotated[bool, BeforeValidator(_yes_or_no)] = True
    as_of: Day
    effective_from: Day | None = None
    n_quotes: CountCell | None = None
    quality: Quality
    source: Text
    source_label: str | None = None
    licence: str | None = None
    sha256: str | None = None

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        """Where the instance's price stands beside that of a GPU, the two must agree."""
        divided, written = self._divided, self.price_per_gpu_hour
        if divided is None and written is None:
            raise ValueError(
                "has no price; fill in price_per_gpu_hour, or price_per_instance_hour and gpu_count"
            )
        if divided is not None and written is not None and not _rounds_to(divided, written):
            raise ValueError(
                f"price_per_gpu_hour {written} is not price_per_instance_hour"
                f" {self.price_per_instance_hour} / gpu_count {self.gpu_count} = {divided:.6f};"
                " correct one of the three"
            )
        return self

    @property
    def value(self) -> CloudPrice:
        """The price."""
        per_gpu = self.price_per_gpu_hour or self._divided
        assert per_gpu is not None  # or the row would not be valid
        return CloudPrice(
            **{name: value for name, value in vars(self).items() if name not in _OF_MONEY},
            price=Money(per_gpu, self.currency),
            instance_price=self._money(self.price_per_instance_hour),
            upfront=self._money(self.upfront),
        )

    @property
    def _divided(self) -> Decimal | None:
        """The instance's price over its GPUs."""
        if self.price_per_instance_hour is None or self.gpu_count is None:
            return None
        return self.price_per_instance_hour / self.gpu_count

    def _money(self, amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount, self.currency)


def _rounds_to(exact: Decimal, written: Decimal) -> bool:
    """Whether a number was written with as many digits as it has or with fewer."""
    exponent = written.as_tuple().exponent
    assert isinstance(exponent, int)
    return abs(exact - written) <= Decimal(1).scaleb(exponent) / 2
