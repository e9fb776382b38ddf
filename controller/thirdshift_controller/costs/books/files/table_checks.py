"""What single tables of `costs.toml` cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from thirdshift_controller.config.source import Problem
from thirdshift_controller.costs.books.books import Basis
from thirdshift_controller.costs.books.files.tables import ContractTable, CostsTables
from thirdshift_controller.costs.exchange import Exchange
from thirdshift_controller.costs.money import CurrencyError


def table_problems(tables: CostsTables) -> Iterator[Problem]:
    """What is wrong between the tables and within each of them."""
    for kind, named in (("contracts", tables.contracts), ("taxes", tables.taxes)):
        names = [table.name for table in named]
        for number, name in enumerate(names):
            if name in names[:number]:
                yield Problem((kind, number, "name"), f'"{name}" stands above; give it another')
    for number, contract in enumerate(tables.contracts):
        for key, text in _contract_problems(contract):
            yield Problem(("contracts", number, key), text)
    for number, span in enumerate(tables.ranges):
        if span.high < span.low:
            yield Problem(("ranges", number, "high"), f"must be at least low, {span.low}")


def rateless_contracts(tables: CostsTables, exchange: Exchange) -> Iterator[Problem]:
    """Contracts that cannot be told in the books' currency on their first day, or on any."""
    for number, contract in enumerate(tables.contracts):
        currency = contract.currency or tables.currency
        try:
            exchange.factor(currency, tables.currency, contract.from_on or date.max)
        except CurrencyError:
            text = f"no rate of exchange between {currency} and {tables.currency} is known"
            since = f" by {contract.from_on}" if contract.from_on else ""
            remedy = "add one to the file that exchange names in [files]"
            yield Problem(("contracts", number, "currency"), f"{text}{since}; {remedy}")


def _contract_problems(contract: ContractTable) -> Iterator[tuple[str, str]]:
    of_price = contract.basis is Basis.PRICE_YEAR
    if of_price and not contract.of:
        yield "of", 'is missing; name the lines of the assets, such as of = ["nodes"]'
    if contract.of and not of_price:
        yield "of", 'goes only with basis = "price_year"; take it away'
    if of_price and contract.amount > 1:
        yield "amount", f'is a ratio: write 2 % as "0.02", not "{contract.amount}"'
    if of_price and contract.currency:
        yield "currency", "is not for a ratio; take it away"
    if contract.from_on and contract.to_on and contract.to_on <= contract.from_on:
        yield "to_on", f"must be after from_on, {contract.from_on}"
