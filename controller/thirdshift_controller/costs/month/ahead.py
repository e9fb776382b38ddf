"""The years ahead as this month foreshadows them: its averages held for the life of the cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum

from thirdshift_controller.costs.books.books import Books
from thirdshift_controller.costs.market.comparison import one_each
from thirdshift_controller.costs.market.quotes import Quote
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.account import Account
from thirdshift_controller.costs.month.inputs import Accounts
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.power.figures import EnergyFigures
from thirdshift_controller.costs.tco.activity import HOURS_PER_YEAR, Activity
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.outlook import Outlook, Rival, Swing
from thirdshift_controller.costs.tco.plan import Plan, plan
from thirdshift_controller.costs.tco.ranges import spans, usual_ranges
from thirdshift_controller.costs.tco.rivals import Rent, rivals
from thirdshift_controller.costs.tco.tornado import tornado


@dataclass(frozen=True, slots=True)
class Ahead:
    """A life, what renting it would cost, and what it hangs on."""

    plan: Plan
    outlook: Outlook
    rivals: tuple[Rival, ...]
    swings: tuple[Swing, ...]


def look_ahead(
    accounts: Accounts,
    account: Account,
    energy: EnergyFigures,
    quotes: Sequence[Quote],
    reference: Money | None,
) -> Ahead | None:
    """`None` where nothing was watched, or where the books have no card to live for."""
    months = life_of_cards(accounts.books)
    activity = activity_of(accounts, account, energy)
    if months is None or activity is None:
        return None
    ours = plan(accounts.books, activity, months, account.span.last_day)
    rents = [Rent(named(one), one.row.price) for one in one_each(quotes) if _known(one, ours)]
    ranges = spans(ours, accounts.books.ranges, usual_ranges())
    return Ahead(ours, outlook(ours), rivals(ours, rents), tornado(ours, ranges, reference))


def _known(quote: Quote, ours: Plan) -> bool:
    return ours.exchange.knows(quote.row.price.currency, ours.currency, ours.on)


def life_of_cards(books: Books) -> int | None:
    """The longest life of any card, in months."""
    lives = (asset.life_months for asset in books.assets if asset.line is Line.GPU_CARDS)
    return max(lives, default=None)


def activity_of(accounts: Accounts, account: Account, energy: EnergyFigures) -> Activity | None:
    """The month's averages; `None` where nothing was watched.

    Where no scheduler is read, hours at work stand for those held, as they do in the verdict.
    """
    use, hours = account.use, account.span.hours
    if not use.available or not account.hours:
        return None
    held = use.allocated_hours
    allocated = use.utilised if held is None else held
    watched_hours = Decimal(fsum(hour.watched_seconds for hour in account.hours)) / 3600
    return Activity(
        nodes=len(accounts.site.by_name),
        gpus=accounts.site.gpus_installed,
        available_ratio=Decimal(use.available / use.installed),
        allocated_ratio=Decimal(allocated / use.available),
        utilised_ratio=Decimal(use.utilised / allocated if allocated else 0.0),
        it_kw=Decimal(energy.it_kwh) / hours,
        pue=energy.pue,
        price_per_kwh=price_per_kwh(accounts, account, energy),
        rota_hours_per_year=Decimal(account.rota_hours) / hours * HOURS_PER_YEAR,
        repairs_per_year=Decimal(account.repairs) / watched_hours * HOURS_PER_YEAR,
    )


def price_per_kwh(accounts: Accounts, account: Account, energy: EnergyFigures) -> Money:
    """What a kWh of the facility cost on average, all in, in the tariff's currency."""
    currency = accounts.power.hall.currency
    paid = total([posting.economic for posting in account.electricity], currency)
    return paid.per(Decimal(energy.facility_kwh)) or paid


def named(quote: Quote) -> str:
    """A rent as people tell one from another."""
    row = quote.row
    option = row.purchase_option.replace("_", " ")
    term = f", {row.term_months} months" if row.term_months else ""
    where = f", {row.region}" if row.region else ""
    return f"{row.provider} {row.sku}{where}, {option}{term}"
