"""Three people, three shifts, every day."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from thirdshift_controller.shifts.roster import Person, Roster, Shift

EVERY_DAY = frozenset(range(7))
SKILLS = frozenset({"hands", "sxm", "power", "liquid"})


def three_shifts() -> Roster:
    people = tuple(Person(name, SKILLS) for name in ("ana", "bo", "chen"))
    shifts = (
        Shift("day", time(7), time(15), EVERY_DAY, "ana"),
        Shift("evening", time(15), time(23), EVERY_DAY, "bo"),
        Shift("night", time(23), time(7), EVERY_DAY, "chen"),
    )
    return Roster(ZoneInfo("America/Toronto"), people, shifts)
