"""Rows of polls of one node of two GPUs, and what they book."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from thirdshift_agent.wire import GpuIdentity, GpuPresence, GpuReading, Snapshot
from thirdshift_controller.costs.usage.accrual import Spent, accrue
from thirdshift_controller.costs.usage.adding import added
from thirdshift_controller.costs.usage.meter import Meter, Nameplate, Poll, WallLook
from thirdshift_controller.costs.usage.records import Holdings, NodeHour, TeamHour

T0 = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
GPUS = 2
HOST_WATTS = 100.0
NODE = "gpu-1"
FRESH_SECONDS = 180.0


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def gpu(
    slot: int = 0,
    *,
    joules: float | None = None,
    watts: float | None = None,
    busy: float | None = 0.5,
    presence: GpuPresence = GpuPresence.PRESENT,
    uuid: str | None = None,
) -> GpuReading:
    return GpuReading(
        identity=GpuIdentity(
            slot, uuid or f"GPU-{slot}", None, f"00000000:{slot:02x}:00.0", "H100"
        ),
        presence=presence,
        seen_at=T0,
        power_watts=watts,
        energy_joules_total=joules,
        utilisation_ratio=busy,
    )


def look(seconds: float, watts: float, fresh_seconds: float = FRESH_SECONDS) -> WallLook:
    """What a BMC showed so many seconds after the beginning."""
    return WallLook(at(seconds), at(seconds + fresh_seconds), watts)


def poll(
    seconds: float,
    *gpus: GpuReading,
    silent: bool = False,
    out: frozenset[int] = frozenset(),
    held: Holdings | None = None,
    wall: WallLook | None = None,
) -> Poll:
    snapshot = None if silent else Snapshot(at(seconds), "570.1", gpus)
    return Poll(at(seconds), snapshot, out, held, wall)


def spent(polls: Iterable[Poll]) -> Spent:
    """All that a row of polls books; the meter goes through its JSON each time, as in the store."""
    meter: Meter | None = None
    hours: list[NodeHour] = []
    teams: list[TeamHour] = []
    for one in polls:
        meter, more = accrue(meter, one, Nameplate(NODE, GPUS, HOST_WATTS))
        meter = Meter.from_json(json.loads(json.dumps(meter.to_json())))
        hours += more.hours
        teams += more.teams
    return Spent(tuple(hours), added(teams))


def booked(polls: Iterable[Poll]) -> tuple[NodeHour, ...]:
    """The hours of the node alone, as they came."""
    return spent(polls).hours


def total(hours: Sequence[NodeHour]) -> NodeHour:
    """All hours as if they were one."""
    (whole,) = added([NodeHour(NODE, T0), *(_at_noon(hour) for hour in hours)])
    return whole


def _at_noon(hour: NodeHour) -> NodeHour:
    values = {name: getattr(hour, name) for name in hour.__slots__}
    return NodeHour(**{**values, "hour_at": T0})
