"""All that is measured of a GPU. A new collector is a file of rows and its place in `ALL`."""

from __future__ import annotations

from thirdshift_agent.collectors.gpu import (
    activity,
    clocks,
    ecc,
    fabric,
    firmware,
    memory,
    mig,
    nvlink,
    pcie,
    power,
    recovery,
    remap,
    thermal,
    throttle,
)
from thirdshift_agent.collectors.gpu.source import GpuCollector

ALL: tuple[GpuCollector, ...] = (
    power.COLLECTOR,
    power.LIMITS,
    thermal.COLLECTOR,
    thermal.THRESHOLDS,
    clocks.COLLECTOR,
    clocks.SPEEDS,
    throttle.COLLECTOR,
    activity.COLLECTOR,
    memory.COLLECTOR,
    memory.BAR1,
    ecc.COLLECTOR,
    remap.COLLECTOR,
    remap.SPARES,
    recovery.COLLECTOR,
    pcie.COLLECTOR,
    pcie.DETAIL,
    nvlink.COLLECTOR,
    fabric.COLLECTOR,
    mig.COLLECTOR,
    firmware.COLLECTOR,
)

DEFAULT = tuple(each for each in ALL if not each.is_optional)
"""What is read where nothing more is asked for."""


def chosen(with_activity: bool) -> tuple[GpuCollector, ...]:
    """Return what is read: all that is free, and the chip's own counters if they are asked for."""
    return ALL if with_activity else DEFAULT
