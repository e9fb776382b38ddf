"""Postings of what is paid for as time goes by. They are the same in all three ledgers.

A whole month costs a twelfth of a year, however long it is; a part costs its share of the month's
seconds. What is paid by the hour is paid for the hours that there were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.books.books import Basis, Books, Contract
from thirdshift_controller.costs.ledger.life import life_in
from thirdshift_controller.costs.ledger.span import Span, ratio
from thirdshift_controller.costs.ledger.telling import count, in_currency, percent, price
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.posting import Charge, Posting, paid

_YEAR = 12
_YEARLY = frozenset({Basis.YEAR, Basis.GPU_YEAR, Basis.PRICE_YEAR})
_UNITS = {
    Basis.MONTH: "Months",
    Basis.YEAR: "Months",
    Basis.HOUR: "Hours",
    Basis.ROTA_HOUR: "Hours",
    Basis.KW_MONTH: "kW-Months",
    Basis.GPU_YEAR: "GPU-Months",
    Basis.PRICE_YEAR: "Months",
    Basis.REPAIR: "Repairs",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened in the span, as far as contracts are paid by it.

    A contract that held for a part of the span is charged for its share of these.
    """

    rota_hours: Decimal
    """Person-hours on the rota."""
    gpus_installed: Decimal
    repairs_ended: Decimal


def post_contracts(books: Books, span: Span, facts: Facts) -> tuple[Posting, ...]:
    """What the contracts cost in the span. Raises `CurrencyError` where a rate is missing."""
    return tuple(
        in_currency(posting, books.currency, books.exchange, span.last_day)
        for contract in books.contracts
        for posting in _dues(contract, books, span, facts)
    )


def _dues(contract: Contract, books: Books, span: Span, facts: Facts) -> Iterator[Posting]:
    held = span.clip(contract.from_on, contract.to_on)
    if held is not None:
        units = contract.quantity * _units(contract.basis, span, held, facts)
        if contract.basis is Basis.PRICE_YEAR:
            due, told = _of_prices(contract, _prices(contract, books, held))
        else:
            each = Money(_each(contract), contract.currency)
            due, told = each * units, f"{count(units)} {_UNITS[contract.basis]} at {price(each)}"
        yield _posting(contract, held, units, due, told)


def _of_prices(contract: Contract, prices: Money) -> tuple[Money, str]:
    a_year = prices * contract.quantity * contract.amount
    told = f"{percent(contract.amount)} a year of {prices.shown()} ({', '.join(contract.of)})"
    return Money(a_year.amount / _YEAR, a_year.currency), told


def _units(basis: Basis, span: Span, held: Span, facts: Facts) -> Decimal:
    part = ratio(held.to_at - held.from_at, span.to_at - span.from_at)
    return {
        Basis.HOUR: held.hours,
        Basis.ROTA_HOUR: facts.rota_hours * part,
        Basis.REPAIR: facts.repairs_ended * part,
        Basis.GPU_YEAR: facts.gpus_installed * held.month_ratio,
    }.get(basis, held.month_ratio)


def _each(contract: Contract) -> Decimal:
    return contract.amount / _YEAR if contract.basis in _YEARLY else contract.amount


def _prices(contract: Contract, books: Books, held: Span) -> Money:
    """Of the assets in life, each by the share of the month that it lives in.

    In the books' currency, at the rate of the day that each was bought on.
    """
    lives = ((asset, life_in(asset, held)) for asset in books.assets if asset.line in contract.of)
    priced = [
        books.exchange.convert(asset.price, books.currency, asset.bought_on) * life.month_ratio
        for asset, life in lives
        if life is not None
    ]
    return total(priced, books.currency)


def _posting(contract: Contract, held: Span, units: Decimal, due: Money, working: str) -> Posting:
    return Posting(
        line=contract.line,
        charge=Charge.CONTRACT,
        what=contract.name,
        from_at=held.from_at,
        to_at=held.to_at,
        **paid(due),
        quantity=units,
        unit=_UNITS[contract.basis],
        supplier=contract.supplier,
        origin=contract.origin,
        working=working,
    )
