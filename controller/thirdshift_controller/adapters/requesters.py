"""Chooses who is told of the end of each system's requests."""

from __future__ import annotations

from collections.abc import Mapping

from thirdshift_controller.adapters.callback import Callback
from thirdshift_controller.adapters.nico import NicoMachines
from thirdshift_controller.adapters.nvsentinel import NvsentinelRequests
from thirdshift_controller.config import HandoffTable
from thirdshift_controller.wire.handoff import ExternalSystem
from thirdshift_controller.workorders.requester import Requester


def requesters_for(
    table: HandoffTable, nvsentinel: NvsentinelRequests | None
) -> Mapping[ExternalSystem, Requester]:
    """Each system by its own table, else by the callback; without either it asks us itself."""
    found: dict[ExternalSystem, Requester] = {}
    if table.callback is not None:
        found = dict.fromkeys(ExternalSystem, Callback(table.callback))
    if nvsentinel is not None:
        found[ExternalSystem.NVSENTINEL] = nvsentinel
    if table.nico is not None:
        found[ExternalSystem.NICO] = NicoMachines(table.nico)
    return found
