"""What GPUs out of work cost, by fault and by what the repair waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.usage.downtime import PHASES, Downtime, downtime
from thirdshift_controller.costs.usage.records import DowntimeSpan

FROM_AT = datetime(2026, 11, 1, 4, tzinfo=UTC)
TO_AT = datetime(2026, 12, 1, 5, tzinfo=UTC)
PRICE = Money(Decimal("2.00"), "USD")


def span(
    incident: str, phase: str, begin: float, end: float, gpus: int = 1, runbook: str = "gpu-lost"
) -> DowntimeSpan:
    begin_at, end_at = (FROM_AT + timedelta(hours=hours) for hours in (begin, end))
    return DowntimeSpan(incident, "gpu-1", runbook, gpus, phase, begin_at, end_at)


def reckoned(*spans: DowntimeSpan) -> Downtime:
    return downtime(spans, FROM_AT, TO_AT, PRICE)


def test_lost_hours_are_counted_by_fault_and_by_phase() -> None:
    found = reckoned(
        span("INC-1", "people", 10, 14),
        span("INC-1", "hands", 14, 15),
        span("INC-2", "remote", 20, 21, gpus=8, runbook="nvlink-down"),
    )
    assert [(one.name, one.incidents, one.gpu_hours) for one in found.by_runbook] == [
        ("nvlink-down", 1, 8.0),
        ("gpu-lost", 1, 5.0),
    ]
    assert {one.name: one.gpu_hours for one in found.by_phase} == {
        "detect": 0.0,
        "remote": 8.0,
        "drain": 0.0,
        "people": 4.0,
        "hands": 1.0,
        "verify": 0.0,
    }
    assert found.whole.cost == Money(Decimal(26), "USD")


def test_the_month_takes_only_its_own_hours_and_repairs_are_measured_whole() -> None:
    found = reckoned(span("INC-1", "people", -10, 2), span("INC-2", "people", -10, -1))
    assert found.whole.gpu_hours == 2.0
    assert (found.ended, found.mean_hours_to_repair) == (1, 12.0)


def test_an_incident_that_reaches_the_end_has_not_ended() -> None:
    found = reckoned(span("INC-1", "people", 700, 800))
    assert (found.whole.incidents, found.ended, found.mean_hours_to_repair) == (1, 0, None)


def test_without_a_price_hours_are_lost_at_a_cost_unknown() -> None:
    found = downtime([span("INC-1", "people", 0, 1)], FROM_AT, TO_AT, None)
    assert (found.whole.gpu_hours, found.whole.cost) == (1.0, None)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["INC-1", "INC-2", "INC-3"]),
            st.sampled_from(PHASES),
            st.floats(-50, 800),
            st.floats(0.1, 100),
            st.integers(1, 8),
        ),
        max_size=8,
    )
)
def test_faults_and_phases_add_up_to_the_same_whole(
    drawn: list[tuple[str, str, float, float, int]],
) -> None:
    found = reckoned(
        *(span(who, phase, at, at + length, gpus, who) for who, phase, at, length, gpus in drawn)
    )
    for lines in (found.by_runbook, found.by_phase):
        assert abs(sum(one.gpu_hours for one in lines) - found.whole.gpu_hours) < 1e-6
    assert found.ended <= found.whole.incidents
