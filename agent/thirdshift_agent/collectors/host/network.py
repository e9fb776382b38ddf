"""The node's network interfaces that are hardware: links, carrier, errors and drops.

Bridges, bonds, tunnels and virtual functions are left out; what they stand on is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots, known
from thirdshift_agent.collectors.host.kernel_files import (
    FileRow,
    link_name,
    number,
    pci_address,
    read_rows,
    rows_of,
    text,
    things_in,
)
from thirdshift_agent.collectors.row import Readings, Row, Series

_LABELS = ("interface",)
_IFF_UP = 0x1
_MEGABIT_BYTES = 1e6 / 8
_UNKNOWN_SPEED = 0xFFFFFFFF

UP = Row("net_up", "Whether the interface can carry packets.", _LABELS)
ENABLED = Row("net_enabled", "Whether its administrator has switched it on.", _LABELS)
SPEED = Row("net_speed_bytes_per_second", "What the link can carry each way.", _LABELS)
INFO = Row("net_info", "What the interface is.", (*_LABELS, "driver", "pci_address"))


def _counter(path: str, name: str, help_: str) -> FileRow:
    return FileRow(path, Row(f"net_{name}_total", help_, _LABELS))


_COUNTERS = (
    _counter("carrier_changes", "carrier_changes", "Times the carrier came or went."),
    _counter("carrier_down_count", "carrier_downs", "Times the carrier went."),
    _counter("statistics/rx_bytes", "receive_bytes", "Bytes received."),
    _counter("statistics/tx_bytes", "transmit_bytes", "Bytes sent."),
    _counter("statistics/rx_errors", "receive_errors", "Packets that arrived damaged."),
    _counter("statistics/tx_errors", "transmit_errors", "Packets that could not be sent."),
    _counter("statistics/rx_crc_errors", "receive_crc_errors", "Packets with a wrong checksum."),
    _counter("statistics/rx_dropped", "receive_drops", "Packets received and thrown away."),
    _counter("statistics/tx_dropped", "transmit_drops", "Packets thrown away instead of sent."),
)

ROWS: tuple[Row, ...] = (UP, ENABLED, SPEED, INFO, *rows_of(_COUNTERS))


def read(roots: Roots) -> Readings:
    """Read every interface that has hardware behind it. Source: `/sys/class/net`."""
    readings: dict[Series, float] = {}
    for interface in things_in(roots.sys / "class/net"):
        device = interface / "device"
        if device.exists() and not (device / "physfn").exists():
            readings.update(_interface(interface))
    return readings


def _interface(interface: Path) -> Iterator[Reading]:
    labels = (interface.name,)
    yield from read_rows(interface, labels, _COUNTERS).items()
    flags, speed = number(interface / "flags"), number(interface / "speed")
    found = {
        UP: _is_up(interface),
        ENABLED: None if flags is None else float(int(flags) & _IFF_UP),
        SPEED: speed * _MEGABIT_BYTES if speed and 0 < speed < _UNKNOWN_SPEED else None,
    }
    yield from known(found, labels)
    driver = link_name(interface / "device/driver")
    yield (INFO.name, (*labels, driver, pci_address(link_name(interface / "device")))), 1.0


def _is_up(interface: Path) -> float | None:
    """A driver that keeps no state of operation still knows its carrier."""
    match text(interface / "operstate"):
        case "up":
            return 1.0
        case "down" | "lowerlayerdown" | "notpresent" | "dormant" | "testing":
            return 0.0
        case _:
            carrier = number(interface / "carrier")
            return carrier if carrier in (0.0, 1.0) else None


COLLECTOR = HostCollector("network", ROWS, read, every_seconds=10.0)
