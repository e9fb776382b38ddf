"""Builds a controller from its files. The one place where ports meet their adapters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI

from thirdshift_agent.clock import Clock
from thirdshift_controller.adapters.agent_http import HttpAgentReader
from thirdshift_controller.adapters.remedies import inspector_for, remedy_for
from thirdshift_controller.api.app import create_app
from thirdshift_controller.api.services import Services
from thirdshift_controller.config import ControllerFile, load_site, load_tokens
from thirdshift_controller.costs.cloud_prices import load_prices
from thirdshift_controller.costs.file import load_costs
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.incidents.service import Triage
from thirdshift_controller.incidents.strangers import dismiss_strangers
from thirdshift_controller.intake.alerts import AlertIntake
from thirdshift_controller.intake.keep import Keeper
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.sweep import Sweep
from thirdshift_controller.jobs import Jobs
from thirdshift_controller.loop import RepairLoop
from thirdshift_controller.metrics import registry_of
from thirdshift_controller.remedies.evidence import EvidenceRoom
from thirdshift_controller.remedies.service import Ladder
from thirdshift_controller.remedies.shelf import Shelf
from thirdshift_controller.reports.service import MonthReports
from thirdshift_controller.shifts.roster import Roster
from thirdshift_controller.store import nodes
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_controller.workorders.bench import Bench
from thirdshift_controller.workorders.dispatch import Dispatch
from thirdshift_controller.workorders.verification import Verification
from thirdshift_runbooks.catalogue import Catalogue, load

LOOP_SECONDS = 1.0
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
    costs, catalogue = load_costs(config.costs), load()
    store = Store(config.database)
    closing.callback(store.close)
    migrate(store)
    reports = MonthReports(store, site, catalogue, costs, load_prices(), config.reports)
    return Foundation(config, clock, site, roster, catalogue, store, reports)


def build(base: Foundation, closing: ExitStack) -> Controller:
    """Put a controller together; `closing` takes what must be let go at the end."""
    base.store.claim()
    live = Live()
    metrics = registry_of(base.store, base.site, live, base.clock)
    tokens = load_tokens(base.config.tokens, base.roster)
    services = Services(
        store=base.store,
        site=base.site,
        roster=base.roster,
        catalogue=base.catalogue,
        live=live,
        clock=base.clock,
        tokens=tokens,
        bench=Bench(base.store),
        alerts=AlertIntake(base.store, base.site, base.catalogue),
        evidence=_evidence(base, live),
        reports=base.reports,
        metrics=metrics,
        stale_after=timedelta(seconds=base.config.polling.silent_after_seconds),
    )
    with base.store.write() as session:
        nodes.enlist(session, base.site.by_name, base.clock.now())
    dismiss_strangers(base.store, base.site, base.clock.now())
    loop = _repair_loop(base, live)
    loop.ladder.recover()
    jobs = Jobs(metrics)
    jobs.every(base.config.polling.interval_seconds, "sweep", _sweep(base, live, closing).run)
    jobs.every(LOOP_SECONDS, "repair", loop.run)
    jobs.every(REPORT_SECONDS, "report", lambda: base.reports.write_last(base.clock.now()))
    return Controller(create_app(services), jobs)


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


def _repair_loop(base: Foundation, live: Live) -> RepairLoop:
    triage, remedies = base.config.triage, base.config.remedies
    burst = timedelta(seconds=triage.burst_seconds)
    return RepairLoop(
        clock=base.clock,
        triage=Triage(
            store=base.store,
            site=base.site,
            catalogue=base.catalogue,
            burst=burst,
            silence=timedelta(seconds=triage.quiet_seconds),
            live=live,
        ),
        ladder=Ladder(
            store=base.store,
            site=base.site,
            catalogue=base.catalogue,
            remedy=remedy_for(remedies),
            clock=base.clock,
            burst=burst,
            mode=remedies.mode,
            attempts_per_rung=remedies.attempts_per_rung,
        ),
        dispatch=Dispatch(base.store, base.catalogue, base.roster),
        verification=Verification(base.store, base.catalogue, live),
    )
