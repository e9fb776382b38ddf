"""What renting the same GPU cost in the same month, and which of the two was cheaper."""

from __future__ import annotations

from dataclasses import replace

from thirdshift_controller.costs.market.comparison import CloudBand, band, unknown, verdict
from thirdshift_controller.costs.market.gpus import canonical_model
from thirdshift_controller.costs.market.quotes import Quote, quotes_between
from thirdshift_controller.costs.market.record import PurchaseOption
from thirdshift_controller.costs.money import CurrencyError
from thirdshift_controller.costs.month.account import Account
from thirdshift_controller.costs.month.figures import MonthMarket
from thirdshift_controller.costs.month.inputs import Accounts


def beside(accounts: Accounts, account: Account) -> MonthMarket:
    """The prices inside the month, else the latest before, and the verdict on them."""
    span = account.span
    named = next((node.model for node in accounts.site.nodes()), "")
    model = canonical_model(named, accounts.prices) or named
    first = span.from_at.astimezone(span.month.timezone).date()
    quotes = quotes_between(accounts.prices, model, first, span.last_day)
    asked = band(quotes, PurchaseOption.ON_DEMAND)
    try:
        cloud = asked and in_books(accounts, account, asked)
    except CurrencyError as error:
        cloud, answer = None, unknown(str(error))
    else:
        answer = verdict(account.levels.available, cloud, account.use.used_ratio)
    return MonthMarket(gpu_model=model, quotes=quotes, cloud=cloud, verdict=answer)


def in_books(accounts: Accounts, account: Account, asked: CloudBand) -> CloudBand:
    """A band in the books' currency, at the rate of the span's last day. Raises `CurrencyError`."""
    books, day = accounts.books, account.span.last_day

    def converted(quote: Quote) -> Quote:
        price = books.exchange.convert(quote.row.price, books.currency, day)
        return replace(quote, row=replace(quote.row, price=price))

    return replace(
        asked,
        low=converted(asked.low),
        median=books.exchange.convert(asked.median, books.currency, day),
        high=converted(asked.high),
    )
