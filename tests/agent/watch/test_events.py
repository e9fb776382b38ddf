"""Every event is passed on; a driver that has none is asked ever less often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

import pytest

from fakes.node_clock import NodeClock
from thirdshift_agent.gpu import DriverError, Gpu
from thirdshift_agent.observation import Observation
from thirdshift_agent.watch.events import WAIT_SECONDS, watch_events
from thirdshift_agent.wire import SignalKind, SignalSource

CLOCK = NodeClock()


@dataclass
class Stop(Event):
    """Notes each pause instead of making it."""

    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        return self.is_set()


@dataclass
class Scripted:
    """Gives what it was told to, one a call, and then stops the watch."""

    answers: list[Observation | DriverError | None]
    stop: Stop = field(default_factory=Stop)
    believed_seconds: float = 0.0

    def version(self) -> str | None:
        return None

    def gpus(self) -> Sequence[Gpu]:
        return ()

    def problems(self) -> tuple[str, ...]:
        return ()

    def wait_event(self, timeout_seconds: float, now: datetime) -> Observation | None:
        answer = self.answers.pop(0)
        if not self.answers:
            self.stop.set()
        if isinstance(answer, DriverError):
            raise answer
        return answer

    def close(self) -> bool:
        return True


def xid(code: str) -> Observation:
    return Observation(CLOCK.now(), SignalKind.XID, code, SignalSource.NVML_EVENT, f"XID {code}")


def watch(*answers: Observation | DriverError | None) -> tuple[list[str], list[float]]:
    driver, seen = Scripted(list(answers)), list[Observation]()
    watch_events(driver, CLOCK, seen.append, driver.stop)
    return [one.code for one in seen], driver.stop.pauses


def test_every_event_is_passed_on_without_a_pause() -> None:
    assert watch(xid("48"), None, xid("63"), None) == (["48", "63"], [])


def test_an_event_is_of_the_instant_at_which_the_wait_for_it_ended() -> None:
    clock, seen = NodeClock(), list[Observation]()
    began_at = clock.now()

    class Slow(Scripted):
        def wait_event(self, timeout_seconds: float, now: datetime) -> Observation | None:
            clock.move(seconds=timeout_seconds)
            return super().wait_event(timeout_seconds, now)

    driver = Slow([xid("79")])
    watch_events(driver, clock, seen.append, driver.stop)
    assert [one.at for one in seen] == [began_at + timedelta(seconds=WAIT_SECONDS)]


def test_a_driver_without_events_is_asked_ever_less_often() -> None:
    _, pauses = watch(*[DriverError("no events")] * 9)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_patience_starts_afresh_when_events_come_again() -> None:
    seen, pauses = watch(DriverError("x"), DriverError("x"), xid("79"), DriverError("x"))
    assert (seen, pauses) == (["79"], [1, 2, 1])


def test_a_reason_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    watch(DriverError("a"), DriverError("a"), DriverError("b"))
    assert [getattr(record, "reason", None) for record in caplog.records] == ["a", "b"]
