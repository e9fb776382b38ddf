"""Maintenance: the driver let go of for a while, so that hands can reset, unload or exchange it.

Whoever asks the driver something does so in a turn. While the driver is released no turn is to be
had; it is released only once every turn has ended and the driver has been closed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Condition, Lock

from thirdshift_agent.clock import Clock
from thirdshift_agent.kept_file import KeptFile

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 25.0
"""Longer than a sample lasts in which a call hangs: its end tells which."""

Turn = Callable[[], AbstractContextManager[bool]]
"""Asks for a turn: whether the driver may be asked until the block ends."""


class ReleaseError(Exception):
    """The driver cannot be let go of; the text says why."""


@dataclass(frozen=True, slots=True)
class Release:
    """Why the driver is released, and from when to when by the agent's clock."""

    reason: str
    since_at: datetime
    until_at: datetime


def always() -> AbstractContextManager[bool]:
    """A turn for whoever knows no maintenance."""
    return nullcontext(True)


class Maintenance:
    """Whether the driver is released. Safe from any thread; survives a restart."""

    def __init__(
        self,
        clock: Clock,
        kept: KeptFile,
        close: Callable[[], bool],
        hang: Callable[[], str | None],
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """`close` lets go of the driver, False where a call is out; `hang` names one that hangs."""
        self._clock, self._kept, self._close, self._hang = clock, kept, close, hang
        self._patience_seconds = patience_seconds
        self._acts, self._state, self._turns = Lock(), Condition(), 0
        self._release = _recalled(kept)
        self._ended_at: datetime | None = None

    def released(self) -> Release | None:
        """The release that is in force, if one is."""
        release = self._release
        return release if release and self._clock.now() < release.until_at else None

    def ended_at(self) -> datetime | None:
        """When the last release of this process's life ended; None while one is in force."""
        if (release := self._release) is None:
            return self._ended_at
        return release.until_at if self._clock.now() >= release.until_at else None

    def problems(self) -> tuple[str, ...]:
        """That nothing is being read, for how long and why."""
        release = self.released()
        return () if release is None else (_told(release),)

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Keep the driver from being released meanwhile; False where it is released already."""
        with self._state:
            on_duty = self.released() is None
            self._turns += on_duty
        try:
            yield on_duty
        finally:
            with self._state:
                self._turns -= on_duty
                self._state.notify_all()

    def release(self, reason: str, seconds: float) -> Release:
        """Let go of the driver for so long, by the agent's clock. Raises `ReleaseError`.

        May wait `patience_seconds` for calls under way. Where it is released already, the new
        reason and end replace the old.
        """
        with self._acts:
            if why := self._hang():
                raise ReleaseError(why)
            before, now = self._release, self._clock.now()
            with self._state:
                self._release = Release(reason, now, now + timedelta(seconds=seconds))
            if why := self._let_go():
                self._release = before
                raise ReleaseError(why)
            self._keep(self._release)
            log.warning("driver released for maintenance", extra={"reason": reason})
            return self._release

    def resume(self) -> None:
        """Ask the driver again from now on."""
        with self._acts:
            if self._release is not None:
                self._ended_at = self.ended_at() or self._clock.now()
            self._release = None
            self._keep(None)
            log.info("driver asked again")

    def _let_go(self) -> str | None:
        """Why it cannot be done; None when it is."""
        began = time.monotonic()
        with self._state:
            over = self._state.wait_for(lambda: not self._turns, self._patience_seconds)
        if why := self._hang():
            return why
        if over and self._close():
            return None
        return f"a driver call has not returned for {time.monotonic() - began:.0f} s"

    def _keep(self, release: Release | None) -> None:
        self._kept.write(
            release
            and {
                "reason": release.reason,
                "since_at": release.since_at.isoformat(),
                "until_at": release.until_at.isoformat(),
            }
        )


def _told(release: Release) -> str:
    until = release.until_at.isoformat(timespec="seconds")
    return f"the driver is released for maintenance until {until}: {release.reason}"


def _recalled(kept: KeptFile) -> Release | None:
    told = kept.read()
    if told is None:
        return None
    try:
        return Release(
            reason=str(told["reason"]),  # type: ignore[index]
            since_at=_instant(told["since_at"]),  # type: ignore[index]
            until_at=_instant(told["until_at"]),  # type: ignore[index]
        )
    except (TypeError, KeyError, ValueError) as error:
        kept.complain("maintenance not understood: the driver is asked as ever", error)
        return None


def _instant(text: str) -> datetime:
    """Raises `TypeError` and `ValueError` for what is none."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return instant
