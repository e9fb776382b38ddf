"""A BMC's rungs where the BMC is slow, deaf or stubborn; the clock is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from thirdshift_controller.adapters.bmc.acts import OFF_WITHIN_SECONDS, power_cycle, restart_bmc
from thirdshift_controller.adapters.bmc.bmc import AnswerLost, BmcRefused, Deed
from thirdshift_controller.adapters.bmc.watch import Watch
from thirdshift_controller.intake.management import BmcReading, BmcUnreachable
from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOutcomeUnknown


@dataclass
class SlowBmc:
    """Its power at an instant is a script's; every look and every deed is remembered."""

    power: Callable[[float], bool | None] = lambda _: True
    failures: dict[Deed, list[Exception]] = field(default_factory=dict)
    now: float = 0.0
    told_at: float | None = None
    deeds: list[Deed] = field(default_factory=list)

    @property
    def watch(self) -> Watch:
        return Watch(120.0, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def power_on(self) -> bool:
        """Scripted by the seconds since it was told to act."""
        power = self.power(-1.0 if self.told_at is None else self.now - self.told_at)
        if power is None:
            raise BmcUnreachable("no answer")
        return power

    def do(self, deed: Deed) -> None:
        failures = self.failures.get(deed, [])
        if failures:
            raise failures.pop(0)
        self.deeds.append(deed)
        self.told_at = self.now

    def read(self) -> BmcReading:
        raise AssertionError("not asked for")

    def log_text(self) -> str:
        raise AssertionError("not asked for")

    def describe(self, deed: Deed) -> str:
        return deed.value


def dark_between(start: float, end: float) -> Callable[[float], bool | None]:
    return lambda since: not start <= since < end


def test_a_cycle_is_awaited_through_off_to_on() -> None:
    bmc = SlowBmc(dark_between(8.0, 20.0))
    assert power_cycle(bmc, bmc.watch) == ("seen off after the power cycle was accepted; it is on")
    assert bmc.now == 20.0


def test_a_bmc_that_stops_answering_meanwhile_is_waited_for() -> None:
    def power(since: float) -> bool | None:
        return None if 0 <= since < 5 or 9 <= since < 40 else not 5 <= since < 9

    bmc = SlowBmc(power)
    power_cycle(bmc, bmc.watch)
    assert (bmc.now, bmc.deeds) == (40.0, [Deed.CYCLE])


def test_a_node_that_never_goes_dark_was_not_cycled_as_far_as_we_know() -> None:
    bmc = SlowBmc()
    with pytest.raises(RemedyOutcomeUnknown, match="was not seen off in 30 s"):
        power_cycle(bmc, bmc.watch)
    assert bmc.now == OFF_WITHIN_SECONDS


def test_a_node_that_stays_dark_is_said_to() -> None:
    bmc = SlowBmc(dark_between(0.0, 10_000.0))
    with pytest.raises(RemedyOutcomeUnknown, match="and the node was not seen on in 120 s"):
        power_cycle(bmc, bmc.watch)


@pytest.mark.parametrize("failure", [BmcUnreachable("gone"), BmcRefused("not now")])
def test_what_was_not_accepted_has_not_begun(failure: Exception) -> None:
    bmc = SlowBmc(failures={Deed.CYCLE: [failure], Deed.OFF: [failure]})
    with pytest.raises(RemedyNotStarted, match=str(failure)):
        power_cycle(bmc, bmc.watch)
    assert bmc.deeds == []


def test_a_bmc_that_cannot_be_asked_is_told_nothing() -> None:
    bmc = SlowBmc(lambda _: None)
    with pytest.raises(RemedyNotStarted, match="no answer"):
        power_cycle(bmc, bmc.watch)
    assert bmc.deeds == []


def test_a_lost_answer_leaves_the_outcome_unknown_and_is_not_repeated() -> None:
    bmc = SlowBmc(failures={Deed.CYCLE: [AnswerLost("no answer in 10 s")]})
    with pytest.raises(RemedyOutcomeUnknown, match="no answer in 10 s"):
        power_cycle(bmc, bmc.watch)
    assert bmc.deeds == []


def test_once_off_the_node_is_switched_on_however_often_the_bmc_refuses() -> None:
    refusals: list[Exception] = [BmcRefused("busy"), BmcUnreachable("gone"), AnswerLost("late")]

    def power(_: float) -> bool | None:
        return Deed.OFF not in bmc.deeds or Deed.ON in bmc.deeds

    bmc = SlowBmc(power, {Deed.CYCLE: [BmcRefused("no such type")], Deed.ON: refusals})
    output = power_cycle(bmc, bmc.watch)
    assert bmc.deeds == [Deed.OFF, Deed.ON]
    assert output.startswith("no cycle (no such type); switched off, seen off, switched on")


def test_a_node_that_cannot_be_switched_on_again_is_said_to_be_off() -> None:
    refusals: list[Exception] = [BmcRefused("busy")] * 200
    bmc = SlowBmc(
        dark_between(0.0, 10_000.0), {Deed.CYCLE: [BmcRefused("none")], Deed.ON: refusals}
    )
    with pytest.raises(RemedyOutcomeUnknown, match="switched off and cannot be switched on again"):
        power_cycle(bmc, bmc.watch)


def test_a_bmc_is_given_time_to_go_away_and_come_back() -> None:
    bmc = SlowBmc(lambda since: None if 3 <= since < 75 else True)
    assert restart_bmc(bmc, bmc.watch) == "the BMC restarted and answers again"
    assert (bmc.now, bmc.deeds) == (75.0, [Deed.RESTART_BMC])


def test_a_bmc_that_does_not_come_back_leaves_the_outcome_unknown() -> None:
    bmc = SlowBmc(lambda _: None)
    with pytest.raises(RemedyOutcomeUnknown, match="the BMC did not answer in 120 s"):
        restart_bmc(bmc, bmc.watch)
