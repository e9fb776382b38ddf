"""Who acts on nodes, who schedules them, who reads their BMCs: as `controller.toml` asks for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from thirdshift_agent.clock import Clock
from thirdshift_controller.adapters.bmc.bmcs import Bmcs
from thirdshift_controller.adapters.dry_run import DryRun
from thirdshift_controller.adapters.routed import Routed
from thirdshift_controller.adapters.schedulers import scheduler_for
from thirdshift_controller.adapters.scripted import ScriptedInspector
from thirdshift_controller.adapters.simulated import (
    SimulatedBmc,
    SimulatedRemedy,
    SimulatedScheduler,
)
from thirdshift_controller.adapters.ssh import SshRemedy
from thirdshift_controller.adapters.ssh_connection import SshSettings
from thirdshift_controller.adapters.ssh_evidence import SshInspector
from thirdshift_controller.config import (
    ControllerFile,
    Mode,
    RemediesTable,
    RemedyAdapter,
    SchedulerKind,
)
from thirdshift_controller.intake.management import BmcReader
from thirdshift_controller.intake.schedule import AllocatingScheduler
from thirdshift_controller.remedies.inspection import Inspector
from thirdshift_controller.remedies.port import Remedy, Return
from thirdshift_controller.remedies.rungs import BY_BMC, BY_SCHEDULER
from thirdshift_runbooks.page import RemoteAction

Routes = Mapping[RemoteAction | Return, Remedy]

KNOWS_NOBODY = Path(os.devnull)
"""Only where remedies are off; with it every host key is refused."""


class RemedyingScheduler(AllocatingScheduler, Remedy, Protocol):
    """A scheduler that also makes its two rungs."""


@dataclass(frozen=True, slots=True)
class Hands:
    """All that reaches the nodes and what is around them."""

    remedy: Remedy
    scheduler: RemedyingScheduler | None
    bmc: BmcReader
    inspector: Inspector


def hands_for(config: ControllerFile, clock: Clock, closing: ExitStack) -> Hands:
    """The adapters that a site's file asks for. Raises `ConfigError` on one that cannot be had."""
    scheduler = _scheduler(config, clock)
    if config.remedies.adapter is RemedyAdapter.SIMULATED:
        reader = SimulatedBmc(config.bmc.timeout_seconds)
        closing.callback(reader.close)
        node = _simulated(config.remedies)
        remedy = _guarded(config, Routed(_to(BY_SCHEDULER, scheduler), node))
        return Hands(remedy, scheduler, reader, ScriptedInspector())
    bmcs = Bmcs(config.bmc)
    closing.callback(bmcs.close)
    settings = _settings(config.remedies)
    routes: Routes = {**_to(BY_SCHEDULER, scheduler), **_to(BY_BMC, bmcs)}
    remedy = _guarded(config, Routed(routes, SshRemedy(settings)))
    return Hands(remedy, scheduler, bmcs, SshInspector(settings))


def _guarded(config: ControllerFile, remedy: Remedy) -> Remedy:
    """Behind a dry run where only that is asked for."""
    return DryRun(remedy) if config.remedies.mode is Mode.DRY_RUN else remedy


def _scheduler(config: ControllerFile, clock: Clock) -> RemedyingScheduler | None:
    if config.scheduler.kind is SchedulerKind.SIMULATED:
        return SimulatedScheduler(clock, seed=1)
    return scheduler_for(config.scheduler)


def _to(actions: Iterable[RemoteAction | Return], remedy: Remedy | None) -> Routes:
    return dict.fromkeys(actions, remedy) if remedy is not None else {}


def _simulated(table: RemediesTable) -> Remedy:
    return SimulatedRemedy(table.connect_timeout_seconds, table.command_timeout_seconds)


def _settings(table: RemediesTable) -> SshSettings:
    return SshSettings(
        user=table.user,
        key_file=table.key_file,
        known_hosts_file=table.known_hosts_file or KNOWS_NOBODY,
        connect_timeout_seconds=table.connect_timeout_seconds,
        command_timeout_seconds=table.command_timeout_seconds,
    )
