"""People, shifts and the week they repeat in: who has the duty at an instant. No clock of its own.

Shifts are written in the site's local time, duties are instants: a shift over the night that the
clocks change on is an hour shorter or longer. Where shifts overlap, the earlier in the file holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from zoneinfo import ZoneInfo

UNCOVERED = "uncovered"
WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with hands and what they have learnt."""

    name: str
    skills: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shift:
    """One line of the rota, in local time. An end not after the start is on the next day."""

    name: str
    starts: time
    ends: time
    days: frozenset[int]
    """The weekdays it starts on, Monday is 0."""
    person: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One stretch of time (UTC) and who has it; `person` is absent where nobody has."""

    shift: str
    person: str | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """The rota of a site. A person that a shift names must be among the people."""

    timezone: ZoneInfo
    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]

    def skills_of(self, name: str) -> frozenset[str]:
        """What a person has learnt; nothing for a stranger."""
        return next((one.skills for one in self.people if one.name == name), frozenset())

    def duty_at(self, instant: datetime) -> Duty:
        """The duty at an instant. A gap reaches a week either way at most."""
        around = self.duties(instant - WEEK, instant + WEEK)
        return next(duty for duty in around if duty.ends_at > instant)

    def duties(self, from_at: datetime, to_at: datetime) -> tuple[Duty, ...]:
        """Every duty and gap between two instants, in order, cut at both ends, nothing left out."""
        planned = tuple(self._planned(from_at, to_at))
        ends = {at for duty in planned for at in (duty.starts_at, duty.ends_at)}
        cuts = sorted({from_at, to_at} | {at for at in ends if from_at < at < to_at})
        pieces = [(_first_over(planned, left), left, right) for left, right in pairwise(cuts)]
        return tuple(_joined(pieces))

    def _planned(self, from_at: datetime, to_at: datetime) -> Iterator[Duty]:
        """Each shift of each day, whole; those of the file's first line come first."""
        first = from_at.astimezone(self.timezone).date() - _DAY
        days = [first + _DAY * n for n in range((to_at - from_at).days + 3)]
        for shift in self.shifts:
            for day in days:
                if day.weekday() in shift.days:
                    night = _DAY if shift.ends <= shift.starts else timedelta()
                    starts_at = self._instant(day, shift.starts)
                    ends_at = self._instant(day + night, shift.ends)
                    yield Duty(shift.name, shift.person, starts_at, ends_at)

    def _instant(self, day: date, clock: time) -> datetime:
        """A local time as an instant. One that is skipped counts from before the change."""
        return datetime.combine(day, clock, self.timezone).astimezone(UTC)


Piece = tuple[Duty | None, datetime, datetime]
"""A stretch within which nobody comes or goes, and the whole duty it belongs to."""


def _first_over(planned: Iterable[Duty], instant: datetime) -> Duty | None:
    return next((one for one in planned if one.starts_at <= instant < one.ends_at), None)


def _joined(pieces: Iterable[Piece]) -> Iterator[Duty]:
    """Put neighbouring pieces of one duty, or of one gap, together again."""
    for duty, group in groupby(pieces, key=itemgetter(0)):
        (_, starts_at, ends_at), *rest = group
        if rest:
            ends_at = rest[-1][2]
        if duty is None:
            yield Duty(UNCOVERED, None, starts_at, ends_at)
        else:
            yield replace(duty, starts_at=starts_at, ends_at=ends_at)
