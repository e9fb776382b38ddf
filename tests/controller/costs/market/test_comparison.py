"""Own beside cloud: the band, break-even and the verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from thirdshift_controller.costs.market.comparison import (
    Answer,
    CloudBand,
    band,
    verdict,
)
from thirdshift_controller.costs.market.prices import (
    PurchaseOption,
    Quote,
    load_prices,
    quotes_on,
)
from thirdshift_controller.costs.money import Money

QUOTES = quotes_on(load_prices(), "H100", date(2026, 11, 30))


def own(available: str) -> Money:
    return Money(Decimal(available), "USD")


def cloud() -> CloudBand:
    found = band(QUOTES, PurchaseOption.ON_DEMAND)
    assert found is not None
    return found


def test_the_band_is_of_the_on_demand_prices_that_decide() -> None:
    november = cloud()
    assert november.low.row.provider == "RunPod"
    assert november.median == Money(Decimal("3.99"), "USD")
    assert november.high.row.provider == "Azure"
    assert (november.quotes, november.providers) == (17, 15)


def test_a_provider_weighs_once_however_many_regions_it_lists() -> None:
    aws = next(quote for quote in QUOTES if quote.row.provider == "AWS")
    regions = tuple(
        replace(aws, row=replace(aws.row, region=f"region-{number}")) for number in range(40)
    )
    many = band(tuple(sorted((*QUOTES, *regions), key=_price)), PurchaseOption.ON_DEMAND)
    assert many is not None
    assert (many.median, many.providers) == (cloud().median, cloud().providers)


def _price(quote: Quote) -> Decimal:
    return quote.row.price.amount


@pytest.mark.parametrize(
    ("available", "used_ratio", "answer"),
    [
        ("2.40", 0.78, Answer.YES),
        ("2.40", 0.50, Answer.ONLY_IF_BUSIER),
        ("4.20", 0.99, Answer.NO),
    ],
)
def test_the_answer_follows_price_and_use(
    available: str, used_ratio: float, answer: Answer
) -> None:
    assert verdict(own(available), cloud(), used_ratio).answer is answer


def test_the_condition_says_when_the_answer_turns() -> None:
    found = verdict(own("2.40"), cloud(), 0.78)
    assert "at least 60 % of available GPU-hours" in found.condition
    assert "Against the cheapest price (RunPod) it would take 89 %." in found.condition
    assert "USD 3.99 in the middle of 15 providers" in found.finding


def test_what_cannot_be_compared_is_said_so() -> None:
    for found, why in (
        (verdict(None, cloud(), None), "no own price"),
        (verdict(own("2.40"), None, 0.8), "dated and fresh enough"),
    ):
        assert found.answer is Answer.UNKNOWN
        assert why in found.finding


def test_old_prices_leave_no_band() -> None:
    assert (
        band(quotes_on(load_prices(), "H100", date(2027, 6, 1)), PurchaseOption.ON_DEMAND) is None
    )
