"""What the console knows of the site, and how old that is.

Age is counted on the console's own monotonic clock, so a fetcher that hangs or dies cannot make
old news look new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from thirdshift_controller.wire import Floor, Hold, IncidentSummary, Me, Pause
from thirdshift_tui.client.port import Site

_POLLS_UNTIL_STALE = 3
_SAID_FOR_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Known:
    """One poll's answers."""

    me: Me
    floor: Floor
    incidents: tuple[IncidentSummary, ...]
    holds: tuple[Hold, ...] = ()
    pauses: tuple[Pause, ...] = ()


async def known_of(site: Site) -> Known:
    """Return what the site answers now. Raises `SiteError`."""
    return Known(
        me=await site.me(),
        floor=await site.floor(),
        incidents=await site.incidents(),
        holds=await site.holds(),
        pauses=await site.pauses(),
    )


@dataclass(slots=True)
class Live:
    """The latest answers. Every `at` is an instant of `time.monotonic()`."""

    poll_seconds: float
    known: Known | None = None
    trouble: str | None = None
    _known_at: float = 0.0
    _said: str = ""
    _said_at: float = 0.0

    def take(self, known: Known, at: float) -> None:
        """Keep what a poll brought."""
        self.known, self._known_at, self.trouble = known, at, None

    def lose(self, trouble: str) -> None:
        """Note why a poll brought nothing; what was known stays, and ages."""
        self.trouble = trouble

    def say(self, words: str, at: float) -> None:
        """Tell the user something for a few seconds."""
        self._said, self._said_at = words, at

    def age_seconds(self, at: float) -> float | None:
        """Return the age of what is known, in seconds of the wall; None before the first answer."""
        return None if self.known is None else at - self._known_at

    def is_stale(self, at: float) -> bool:
        """Whether what is known is too old to be taken for the present."""
        age = self.age_seconds(at)
        return age is None or age > _POLLS_UNTIL_STALE * self.poll_seconds

    def now(self, at: float) -> datetime | None:
        """Return the site's instant, carried on from the last answer at the site's speed."""
        if self.known is None:
            return None
        floor = self.known.floor
        return floor.now + timedelta(seconds=(at - self._known_at) * floor.speed)

    def said(self, at: float) -> str:
        """Return what the user was told, while it is fresh."""
        return self._said if at - self._said_at < _SAID_FOR_SECONDS else ""
