"""A BMC that speaks Redfish. Implements `adapters.bmc.bmc.Bmc`."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType

from thirdshift_controller.adapters.bmc.air import air_troubles
from thirdshift_controller.adapters.bmc.bmc import BmcRefused, Deed
from thirdshift_controller.adapters.bmc.redfish_layout import Layout, layout_of
from thirdshift_controller.adapters.bmc.redfish_log import (
    all_lines,
    as_text,
    latest_lines,
    worth_a_signal,
)
from thirdshift_controller.adapters.bmc.redfish_schema import Acting, Actions, ResetAction
from thirdshift_controller.adapters.bmc.redfish_session import RedfishSession
from thirdshift_controller.adapters.bmc.redfish_shell import Shell, ShellReader
from thirdshift_controller.config.bmc import BmcTable
from thirdshift_controller.intake.management import BmcKind, BmcReading, BmcUnreachable, LogEntry

_ON = MappingProxyType({"On": True, "Off": False, "PoweringOn": False, "PoweringOff": False})
_TYPES: Mapping[Deed, tuple[str, ...]] = MappingProxyType(
    {
        Deed.CYCLE: ("PowerCycle",),
        Deed.OFF: ("ForceOff",),
        Deed.ON: ("On", "ForceOn"),
        Deed.RESTART_BMC: ("GracefulRestart", "ForceRestart"),
    }
)
"""Which `ResetType` does a deed, the best first. `ForceRestart` of a system cuts no power."""


class RedfishBmc:
    """Keeps its session between looks; one thread at a time talks."""

    def __init__(self, url: str, table: BmcTable) -> None:
        self._url, self._table = url, table
        self._session = RedfishSession(url, table)
        self._known: Layout | None = None
        self._known_at_login = 0
        self._lock = Lock()

    def read(self) -> BmcReading:
        """Power, shell, the end of the log. Raises `BmcUnreachable`."""
        with self._lock:
            layout = self._layout()
            power_on = self._power_state(layout)
            shells = [
                ShellReader(self._session, chassis, layout.expands).read()
                for chassis in layout.chassis
            ]
            return self._reading(power_on, shells, self._log(layout))

    def log_text(self) -> str:
        """Every entry, a line each. Raises `BmcUnreachable`."""
        with self._lock:
            services = self._layout().logs
            lines = [
                f"{service.unit}/{line.id}  {as_text(line)}"
                for service in services
                for line in all_lines(self._session, service)
            ]
        return "\n".join([*lines, ""])

    def power_on(self) -> bool:
        """Whether the node is powered. Raises `BmcUnreachable`."""
        with self._lock:
            power_on = self._power_state(self._layout())
        if power_on is None:
            raise BmcUnreachable(f"{self._url} does not say whether the node is on")
        return power_on

    def describe(self, deed: Deed) -> str:
        """The request in words."""
        whom = "Manager" if deed is Deed.RESTART_BMC else "ComputerSystem"
        return f"POST {self._url} {whom}.Reset {_TYPES[deed][0]}"

    def do(self, deed: Deed) -> None:
        """Post the reset. Raises `BmcUnreachable`, `BmcRefused`, `AnswerLost`."""
        with self._lock:
            action, wanted = self._reset(deed), _TYPES[deed]
            kind = next((one for one in wanted if one in (action.types or wanted)), None)
            if kind is None:
                known = ", ".join(action.types)
                raise BmcRefused(f"{self._url} knows no {wanted[0]}, only {known}")
            self._session.post(action.target, {"ResetType": kind})

    def close(self) -> None:
        """Give the session back."""
        with self._lock:
            self._session.close()

    def _layout(self) -> Layout:
        """Begins every talk."""
        self._session.begin()
        if self._known is None or self._known_at_login != self._session.logins:
            self._known = layout_of(self._session)
            self._known_at_login = self._session.logins
        return self._known

    def _power_state(self, layout: Layout) -> bool | None:
        state = self._session.need(layout.system.uri, Acting).power_state
        return _ON.get(state or "")

    def _log(self, layout: Layout) -> tuple[LogEntry, ...]:
        return tuple(
            entry
            for service in layout.logs
            for entry in worth_a_signal(service, latest_lines(self._session, layout, service))
        )

    def _reading(
        self, power_on: bool | None, shells: list[Shell], log: tuple[LogEntry, ...]
    ) -> BmcReading:
        """The fans of a node that is off stand still, and rightly so."""
        inlets = [one.inlet_celsius for one in shells if one.inlet_celsius is not None]
        watts = [one.power_watts for one in shells if one.power_watts is not None]
        inlet = max(inlets, default=None)
        told = [one for shell in shells for one in shell.troubles]
        return BmcReading(
            power_on=power_on,
            power_watts=next(iter(watts), None),
            inlet_celsius=inlet,
            troubles=(
                *(one for one in told if power_on is not False or one.kind is not BmcKind.FAN),
                *air_troubles(inlet, self._table),
            ),
            log=log,
        )

    def _reset(self, deed: Deed) -> ResetAction:
        """Asked for anew each time: what a BMC allows may hang on the node's state."""
        layout = self._layout()
        owner = layout.manager if deed is Deed.RESTART_BMC else layout.system
        actions = self._session.need(owner.uri, Acting).actions if owner else Actions()
        action = actions.reset_manager or actions.reset_system
        if action is None:
            raise BmcRefused(f"{self._url} offers no {_TYPES[deed][0]}")
        return action
