"""Level 1: the node's InfiniBand ports, judged from readings that a host collector made.

It reads no file itself. Ports of Ethernet adapters are left out: they come in many speeds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thirdshift_agent.checks.finding import Finding, Status
from thirdshift_agent.collectors.row import Labels, Readings

UP, RATE, INFO = "ib_port_up", "ib_port_rate_bytes_per_second", "ib_port_info"
"""Rows whose first labels are device and port; the third of the info is the link layer."""

LAYER = "InfiniBand"
_ALMOST_RATIO = 0.99
"""Rates are printed rounded."""


def link_findings(readings: Readings, floor: float | None = None) -> tuple[Finding, ...]:
    """Judge every InfiniBand port.

    `floor`: bytes per second of an active port, as `Floor.link_bytes_per_second` tells. A port that
    is down may be one without a cable: it is a warning.
    """
    ports = {labels[:2] for name, labels in readings if name == INFO and labels[2] == LAYER}
    up = {labels: value for (name, labels), value in readings.items() if name == UP}
    active = {port for port in ports if up.get(port)}
    findings = [_down(port) for port in sorted(ports & up.keys() - active)]
    rates = {labels: value for (name, labels), value in readings.items() if name == RATE}
    findings += _slow({port: rates[port] for port in active & rates.keys()}, floor)
    return tuple(findings)


def _down(port: Labels) -> Finding:
    return Finding(Status.WARNING, f"port {'/'.join(port)} is not active", "links")


def _slow(rates: Mapping[Labels, float], floor: float | None) -> Iterator[Finding]:
    for port, rate in sorted(rates.items()):
        if floor is not None and rate < floor * _ALMOST_RATIO:
            text = f"port {'/'.join(port)} runs at {_gigabits(rate)} of {_gigabits(floor)}"
            yield Finding(Status.CRITICAL, text, "links")


def _gigabits(bytes_per_second: float) -> str:
    return f"{bytes_per_second * 8 / 1e9:.0f} Gb/s"
