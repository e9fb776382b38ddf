"""Where a BMC keeps what we read. Found out once a log-in: walking it each time costs minutes."""

from __future__ import annotations

from dataclasses import dataclass

from thirdshift_controller.adapters.bmc.redfish_schema import (
    Acting,
    Chassis,
    LogService,
    Root,
)
from thirdshift_controller.adapters.bmc.redfish_session import RedfishSession
from thirdshift_controller.intake.management import BmcUnreachable

ROOT = "/redfish/v1/"
_LOGS = {"sel", "eventlog", "log", "log1", "iml"}
"""Names of event logs whose service does not say of what type its entries are."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The resources that matter, and what the service can do."""

    system: Acting
    manager: Acting | None
    chassis: tuple[Chassis, ...]
    logs: tuple[LogService, ...]
    expands: bool
    skips: bool


def layout_of(session: RedfishSession) -> Layout:
    """Walk the service once. Raises `BmcUnreachable`."""
    root = session.need(ROOT, Root)
    expands = root.protocol_features_supported.expand_query.no_links
    systems = session.members(root.systems.uri, Acting, expands)
    system = next((one for one in systems if one.actions.reset_system), None)
    if system is None:
        raise BmcUnreachable(f"no system under {root.systems.uri} can be reset")
    managers = session.members(root.managers.uri, Acting, expands) if root.managers else []
    manager = next((one for one in managers if one.actions.reset_manager), None)
    boxes = session.members(root.chassis.uri, Chassis, expands) if root.chassis else []
    return Layout(
        system=system,
        manager=manager,
        chassis=tuple(box for box in boxes if box.tells_of_its_shell),
        logs=_logs(session, [system, *managers], expands),
        expands=expands,
        skips=root.protocol_features_supported.top_skip_query,
    )


def _logs(session: RedfishSession, owners: list[Acting], expands: bool) -> tuple[LogService, ...]:
    """The SEL, since it says all; else the logs of events."""
    services = [
        service
        for owner in owners
        if owner.log_services
        for service in session.members(owner.log_services.uri, LogService, expands)
    ]
    hardware = [one for one in services if "SEL" in (one.log_entry_type, (one.id or "").upper())]
    events = [one for one in services if _is_of_events(one)]
    return tuple(hardware or events)


def _is_of_events(service: LogService) -> bool:
    return service.log_entry_type == "Event" or (service.id or "").lower() in _LOGS
