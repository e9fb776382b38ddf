"""What holds of every site: dearer inputs cost more, and no level is cheaper than the one above."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fakes.worked_example import ACTIVITY, BOOKS, example
from thirdshift_controller.costs.tco.activity import Activity
from thirdshift_controller.costs.tco.drivers import BY_NAME
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.plan import Plan

DEARER = ("node_price", "optics", "tariff", "pue", "cost_of_capital", "colo", "support", "software")


def ratio(low: int = 1, high: int = 100) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda percent: Decimal(percent) / 100)


def plans() -> st.SearchStrategy[Plan]:
    activities: st.SearchStrategy[Activity] = st.builds(
        lambda available, allocated, utilised: replace(
            ACTIVITY,
            available_ratio=available,
            allocated_ratio=allocated,
            utilised_ratio=utilised,
        ),
        ratio(),
        ratio(),
        ratio(),
    )
    return st.builds(
        lambda activity, months: example(BOOKS, activity, months), activities, st.integers(1, 150)
    )


def economic(plan: Plan) -> Decimal:
    return outlook(plan).economic.amount


@given(plans(), st.sampled_from(DEARER), ratio(1, 300))
def test_dearer_costs_more(plan: Plan, name: str, more: Decimal) -> None:
    driver = BY_NAME[name]
    now = driver.now(plan)
    assert now is not None
    assert economic(driver.at(plan, now + more)) > economic(plan)


@given(plans())
def test_an_hour_is_dearer_the_fewer_of_them_count(plan: Plan) -> None:
    levels = outlook(plan).levels
    prices = levels.installed, levels.available, levels.allocated, levels.utilised
    amounts = [price.amount for price in prices if price is not None]
    assert len(amounts) == 4
    assert amounts == sorted(amounts)


@given(plans())
def test_lines_add_up_to_all_cash_and_shares_to_one(plan: Plan) -> None:
    ahead = outlook(plan)
    close = Decimal("1e-12")
    gross = sum((each.amount.amount for each in ahead.lines), Decimal(0))
    shares = sum((each.share_ratio for each in ahead.lines), Decimal(0))
    assert abs(gross - ahead.gross.amount) < close
    assert abs(shares - 1) < close


@given(plans())
def test_capital_costs_nothing_where_it_is_free(plan: Plan) -> None:
    free = outlook(replace(plan, capital_ratio_per_year=Decimal(0)))
    assert abs(free.cost_of_capital.amount) < Decimal("1e-12")
