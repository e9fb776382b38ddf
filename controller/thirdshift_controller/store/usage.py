"""Queries over the hourly roll-ups of nodes and teams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as select_any
from sqlmodel import Session, SQLModel, col, select

from thirdshift_controller.costs.usage.records import JOULES_PER_KWH, NodeHour, TeamHour
from thirdshift_controller.costs.usage.totals import MonthUsage, NodeUse, SiteHour, TeamUse, Use
from thirdshift_controller.store.tables import NodeHourRow, TeamHourRow
from thirdshift_controller.store.upsert import add_up

Window = tuple[datetime, datetime]

_SECONDS_PER_HOUR = 3600.0
_HOURS = (
    "installed_gpu_seconds",
    "available_gpu_seconds",
    "scheduled_gpu_seconds",
    "allocated_gpu_seconds",
    "utilised_gpu_seconds",
)
_ENERGY = ("energy_joules", "energy_modelled_joules", "wall_joules", "wall_modelled_joules")
_USE = (*_HOURS, *_ENERGY)
"""In the order of the fields of `Use`."""
_TEAM_USE = ("allocated_gpu_seconds", "utilised_gpu_seconds", "wall_joules")
"""In that of `TeamUse`."""


def add(session: Session, hours: Iterable[NodeHour], teams: Iterable[TeamHour] = ()) -> None:
    """Add pieces of hours to what is already there."""
    add_up(session, NodeHourRow, [_plain(hour) for hour in hours], keys=("hour_at", "node"))
    add_up(session, TeamHourRow, [_plain(hour) for hour in teams], keys=("hour_at", "team"))


def first_at(session: Session) -> datetime | None:
    """The first hour that there is a record of."""
    return session.exec(select(func.min(NodeHourRow.hour_at))).one()


def totals(session: Session, from_at: datetime, to_at: datetime) -> MonthUsage:
    """The hours that start in the window, added up by the database."""
    window = (from_at, to_at)
    nodes = _grouped(session, col(NodeHourRow.node), _sums(NodeHourRow, _USE), window)
    hours = _grouped(session, col(NodeHourRow.hour_at), _of_an_hour(), window)
    teams = _grouped(session, col(TeamHourRow.team), _sums(TeamHourRow, _TEAM_USE), window)
    return MonthUsage(
        nodes=tuple(NodeUse(node, Use(*sums)) for node, *sums in nodes),
        hours=tuple(SiteHour(*values) for values in hours),
        teams=tuple(TeamUse(*values) for values in teams),
    )


def _sums(table: type[SQLModel], names: Iterable[str]) -> list[ColumnElement[Any]]:
    """Of columns of GPU-seconds and joules, in hours and kWh."""
    return [func.sum(getattr(table, name)) / _unit(name) for name in names]


def _of_an_hour() -> list[ColumnElement[Any]]:
    longest = func.max(NodeHourRow.watched_seconds)
    return [longest, *_sums(NodeHourRow, ("wall_joules", "wall_modelled_joules"))]


def _unit(name: str) -> float:
    return JOULES_PER_KWH if name.endswith("_joules") else _SECONDS_PER_HOUR


def _grouped(
    session: Session, key: Any, values: Sequence[ColumnElement[Any]], window: Window
) -> list[Any]:
    """One row a key; sorted here, since databases differ in how they order names."""
    hour_at = key.class_.hour_at
    query = select_any(key, *values).where(hour_at >= window[0], hour_at < window[1])
    return sorted(session.connection().execute(query.group_by(key)), key=itemgetter(0))


def _plain(row: NodeHour | TeamHour) -> dict[str, Any]:
    """By the names of the columns; `asdict` would copy every value, twenty times as slowly."""
    return {name: getattr(row, name) for name in row.__slots__}
