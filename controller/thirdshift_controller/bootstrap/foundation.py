"""What everything stands on: the site's files, the clock, the database, the catalogue."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from thirdshift_agent.clock import Clock
from thirdshift_controller.config import ControllerFile, load_site
from thirdshift_controller.costs.books.file import load_costs
from thirdshift_controller.costs.market.prices import load_prices
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.reports.service import MonthReports
from thirdshift_controller.shifts.roster import Roster
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_runbooks.catalogue import Catalogue, load


@dataclass(frozen=True, slots=True)
class Foundation:
    """Read and opened once."""

    config: ControllerFile
    clock: Clock
    site: Site
    roster: Roster
    catalogue: Catalogue
    store: Store
    reports: MonthReports


def lay_foundation(config: ControllerFile, clock: Clock, closing: ExitStack) -> Foundation:
    """Read the site, open the database and bring it to this version's schema."""
    site, roster = load_site(config.site)
    costs, catalogue = load_costs(config.costs), load(overrides=config.catalogue.overrides)
    store = Store(config.database)
    closing.callback(store.close)
    migrate(store)
    reports = MonthReports(store, site, catalogue, costs, load_prices(), config.reports)
    return Foundation(config, clock, site, roster, catalogue, store, reports)
