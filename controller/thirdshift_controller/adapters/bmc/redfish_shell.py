"""One chassis by Redfish: its supplies, its fans, its air, its leak detectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from thirdshift_controller.adapters.bmc.redfish_schema import (
    Chassis,
    EnvironmentMetrics,
    LeakDetection,
    LeakDetector,
    Power,
    PowerSubsystem,
    Sensor,
    Supply,
    Thermal,
    ThermalMetrics,
    ThermalSubsystem,
    Thing,
)
from thirdshift_controller.adapters.bmc.redfish_session import RedfishSession
from thirdshift_controller.intake.management import BmcKind, Trouble

_LEAKS = {"Warning": "warning", "Critical": "detected"}


@dataclass(frozen=True, slots=True)
class Shell:
    """What one chassis shows."""

    power_watts: float | None
    inlet_celsius: float | None
    troubles: tuple[Trouble, ...]


class ShellReader:
    """Reads one chassis by what it offers; of both generations the newer."""

    def __init__(self, session: RedfishSession, chassis: Chassis, expands: bool) -> None:
        self._session, self._chassis, self._expands = session, chassis, expands

    def read(self) -> Shell:
        """Every part of it. Raises `BmcUnreachable`."""
        watts, supplies = self._power()
        celsius, cooling = self._cooling()
        return Shell(watts, celsius, (*supplies, *cooling))

    def _power(self) -> tuple[float | None, list[Trouble]]:
        if self._chassis.power_subsystem is None:
            return self._old_power()
        found = self._session.get(self._chassis.power_subsystem.uri, PowerSubsystem)
        subsystem = found or PowerSubsystem()
        link = subsystem.power_supplies
        supplies = self._session.members(link.uri, Supply, self._expands) if link else []
        return self._watts(), [
            *supply_troubles(supplies),
            *redundancy_troubles(BmcKind.PSU, subsystem.power_supply_redundancy),
        ]

    def _watts(self) -> float | None:
        link = self._chassis.environment_metrics
        metrics = self._session.get(link.uri, EnvironmentMetrics) if link else None
        return metrics.power_watts.reading if metrics else None

    def _old_power(self) -> tuple[float | None, list[Trouble]]:
        link = self._chassis.power
        power = (self._session.get(link.uri, Power) if link else None) or Power()
        watts = next((one.power_consumed_watts for one in power.power_control), None)
        return watts, [
            *supply_troubles(power.power_supplies),
            *redundancy_troubles(BmcKind.PSU, power.redundancy),
        ]

    def _cooling(self) -> tuple[float | None, list[Trouble]]:
        if self._chassis.thermal_subsystem is None:
            return self._old_cooling()
        found = self._session.get(self._chassis.thermal_subsystem.uri, ThermalSubsystem)
        subsystem = found or ThermalSubsystem()
        fans = (
            self._session.members(subsystem.fans.uri, Thing, self._expands)
            if subsystem.fans
            else []
        )
        return self._intake(subsystem), [
            *fan_troubles(fans),
            *redundancy_troubles(BmcKind.FAN, subsystem.fan_redundancy),
            *leak_troubles(self._leak_detectors(subsystem)),
        ]

    def _intake(self, subsystem: ThermalSubsystem) -> float | None:
        """By the summary, else by whichever sensor sits in the intake."""
        link = subsystem.thermal_metrics
        metrics = self._session.get(link.uri, ThermalMetrics) if link else None
        intake = metrics.temperature_summary_celsius.intake if metrics else None
        if intake is not None or self._chassis.sensors is None:
            return intake.reading if intake else None
        sensors = self._session.members(self._chassis.sensors.uri, Sensor, self._expands)
        warm = (
            one.reading for one in sensors if one.reading_type == "Temperature" and one.at_intake
        )
        return _warmest(warm)

    def _leak_detectors(self, subsystem: ThermalSubsystem) -> list[LeakDetector]:
        link = subsystem.leak_detection
        detection = self._session.get(link.uri, LeakDetection) if link else None
        if detection is None or detection.leak_detectors is None:
            return []
        return self._session.members(detection.leak_detectors.uri, LeakDetector, self._expands)

    def _old_cooling(self) -> tuple[float | None, list[Trouble]]:
        link = self._chassis.thermal
        thermal = (self._session.get(link.uri, Thermal) if link else None) or Thermal()
        inlet = _warmest(one.reading_celsius for one in thermal.temperatures if one.at_intake)
        return inlet, [
            *fan_troubles(thermal.fans),
            *redundancy_troubles(BmcKind.FAN, thermal.redundancy),
        ]


def supply_troubles(supplies: Iterable[Supply]) -> Iterator[Trouble]:
    """A supply without input is not well either: the input is the cause."""
    for one in supplies:
        if one.is_there and one.has_no_input:
            text = f"{one.unit}: no good input ({one.line_input_status or 'no voltage'})"
            yield Trouble(BmcKind.PSU, "input_lost", one.unit, text)
        elif one.is_bad:
            yield Trouble(BmcKind.PSU, "failed", one.unit, _said_of(one))


def fan_troubles(fans: Iterable[Thing]) -> Iterator[Trouble]:
    """Fans that are not well."""
    return (Trouble(BmcKind.FAN, "failed", one.unit, _said_of(one)) for one in fans if one.is_bad)


def redundancy_troubles(kind: BmcKind, groups: Iterable[Thing]) -> Iterator[Trouble]:
    """Groups of which one more must not fail."""
    for number, one in enumerate(groups, start=1):
        if one.is_bad:
            unit = one.name or f"redundancy {number}"
            yield Trouble(kind, "redundancy_lost", unit, f"{unit}: {one.status.health}")


def leak_troubles(detectors: Iterable[LeakDetector]) -> Iterator[Trouble]:
    """Detectors that are wet, or say that they may be."""
    for one in detectors:
        code = _LEAKS.get(one.detector_state or one.status.health or "")
        if one.is_there and code:
            text = f"{one.unit}: {one.detector_state or one.status.health}"
            yield Trouble(BmcKind.LEAK, code, one.unit, text)


def _said_of(one: Thing) -> str:
    return f"{one.unit}: {one.status.health}, {one.status.state or 'state unknown'}"


def _warmest(readings: Iterable[float | None]) -> float | None:
    return max((reading for reading in readings if reading is not None), default=None)
