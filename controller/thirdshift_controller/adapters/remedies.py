"""The remedy that `controller.toml` asks for, and who looks at its nodes."""

from __future__ import annotations

import os
from pathlib import Path

from thirdshift_controller.adapters.dry_run import DryRun
from thirdshift_controller.adapters.scripted import ScriptedInspector
from thirdshift_controller.adapters.simulated import SimulatedRemedy
from thirdshift_controller.adapters.ssh import SshRemedy
from thirdshift_controller.adapters.ssh_connection import SshSettings
from thirdshift_controller.adapters.ssh_evidence import SshInspector
from thirdshift_controller.config import Mode, RemediesTable, RemedyAdapter
from thirdshift_controller.remedies.inspection import Inspector
from thirdshift_controller.remedies.port import Remedy

KNOWS_NOBODY = Path(os.devnull)
"""Only where remedies are off; with it every host key is refused."""


def remedy_for(table: RemediesTable) -> Remedy:
    """The adapter, behind a dry run where only that is asked for."""
    remedy = _adapter(table)
    return DryRun(remedy) if table.mode is Mode.DRY_RUN else remedy


def inspector_for(table: RemediesTable) -> Inspector:
    """Who fetches evidence, whatever the mode is; a simulated node has no shell to look into."""
    if table.adapter is RemedyAdapter.SIMULATED:
        return ScriptedInspector()
    return SshInspector(_settings(table))


def _adapter(table: RemediesTable) -> Remedy:
    connect, command = table.connect_timeout_seconds, table.command_timeout_seconds
    if table.adapter is RemedyAdapter.SIMULATED:
        return SimulatedRemedy(connect, command)
    return SshRemedy(_settings(table))


def _settings(table: RemediesTable) -> SshSettings:
    return SshSettings(
        user=table.user,
        key_file=table.key_file,
        known_hosts_file=table.known_hosts_file or KNOWS_NOBODY,
        connect_timeout_seconds=table.connect_timeout_seconds,
        command_timeout_seconds=table.command_timeout_seconds,
    )
