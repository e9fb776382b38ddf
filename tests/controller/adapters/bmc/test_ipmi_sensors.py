"""`ipmitool sdr elist all` of servers that no simulator plays."""

from __future__ import annotations

import pytest

from thirdshift_controller.adapters.bmc.ipmi_log import entries_in
from thirdshift_controller.adapters.bmc.ipmi_sensors import (
    inlet_celsius,
    power_watts,
    sensors_in,
    troubles_in,
)

DELL = """\
Fan1A RPM        | 30h | ok  |  7.1 | 9840 RPM
Fan2B RPM        | 31h | lcr |  7.1 | 240 RPM
Fan Redundancy   | 75h | ok  |  7.1 | Fully Redundant
Inlet Temp       | 04h | ok  |  7.1 | 23 degrees C
Exhaust Temp     | 01h | ok  |  7.1 | 44 degrees C
Pwr Consumption  | 77h | ok  |  7.1 | 4312 Watts
PS Redundancy    | 74h | ok  |  7.1 | Redundancy Lost
Status           | 85h | ok  | 10.1 | Presence detected
Status           | 86h | ok  | 10.2 | Presence detected, Failure detected, Power Supply AC lost
Drive 0          | A0h | ok  | 26.1 | Drive Present
BMC              | Static MC @ 20h | ok  |  7.0 | 0Bh
"""
SUPERMICRO = """\
System Temp      | 0Bh | ok  |  7.11 | 38 degrees C
Inlet Temp       | 0Ch | unc |  7.12 | 41 degrees C
FAN1             | 41h | ns  | 29.1 | No Reading
FAN BOARD TEMP   | 42h | ucr | 30.1 | 88 degrees C
PS1 Status       | C8h | ok  | 10.1 | Presence detected
PSU1 Input Power | 23h | ok  | 10.9 | 1300 Watts
CDU Leak 1       | D1h | unr |  7.9 | 1 unspecified
CDU Leak 2       | D2h | lnc |  7.9 | 0 unspecified
"""


def told(text: str, power_on: bool = True) -> list[tuple[str, str]]:
    return [(f"{one.kind}:{one.code}", one.unit) for one in troubles_in(sensors_in(text), power_on)]


def test_a_dell_tells_of_its_fan_and_of_its_feed() -> None:
    assert told(DELL) == [
        ("fan:failed", "Fan2B RPM"),
        ("psu:redundancy_lost", "PS Redundancy"),
        ("psu:input_lost", "Status"),
    ]
    sensors = sensors_in(DELL)
    assert (power_watts(sensors), inlet_celsius(sensors)) == (4312.0, 23.0)
    assert len(sensors) == 10


def test_fans_are_not_missed_in_a_node_that_is_off() -> None:
    assert told(DELL, power_on=False) == [
        ("psu:redundancy_lost", "PS Redundancy"),
        ("psu:input_lost", "Status"),
    ]


def test_what_is_not_read_or_is_no_fan_is_no_trouble() -> None:
    assert told(SUPERMICRO) == [("leak:detected", "CDU Leak 1"), ("leak:warning", "CDU Leak 2")]


@pytest.mark.parametrize(
    "name", ["Pwr Consumption", "PW Consumption", "Power Meter", "Total_Power", "Sys Power"]
)
def test_the_power_of_the_whole_node_goes_by_many_names(name: str) -> None:
    assert power_watts(sensors_in(f"{name} | 77h | ok | 7.1 | 4312 Watts")) == 4312.0


def test_a_node_whose_sensors_name_no_total_draws_an_unknown_power() -> None:
    assert power_watts(sensors_in(SUPERMICRO)) is None


@pytest.mark.parametrize("text", ["", "Error: no sensors\n", "a|b|c\n", "x | zzh | ok | 7.1 | 1\n"])
def test_what_is_no_list_of_sensors_has_none(text: str) -> None:
    assert sensors_in(text) == ()
    assert inlet_celsius(()) is None


def test_entries_carry_the_sensors_name_and_an_instant_where_there_is_one() -> None:
    text = (
        "   1 |  Pre-Init  |0000018227| Processor #0x61 | Thermal Trip | Asserted\n"
        "   a | 11/25/2026 | 14:31:40 UTC | Critical Interrupt #0x2a | Bus Fatal Error | Asserted\n"
        "   b | 11/25/26 | 14:31:40 | Critical Interrupt #0x2a | Bus Fatal Error | Deasserted\n"
        "   c | 11/25/26 | 14:31:40 | OEM record dd | 000137 | 1a2b3c\n"
        "SEL has no entries\n"
    )
    trip, bus = entries_in(text, {0x61: "CPU2 Status"})
    assert (trip.number, trip.at, trip.code) == ("1", None, "thermal_trip")
    assert trip.message == "Processor CPU2 Status: Thermal Trip"
    assert (bus.number, bus.code) == ("a", "bus_fatal")
    assert bus.at is not None
    assert bus.at.isoformat() == "2026-11-25T14:31:40+00:00"
