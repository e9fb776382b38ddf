"""What may turn out otherwise than assumed: each driver reads its value in a plan and sets another.

What hangs on a value moves with it; `scaling` and `terms` say how. Nothing here says how far a
value may be off: that is `ranges`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from thirdshift_controller.costs.books.books import Basis
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco import scaling, terms
from thirdshift_controller.costs.tco.plan import Plan

_PERCENT = "%"
_ALL = Decimal(1)
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Driver:
    """One assumption."""

    name: str
    """As `ranges` write it."""
    unit: str
    """`%`, or what follows the number; money is in the currency of the plan or of the tariff."""
    now: Callable[[Plan], Decimal | None]
    """Its value in a plan; `None` where the plan has nothing of the kind."""
    at: Callable[[Plan, Decimal], Plan]
    """The plan with another value; only for plans in which `now` is a number."""
    least: Callable[[Plan], Decimal] = lambda plan: _NONE
    most: Decimal = Decimal("Infinity")

    @property
    def label(self) -> str:
        """For people."""
        return self.name.replace("_", " ")

    def shown(self, value: Decimal) -> str:
        """A value for people: `25 %`, `250,000 a node`."""
        if self.unit == _PERCENT:
            return f"{(value * 100).normalize():,f} %"
        return f"{round(value, 4).normalize():,f} {self.unit}".rstrip()


def _at_tariff(plan: Plan, price: Decimal) -> Plan:
    tariff = Money(price, plan.activity.price_per_kwh.currency)
    return replace(plan, activity=replace(plan.activity, price_per_kwh=tariff))


DRIVERS = (
    Driver(
        "life", "years", lambda plan: plan.years, scaling.at_life, least=lambda plan: Decimal("0.5")
    ),
    Driver(
        "nodes",
        "nodes",
        lambda plan: Decimal(plan.activity.nodes),
        scaling.at_nodes,
        least=lambda plan: _ALL,
    ),
    Driver(
        "node_price",
        "a node",
        scaling.node_price,
        scaling.at_node_price,
        least=scaling.card_price,
    ),
    Driver("node_residual", _PERCENT, scaling.node_residual, scaling.at_node_residual, most=_ALL),
    Driver(
        "cost_of_capital",
        _PERCENT,
        lambda plan: plan.capital_ratio_per_year,
        lambda plan, ratio: replace(plan, capital_ratio_per_year=ratio),
    ),
    Driver("software", "a GPU and year", terms.licences, terms.at_licences),
    Driver(
        "colo",
        "a kW and month",
        terms.mean_rate(Line.COLO, Basis.KW_MONTH),
        terms.at_mean_rate(Line.COLO, Basis.KW_MONTH),
    ),
    Driver(
        "availability",
        _PERCENT,
        lambda plan: plan.activity.available_ratio,
        lambda plan, ratio: replace(plan, activity=replace(plan.activity, available_ratio=ratio)),
        most=_ALL,
    ),
    Driver(
        "support",
        _PERCENT,
        terms.mean_rate(Line.SUPPORT, Basis.PRICE_YEAR),
        terms.at_mean_rate(Line.SUPPORT, Basis.PRICE_YEAR),
    ),
    Driver("optics", "a GPU", scaling.optics, scaling.at_optics),
    Driver("technicians", "seats", terms.seats, terms.at_seats),
    Driver("tariff", "a kWh", lambda plan: plan.activity.price_per_kwh.amount, _at_tariff),
    Driver(
        "pue",
        "",
        lambda plan: plan.activity.pue,
        lambda plan, ratio: replace(plan, activity=replace(plan.activity, pue=ratio)),
        least=lambda plan: _ALL,
    ),
)
"""Those of the tornado."""
BY_NAME = {driver.name: driver for driver in DRIVERS}
