"""From one poll of a node to the next: what passed in between, by the hour of the clock (UTC).

What two polls prove, and no more, is counted. Every span is installed time. A GPU was available in
it if it answered at both ends and no repair held it at the later one, and it worked as hard as
the earlier poll saw. So time in which a node was silent, or a GPU lost, is never available; time
in which the controller itself was away is, for the GPUs that stood in work before and after it.

Which of the available GPUs a job held `allocation` says, what they drew `gpu_energy`, and what the
whole node drew `wall`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from thirdshift_agent.wire import GpuPresence
from thirdshift_controller.costs.usage.adding import added
from thirdshift_controller.costs.usage.allocation import gpus_held, team_hours
from thirdshift_controller.costs.usage.gpu_energy import Drawn, drawn
from thirdshift_controller.costs.usage.meter import GpuMeter, Meter, Nameplate, Poll
from thirdshift_controller.costs.usage.records import NodeHour, TeamHour
from thirdshift_controller.costs.usage.spans import pieces
from thirdshift_controller.costs.usage.wall import latest, wall_hours, wall_of


@dataclass(frozen=True, slots=True)
class Spent:
    """What passed between two polls of one node, oldest hour first."""

    hours: tuple[NodeHour, ...] = ()
    teams: tuple[TeamHour, ...] = ()


def accrue(meter: Meter | None, poll: Poll, plate: Nameplate) -> tuple[Meter, Spent]:
    """Book the time since the last poll.

    The first poll of a node books nothing. One that is not later than the last changes nothing.
    """
    at_work = _at_work(poll, plate.gpus_installed)
    if meter is None:
        look = latest(None, poll.look, poll.at)
        return Meter(poll.at, at_work, _read(poll, {}), poll.held, look), Spent()
    if poll.at <= meter.polled_at:
        return meter, Spent()
    wall, gpus = wall_of(meter, poll), list(drawn(meter.gpus, poll))
    hours = added(
        [
            *_use(meter, poll, plate, at_work),
            *_gpu_hours(plate.node, gpus),
            *wall_hours(plate, wall, gpus),
        ]
    )
    after = Meter(
        poll.at, at_work, _read(poll, meter.gpus), poll.held, wall.look, wall.waiting(poll)
    )
    return after, Spent(hours, tuple(team_hours(meter.held, hours)))


def _at_work(poll: Poll, gpus_installed: int) -> dict[int, float]:
    """A GPU that answers but cannot say how busy it is counts as idle."""
    slots = frozenset(range(gpus_installed)) - poll.out_slots
    return {
        gpu.identity.slot: min(max(gpu.utilisation_ratio or 0.0, 0.0), 1.0)
        for gpu in poll.gpus
        if gpu.presence is GpuPresence.PRESENT and gpu.identity.slot in slots
    }


def _read(poll: Poll, before: Mapping[str, GpuMeter]) -> Mapping[str, GpuMeter]:
    if poll.snapshot is None:
        return before
    return {
        gpu.identity.uuid: GpuMeter(poll.at, gpu.energy_joules_total, gpu.power_watts)
        for gpu in poll.gpus
    }


def _use(
    meter: Meter, poll: Poll, plate: Nameplate, at_work: Mapping[int, float]
) -> Iterator[NodeHour]:
    both = meter.at_work.keys() & at_work.keys()
    worked = sum(meter.at_work[slot] for slot in both)
    held = gpus_held(meter.held, poll.held, len(both))
    for hour_at, seconds, _ in pieces(meter.polled_at, poll.at):
        yield NodeHour(
            plate.node,
            hour_at,
            installed_gpu_seconds=plate.gpus_installed * seconds,
            available_gpu_seconds=len(both) * seconds,
            utilised_gpu_seconds=worked * seconds,
            watched_seconds=seconds,
            scheduled_gpu_seconds=0.0 if held is None else plate.gpus_installed * seconds,
            allocated_gpu_seconds=(held or 0.0) * seconds,
        )


def _gpu_hours(node: str, gpus: Iterable[Drawn]) -> Iterator[NodeHour]:
    for one in gpus:
        for hour_at, _, share in pieces(one.from_at, one.to_at):
            yield NodeHour(
                node,
                hour_at,
                energy_joules=one.joules * share,
                energy_modelled_joules=one.modelled_joules * share,
            )
