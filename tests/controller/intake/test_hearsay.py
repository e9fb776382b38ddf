"""What others tell us is believed within reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.intake.hearsay import OLDEST, believed_at

NOW = datetime(2026, 11, 2, 13, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(days=-400), timedelta(days=400)).map(lambda span: NOW + span)


@given(at=INSTANTS, since=st.none() | INSTANTS.filter(lambda at: at <= NOW))
def test_it_was_never_ahead_of_us_too_old_or_before_our_time(
    at: datetime, since: datetime | None
) -> None:
    believed = believed_at(at, NOW, since)
    assert NOW - OLDEST <= believed <= NOW
    assert since is None or believed >= since


@given(age=st.timedeltas(timedelta(0), OLDEST))
def test_within_reason_it_is_believed_as_it_was_told(age: timedelta) -> None:
    assert believed_at(NOW - age, NOW) == NOW - age


def test_without_an_instant_it_is_now() -> None:
    assert believed_at(None, NOW) == NOW
