"""Whose hands take an order: the one on shift, or the next on the rota who can. Pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from thirdshift_controller.shifts.roster import WEEK, Duty, Roster

_LONGEST_DUTY = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who takes it, on which shift, from when to when (UTC), and a sentence that says why.

    Where nobody can, all but the sentence is absent.
    """

    person: str | None
    shift: str | None
    from_at: datetime | None
    to_at: datetime | None
    reason: str


def assign(
    skills_needed: frozenset[str],
    now: datetime,
    roster: Roster,
    open_orders_by_person: Mapping[str, int],
) -> Assignment:
    """Choose the earliest duty, begun within 7 days, whose person has every skill that is needed.

    Open orders do not change who comes first; they are told, so that a queue is seen.
    """
    for duty in roster.duties(now, now + WEEK + _LONGEST_DUTY):
        begun_in_time = duty.starts_at < now + WEEK
        if begun_in_time and duty.person and skills_needed <= roster.skills_of(duty.person):
            queue = _queue(open_orders_by_person.get(duty.person, 0))
            reason = f"{_when(duty, now, roster)}{_has(skills_needed)}{queue}"
            return Assignment(duty.person, duty.shift, duty.starts_at, duty.ends_at, reason)
    return Assignment(None, None, None, None, _nobody(skills_needed, roster))


def _when(duty: Duty, now: datetime, roster: Roster) -> str:
    if duty.starts_at <= now:
        return f"on shift until {duty.ends_at.astimezone(roster.timezone):%H:%M}"
    return f"next who can, on shift from {duty.starts_at.astimezone(roster.timezone):%a %H:%M}"


def _has(skills: frozenset[str]) -> str:
    return f", has {_listed(skills)}" if skills else ""


def _queue(open_orders: int) -> str:
    return f", open orders: {open_orders}" if open_orders else ""


def _nobody(skills: frozenset[str], roster: Roster) -> str:
    if skills and not any(skills <= person.skills for person in roster.people):
        return f"nobody at the site has {_listed(skills)}"
    return f"nobody on the rota of the next 7 days{_has(skills)}"


def _listed(skills: frozenset[str]) -> str:
    *first, last = sorted(skills)
    return f"{', '.join(first)} and {last}" if first else last
