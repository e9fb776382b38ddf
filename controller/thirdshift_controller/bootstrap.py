"""Builds a controller from its files. The one place where ports meet their adapters."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI

from thirdshift_agent.clock import Clock
from thirdshift_controller.adapters.agent_http import HttpAgentReader
from thirdshift_controller.adapters.nvsentinel import NvsentinelRequests
from thirdshift_controller.adapters.remedies import inspector_for, remedy_for
from thirdshift_controller.adapters.requesters import requesters_for
from thirdshift_controller.api.app import create_app
from thirdshift_controller.api.services import Services
from thirdshift_controller.config import ControllerFile, SchedulerKind, load_site, load_tokens
from thirdshift_controller.costs.cloud_prices import load_prices
from thirdshift_controller.costs.file import load_costs
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.incidents.correlation import Correlation
from thirdshift_controller.incidents.holds import Holds
from thirdshift_controller.incidents.lemons import Lemons
from thirdshift_controller.incidents.service import Patience, Triage
from thirdshift_controller.incidents.strangers import dismiss_strangers
from thirdshift_controller.intake.alerts import AlertIntake
from thirdshift_controller.intake.keep import Keeper
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.sweep import Sweep
from thirdshift_controller.intake.takeover import Takeover
from thirdshift_controller.intake.webhook import SignalIntake
from thirdshift_controller.jobs import Jobs
from thirdshift_controller.loop import RepairLoop
from thirdshift_controller.metrics import registry_of
from thirdshift_controller.remedies.approvals import Approvals
from thirdshift_controller.remedies.budget import limits_of
from thirdshift_controller.remedies.evidence import EvidenceRoom
from thirdshift_controller.remedies.homecoming import Homecoming
from thirdshift_controller.remedies.plan import Rules
from thirdshift_controller.remedies.port import Remedy
from thirdshift_controller.remedies.reserve import Reserver
from thirdshift_controller.remedies.service import Ladder
from thirdshift_controller.remedies.shelf import Shelf
from thirdshift_controller.remedies.witness import EvidenceWitness
from thirdshift_controller.reports.service import MonthReports
from thirdshift_controller.shifts.roster import Roster
from thirdshift_controller.store import nodes
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_controller.workorders.bench import Bench
from thirdshift_controller.workorders.dispatch import Dispatch
from thirdshift_controller.workorders.hand_back import HandBack
from thirdshift_controller.workorders.request_watch import RequestWatch
from thirdshift_controller.workorders.verification import Verification
from thirdshift_runbooks.catalogue import Catalogue, load

LOOP_SECONDS = 1.0
HANDS = 8
"""Attempts that may be under way at one time."""
ALLOWED_TIMES = 3
"""The timeouts of one command, until an attempt without an end is given up."""
REPORT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Foundation:
    """What everything stands on: the files, the clock, the database, the catalogue."""

    config: ControllerFile
    clock: Clock
    site: Site
    roster: Roster
    catalogue: Catalogue
    store: Store
    reports: MonthReports


@dataclass(frozen=True, slots=True)
class Controller:
    """A controller, ready to run."""

    app: FastAPI
    jobs: Jobs


def lay_foundation(config: ControllerFile, clock: Clock, closing: ExitStack) -> Foundation:
    """Read the site, open the database and bring it to this version's schema."""
    site, roster = load_site(config.site)
    costs = load_costs(config.costs)
    catalogue = load(overrides=config.catalogue.overrides)
    store = Store(config.database)
    closing.callback(store.close)
    migrate(store)
    reports = MonthReports(store, site, catalogue, costs, load_prices(), config.reports)
    return Foundation(config, clock, site, roster, catalogue, store, reports)


def build(base: Foundation, closing: ExitStack) -> Controller:
    """Put a controller together; `closing` takes what must be let go at the end."""
    alone = base.store.claim()
    live = Live()
    room = _evidence(base, live)
    metrics = registry_of(base.store, base.site, live, base.clock)
    tokens = load_tokens(base.config.tokens, base.roster)
    takeover = Takeover(base.store, base.site, base.catalogue)
    services = Services(
        store=base.store,
        site=base.site,
        roster=base.roster,
        catalogue=base.catalogue,
        live=live,
        clock=base.clock,
        tokens=tokens,
        bench=Bench(base.store),
        holds=Holds(base.store, base.site),
        approvals=Approvals(base.store),
        lemons=Lemons(base.store, base.catalogue, base.config.budget.fixes_per_node),
        alerts=AlertIntake(base.store, base.site, base.catalogue),
        signals=SignalIntake(base.store, base.site),
        takeover=takeover,
        evidence=room,
        reports=base.reports,
        metrics=metrics,
        stale_after=timedelta(seconds=base.config.polling.silent_after_seconds),
    )
    with base.store.write() as session:
        nodes.enlist(session, base.site.by_name, base.clock.now())
    dismiss_strangers(base.store, base.site, base.clock.now())
    loop = _repair_loop(base, live, room, closing)
    loop.ladder.recover(alone=alone)
    jobs = Jobs(metrics)
    jobs.every(base.config.polling.interval_seconds, "sweep", _sweep(base, live, closing).run)
    jobs.every(LOOP_SECONDS, "repair", loop.run)
    jobs.every(REPORT_SECONDS, "report", lambda: base.reports.write_last(base.clock.now()))
    for name, run in _handoff(base, takeover).items():
        jobs.every(base.config.handoff.interval_seconds, name, run)
    return Controller(create_app(services), jobs)


def _handoff(base: Foundation, takeover: Takeover) -> dict[str, Callable[[], None]]:
    """The jobs by which nodes come from other systems and go back to them."""
    table = base.config.handoff
    nvsentinel = NvsentinelRequests(table.nvsentinel) if table.nvsentinel else None
    hand_back = HandBack(base.store, requesters_for(table, nvsentinel))
    jobs = {"handback": lambda: hand_back.run(base.clock.now())}
    if nvsentinel is not None:
        watch = RequestWatch(nvsentinel, takeover, hand_back)
        jobs["nvsentinel"] = lambda: watch.run(base.clock.now())
    return jobs


def _sweep(base: Foundation, live: Live, closing: ExitStack) -> Sweep:
    polling = base.config.polling
    reader = HttpAgentReader(polling.timeout_seconds, polling.workers, base.config.agents)
    closing.callback(reader.close)
    return Sweep(
        store=base.store,
        site=base.site,
        reader=reader,
        executor=closing.enter_context(ThreadPoolExecutor(polling.workers, "poll")),
        keeper=Keeper(base.site, base.catalogue),
        live=live,
        clock=base.clock,
        silent_after=timedelta(seconds=polling.silent_after_seconds),
        started_at=base.clock.now(),
    )


def _evidence(base: Foundation, live: Live) -> EvidenceRoom:
    return EvidenceRoom(
        shelf=Shelf(base.store, base.config.evidence.folder),
        site=base.site,
        live=live,
        clock=base.clock,
        inspector=inspector_for(base.config.remedies),
        bmc=None,
    )


def _repair_loop(
    base: Foundation, live: Live, room: EvidenceRoom, closing: ExitStack
) -> RepairLoop:
    triage, remedies = base.config.triage, base.config.remedies
    remedy, scheduler = remedy_for(remedies), None
    allowance = timedelta(
        seconds=(remedies.connect_timeout_seconds + remedies.command_timeout_seconds)
        * ALLOWED_TIMES
        * base.clock.speed
    )
    return RepairLoop(
        clock=base.clock,
        triage=Triage(
            store=base.store,
            site=base.site,
            catalogue=base.catalogue,
            patience=Patience(
                burst=timedelta(seconds=triage.burst_seconds),
                silence=timedelta(seconds=triage.quiet_seconds),
                reopen=timedelta(seconds=triage.reopen_seconds),
            ),
            live=live,
        ),
        correlation=Correlation(
            base.store,
            base.site,
            base.catalogue,
            live,
            timedelta(seconds=base.config.budget.cooldown_seconds),
        ),
        lemons=Lemons(base.store, base.catalogue, base.config.budget.fixes_per_node),
        ladder=Ladder(
            store=base.store,
            reserver=_reserver(base, live, remedy, allowance),
            remedy=remedy,
            scheduler=scheduler,
            witness=EvidenceWitness(room, base.catalogue),
            executor=closing.enter_context(ThreadPoolExecutor(HANDS, "remedy")),
            clock=base.clock,
        ),
        homecoming=Homecoming(
            base.store, base.site, scheduler, remedy, live, base.clock, allowance
        ),
        dispatch=Dispatch(base.store, base.catalogue, base.roster),
        verification=Verification(base.store, base.site, base.catalogue, live),
    )


def _reserver(base: Foundation, live: Live, remedy: Remedy, allowance: timedelta) -> Reserver:
    remedies, scheduler = base.config.remedies, base.config.scheduler
    return Reserver(
        site=base.site,
        catalogue=base.catalogue,
        remedy=remedy,
        live=live,
        rules=Rules(
            mode=remedies.mode,
            attempts_per_rung=remedies.attempts_per_rung,
            has_scheduler=scheduler.kind is not SchedulerKind.NONE,
            jobs_may_die=scheduler.jobs_may_die,
            drain_patience=timedelta(seconds=scheduler.drain_patience_seconds),
        ),
        limits=limits_of(base.config.budget),
        burst=timedelta(seconds=base.config.triage.burst_seconds),
        allowance=allowance,
    )
