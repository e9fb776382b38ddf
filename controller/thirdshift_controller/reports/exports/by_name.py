"""Our price of a GPU-hour for other programs, by the name of the file that they read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from thirdshift_controller.costs.market.record import CURRENCY
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.month.inputs import Accounts
from thirdshift_controller.errors import NotFoundError
from thirdshift_controller.reports.exports.opencost import opencost_csv, opencost_json
from thirdshift_controller.reports.exports.priced import PricedMonth, PriceLevel
from thirdshift_controller.reports.exports.skypilot import kubernetes_yaml, slurm_csv

_Export = Callable[[MonthFigures, Accounts, PriceLevel], str]


def export(name: str, figures: MonthFigures, accounts: Accounts, level: PriceLevel) -> str:
    """The text of the file. Raises `NotFoundError` for another name, `ConflictError` or
    `CurrencyError` where there is no such price.
    """
    if name not in EXPORTS:
        raise NotFoundError(f"there is no export {name!r}; there is {', '.join(EXPORTS)}")
    return EXPORTS[name](figures, accounts, level)


def _in_dollars(figures: MonthFigures, accounts: Accounts) -> PricedMonth:
    priced, day = PricedMonth.of(figures), figures.month.last_day
    rate, _ = accounts.books.exchange.factor(figures.currency, CURRENCY, day)
    return priced.converted(rate, CURRENCY)


EXPORTS: Mapping[str, _Export] = {
    "default.json": lambda figures, _, level: opencost_json(PricedMonth.of(figures), level),
    "opencost.csv": lambda figures, accounts, level: opencost_csv(
        PricedMonth.of(figures), accounts.site.nodes(), level
    ),
    "pricing.csv": lambda figures, accounts, level: slurm_csv(
        _in_dollars(figures, accounts), level
    ),
    "sky.yaml": lambda figures, accounts, level: kubernetes_yaml(
        _in_dollars(figures, accounts), level
    ),
}
"""OpenCost's two, then SkyPilot's two."""
