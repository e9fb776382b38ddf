"""Postings of what was bought: its price in the month of the purchase, its wear in each of life.

Cash is the price, once. The book is the fall of the book value. Economy is the level charge of
`costs.finance`, from the price down to the residual, whatever the book's method is. A price in
another currency is converted at the rate of the day that it was bought on and stays so: what is on
the books has been paid and moves with no rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from thirdshift_controller.costs.books.books import Asset, Books, Capital
from thirdshift_controller.costs.books.depreciation import book_value
from thirdshift_controller.costs.finance import annual_charge
from thirdshift_controller.costs.ledger.life import life_in, lived_months
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.ledger.telling import in_currency, percent, price
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Charge, Line, Posting

_YEAR = 12


def post_assets(books: Books, span: Span) -> tuple[Posting, ...]:
    """Purchases and wear of the span. Raises `CurrencyError` where a rate is missing."""
    return tuple(
        in_currency(posting, books.currency, books.exchange, asset.bought_on)
        for asset in books.assets
        for posting in (*_purchase(asset, span), *_wear(asset, books.capital, span))
    )


def _purchase(asset: Asset, span: Span) -> Iterator[Posting]:
    if span.begins(asset.bought_on):
        nothing = asset.price * 0
        bought = f"{_bought(asset)}, bought on {asset.bought_on}"
        yield _posting(
            asset, Charge.PURCHASE, span, (asset.price, nothing, nothing), working=bought
        )


def _wear(asset: Asset, capital: Capital, span: Span) -> Iterator[Posting]:
    life = life_in(asset, span)
    if life is not None:
        zone = span.month.timezone
        begun, ended = (lived_months(asset, at, zone) for at in (life.from_at, life.to_at))
        worn = book_value(asset, begun) - book_value(asset, ended)
        charge = _annual(asset, capital) * ((ended - begun) / _YEAR)
        yield _posting(
            asset, Charge.WEAR, life, (asset.price * 0, worn, charge), _worn(asset, capital)
        )


def _annual(asset: Asset, capital: Capital) -> Money:
    years = Decimal(asset.life_months) / _YEAR
    charge = annual_charge(asset.price.amount, asset.residual.amount, capital.ratio_per_year, years)
    return Money(charge, asset.unit_price.currency)


def _posting(
    asset: Asset, charge: Charge, span: Span, amounts: tuple[Money, Money, Money], working: str
) -> Posting:
    billed, effective, economic = amounts
    return Posting(
        line=asset.line,
        charge=charge,
        what=asset.name,
        from_at=span.from_at,
        to_at=span.to_at,
        billed=billed,
        effective=effective,
        economic=economic,
        quantity=Decimal(asset.quantity),
        unit="GPUs" if asset.line is Line.GPU_CARDS else "Units",
        supplier=asset.supplier,
        origin=asset.origin,
        working=working,
    )


def _bought(asset: Asset) -> str:
    return f"{asset.quantity:,} at {price(asset.unit_price)}"


def _worn(asset: Asset, capital: Capital) -> str:
    method = asset.method.replace("_", " ")
    return (
        f"{_bought(asset)} over {asset.life_months} months, {percent(asset.residual_ratio)} left;"
        f" book: {method}; capital at {percent(capital.ratio_per_year)} a year"
        f" ({capital.origin.source})"
    )
