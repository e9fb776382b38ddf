"""From one poll of a node to the next: what passed in between, by the hour of the clock (UTC).

What two polls prove, and no more, is counted. Every span is installed time. A GPU was available in
it if it answered at both ends and no repair held it at the later one, and it worked as hard as
the earlier poll saw. So time in which a node was silent, or a GPU lost, is never available; time
in which the controller itself was away is, for the GPUs that stood in work before and after it.

Energy is the difference of a GPU's own counter, so it is right however long nobody looked; it is
spread evenly over the time since that GPU was last read. Where there is no pair of counter
readings to subtract (no counter, a counter that went back, a card just lost) the last known power
stands in and is booked as modelled. A silent GPU is booked when it is heard again, into the hours
in which it was silent, so a closed hour may still gain energy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from thirdshift_agent.wire import GpuPresence, GpuReading, Snapshot
from thirdshift_controller.costs.usage.records import NodeHour

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class GpuMeter:
    """One card's counters when it was last heard; its energy is booked up to then."""

    read_at: datetime
    energy_joules_total: float | None
    power_watts: float | None


@dataclass(frozen=True, slots=True)
class Meter:
    """What the last poll of a node left behind."""

    polled_at: datetime
    at_work: Mapping[int, float]
    """Utilisation ratio by slot, of the GPUs that were available."""
    gpus: Mapping[str, GpuMeter]
    """By UUID, so that a card that was swapped starts anew."""

    def to_json(self) -> dict[str, object]:
        """As a plain object for a JSON column."""
        plain: dict[str, object] = _METER.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, object]) -> Meter:
        """Back from `to_json`."""
        return _METER.validate_python(plain)


_METER = TypeAdapter(Meter)


def accrue(
    meter: Meter | None,
    now: datetime,
    snapshot: Snapshot | None,
    node: str,
    gpus_installed: int,
    out_slots: frozenset[int],
) -> tuple[Meter, tuple[NodeHour, ...]]:
    """Book the time since the last poll; `snapshot` is `None` where the node did not answer.

    The first poll of a node books nothing. One that is not later than the last changes nothing.
    """
    at_work = _at_work(snapshot, gpus_installed, out_slots)
    if meter is None:
        return Meter(now, at_work, _read(snapshot, now, {})), ()
    if now <= meter.polled_at:
        return meter, ()
    both = meter.at_work.keys() & at_work.keys()
    worked = sum(meter.at_work[slot] for slot in both)
    spent = [
        _hour(node, hour_at, gpus_installed * seconds, len(both) * seconds, worked * seconds)
        for hour_at, seconds, _ in pieces(meter.polled_at, now)
    ]
    spent += _energy(node, meter.gpus, snapshot, now)
    return Meter(now, at_work, _read(snapshot, now, meter.gpus)), _by_hour(spent)


def pieces(from_at: datetime, to_at: datetime) -> Iterator[tuple[datetime, float, float]]:
    """Cut a span at the hours: start of the hour (UTC), seconds in it, share of the whole span."""
    whole = (to_at - from_at).total_seconds()
    while from_at < to_at:
        hour_at = from_at.replace(minute=0, second=0, microsecond=0)
        end_at = min(hour_at + HOUR, to_at)
        seconds = (end_at - from_at).total_seconds()
        yield hour_at, seconds, seconds / whole
        from_at = end_at


def _at_work(
    snapshot: Snapshot | None, gpus_installed: int, out_slots: frozenset[int]
) -> dict[int, float]:
    """A GPU that answers but cannot say how busy it is counts as idle."""
    slots = frozenset(range(gpus_installed)) - out_slots
    return {
        gpu.identity.slot: min(max(gpu.utilisation_ratio or 0.0, 0.0), 1.0)
        for gpu in (snapshot.gpus if snapshot else ())
        if gpu.presence is GpuPresence.PRESENT and gpu.identity.slot in slots
    }


def _read(
    snapshot: Snapshot | None, now: datetime, before: Mapping[str, GpuMeter]
) -> Mapping[str, GpuMeter]:
    if snapshot is None:
        return before
    return {
        gpu.identity.uuid: GpuMeter(now, gpu.energy_joules_total, gpu.power_watts)
        for gpu in snapshot.gpus
    }


def _energy(
    node: str, before: Mapping[str, GpuMeter], snapshot: Snapshot | None, now: datetime
) -> Iterator[NodeHour]:
    """What GPUs drew since each was last read; those that were read together are one sum."""
    together: dict[datetime, list[tuple[GpuMeter, GpuReading]]] = defaultdict(list)
    for gpu in snapshot.gpus if snapshot else ():
        if (was := before.get(gpu.identity.uuid)) is not None:
            together[was.read_at].append((was, gpu))
    for read_at, pairs in together.items():
        metered = sum(_metered(*pair) or 0.0 for pair in pairs)
        modelled = sum(_modelled(was, now) for was, gpu in pairs if _metered(was, gpu) is None)
        for hour_at, _, share in pieces(read_at, now):
            yield _hour(node, hour_at, joules=metered * share, modelled_joules=modelled * share)


def _metered(before: GpuMeter, gpu: GpuReading) -> float | None:
    """Joules between two readings of one counter; `None` where there are no two to subtract."""
    was, now = before.energy_joules_total, gpu.energy_joules_total
    return now - was if was is not None and now is not None and now >= was else None


def _modelled(before: GpuMeter, now: datetime) -> float:
    """Joules by the last known power; unknown power books nothing."""
    return max(before.power_watts or 0.0, 0.0) * (now - before.read_at).total_seconds()


def _hour(
    node: str,
    hour_at: datetime,
    installed: float = 0.0,
    available: float = 0.0,
    utilised: float = 0.0,
    joules: float = 0.0,
    modelled_joules: float = 0.0,
) -> NodeHour:
    return NodeHour(node, hour_at, installed, available, utilised, joules, modelled_joules)


def _by_hour(spent: Iterable[NodeHour]) -> tuple[NodeHour, ...]:
    hours: dict[datetime, NodeHour] = {}
    for piece in spent:
        known = hours.get(piece.hour_at)
        hours[piece.hour_at] = piece if known is None else _plus(known, piece)
    return tuple(hours[hour_at] for hour_at in sorted(hours))


def _plus(one: NodeHour, other: NodeHour) -> NodeHour:
    return NodeHour(
        one.node,
        one.hour_at,
        one.installed_gpu_seconds + other.installed_gpu_seconds,
        one.available_gpu_seconds + other.available_gpu_seconds,
        one.utilised_gpu_seconds + other.utilised_gpu_seconds,
        one.energy_joules + other.energy_joules,
        one.energy_modelled_joules + other.energy_modelled_joules,
    )
