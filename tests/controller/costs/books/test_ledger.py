"""What a month costs, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.toronto import NOVEMBER, costs
from thirdshift_controller.costs.books.file import Asset, Category, CostsFile
from thirdshift_controller.costs.books.ledger import CostKind, month_cost, service_end
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.usage.hours import Energy, Window

NO_ENERGY = Energy(0.0, 0.0)


def whole(month: Month) -> Window:
    return Window(month, month.from_at, month.to_at, month.seconds)


def asset(bought_on: date = date(2026, 1, 1), life_months: int = 36) -> Asset:
    return costs().assets[0].model_copy(update={"bought_on": bought_on, "life_months": life_months})


def only(one: Asset) -> CostsFile:
    return costs().model_copy(update={"assets": (one,), "monthly": ()})


def test_a_card_costs_its_depreciation_and_its_capital_each_month() -> None:
    lines = {
        line.kind: line for line in month_cost(only(asset()), whole(NOVEMBER), NO_ENERGY).lines
    }
    assert lines[CostKind.DEPRECIATION].amount.shown() == "USD 640,000.00"
    assert lines[CostKind.CAPITAL].amount.shown() == "USD 160,023.59"


def test_energy_is_charged_with_its_pue_metered_and_modelled_apart() -> None:
    cost = month_cost(costs(), whole(NOVEMBER), Energy(metered_kwh=1000.0, modelled_kwh=10.0))
    amounts = {line.kind: line.amount.shown() for line in cost.lines}
    assert amounts[CostKind.METERED] == "USD 110.70"
    assert amounts[CostKind.MODELLED] == "USD 1.11"
    assert cost.of(Category.ENERGY).shown() == "USD 111.81"


def test_a_month_half_watched_costs_half() -> None:
    month = whole(NOVEMBER)
    half = replace(
        month,
        to_at=month.from_at + timedelta(seconds=NOVEMBER.seconds / 2),
        covered_seconds=NOVEMBER.seconds / 2,
    )
    full = month_cost(costs(), month, NO_ENERGY).total
    assert abs(month_cost(costs(), half, NO_ENERGY).total.amount * 2 - full.amount) < Decimal(
        "0.01"
    )


def test_a_gap_in_the_records_is_not_charged() -> None:
    month = whole(NOVEMBER)
    gappy = replace(month, covered_seconds=NOVEMBER.seconds / 4)
    full = month_cost(costs(), month, NO_ENERGY).total
    assert abs(month_cost(costs(), gappy, NO_ENERGY).total.amount * 4 - full.amount) < Decimal(
        "0.01"
    )


def test_an_asset_costs_nothing_before_it_is_bought_nor_after_its_life() -> None:
    for one in (asset(date(2026, 12, 1)), asset(date(2023, 11, 1))):
        assert month_cost(only(one), whole(NOVEMBER), NO_ENERGY).total.amount == 0


def test_an_asset_bought_within_the_month_costs_its_days() -> None:
    bought = asset(date(2026, 11, 16))
    cost = month_cost(only(bought), whole(NOVEMBER), NO_ENERGY).total
    full = month_cost(only(asset()), whole(NOVEMBER), NO_ENERGY).total
    assert round(cost.over(full), 3) == Decimal("0.499")


def test_a_life_ends_on_a_day_that_exists() -> None:
    assert service_end(asset(date(2026, 1, 31), 1)) == date(2026, 2, 28)
    assert service_end(asset(date(2026, 12, 15), 36)) == date(2029, 12, 15)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 700), st.sampled_from(["America/Toronto", "Asia/Kolkata", "UTC"]))
def test_an_asset_is_written_off_over_its_life_and_no_further(day: int, zone: str) -> None:
    one = asset(date(2024, 1, 1) + timedelta(days=day), life_months=6)
    month = Month.of(datetime(2024, 1, 1, 12, tzinfo=UTC), ZoneInfo(zone))
    worn = Decimal(0)
    while month.from_at < datetime(2027, 1, 1, tzinfo=UTC):
        lines = month_cost(only(one), whole(month), NO_ENERGY).lines
        worn += sum(line.amount.amount for line in lines if line.kind is CostKind.DEPRECIATION)
        month = Month.of(month.to_at, month.timezone)
    assert abs(worn / (one.price - one.residual) - 1) < Decimal("0.02")


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(100, 250))
def test_cost_never_falls_when_a_price_the_tariff_or_the_pue_rises(
    price: int, more: int, pue: int
) -> None:
    def total(unit_price: int, per_kwh: int, ratio: int) -> Decimal:
        file = only(asset().model_copy(update={"unit_price": Decimal(unit_price)}))
        energy = file.energy.model_copy(
            update={"price_per_kwh": Decimal(per_kwh) / 100, "pue": Decimal(ratio) / 100}
        )
        file = file.model_copy(update={"energy": energy})
        return month_cost(file, whole(NOVEMBER), Energy(1000.0, 1.0)).total.amount

    base = total(price, price, pue)
    assert base <= total(price + more, price, pue)
    assert base <= total(price, price + more, pue)
    assert base <= total(price, price, pue + more)
