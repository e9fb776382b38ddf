"""Own beside cloud: the band, break-even and the verdict."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from thirdshift_controller.costs.market.comparison import (
    Answer,
    CloudBand,
    OwnPrice,
    band,
    break_even_ratio,
    verdict,
)
from thirdshift_controller.costs.market.prices import PurchaseOption, load_prices, quotes_on
from thirdshift_controller.costs.money import Money

QUOTES = quotes_on(load_prices(), "H100", date(2026, 11, 30))


def own(available: str, currency: str = "USD") -> OwnPrice:
    price = Money(Decimal(available), currency)
    return OwnPrice(price, price, price)


def cloud() -> CloudBand:
    found = band(QUOTES, PurchaseOption.ON_DEMAND)
    assert found is not None
    return found


def test_the_band_is_of_the_on_demand_prices_that_decide() -> None:
    november = cloud()
    assert november.low.row.provider == "Akash"
    assert november.median == Money(Decimal("3.99"), "USD")
    assert november.high.row.provider == "Azure"
    assert (november.quotes, november.providers) == (19, 17)


@pytest.mark.parametrize(
    ("rent", "ratio"),
    [("1.70", "1.45"), ("2.35", "1.05"), ("2.99", "0.82"), ("3.46", "0.71"), ("6.88", "0.36")],
)
def test_the_published_break_evens_come_out(rent: str, ratio: str) -> None:
    found = break_even_ratio(own("2.462"), Money(Decimal(rent), "USD"))
    assert found is not None
    assert round(found, 2) == Decimal(ratio)


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
    assert "at least 60% of available GPU-hours" in found.condition
    assert "Against the cheapest price (Akash) it would take 93%." in found.condition
    assert "USD 3.99 in the middle of 19 prices" in found.finding


def test_what_cannot_be_compared_is_said_so() -> None:
    nothing = OwnPrice(None, None, None)
    for found, why in (
        (verdict(nothing, cloud(), None), "no own price"),
        (verdict(own("2.40"), None, 0.8), "dated and fresh enough"),
        (verdict(own("3.30", "CAD"), cloud(), 0.8), "no rate of exchange"),
    ):
        assert found.answer is Answer.UNKNOWN
        assert why in found.finding


def test_old_prices_leave_no_band() -> None:
    assert (
        band(quotes_on(load_prices(), "H100", date(2027, 6, 1)), PurchaseOption.ON_DEMAND) is None
    )
