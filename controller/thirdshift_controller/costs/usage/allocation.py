"""Who held a node's GPUs between two polls, and what of its use and energy is theirs. Pure.

Held is what the earlier poll saw, as work is. It counts where the scheduler was known at both ends,
and only on GPUs that were available: a job on a node that is down holds nothing that anybody could
use. A team's part of what the node did and drew is its part of all GPUs that were held there; so a
job that has a node for itself bears all of the node's energy, whatever it left idle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from thirdshift_controller.costs.usage.records import Holdings, NodeHour, TeamHour


def gpus_held(before: Holdings | None, now: Holdings | None, available: int) -> float | None:
    """GPUs that were held, at most those that were available; `None` where it is not known."""
    if before is None or now is None:
        return None
    return min(sum(before.values()), float(available))


def team_hours(held: Holdings | None, hours: Iterable[NodeHour]) -> Iterator[TeamHour]:
    """Each team's part of the hours of one node that passed since they were seen to hold it."""
    together = sum(held.values()) if held else 0.0
    for hour in hours:
        if held and hour.allocated_gpu_seconds > 0:
            for team, gpus in held.items():
                yield _part(team, gpus / together, hour)


def _part(team: str, share: float, hour: NodeHour) -> TeamHour:
    return TeamHour(
        team,
        hour.hour_at,
        hour.allocated_gpu_seconds * share,
        hour.utilised_gpu_seconds * share,
        (hour.wall_joules + hour.wall_modelled_joules) * share,
    )
