"""The rows of the books' CSV files, and the values that they become."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.config import Table
from thirdshift_controller.config.fields import (
    Amount,
    CountCell,
    Currency,
    Day,
    MonthName,
    Note,
    Number,
    Positive,
    Ratio,
    Text,
)
from thirdshift_controller.costs.books.books import (
    Asset,
    Bill,
    BudgetPlan,
    BudgetRow,
    Credit,
    Method,
)
from thirdshift_controller.costs.books.files.line_name import LineName
from thirdshift_controller.costs.exchange import Rate
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands, and the currency of what names none."""

    file: str
    line: int
    currency: str


class Sourced(Table):
    """Every row says where its figures come from."""

    source: Text
    as_of: Day | None = None

    def origin(self, place: Place) -> Origin:
        """What a reader needs to find the row again."""
        return Origin(self.source, self.as_of, place.file, place.line)


class Priced(Sourced):
    """An amount in the books' currency, unless the row names another."""

    currency: Currency | None = None

    def money(self, amount: Decimal, place: Place) -> Money:
        """The amount in its currency."""
        return Money(amount, self.currency or place.currency)


class AssetRow(Priced):
    """A row of `assets.csv`."""

    name: Text
    line: LineName
    quantity: CountCell
    unit_price: Amount
    bought_on: Day
    in_service_on: Day
    life_months: CountCell
    residual_ratio: Ratio
    method: Method = Method.STRAIGHT_LINE
    supplier: Note = ""
    as_of: Day
    node_price: Positive | None = None
    """Of `nodes`: what each cost with its cards, to check the rows of one purchase against."""

    def value(self, place: Place) -> Asset:
        """The asset."""
        return Asset(
            name=self.name,
            line=self.line,
            quantity=self.quantity,
            unit_price=self.money(self.unit_price, place),
            bought_on=self.bought_on,
            in_service_on=self.in_service_on,
            life_months=self.life_months,
            residual_ratio=self.residual_ratio,
            method=self.method,
            supplier=self.supplier,
            origin=self.origin(place),
        )


class RateRow(Sourced):
    """A row of `exchange.csv`: one unit of `base` in `quote` on the day `as_of`."""

    base: Currency
    quote: Currency
    rate: Positive
    as_of: Day

    def value(self, place: Place) -> Rate:
        """The rate."""
        return Rate(self.base, self.quote, self.rate, self.origin(place))


class BillRow(Priced):
    """A row of `bills.csv`."""

    line: LineName
    what: Note = ""
    number: Text
    from_on: Day
    to_on: Day
    amount: Number
    supplier: Note = ""
    kwh: Positive | None = None

    def value(self, place: Place) -> Bill:
        """The bill."""
        return Bill(
            line=self.line,
            what=self.what,
            number=self.number,
            from_on=self.from_on,
            to_on=self.to_on,
            amount=self.money(self.amount, place),
            supplier=self.supplier,
            origin=self.origin(place),
            kwh=self.kwh,
        )


class CreditRow(Priced):
    """A row of `credits.csv`."""

    line: LineName
    what: Text
    on: Day
    amount: Positive
    supplier: Note = ""

    def value(self, place: Place) -> Credit:
        """The credit."""
        money = self.money(self.amount, place)
        return Credit(self.line, self.what, self.on, money, self.supplier, self.origin(place))


class BudgetCells(Priced):
    """A row of `budget.csv`."""

    month: MonthName
    line: LineName
    amount: Amount

    def value(self, place: Place) -> BudgetRow:
        """The planned cost."""
        money = self.money(self.amount, place)
        return BudgetRow(self.month, self.line, money, self.origin(place))


class PlanRow(Sourced):
    """A row of `plans.csv`: the quantities behind the budget of a month."""

    month: MonthName
    available_ratio: Ratio
    utilised_ratio: Ratio
    kwh: Amount
    price_per_kwh: Amount
    rate_of_exchange: Positive

    def value(self, place: Place) -> BudgetPlan:
        """The plan."""
        return BudgetPlan(
            month=self.month,
            available_ratio=self.available_ratio,
            utilised_ratio=self.utilised_ratio,
            kwh=self.kwh,
            price_per_kwh=self.price_per_kwh,
            rate_of_exchange=self.rate_of_exchange,
            origin=self.origin(place),
        )
