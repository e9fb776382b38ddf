"""What of a BMC's readings is news. Pure.

A trouble is told when it is first seen, and again only after it was well for some looks. An entry
of the log is told once: its number and instant name it, so that a log that was cleared begins
anew. What is remembered is small and lives as long as the controller: after a restart a trouble or
a silence that still lasts is told once more; a log's entry is not, since its origin is the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from thirdshift_controller.intake.management import BmcKind, BmcReading, LogEntry, Trouble

WELL_LOOKS = 2
"""So many looks without a trouble end it: a value at its threshold comes and goes."""
SILENT_LOOKS = 3
OLDEST = timedelta(days=7)
"""An older entry of the log is history, whatever it says."""

_TroubleKey = tuple[BmcKind, str, str]
_EntryKey = tuple[datetime | None, str]


@dataclass(frozen=True, slots=True)
class News:
    """One signal to be: `psu:failed` of `PSU2`."""

    origin: str
    at: datetime
    kind: BmcKind
    code: str
    message: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What is remembered of one BMC."""

    well_looks: tuple[tuple[_TroubleKey, int], ...] = ()
    """Every trouble that was told and has not ended: how many looks it has been well."""
    entries: frozenset[_EntryKey] = frozenset()
    """Entries of the log that were there at the last look."""
    misses: int = 0
    first_missed_at: datetime | None = None


def hear(
    told: Told, node: str, reading: BmcReading, known_since_at: datetime, now: datetime
) -> tuple[Told, tuple[News, ...]]:
    """Take in a reading of a BMC that is ours since an instant."""
    lasting = dict(told.well_looks)
    present = {_key(trouble): trouble for trouble in reading.troubles}
    fresh = [trouble for key, trouble in present.items() if key not in lasting]
    after = Told(
        well_looks=tuple(_lasting(lasting, present)),
        entries=frozenset((entry.at, entry.number) for entry in reading.log),
    )
    unheard = (entry for entry in reading.log if (entry.at, entry.number) not in told.entries)
    since_at = max(known_since_at, now - OLDEST)
    return after, (
        *(_of_trouble(trouble, node, now) for trouble in fresh),
        *(_of_entry(one, node, now) for one in unheard if one.at is None or one.at >= since_at),
    )


def miss(told: Told, node: str, reason: str, now: datetime) -> tuple[Told, tuple[News, ...]]:
    """Take in that a BMC gave nothing; one look that fails says little, three in a row are news."""
    first_missed_at = told.first_missed_at or now
    after = replace(told, misses=told.misses + 1, first_missed_at=first_missed_at)
    if after.misses != SILENT_LOOKS:
        return after, ()
    origin = f"bmc:{node}:silent:{first_missed_at.isoformat()}"
    message = f"no reading from the BMC since {first_missed_at:%Y-%m-%d %H:%M:%S} UTC: {reason}"
    return after, (News(origin, first_missed_at, BmcKind.BMC, "silent", message),)


def _key(trouble: Trouble) -> _TroubleKey:
    return trouble.kind, trouble.code, trouble.unit


def _lasting(
    before: dict[_TroubleKey, int], present: dict[_TroubleKey, Trouble]
) -> Iterator[tuple[_TroubleKey, int]]:
    """Those that are bad now, and those that were and are not yet well for long enough."""
    yield from ((key, 0) for key in present)
    for key, well in before.items():
        if key not in present and well + 1 < WELL_LOOKS:
            yield key, well + 1


def _of_trouble(trouble: Trouble, node: str, now: datetime) -> News:
    what = f"{trouble.kind}:{trouble.code}:{trouble.unit}"
    return News(
        f"bmc:{node}:{what}:{now.isoformat()}",
        now,
        trouble.kind,
        trouble.code,
        trouble.message,
        trouble.unit,
    )


def _of_entry(entry: LogEntry, node: str, now: datetime) -> News:
    """An entry without an instant is as new as our sight of it; its text tells it from others."""
    when = entry.at.isoformat() if entry.at else f"{zlib.crc32(entry.message.encode()):08x}"
    origin = f"sel:{node}:{when}:{entry.number}"
    return News(origin, min(entry.at or now, now), BmcKind.SEL, entry.code, entry.message)
