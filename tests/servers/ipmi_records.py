"""The sensors of the simulated IPMI BMC, as sensor data records: IPMI 2.0, chapter 43."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CELSIUS, WATTS, RPM = 1, 6, 18
TEMPERATURE, FAN, OTHER_UNITS, POWER_SUPPLY = 0x01, 0x04, 0x0B, 0x08
SYSTEM_BOARD, SUPPLY_ENTITY, COOLING = 7, 10, 29
SENSOR_SPECIFIC, REDUNDANCY = 0x6F, 0x0B
NO_THRESHOLD = 0xFF
LINUN_MASK = "000111111000000"


@dataclass(frozen=True, slots=True)
class Analog:
    """A full record: raw value times `multiplier`, upper thresholds in raw values."""

    number: int
    kind: int
    entity: int
    unit: int
    raw: int
    multiplier: int = 1
    upper: tuple[int, int, int] = (NO_THRESHOLD, NO_THRESHOLD, NO_THRESHOLD)
    """Not critical, critical, beyond recovery. Zero instead of none would always be exceeded."""


@dataclass(frozen=True, slots=True)
class States:
    """A compact record of a discrete sensor."""

    number: int
    kind: int
    entity: int
    event_type: int


SENSORS = {
    "Inlet Temp": Analog(3, TEMPERATURE, SYSTEM_BOARD, CELSIUS, 24, upper=(35, 40, 45)),
    "FAN1": Analog(4, FAN, COOLING, RPM, 80, multiplier=100, upper=(150, 200, 250)),
    "Total Power": Analog(5, OTHER_UNITS, SYSTEM_BOARD, WATTS, 60, multiplier=100),
}
DISCRETE = {
    "PS1 Status": States(0x51, POWER_SUPPLY, SUPPLY_ENTITY, SENSOR_SPECIFIC),
    "PS Redundancy": States(0x52, POWER_SUPPLY, SUPPLY_ENTITY, REDUNDANCY),
}


def emulator(folder: Path) -> str:
    """The simulator's commands; the values come from files in the folder."""
    lines = [
        "mc_setbmc 0x20",
        "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02",
        "sel_enable 0x20 1000 0x0a",
    ]
    for name, analog in SENSORS.items():
        lines += _analog(name, analog, folder)
    for name, states in DISCRETE.items():
        lines += _states(name, states)
    return "\n".join([*lines, "mc_enable 0x20", ""])


def _analog(name: str, one: Analog, folder: Path) -> list[str]:
    not_critical, critical, beyond = one.upper
    masks = " ".join([LINUN_MASK] * 4)
    file = f'poll 200 file "{folder}/sensor-{one.number}"'
    return [
        f"sensor_add 0x20 0 {one.number} {one.kind:#04x} 0x01 {file}",
        f"sensor_set_value 0x20 0 {one.number} {one.raw} 0",
        f"sensor_set_threshold 0x20 0 {one.number} settable 111000 "
        f"{beyond} {critical} {not_critical} 0 0 0",
        f"sensor_set_event_support 0x20 0 {one.number} enable scanning per-state {masks}",
        _record(0x01, _full(name, one)),
    ]


def _states(name: str, one: States) -> list[str]:
    masks = " ".join(["011111111111111"] * 4)
    return [
        f"sensor_add 0x20 0 {one.number} {one.kind:#04x} {one.event_type:#04x}",
        f"sensor_set_bit_clr_rest 0x20 0 {one.number} 0 1",
        f"sensor_set_event_support 0x20 0 {one.number} enable scanning per-state {masks}",
        _record(0x02, _compact(name, one)),
    ]


def _record(kind: int, body: list[int]) -> str:
    """A record with its header: an id that the BMC gives, version 1.5, type, length."""
    record = [0x00, 0x00, 0x51, kind, len(body), *body]
    return "main_sdr_add 0x20 " + " ".join(f"{byte:#04x}" for byte in record)


def _full(name: str, one: Analog) -> list[int]:
    not_critical, critical, beyond = one.upper
    low, high = one.multiplier & 0xFF, (one.multiplier >> 8 & 3) << 6
    return [
        *(0x20, 0, one.number, one.entity, one.number, 0x67, 0x68, one.kind, 0x01),
        *(0x80, 0x0A, 0x80, 0x0A, 0x38, 0x38),
        *(0x00, one.unit, 0, 0, low, high, 0, 0, 0, 0x00, 0x03),
        *(one.raw, 0xFF, 0, 0xFF, 0, beyond, critical, not_critical, 0, 0, 0, 2, 2, 0, 0, 0),
        *_name(name),
    ]


def _compact(name: str, one: States) -> list[int]:
    return [
        *(0x20, 0, one.number, one.entity, 1, 0x67, 0x40, one.kind, one.event_type),
        *(0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F),
        *(0xC0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0),
        *_name(name),
    ]


def _name(name: str) -> list[int]:
    return [0xC0 | len(name), *name.encode()]
