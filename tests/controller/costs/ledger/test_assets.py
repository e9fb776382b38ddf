"""What was bought: cash once, wear over a life, and the laws that bind the two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.accounts import (
    BANK,
    CARDS,
    NOVEMBER,
    SEPTEMBER,
    TORONTO,
    at,
    books,
    cad,
    months,
    usd,
)
from thirdshift_controller.costs.books.books import Asset, Books, Capital, Method
from thirdshift_controller.costs.books.depreciation import book_value
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.exchange import Exchange, Rate
from thirdshift_controller.costs.ledger.assets import post_assets
from thirdshift_controller.costs.ledger.life import after_months, lived_months
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.money import CurrencyError, Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Charge, Line, Posting

DUST = Decimal("1e-12")


def posted(asset: Asset, span: Span, of: Books | None = None) -> list[Posting]:
    return list(post_assets(replace(of or books(), assets=(asset,)), span))


def whole_life(asset: Asset, zone: ZoneInfo = TORONTO, count: int = 160) -> list[Posting]:
    return [p for span in months(2024, 1, count, zone) for p in posted(asset, span)]


def test_a_card_costs_cash_once_and_then_its_depreciation_and_its_capital() -> None:
    january, february = (posted(CARDS, span) for span in months(2026, 1, 2))
    purchase, wear = january
    assert (purchase.charge, wear.charge) == (Charge.PURCHASE, Charge.WEAR)
    assert purchase.billed == usd(30_720_000)
    assert purchase.effective.amount == purchase.economic.amount == 0
    assert wear.billed.amount == 0
    assert wear.effective == usd(640_000)
    assert wear.economic.shown() == "USD 836,060.42"
    assert (wear.quantity, wear.unit) == (Decimal(1024), "GPUs")
    assert [p.charge for p in february] == [Charge.WEAR]
    assert february[0].effective == wear.effective


def test_the_working_says_what_it_was_reckoned_from() -> None:
    [wear] = posted(CARDS, Span.whole(NOVEMBER))
    assert wear.working == (
        "1,024 at USD 30,000.00 over 36 months, 25 % left; book: straight line;"
        " capital at 10 % a year (assumption: usual)"
    )


@pytest.mark.parametrize(
    ("nodes", "switches", "per_cable", "price", "per_card"),
    [
        (2, 0, 810, "732960.00", "45810.00"),
        (64, 8, 1320, "24003840.00", "46882.50"),
        (128, 48, 2560, "50429440.00", "49247.50"),
    ],
)
def test_published_clusters_cost_what_was_published_to_the_cent(
    nodes: int, switches: int, per_cable: int, price: str, per_card: str
) -> None:
    parts = [
        (Line.NODES, nodes, 310_000),
        (Line.SWITCHES, switches, 36_000),
        (Line.OPTICS, nodes * 8, per_cable),
        (Line.PLANT, nodes, 50_000),
    ]
    cluster = tuple(
        replace(CARDS, name=line, line=line, quantity=count, unit_price=usd(each))
        for line, count, each in parts
        if count
    )
    bought = post_assets(books(assets=cluster), Span.whole(Month(2026, 1, TORONTO)))
    total = sum((p.billed.amount for p in bought), Decimal(0))
    assert total == Decimal(price)
    assert total / (nodes * 8) == Decimal(per_card)


def test_half_a_month_wears_half() -> None:
    span = Span(NOVEMBER, NOVEMBER.from_at, NOVEMBER.from_at + timedelta(hours=721) / 2)
    [half], [full] = posted(CARDS, span), posted(CARDS, Span.whole(NOVEMBER))
    assert abs(half.effective.amount * 2 - full.effective.amount) < DUST
    assert abs(half.economic.amount * 2 - full.economic.amount) < DUST


def test_nothing_is_worn_before_service_nor_after_the_life() -> None:
    early = replace(CARDS, in_service_on=date(2026, 12, 1))
    assert posted(early, Span.whole(NOVEMBER)) == []
    over = replace(CARDS, bought_on=date(2023, 11, 1), in_service_on=date(2023, 11, 1))
    assert posted(over, Span.whole(NOVEMBER)) == []
    assert len(posted(over, Span.whole(Month(2026, 10, TORONTO)))) == 1


def test_a_life_that_ends_within_the_month_is_posted_up_to_its_end() -> None:
    ending = replace(CARDS, bought_on=date(2023, 11, 16), in_service_on=date(2023, 11, 16))
    [wear] = posted(ending, Span.whole(NOVEMBER))
    assert wear.to_at == at(2026, 11, 16, 5)


def test_a_month_of_life_ends_on_a_day_that_exists() -> None:
    assert after_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert after_months(date(2026, 12, 15), 36) == date(2029, 12, 15)
    assert after_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


def test_what_was_bought_in_another_currency_keeps_the_rate_of_its_day() -> None:
    later = Rate("USD", "CAD", Decimal("1.25"), replace(BANK, as_of=date(2026, 6, 1)))
    earlier = Rate("USD", "CAD", Decimal("1.60"), replace(BANK, as_of=date(2025, 12, 1)))
    foreign = replace(CARDS, unit_price=cad(48_000))
    of = books(exchange=Exchange([earlier, later]))
    [wear] = posted(foreign, Span.whole(NOVEMBER), of)
    assert wear.effective == usd(640_000)
    assert wear.working.endswith("1.60 CAD for 1 USD on 2025-12-01 (Bank of Canada)")


def test_an_unknown_rate_is_refused() -> None:
    foreign = replace(CARDS, unit_price=Money(Decimal(1), "EUR"))
    with pytest.raises(CurrencyError, match="no rate of exchange between EUR and USD"):
        posted(foreign, Span.whole(NOVEMBER))


ASSETS = st.builds(
    lambda price, share, life, method, bought, wait: replace(
        CARDS,
        quantity=3,
        unit_price=usd(Decimal(price) / 100),
        residual_ratio=Decimal(share) / 100,
        life_months=life,
        method=method,
        bought_on=bought,
        in_service_on=bought + timedelta(days=wait),
    ),
    st.integers(1, 10**9),
    st.integers(0, 100),
    st.integers(1, 72),
    st.sampled_from(list(Method)),
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.integers(0, 60),
)


@settings(max_examples=15, deadline=None)
@given(ASSETS, st.sampled_from([TORONTO, ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC")]))
def test_over_its_life_cash_is_the_price_and_the_book_what_it_lost(
    asset: Asset, zone: ZoneInfo
) -> None:
    postings = whole_life(asset, zone)
    lost = asset.price - book_value(asset, asset.life_months)
    assert sum((p.billed.amount for p in postings), Decimal(0)) == asset.price.amount
    assert abs(sum((p.effective.amount for p in postings), Decimal(0)) - lost.amount) < DUST


@settings(max_examples=40, deadline=None)
@given(ASSETS, st.integers(1, 10**6), st.integers(0, 30), st.integers(0, 30))
def test_a_dearer_asset_or_dearer_capital_never_costs_less(
    asset: Asset, more: int, rate: int, rise: int
) -> None:
    def cost(one: Asset, ratio: int) -> tuple[Decimal, Decimal]:
        capital = Capital(Decimal(ratio) / 100, Origin("test"))
        wear = posted(one, Span.whole(SEPTEMBER), books(capital=capital))
        effective = sum((p.effective.amount for p in wear), Decimal(0))
        return effective, sum((p.economic.amount for p in wear), Decimal(0))

    dearer = replace(asset, unit_price=asset.unit_price + usd(more))
    book, economic = cost(asset, rate)
    assert book <= cost(dearer, rate)[0] + DUST
    assert economic <= cost(dearer, rate)[1] + DUST
    assert economic <= cost(asset, rate + rise)[1] + DUST


@settings(max_examples=60, deadline=None)
@given(ASSETS, st.integers(0, 4_000_000), st.integers(0, 100_000))
def test_a_life_only_goes_forward(asset: Asset, minutes: int, more: int) -> None:
    begins_at = at(2024, 1, 1) + timedelta(minutes=minutes)
    lived = lived_months(asset, begins_at, TORONTO)
    assert 0 <= lived <= asset.life_months
    assert lived <= lived_months(asset, begins_at + timedelta(minutes=more), TORONTO)
