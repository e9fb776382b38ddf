"""A true price to change in tests, and prices of every kind for property tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from thirdshift_controller.costs.market.prices import (
    CloudPrice,
    Fabric,
    PurchaseOption,
    Quality,
    load_prices,
)
from thirdshift_controller.costs.money import Money

PRICES = load_prices()


def row(**changes: Any) -> CloudPrice:
    """What AWS asked for a p5.48xlarge on 2026-11-09, with some of it changed."""
    ours = (
        price
        for price in PRICES
        if price.sku == "p5.48xlarge" and price.purchase_option is PurchaseOption.ON_DEMAND
    )
    return replace(next(ours), **changes)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


_texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1
).filter(lambda text: text == text.strip())
_amounts = st.decimals("0.0001", "500", places=4)
_days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def prices() -> st.SearchStrategy[CloudPrice]:
    """Any price that a table can hold."""
    money = st.builds(Money, _amounts, st.just("USD"))
    return st.builds(
        CloudPrice,
        provider=_texts,
        sku=_texts,
        gpu_model=st.sampled_from(["H100", "A100-80"]),
        purchase_option=st.sampled_from(PurchaseOption),
        price=money,
        as_of=_days,
        quality=st.sampled_from(Quality),
        source=_texts,
        gpu_mem_gib=st.none() | _amounts,
        vcpu=st.none() | _amounts,
        ram_gib=st.none() | _amounts,
        fabric=st.none() | st.sampled_from(Fabric),
        region=st.none() | _texts,
        country=st.none() | st.just("CA"),
        term_months=st.none() | st.integers(1, 60),
        upfront=st.none() | money,
        unit_ok=st.booleans(),
        source_label=st.none() | _texts,
        effective_from=st.none() | _days,
        licence=st.none() | _texts,
        sha256=st.none() | _texts,
        n_quotes=st.none() | st.integers(1, 99),
    )
