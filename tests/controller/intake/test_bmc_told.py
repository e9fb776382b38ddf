"""What of a BMC's readings is news: laws of telling once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.intake.bmc_told import OLDEST, WELL_LOOKS, News, Told, hear, miss
from thirdshift_controller.intake.management import BmcKind, BmcReading, LogEntry, Trouble

NOW = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
MINUTE = timedelta(minutes=1)
PSU = Trouble(BmcKind.PSU, "failed", "PSU2", "PSU2: Critical")
FAN = Trouble(BmcKind.FAN, "failed", "Fan 4", "Fan 4: Critical")


def reading(*troubles: Trouble, log: tuple[LogEntry, ...] = ()) -> BmcReading:
    return BmcReading(True, 6200.0, 24.0, troubles, log)


def entry(number: str = "1", at: datetime | None = NOW - MINUTE) -> LogEntry:
    return LogEntry(number, at, "bus_fatal", "Bus Fatal Error")


def heard(*looks: BmcReading | None, known_since_at: datetime = LONG_AGO) -> list[tuple[News, ...]]:
    """The news of looks a minute apart; `None` is a miss."""
    told, news = Told(), []
    for number, look in enumerate(looks):
        now = NOW + number * MINUTE
        told, said = (
            miss(told, "gpu-1", "no answer", now)
            if look is None
            else hear(told, "gpu-1", look, known_since_at, now)
        )
        news.append(said)
    return news


def counts(news: list[tuple[News, ...]]) -> list[int]:
    return [len(said) for said in news]


def test_a_trouble_is_told_once_while_it_lasts() -> None:
    news = heard(reading(PSU), reading(PSU), reading(PSU, FAN))
    assert counts(news) == [1, 0, 1]
    (first,) = news[0]
    assert (first.kind, first.code, first.unit, first.at) == (BmcKind.PSU, "failed", "PSU2", NOW)


def test_a_trouble_that_was_well_is_told_again() -> None:
    assert counts(heard(reading(PSU), *[reading()] * WELL_LOOKS, reading(PSU))) == [1, 0, 0, 1]


def test_a_value_at_its_threshold_that_comes_and_goes_is_told_once() -> None:
    assert counts(heard(*[reading(PSU), reading()] * 5)) == [1, *[0] * 9]


def test_a_worse_state_of_the_same_part_is_news() -> None:
    warm, hot = (Trouble(BmcKind.INLET, code, "inlet", code) for code in ("warm", "hot"))
    assert counts(heard(reading(warm), reading(hot))) == [1, 1]


def test_a_look_that_failed_ends_no_trouble() -> None:
    assert counts(heard(reading(PSU), None, None, reading(PSU))) == [1, 0, 0, 0]


def test_three_misses_in_a_row_are_one_signal_a_silence() -> None:
    news = heard(None, None, None, None, reading(), None, None, None)
    assert counts(news) == [0, 0, 1, 0, 0, 0, 0, 1]
    (silence,) = news[2]
    assert (silence.kind, silence.code, silence.at) == (BmcKind.BMC, "silent", NOW)
    assert silence.message == "no reading from the BMC since 2026-11-02 13:00:00 UTC: no answer"
    assert news[7][0].origin != silence.origin


def test_misses_that_are_not_in_a_row_are_none() -> None:
    assert counts(heard(None, None, reading(), None, None, reading())) == [0] * 6


def test_an_entry_is_told_once_by_number_and_instant() -> None:
    news = heard(reading(log=(entry(),)), reading(log=(entry(), entry("2"))))
    assert counts(news) == [1, 1]
    assert news[0][0].origin == "sel:gpu-1:2026-11-02T12:59:00+00:00:1"
    assert (news[0][0].at, news[0][0].kind) == (NOW - MINUTE, BmcKind.SEL)


def test_a_cleared_log_begins_anew() -> None:
    later = entry(at=NOW + MINUTE)
    news = heard(reading(log=(entry(),)), reading(log=(later,)))
    assert counts(news) == [1, 1]
    assert news[0][0].origin != news[1][0].origin


def test_an_entry_from_before_our_time_is_not_told() -> None:
    assert counts(heard(reading(log=(entry(),)), known_since_at=NOW)) == [0]


def test_an_entry_older_than_a_week_is_not_told() -> None:
    at_limit, too_old = NOW - OLDEST, NOW - OLDEST - timedelta(seconds=1)
    assert counts(heard(reading(log=(entry("1", at_limit), entry("2", too_old))))) == [1]


def test_an_entry_without_an_instant_is_as_new_as_our_sight_of_it() -> None:
    news = heard(reading(log=(entry(at=None),)), reading(log=(entry(at=None),)))
    assert counts(news) == [1, 0]
    assert news[0][0].at == NOW


def test_an_entry_from_a_clock_that_is_ahead_is_not_in_the_future() -> None:
    ((news,),) = heard(reading(log=(entry(at=NOW + timedelta(hours=3)),)))
    assert news.at == NOW


def test_after_a_restart_an_entry_has_the_origin_that_it_had() -> None:
    (before,), (after,) = (heard(reading(log=(entry(),)))[0] for _ in range(2))
    assert before.origin == after.origin


@given(st.lists(st.sets(st.sampled_from([PSU, FAN]))))
def test_no_trouble_is_told_twice_without_having_been_well(looks: list[set[Trouble]]) -> None:
    news = heard(*(reading(*sorted(look, key=repr)) for look in looks))
    for trouble in (PSU, FAN):
        told_at = [
            n for n, said in enumerate(news) if any(one.unit == trouble.unit for one in said)
        ]
        for first, second in pairwise(told_at):
            assert any(
                all(trouble not in looks[n] for n in range(start, start + WELL_LOOKS))
                for start in range(first, second - WELL_LOOKS + 1)
            )


@given(st.lists(st.sets(st.sampled_from([PSU, FAN]))))
def test_what_is_remembered_is_never_more_than_what_was_bad_lately(
    looks: list[set[Trouble]],
) -> None:
    told = Told()
    for number, look in enumerate(looks):
        told, _ = hear(told, "gpu-1", reading(*look), LONG_AGO, NOW)
        lately = set().union(*looks[max(0, number - WELL_LOOKS + 1) : number + 1])
        assert {key[0] for key, _ in told.well_looks} == {one.kind for one in lately}
