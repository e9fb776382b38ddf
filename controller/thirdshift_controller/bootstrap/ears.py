"""What the controller listens to: agents, BMCs, the scheduler."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from thirdshift_controller.adapters.agent_http import HttpAgentReader
from thirdshift_controller.adapters.hands import Hands
from thirdshift_controller.bootstrap.foundation import Foundation
from thirdshift_controller.intake.bmc_sweep import BmcSweep
from thirdshift_controller.intake.keep import Keeper
from thirdshift_controller.intake.metering import INTERVALS, Metering
from thirdshift_controller.intake.schedule_sweep import ScheduleSweep
from thirdshift_controller.intake.sights import Sights
from thirdshift_controller.intake.sweep import Sweep
from thirdshift_controller.loop import RepairLoop


@dataclass(frozen=True, slots=True)
class Ears:
    """The sweeps, each to be run at its own pace."""

    agents: Sweep
    bmcs: BmcSweep
    schedule: ScheduleSweep | None


def listen(
    base: Foundation, sights: Sights, hands: Hands, loop: RepairLoop, closing: ExitStack
) -> Ears:
    """Put the sweeps together."""
    return Ears(
        agents=_agents(base, sights, loop, closing),
        bmcs=BmcSweep(
            base.store,
            base.site,
            hands.bmc,
            closing.enter_context(ThreadPoolExecutor(base.config.bmc.workers, "bmc")),
            sights.bmcs,
            base.clock,
        ),
        schedule=None
        if hands.scheduler is None
        else ScheduleSweep(base.store, base.site, hands.scheduler, sights.schedule, base.clock),
    )


def _agents(base: Foundation, sights: Sights, loop: RepairLoop, closing: ExitStack) -> Sweep:
    polling = base.config.polling
    reader = HttpAgentReader(polling.timeout_seconds, polling.workers, base.config.agents)
    closing.callback(reader.close)
    return Sweep(
        store=base.store,
        site=base.site,
        reader=reader,
        executor=closing.enter_context(ThreadPoolExecutor(polling.workers, "poll")),
        keeper=Keeper(base.site, base.catalogue, _metering(base, sights)),
        live=sights.agents,
        clock=base.clock,
        silent_after=timedelta(seconds=polling.silent_after_seconds),
        started_at=base.clock.now(),
        on_signals=loop.sort,
    )


def _metering(base: Foundation, sights: Sights) -> Metering:
    """Intervals are of the wall, and what is metered is of the site's clock."""
    lasts = timedelta(seconds=INTERVALS * base.clock.speed)
    return Metering(
        sights.bmcs,
        sights.schedule,
        look_lasts=lasts * base.config.bmc.interval_seconds,
        holdings_last=lasts * base.config.scheduler.interval_seconds,
        host_watts=float(base.reports.accounts.power.hall.host_watts),
    )
