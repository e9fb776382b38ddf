"""Which standings are news. Pure.

A node that somebody else drained and a node that the scheduler gave up are each told once, and
again only after the node was in service. What we took out ourselves is no news.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from thirdshift_controller.intake.schedule import NodeStanding, Standing

KIND = "scheduler"
"""The family of these signals: `scheduler:drained`, `scheduler:down`."""


class Code(StrEnum):
    """What happened to a node at its scheduler."""

    DRAINED = "drained"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class News:
    """One node's trouble at its scheduler. It is known by node and code while it lasts."""

    node: str
    code: Code


Told = frozenset[News]


def news(standings: Mapping[str, NodeStanding], told: Told) -> tuple[tuple[News, ...], Told]:
    """What has not been told yet, and what then has been told and lasts."""
    lasting = frozenset(one for one in told if not _is_well(standings.get(one.node)))
    fresh = tuple(one for one in _troubles(standings) if one not in lasting)
    return fresh, lasting.union(fresh)


def _troubles(standings: Mapping[str, NodeStanding]) -> Iterator[News]:
    for node, found in standings.items():
        if found.standing is Standing.DOWN:
            yield News(node, Code.DOWN)
        elif found.standing in (Standing.DRAINING, Standing.DRAINED) and not found.is_ours:
            yield News(node, Code.DRAINED)


def _is_well(found: NodeStanding | None) -> bool:
    return found is None or found.standing in (Standing.IN_SERVICE, Standing.ABSENT)


def said(code: Code, found: NodeStanding) -> str:
    """One sentence for a person."""
    reason = found.reason or "no reason given"
    since = f" since {found.since_at:%Y-%m-%d %H:%M:%S} UTC" if found.since_at else ""
    if code is Code.DOWN:
        return f"the scheduler has given the node up{since}: {reason}"
    return f"taken out of service by {found.by or 'somebody'}{since}: {reason}"
