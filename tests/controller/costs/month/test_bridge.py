"""From the budget to what was: nothing is left over, and each cause is what it says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.books.books import BudgetPlan
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.bridge import Electricity, bridge
from thirdshift_controller.costs.month.figures import Bridge, LineFigures
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line

INSTALLED = Decimal(761_856)
PLAN = BudgetPlan(
    month="2026-10",
    available_ratio=Decimal("0.97"),
    utilised_ratio=Decimal("0.78"),
    kwh=Decimal(1_000_000),
    price_per_kwh=Decimal("0.115"),
    rate_of_exchange=Decimal("0.711"),
    origin=Origin("the budget of 2026", date(2025, 12, 1)),
)
PLANNED_HOURS = INSTALLED * PLAN.available_ratio * PLAN.utilised_ratio
AS_PLANNED = Electricity(PLANNED_HOURS, PLAN.kwh, PLAN.price_per_kwh, PLAN.rate_of_exchange)


def dollars(amount: Decimal | str) -> Money:
    return Money(Decimal(amount), "USD")


def line(name: Line, economic: Money, budget: Money | None) -> LineFigures:
    return LineFigures(name, economic, economic, economic, Decimal(0), budget)


def electricity_line(was: Electricity) -> LineFigures:
    planned = PLAN.kwh * PLAN.price_per_kwh * PLAN.rate_of_exchange
    cost = was.kwh * was.price_per_kwh * was.rate_of_exchange
    return line(Line.ELECTRICITY, dollars(cost), dollars(planned))


def of(was: Electricity, *others: LineFigures) -> Bridge:
    found = bridge([electricity_line(was), *others], PLAN, was, INSTALLED, "USD")
    assert found is not None
    return found


def test_a_month_as_planned_has_no_cause() -> None:
    assert of(AS_PLANNED).causes == ()


def test_a_dearer_kilowatt_hour_is_a_matter_of_price_alone() -> None:
    was = Electricity(PLANNED_HOURS, PLAN.kwh, Decimal("0.125"), PLAN.rate_of_exchange)
    (cause,) = of(was).causes
    assert cause.name == "price"
    assert cause.amount == dollars("7110.000000")


def test_more_hours_at_the_same_kilowatt_hours_each_are_volume() -> None:
    was = Electricity(PLANNED_HOURS * 2, PLAN.kwh * 2, PLAN.price_per_kwh, PLAN.rate_of_exchange)
    (cause,) = (one for one in of(was).causes if abs(one.amount.amount) > Decimal("0.01"))
    assert cause.name == "volume"
    assert round(cause.amount.amount) == 81_765


def test_a_line_without_a_budget_is_told_as_such() -> None:
    extra = line(Line.REMOTE_HANDS, dollars("1200"), None)
    (cause,) = of(AS_PLANNED, extra).causes
    assert (cause.name, cause.amount, cause.why) == (
        "remote_hands",
        dollars("1200"),
        "not in the budget",
    )


def test_a_month_without_a_budget_has_no_bridge() -> None:
    only = line(Line.COLO, dollars("212340"), None)
    assert bridge([only], None, AS_PLANNED, INSTALLED, "USD") is None


factor = st.decimals(min_value="0.2", max_value="5", places=3)


@given(factor, factor, factor, factor)
def test_the_causes_add_up_to_the_difference(
    hours: Decimal, kwh: Decimal, price: Decimal, rate: Decimal
) -> None:
    was = Electricity(
        PLANNED_HOURS * hours,
        PLAN.kwh * kwh,
        PLAN.price_per_kwh * price,
        PLAN.rate_of_exchange * rate,
    )
    found = of(was, line(Line.COLO, dollars("220000"), dollars("212340")))
    moved = total([cause.amount for cause in found.causes], "USD")
    assert abs((found.actual - found.budget - moved).amount) < Decimal("1e-15")
