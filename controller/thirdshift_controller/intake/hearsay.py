"""What others than our agents tell us: when to believe it was, and what it may be called. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

OLDEST = timedelta(days=7)
"""What is said to have begun earlier is taken to have begun then."""

SIGNAL = r"[a-z][a-z_]{0,31}:[A-Za-z0-9_.-]{1,64}"
"""The shape of a signal's name: `xid:79`."""


def believed_at(at: datetime | None, now: datetime, since: datetime | None = None) -> datetime:
    """The instant told, within reason: not ahead of us, not too old, not before `since`."""
    earliest = max(now - OLDEST, since or now - OLDEST)
    return min(max(at or now, earliest), now)
