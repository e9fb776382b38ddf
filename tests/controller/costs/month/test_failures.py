"""On which days failures are counted: those that were watched, the short one of spring too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fakes.toronto import accounts, example, final_day, month
from thirdshift_controller.costs.month.account import account
from thirdshift_controller.costs.month.evidence import failures
from thirdshift_controller.costs.month.inputs import Recorded
from thirdshift_controller.costs.usage.totals import MonthUsage


@pytest.mark.parametrize(("name", "days"), [("2026-02", 28), ("2026-03", 31), ("2026-10", 31)])
def test_every_day_of_a_watched_month_is_counted(name: str, days: int) -> None:
    asked = month(name)
    recorded = example().recorded(asked, final_day(asked))
    found = failures(recorded, account(accounts(), recorded))
    assert found is not None
    assert len(found) == days
    assert sum(found) == len({span.incident for span in recorded.spans})


def test_days_that_nobody_watched_are_not_days_without_a_failure() -> None:
    asked = month()
    whole = example().recorded(asked, final_day(asked))
    until_at = asked.from_at + timedelta(days=3)
    hours = tuple(hour for hour in whole.usage.hours if hour.hour_at < until_at)
    usage = MonthUsage(whole.usage.nodes, hours, whole.usage.teams)
    recorded = Recorded(asked, final_day(asked), usage, whole.spans)
    found = failures(recorded, account(accounts(), recorded))
    assert found is not None
    assert len(found) == 3
