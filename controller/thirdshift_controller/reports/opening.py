"""Opens a site's accounts: its books, its tariffs, and the prices that others ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from thirdshift_controller.config import ConfigError
from thirdshift_controller.config.explain import nearest
from thirdshift_controller.costs.books.books import Books, Range
from thirdshift_controller.costs.books.files.load import load_books
from thirdshift_controller.costs.market.table import BUNDLED, load_prices
from thirdshift_controller.costs.month.inputs import Accounts
from thirdshift_controller.costs.power.files.load import load_power
from thirdshift_controller.costs.tco.drivers import BY_NAME
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.shifts.roster import Roster


def open_accounts(costs: Path, site: Site, roster: Roster) -> Accounts:
    """Read `costs.toml` and what it names. Raises `ConfigError` with every problem of a file.

    Without a folder of its own a site is compared with the prices that come with the program.
    """
    file = load_books(costs)
    if file.power is None:
        raise ConfigError(
            f"{costs}: files.power is missing; name the file with the tariffs of electricity"
        )
    prices = load_prices(file.prices or BUNDLED)
    _known_drivers(file.books.ranges)
    power = load_power(file.power)
    _convertible(power.hall.currency, file.books, file.power)
    return Accounts(site, roster, file.books, power, prices, file.remarks)


def _convertible(currency: str, books: Books, power: Path) -> None:
    """Refuse a tariff that can on no day be told in the currency of the books."""
    if not books.exchange.knows(currency, books.currency, date.max):
        raise ConfigError(
            f"{power}: hall.currency: no rate of exchange between {currency} and {books.currency}"
            " is known; add one to the file that exchange names in [files] of costs.toml"
        )


def _known_drivers(ranges: Iterable[Range]) -> None:
    wrong = [
        f"{one.origin.file}, line {one.origin.line}: driver: {one.driver!r} is not known;"
        f" {nearest(one.driver, BY_NAME)}"
        for one in ranges
        if one.driver not in BY_NAME
    ]
    if wrong:
        raise ConfigError("\n".join(wrong))
