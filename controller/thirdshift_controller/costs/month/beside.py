"""What renting the same GPU cost in the same month, and which of the two was cheaper."""

from __future__ import annotations

from dataclasses import dataclass

from thirdshift_controller.costs.market.comparison import CloudBand, Verdict, band, verdict
from thirdshift_controller.costs.market.gpus import canonical_model
from thirdshift_controller.costs.market.quotes import Quote, quotes_between
from thirdshift_controller.costs.market.record import CURRENCY, PurchaseOption
from thirdshift_controller.costs.money import CurrencyError, Money
from thirdshift_controller.costs.month.account import Account
from thirdshift_controller.costs.month.inputs import Accounts


@dataclass(frozen=True, slots=True)
class Beside:
    """The cloud's side of the month."""

    gpu_model: str
    quotes: tuple[Quote, ...]
    cloud: CloudBand | None
    rent: Money | None
    """The middle of the band in the books' currency; `None` where no rate is known."""
    verdict: Verdict


def beside(accounts: Accounts, account: Account) -> Beside:
    """The prices inside the month, else the latest before, and the verdict on them."""
    span = account.span
    named = next((node.model for node in accounts.site.nodes()), "")
    model = canonical_model(named, accounts.prices) or named
    first = span.from_at.astimezone(span.month.timezone).date()
    quotes = quotes_between(accounts.prices, model, first, span.last_day)
    cloud = band(quotes, PurchaseOption.ON_DEMAND)
    own = _converted(accounts, account, account.levels.available, CURRENCY)
    rent = _converted(accounts, account, cloud.median, accounts.books.currency) if cloud else None
    return Beside(model, quotes, cloud, rent, verdict(own, cloud, used_ratio(account)))


def used_ratio(account: Account) -> float | None:
    """Of the available GPU-hours those held by jobs, or at work where no scheduler is read."""
    use = account.use
    held = use.allocated_hours
    used = use.utilised if held is None else held
    return used / use.available if use.available else None


def _converted(
    accounts: Accounts, account: Account, money: Money | None, currency: str
) -> Money | None:
    if money is None:
        return None
    try:
        return accounts.books.exchange.convert(money, currency, account.span.last_day)
    except CurrencyError:
        return None
