"""A BMC that speaks IPMI. Implements `adapters.bmc.bmc.Bmc` with `ipmitool`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from thirdshift_controller.adapters.bmc.air import air_troubles
from thirdshift_controller.adapters.bmc.bmc import Deed
from thirdshift_controller.adapters.bmc.ipmi_log import entries_in
from thirdshift_controller.adapters.bmc.ipmi_sensors import (
    inlet_celsius,
    power_watts,
    sensors_in,
    troubles_in,
)
from thirdshift_controller.adapters.bmc.ipmi_tool import IpmiTool
from thirdshift_controller.address import Address
from thirdshift_controller.config.bmc import BmcTable
from thirdshift_controller.intake.management import BmcReading, BmcUnreachable

LATEST_ENTRIES = 64
"""A look reads so many of the log's last; more than that within a minute are more of the same."""
_DEEDS: Mapping[Deed, tuple[str, ...]] = MappingProxyType(
    {
        Deed.CYCLE: ("chassis", "power", "cycle"),
        Deed.OFF: ("chassis", "power", "off"),
        Deed.ON: ("chassis", "power", "on"),
        Deed.RESTART_BMC: ("-L", "ADMINISTRATOR", "mc", "reset", "cold"),
    }
)
_DCMI = re.compile(r"Instantaneous power reading: +(\d+) Watts")


class IpmiBmc:
    """Each question is a process and a session of its own; nothing is kept between them."""

    def __init__(self, address: Address, table: BmcTable) -> None:
        self._table, self._tool = table, IpmiTool(address, table)

    def read(self) -> BmcReading:
        """Power, sensors, the end of the log. Raises `BmcUnreachable`."""
        power_on = self.power_on()
        sensors = sensors_in(self._tool.ask("sdr", "elist", "all"))
        log = self._tool.ask("sel", "list", "last", str(LATEST_ENTRIES))
        inlet, watts = inlet_celsius(sensors), power_watts(sensors)
        return BmcReading(
            power_on=power_on,
            power_watts=self._dcmi_watts() if watts is None else watts,
            inlet_celsius=inlet,
            troubles=(*troubles_in(sensors, power_on), *air_troubles(inlet, self._table)),
            log=tuple(entries_in(log, {one.number: one.name for one in sensors})),
        )

    def log_text(self) -> str:
        """The event log with the sensors' names. Raises `BmcUnreachable`."""
        return self._tool.ask("sel", "elist")

    def power_on(self) -> bool:
        """Whether the node is powered. Raises `BmcUnreachable`.

        It is the first question of every talk; `-v` makes ipmitool say why it is not let in.
        """
        return "Chassis Power is on" in self._tool.ask(
            "-v", "chassis", "power", "status", questions=1
        )

    def describe(self, deed: Deed) -> str:
        """The command line."""
        return self._tool.shown(*_DEEDS[deed])

    def do(self, deed: Deed) -> None:
        """Give the command. Raises `BmcUnreachable`, `BmcRefused`, `AnswerLost`."""
        self._tool.tell(*_DEEDS[deed])

    def _dcmi_watts(self) -> float | None:
        """What DCMI says, which is an optional part of IPMI."""
        try:
            found = _DCMI.search(self._tool.ask("dcmi", "power", "reading", questions=1))
        except BmcUnreachable:
            return None
        return float(found[1]) if found else None
