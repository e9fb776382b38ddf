"""What the controller sees of the site just now. In memory alone; the next sweeps fill it."""

from __future__ import annotations

from dataclasses import dataclass, field

from thirdshift_controller.intake.bmc_live import BmcLive
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.schedule_live import ScheduleLive


@dataclass(frozen=True, slots=True)
class Sights:
    """The latest of agents, BMCs and the scheduler."""

    agents: Live = field(default_factory=Live)
    bmcs: BmcLive = field(default_factory=BmcLive)
    schedule: ScheduleLive = field(default_factory=ScheduleLive)
