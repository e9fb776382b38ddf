"""What the routes work with, built once by bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from prometheus_client import CollectorRegistry

from thirdshift_agent.clock import Clock
from thirdshift_controller.config import TokenBook
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.incidents.holds import Holds
from thirdshift_controller.incidents.lemons import Lemons
from thirdshift_controller.intake.alerts import AlertIntake
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.sights import Sights
from thirdshift_controller.intake.takeover import Takeover
from thirdshift_controller.intake.webhook import SignalIntake
from thirdshift_controller.remedies.approvals import Approvals
from thirdshift_controller.remedies.evidence import EvidenceRoom
from thirdshift_controller.reports.service import MonthReports
from thirdshift_controller.shifts.roster import Roster
from thirdshift_controller.store.database import Store
from thirdshift_controller.workorders.bench import Bench
from thirdshift_runbooks.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Services:
    """One controller's parts, as the API needs them."""

    store: Store
    site: Site
    roster: Roster
    catalogue: Catalogue
    sights: Sights
    clock: Clock
    tokens: TokenBook
    bench: Bench
    holds: Holds
    approvals: Approvals
    lemons: Lemons
    alerts: AlertIntake
    signals: SignalIntake
    takeover: Takeover
    evidence: EvidenceRoom
    reports: MonthReports
    metrics: CollectorRegistry
    stale_after: timedelta

    @property
    def live(self) -> Live:
        """What the agents showed last."""
        return self.sights.agents
