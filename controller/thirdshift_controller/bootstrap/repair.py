"""The repair loop with its stages, and the room where evidence is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

from thirdshift_controller.adapters.hands import Hands
from thirdshift_controller.bootstrap.foundation import Foundation
from thirdshift_controller.config import SchedulerKind
from thirdshift_controller.incidents.correlation import Correlation
from thirdshift_controller.incidents.lemons import Lemons
from thirdshift_controller.incidents.service import Patience, Triage
from thirdshift_controller.intake.live import Live
from thirdshift_controller.loop import RepairLoop
from thirdshift_controller.remedies.budget import Limits, limits_of
from thirdshift_controller.remedies.decide import Decider
from thirdshift_controller.remedies.evidence import EvidenceRoom
from thirdshift_controller.remedies.homecoming import Homecoming
from thirdshift_controller.remedies.plan import Rules
from thirdshift_controller.remedies.reserve import Reserver
from thirdshift_controller.remedies.service import Ladder
from thirdshift_controller.remedies.shelf import Shelf
from thirdshift_controller.remedies.witness import EvidenceWitness
from thirdshift_controller.workorders.dispatch import Dispatch
from thirdshift_controller.workorders.verification import Verification

AT_ONE_TIME = 8
"""Attempts that may be under way."""
LOOKING = timedelta(minutes=20)
"""Of the wall: what evidence may take before an attempt, at the very worst."""


def evidence_room(base: Foundation, live: Live, hands: Hands) -> EvidenceRoom:
    """Where evidence packs are made. Raises `ConfigError` where none could be kept."""
    shelf = Shelf(base.store, base.config.evidence.folder)
    shelf.prepare()
    return EvidenceRoom(
        shelf=shelf,
        site=base.site,
        live=live,
        clock=base.clock,
        inspector=hands.inspector,
        bmc=hands.bmc,
    )


def repair_loop(
    base: Foundation, live: Live, hands: Hands, room: EvidenceRoom, closing: ExitStack
) -> RepairLoop:
    """The stages in their order."""
    limits = limits_of(base.config.budget)
    allowance = _allowance(base)
    executor = closing.enter_context(ThreadPoolExecutor(AT_ONE_TIME, "remedy"))
    return RepairLoop(
        clock=base.clock,
        triage=Triage(base.store, base.site, base.catalogue, _patience(base), live),
        correlation=Correlation(base.store, base.site, base.catalogue, live, limits.cooldown),
        lemons=Lemons(base.store, base.catalogue, base.config.budget.fixes_per_node),
        ladder=Ladder(
            store=base.store,
            reserver=_reserver(base, live, hands, limits, allowance),
            remedy=hands.remedy,
            scheduler=hands.scheduler,
            witness=EvidenceWitness(room, base.catalogue),
            executor=executor,
            clock=base.clock,
        ),
        homecoming=Homecoming(
            store=base.store,
            site=base.site,
            scheduler=hands.scheduler,
            remedy=hands.remedy,
            executor=executor,
            live=live,
            clock=base.clock,
            allowance=allowance,
        ),
        dispatch=Dispatch(base.store, base.catalogue, base.roster),
        verification=Verification(base.store, base.site, base.catalogue, live),
    )


def _reserver(
    base: Foundation, live: Live, hands: Hands, limits: Limits, allowance: timedelta
) -> Reserver:
    remedies, scheduler = base.config.remedies, base.config.scheduler
    rules = Rules(
        mode=remedies.mode,
        attempts_per_rung=remedies.attempts_per_rung,
        has_scheduler=scheduler.kind is not SchedulerKind.NONE,
        jobs_may_die=scheduler.jobs_may_die,
        drain_patience=timedelta(seconds=scheduler.drain_patience_seconds),
    )
    return Reserver(
        decider=Decider(base.site, base.catalogue, live, rules, limits),
        remedy=hands.remedy,
        burst=timedelta(seconds=base.config.triage.burst_seconds),
        allowance=allowance,
    )


def _patience(base: Foundation) -> Patience:
    triage = base.config.triage
    return Patience(
        burst=timedelta(seconds=triage.burst_seconds),
        silence=timedelta(seconds=triage.quiet_seconds),
        reopen=timedelta(seconds=triage.reopen_seconds),
    )


def _allowance(base: Foundation) -> timedelta:
    """When an attempt that has no end will not have one any more; timeouts are of the wall."""
    remedies, bmc = base.config.remedies, base.config.bmc
    over_ssh = remedies.connect_timeout_seconds * 4 + remedies.command_timeout_seconds
    by_bmc = 3 * bmc.act_timeout_seconds
    return (LOOKING + timedelta(seconds=max(over_ssh, by_bmc))) * base.clock.speed
