"""Opens a site's accounts: its books, its tariffs, and the prices that others ask."""

from __future__ import annotations

from pathlib import Path

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.books.files.load import load_books
from thirdshift_controller.costs.market.table import BUNDLED, load_prices
from thirdshift_controller.costs.month.inputs import Accounts
from thirdshift_controller.costs.power.files.load import load_power
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
    return Accounts(site, roster, file.books, load_power(file.power), prices, file.remarks)
