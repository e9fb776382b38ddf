"""Builds a controller from its files. The one room where ports meet their adapters."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI

from thirdshift_controller.adapters.hands import hands_for
from thirdshift_controller.api.app import create_app
from thirdshift_controller.api.services import Services
from thirdshift_controller.bootstrap.ears import Ears, listen
from thirdshift_controller.bootstrap.foundation import Foundation, lay_foundation
from thirdshift_controller.bootstrap.handoff import hand_over
from thirdshift_controller.bootstrap.money import keep_calendar, last_prices
from thirdshift_controller.bootstrap.repair import evidence_room, repair_loop
from thirdshift_controller.config import load_tokens
from thirdshift_controller.incidents.holds import Holds
from thirdshift_controller.incidents.strangers import dismiss_strangers
from thirdshift_controller.intake.alerts import AlertIntake
from thirdshift_controller.intake.sights import Sights
from thirdshift_controller.intake.takeover import Takeover
from thirdshift_controller.intake.webhook import SignalIntake
from thirdshift_controller.jobs import Jobs
from thirdshift_controller.loop import RepairLoop
from thirdshift_controller.metrics import registry_of
from thirdshift_controller.remedies.approvals import Approvals
from thirdshift_controller.remedies.evidence import EvidenceRoom
from thirdshift_controller.store import nodes
from thirdshift_controller.workorders.bench import Bench

__all__ = ["Controller", "Foundation", "build", "lay_foundation"]

LOOP_SECONDS = 1.0
REPORT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Controller:
    """A controller, ready to run."""

    app: FastAPI
    jobs: Jobs


def build(base: Foundation, closing: ExitStack) -> Controller:
    """Put a controller together; `closing` takes what must be let go at the end."""
    alone = base.store.claim()
    with base.store.write() as session:
        nodes.enlist(session, base.site.by_name, base.clock.now())
    dismiss_strangers(base.store, base.site, base.clock.now())
    sights, hands = Sights(), hands_for(base.config, base.clock, closing)
    room = evidence_room(base, sights.agents, hands)
    loop = repair_loop(base, sights.agents, hands, room, closing)
    loop.ladder.recover(alone=alone)
    takeover = Takeover(base.store, base.site, base.catalogue)
    services = _services(base, sights, loop, room, takeover)
    jobs = Jobs(services.metrics)
    _schedule(base, jobs, loop, listen(base, sights, hands, loop, closing))
    for name, run in hand_over(base, takeover).items():
        jobs.every(base.config.handoff.interval_seconds, name, run)
    return Controller(create_app(services), jobs)


def _schedule(base: Foundation, jobs: Jobs, loop: RepairLoop, ears: Ears) -> None:
    config = base.config
    jobs.every(config.polling.interval_seconds, "sweep", ears.agents.run)
    jobs.every(LOOP_SECONDS, "repair", loop.run)
    jobs.every(REPORT_SECONDS, "report", lambda: keep_calendar(base))
    jobs.every(config.bmc.interval_seconds, "bmc", ears.bmcs.run)
    if ears.schedule is not None:
        jobs.every(config.scheduler.interval_seconds, "schedule", ears.schedule.run)


def _services(
    base: Foundation, sights: Sights, loop: RepairLoop, room: EvidenceRoom, takeover: Takeover
) -> Services:
    return Services(
        store=base.store,
        site=base.site,
        roster=base.roster,
        catalogue=base.catalogue,
        sights=sights,
        clock=base.clock,
        tokens=load_tokens(base.config.tokens, base.roster),
        bench=Bench(base.store),
        holds=Holds(base.store, base.site),
        approvals=Approvals(base.store),
        lemons=loop.lemons,
        alerts=AlertIntake(base.store, base.site, base.catalogue),
        signals=SignalIntake(base.store, base.site),
        takeover=takeover,
        evidence=room,
        reports=base.reports,
        metrics=registry_of(
            base.store,
            base.site,
            base.catalogue,
            sights,
            base.clock,
            lambda: last_prices(base),
        ),
        stale_after=timedelta(seconds=base.config.polling.silent_after_seconds),
    )
