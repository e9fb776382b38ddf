"""What `ipmitool sel list` prints, read. Pure.

       5 | 11/25/26 | 14:31:40 UTC | Critical Interrupt #0x2a | Bus Fatal Error | Asserted
       6 |  Pre-Init  |0000018227| Temperature #0x03 | Upper Critical going high | Asserted

`list` instead of `elist`, which asks the BMC for every sensor's name once more: we know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from thirdshift_controller.adapters.bmc.log_words import code_of
from thirdshift_controller.intake.management import LogEntry

_SENSOR = re.compile(r"(?P<kind>.+?) #0x(?P<number>[0-9a-f]{2})$")
_SHAPES = ("%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M:%S")


def entries_in(text: str, names: Mapping[int, str]) -> Iterator[LogEntry]:
    """The entries that are worth a signal; `names` are those of the sensors by number."""
    for line in text.splitlines():
        columns = [column.strip() for column in line.split("|")]
        if len(columns) < 6 or columns[5] != "Asserted":
            continue
        message = f"{_named(columns[3], names)}: {columns[4]}"
        code = code_of(message)
        if code is not None:
            yield LogEntry(columns[0], _instant(columns[1], columns[2]), code, message)


def _named(sensor: str, names: Mapping[int, str]) -> str:
    """The sensor's type with its name for its number."""
    found = _SENSOR.match(sensor)
    name = names.get(int(found["number"], 16)) if found else None
    return f"{found['kind']} {name}" if found and name else sensor


def _instant(date: str, clock: str) -> datetime | None:
    """`None` where the BMC did not know the time when it wrote."""
    for shape in _SHAPES:
        try:
            return datetime.strptime(f"{date} {clock.split()[0]}", shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
