"""What everything stands on: the site's files, the clock, the database, the catalogue."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from thirdshift_agent.clock import Clock
from thirdshift_controller.config import ControllerFile, load_site
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.reports.closed import ClosedMonths
from thirdshift_controller.reports.gather import FromStore
from thirdshift_controller.reports.opening import open_accounts
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
    accounts = open_accounts(config.costs, site, roster)
    catalogue = load(overrides=config.catalogue.overrides)
    store = Store(config.database)
    closing.callback(store.close)
    migrate(store)
    reports = MonthReports(
        accounts, FromStore(store, catalogue), ClosedMonths(config.closed), config.reports
    )
    return Foundation(config, clock, site, roster, catalogue, store, reports)
