"""What `ipmitool sdr elist all` prints, read. Pure.

    PS1 Status       | 51h | ok  | 10.1 | Presence detected, Power Supply AC lost
    Inlet Temp       | 03h | ok  |  7.3 | 24 degrees C

The fourth column is the IPMI entity: what kind of thing it is (IPMI 2.0, table 43-13), and its
number. Makers differ in how well they fill it, so the name counts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from thirdshift_controller.intake.management import BmcKind, Trouble

POWER_SUPPLY, COOLING = frozenset({10}), frozenset({29, 30})
AIR_INLET = frozenset({55, 64})
_NOTED, _BAD = "nc", ("cr", "nr")
"""How a status ends, after `u` for too high or `l` for too low: `ucr`, `lnc`."""
_VALUE = re.compile(r"(?P<value>-?\d+(?:\.\d+)?) (?P<unit>degrees C|Watts|RPM|percent)")
_SUPPLY = re.compile(r"\b(psu|ps|pws?|power supply)[ _]?\d*\b", re.IGNORECASE)
_FAN = re.compile(r"fan|cooling", re.IGNORECASE)
_INLET = re.compile(r"inlet|ambient|intake", re.IGNORECASE)
_LEAK = re.compile(r"leak", re.IGNORECASE)
_TOTAL = re.compile(
    r"^(pwr?|power) (consumption|meter)|^(total|sys\w*)[ _](pwr|power)", re.IGNORECASE
)
_INPUT_LOST = re.compile(r"AC lost|input lost", re.IGNORECASE)
_FAILED = re.compile(r"failure detected|predictive failure|config error", re.IGNORECASE)
_NOT_REDUNDANT = re.compile(r"redundancy (lost|degraded)|non-redundant", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sensor:
    """One line."""

    name: str
    number: int
    status: str
    """`ok`, `ns` not read, or which threshold is crossed."""
    entity: int
    state: str

    @property
    def level(self) -> str:
        """The threshold without its direction: `nc`, `cr`, `nr`."""
        return self.status[-2:]

    def value(self, unit: str) -> float | None:
        """Its reading in this unit of ipmitool's."""
        found = _VALUE.search(self.state)
        return float(found["value"]) if found and found["unit"] == unit else None


def sensors_in(text: str) -> tuple[Sensor, ...]:
    """Every sensor of the list; lines that are none are passed over."""
    return tuple(_sensors(text))


def inlet_celsius(sensors: tuple[Sensor, ...]) -> float | None:
    """The warmest reading of the air that goes in."""
    inlets = (one for one in sensors if one.entity in AIR_INLET or _INLET.search(one.name))
    values = [one.value("degrees C") for one in inlets]
    return max((value for value in values if value is not None), default=None)


def power_watts(sensors: tuple[Sensor, ...]) -> float | None:
    """What the whole node draws, where one sensor says so."""
    values = (one.value("Watts") for one in sensors if _TOTAL.search(one.name))
    return next((value for value in values if value is not None), None)


def troubles_in(sensors: tuple[Sensor, ...], power_on: bool) -> Iterator[Trouble]:
    """What is bad now. The fans of a node that is off stand still, and rightly so."""
    for one in sensors:
        found = _trouble(one)
        if found and (power_on or found[0] is not BmcKind.FAN):
            yield Trouble(*found, one.name, f"{one.name}: {one.state}")


def _trouble(one: Sensor) -> tuple[BmcKind, str] | None:
    is_fan = one.entity in COOLING or bool(_FAN.search(one.name))
    if _NOT_REDUNDANT.search(one.state):
        return (BmcKind.FAN if is_fan else BmcKind.PSU), "redundancy_lost"
    if one.entity in POWER_SUPPLY or _SUPPLY.search(one.name):
        return _supply_trouble(one)
    if is_fan and (_FAILED.search(one.state) or (one.level in _BAD and _turns(one))):
        return BmcKind.FAN, "failed"
    if _LEAK.search(one.name) and one.level in (_NOTED, *_BAD):
        return BmcKind.LEAK, "detected" if one.level in _BAD else "warning"
    return None


def _turns(one: Sensor) -> bool:
    """Whether it is a speed; the temperature of a fan board is not."""
    return one.value("RPM") is not None or one.value("percent") is not None


def _supply_trouble(one: Sensor) -> tuple[BmcKind, str] | None:
    """A supply without input calls itself failed too: the input is the cause."""
    if _INPUT_LOST.search(one.state):
        return BmcKind.PSU, "input_lost"
    return (BmcKind.PSU, "failed") if _FAILED.search(one.state) else None


def _sensors(text: str) -> Iterator[Sensor]:
    for line in text.splitlines():
        columns = [column.strip() for column in line.split("|", 4)]
        if len(columns) == 5 and re.fullmatch(r"[0-9A-Fa-f]{2}h", columns[1]):
            name, number, status, entity, state = columns
            kind = entity.partition(".")[0]
            yield Sensor(
                name, int(number[:2], 16), status, int(kind) if kind.isdigit() else 0, state
            )
