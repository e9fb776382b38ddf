"""What would lower the bill, by what this month showed. Advice, never an action."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from thirdshift_controller.costs.books.books import Basis, Contract
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.account import Account
from thirdshift_controller.costs.month.ahead import price_per_kwh
from thirdshift_controller.costs.month.inputs import Accounts
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.power.figures import Advice, EnergyFigures
from thirdshift_controller.costs.power.peaks import better_cooling, capping, right_sizing

PUE_STEP = Decimal("0.1")


def advice(accounts: Accounts, account: Account, energy: EnergyFigures) -> tuple[Advice, ...]:
    """What saves most first; nothing where nothing was watched. All in the books' currency."""
    if not energy.facility_kwh:
        return ()
    found = [*_reservation(accounts, account, energy), *_cooling(accounts, account, energy)]
    found += _peaks(accounts, account, energy)
    return tuple(sorted(found, key=lambda one: -one.saves_per_year.amount))


def reserved(accounts: Accounts, account: Account) -> tuple[Contract, ...]:
    """The contracts by which power is reserved in this month."""
    span, contracts = account.span, accounts.books.contracts
    return tuple(
        one
        for one in contracts
        if one.line is Line.COLO
        and one.basis is Basis.KW_MONTH
        and span.clip(one.from_on, one.to_on) is not None
    )


def reserved_kw(accounts: Accounts, account: Account) -> Decimal:
    """IT power that is paid for whether it is drawn or not."""
    return sum((one.quantity for one in reserved(accounts, account)), Decimal(0))


def peak_it_kw(energy: EnergyFigures) -> Decimal:
    """The highest hour of IT; a lease reserves IT power, not the facility's."""
    return Decimal(energy.peak_kw) / energy.pue


def _reservation(accounts: Accounts, account: Account, energy: EnergyFigures) -> Iterator[Advice]:
    for contract in reserved(accounts, account)[:1]:
        price = _in_books(accounts, account, Money(contract.amount, contract.currency))
        found = right_sizing(reserved_kw(accounts, account), peak_it_kw(energy), price)
        if found is not None:
            yield found


def _cooling(accounts: Accounts, account: Account, energy: EnergyFigures) -> Iterator[Advice]:
    if energy.pue - PUE_STEP >= 1:
        it_kw = Decimal(energy.it_kwh) / account.span.hours
        price = _in_books(accounts, account, price_per_kwh(accounts, account, energy))
        yield better_cooling(it_kw, energy.pue, PUE_STEP, price)


def _peaks(accounts: Accounts, account: Account, energy: EnergyFigures) -> Iterator[Advice]:
    terms, worth = accounts.power.peaks, account.levels.available
    if terms is None or worth is None:
        return
    span, currency = account.span, accounts.power.hall.currency
    exchange = accounts.books.exchange
    local = exchange.convert(worth, currency, span.last_day)
    kw = Decimal(energy.facility_kwh) / span.hours
    found = capping(terms, kw, accounts.site.gpus_installed, local)
    saves = _in_books(accounts, account, found.saves_per_year)
    yield Advice(found.what, saves, found.condition)


def _in_books(accounts: Accounts, account: Account, money: Money) -> Money:
    books = accounts.books
    return books.exchange.convert(money, books.currency, account.span.last_day)
