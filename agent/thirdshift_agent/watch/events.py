"""The thread that waits for the driver's own events and passes each on."""

from __future__ import annotations

import logging
from dataclasses import replace
from threading import Event

from thirdshift_agent.clock import Clock
from thirdshift_agent.gpu import Driver, DriverError
from thirdshift_agent.observation import Observe
from thirdshift_agent.sampling.maintenance import Turn, always

log = logging.getLogger(__name__)

WAIT_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


def watch_events(
    driver: Driver, clock: Clock, observe: Observe, stop: Event, turn: Turn = always
) -> None:
    """Wait for events until `stop`. While the driver gives none, try again ever less often.

    An event is of the instant at which the wait for it ended.
    """
    pause_seconds, known = FIRST_PAUSE_SECONDS, ""
    while not stop.is_set():
        try:
            with turn() as on_duty:
                seen = driver.wait_event(WAIT_SECONDS, clock.now()) if on_duty else None
            if seen is not None:
                observe(replace(seen, at=clock.now()))
            if not on_duty:
                stop.wait(WAIT_SECONDS)
            pause_seconds, known = FIRST_PAUSE_SECONDS, ""
        except DriverError as error:
            if str(error) != known:
                log.warning("the driver delivers no events", extra={"reason": str(error)})
            known = str(error)
            stop.wait(pause_seconds)
            pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)
