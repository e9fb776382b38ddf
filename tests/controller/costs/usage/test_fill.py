"""Hours that nobody watched: filled with the mean, told as modelled, each of them once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import fsum

from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.usage.fill import filled
from thirdshift_controller.costs.usage.totals import SiteHour

START = datetime(2026, 11, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hour(number: int, watched: float = 3600.0, kwh: float = 800.0) -> SiteHour:
    return SiteHour(START + number * HOUR, watched, kwh * watched / 3600, 0.0)


def test_a_month_watched_in_full_is_left_as_it_was() -> None:
    hours = tuple(hour(number) for number in range(48))
    assert filled(hours, START, START + 48 * HOUR) == hours


def test_an_hour_without_a_record_draws_what_the_others_drew_on_average() -> None:
    whole = filled((hour(0, kwh=700.0), hour(2, kwh=900.0)), START, START + 3 * HOUR)
    assert [one.kwh for one in whole] == [700.0, 800.0, 900.0]
    assert [one.wall_modelled_kwh for one in whole] == [0.0, 800.0, 0.0]
    assert [one.filled_seconds for one in whole] == [0.0, 3600.0, 0.0]


def test_an_hour_half_watched_is_half_modelled() -> None:
    (one,) = filled((hour(0, watched=1800.0),), START, START + HOUR)
    assert (one.wall_kwh, one.wall_modelled_kwh, one.filled_seconds) == (400.0, 400.0, 1800.0)


def test_the_hour_that_is_running_is_filled_up_to_now() -> None:
    *_, last = filled((hour(0),), START, START + 1.25 * HOUR)
    assert last.wall_modelled_kwh == 200.0


def test_nothing_is_made_up_where_nothing_was_watched() -> None:
    assert filled((), START, START + 5 * HOUR) == ()


@given(
    st.lists(st.booleans(), min_size=1, max_size=60).filter(any),
    st.floats(min_value=1.0, max_value=1e4),
)
def test_the_filled_month_draws_the_mean_all_the_time(seen: list[bool], kwh: float) -> None:
    hours = tuple(hour(number, kwh=kwh) for number, there in enumerate(seen) if there)
    whole = filled(hours, START, START + len(seen) * HOUR)
    assert len(whole) == len(seen)
    assert abs(fsum(one.kwh for one in whole) - kwh * len(seen)) < 1e-6 * kwh * len(seen)
