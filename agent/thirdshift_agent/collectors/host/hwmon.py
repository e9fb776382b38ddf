"""The board's sensors: temperatures, fans, power, voltages, currents, alarms.

Fans turn in revolutions per minute, not in the hertz that the base units would ask for: that is
what their makers, the kernel and every other page say, and a technician compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots
from thirdshift_agent.collectors.host.kernel_files import (
    link_name,
    number,
    parts_of,
    things_in,
    word,
)
from thirdshift_agent.collectors.row import Labels, Readings, Row, Series

FILES_MOST = 2000
"""Files of sensors that are read at most: a broken driver must not fill the page."""

_SENSOR = ("chip", "device", "sensor")
_FILE = re.compile(r"(?:temp|fan|power|in|curr|intrusion)\d+_\w+", re.ASCII)
_WARMEST_CELSIUS = 1000.0
"""Drivers write absurd limits for those that are not set."""

TEMPERATURE = Row("hwmon_temperature_celsius", "What the sensor shows.", _SENSOR)
CRITICAL = Row("hwmon_temperature_critical_celsius", "Where the part takes harm.", _SENSOR)
MAX = Row("hwmon_temperature_max_celsius", "Above what it is too warm.", _SENSOR)
FAN = Row("hwmon_fan_rpm", "Revolutions per minute.", _SENSOR)
FAN_MIN = Row("hwmon_fan_min_rpm", "Below what the fan is too slow.", _SENSOR)
POWER = Row("hwmon_power_watts", "What the sensor shows.", _SENSOR)
VOLTAGE = Row("hwmon_voltage_volts", "What the sensor shows.", _SENSOR)
CURRENT = Row("hwmon_current_amperes", "What the sensor shows.", _SENSOR)
ALARM = Row("hwmon_alarm", "Whether the chip itself raises this alarm.", (*_SENSOR, "alarm"))
FAULT = Row("hwmon_fault", "Whether the sensor is broken.", _SENSOR)
INFO = Row("hwmon_sensor_info", "What the sensor is called.", (*_SENSOR, "label"))
LEFT_OUT = Row("hwmon_files_left_out", "Files of sensors not read: there are too many.")

ROWS: tuple[Row, ...] = (
    TEMPERATURE,
    CRITICAL,
    MAX,
    FAN,
    FAN_MIN,
    POWER,
    VOLTAGE,
    CURRENT,
    ALARM,
    FAULT,
    INFO,
    LEFT_OUT,
)

_VALUES: dict[tuple[str, str], tuple[Row, float]] = {
    ("temp", "input"): (TEMPERATURE, 1e-3),
    ("temp", "crit"): (CRITICAL, 1e-3),
    ("temp", "max"): (MAX, 1e-3),
    ("fan", "input"): (FAN, 1.0),
    ("fan", "min"): (FAN_MIN, 1.0),
    ("power", "average"): (POWER, 1e-6),
    ("power", "input"): (POWER, 1e-6),
    ("in", "input"): (VOLTAGE, 1e-3),
    ("curr", "input"): (CURRENT, 1e-3),
}


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    labels: Labels
    kind: str
    what: str


def read(roots: Roots) -> Readings:
    """Read every sensor. Source: `/sys/class/hwmon`."""
    chips = things_in(roots.sys / "class/hwmon")
    files = (file for chip in chips for file in _files(chip))
    readings: dict[Series, float] = {}
    for file in islice(files, FILES_MOST):
        readings.update(_reading(file))
    if chips:
        readings[LEFT_OUT.name, ()] = float(sum(1 for _ in files))
    return readings


def _files(chip: Path) -> Iterator[_File]:
    """The files that mean something to us; older drivers keep them with the device."""
    name, device = word(chip / "name"), link_name(chip / "device") or chip.name
    for folder in (chip, chip / "device"):
        for path in parts_of(folder, _FILE):
            file = _file(path, (name, device))
            if _is_known(file):
                yield file


def _file(path: Path, chip: Labels) -> _File:
    sensor, _, what = path.name.partition("_")
    return _File(path, (*chip, sensor), sensor.rstrip("0123456789"), what)


def _is_known(file: _File) -> bool:
    known = (file.kind, file.what) in _VALUES or file.what in ("label", "fault")
    return known or file.what.endswith("alarm")


def _reading(file: _File) -> Iterator[Reading]:
    if file.what == "label":
        yield (INFO.name, (*file.labels, word(file.path))), 1.0
        return
    value = number(file.path)
    if value is None:
        return
    if file.what.endswith("alarm"):
        yield (ALARM.name, (*file.labels, file.what)), float(value != 0)
    elif file.what == "fault":
        yield (FAULT.name, file.labels), float(value != 0)
    else:
        row, scale = _VALUES[file.kind, file.what]
        if file.kind != "temp" or abs(value * scale) < _WARMEST_CELSIUS:
            yield (row.name, file.labels), value * scale


COLLECTOR = HostCollector("hwmon", ROWS, read, every_seconds=30.0)
