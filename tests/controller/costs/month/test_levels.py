"""The price of a GPU-hour at its levels, and what was paid for hours that nobody used."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.levels import idle, levels
from thirdshift_controller.costs.usage.totals import Use


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def use(
    installed: float, available: float, allocated: float, utilised: float, scheduled: float
) -> Use:
    return Use(installed, available, scheduled, allocated, utilised, 0.0, 0.0, 0.0, 0.0)


HOURS = Decimal(1000)
TORONTO = use(1000.0, 970.0, 892.4, 758.54, 1000.0)


def rounded(money: Money | None) -> str:
    assert money is not None
    return f"{money.amount:.3f}"


def test_the_published_example_has_its_four_prices() -> None:
    prices = levels(dollars("2388.20"), HOURS, TORONTO)
    shown = (prices.installed, prices.available, prices.allocated, prices.utilised)
    assert [rounded(price) for price in shown] == ["2.388", "2.462", "2.676", "3.148"]


def test_an_unwatched_half_of_the_month_makes_no_hour_dearer() -> None:
    half = use(500.0, 485.0, 446.2, 379.27, 500.0)
    assert levels(dollars("2388.20"), HOURS, half) == levels(dollars("2388.20"), HOURS, TORONTO)


def test_without_a_scheduler_nothing_is_said_of_allocation() -> None:
    unknown = use(1000.0, 970.0, 0.0, 700.0, 0.0)
    prices = levels(dollars("2400"), HOURS, unknown)
    assert prices.allocated is None
    assert idle(prices, unknown, None, 8).idle is None


def test_lost_hours_cost_the_installed_price_and_idle_ones_the_available() -> None:
    prices = levels(dollars("2388.20"), HOURS, TORONTO)
    paid = idle(prices, TORONTO, dollars("2.99"), 1024)
    assert rounded(paid.lost) == "71.646"
    assert rounded(paid.idle) == "191.056"
    assert rounded(paid.replacement) == "89.700"


def test_a_point_of_availability_is_worth_what_the_published_example_says() -> None:
    paid = idle(levels(dollars("2388.20"), HOURS, TORONTO), TORONTO, None, 1024)
    assert paid.point_per_year is not None
    assert abs(paid.point_per_year.amount - 221_000) < 500


@given(
    st.tuples(*[st.floats(min_value=0.01, max_value=1.0)] * 3),
    st.decimals(min_value=1, max_value=10**7, places=2),
)
def test_each_level_is_as_dear_as_the_one_above_or_dearer(
    shares: tuple[float, float, float], cost: Decimal
) -> None:
    available = 1000.0 * shares[0]
    allocated = available * shares[1]
    prices = levels(
        Money(cost, "USD"), HOURS, use(1000.0, available, allocated, allocated * shares[2], 1000.0)
    )
    found = [prices.installed, prices.available, prices.allocated, prices.utilised]
    amounts = [price.amount for price in found if price is not None]
    slack = Decimal("1e-9") * cost
    assert all(one <= other + slack for one, other in pairwise(amounts))
