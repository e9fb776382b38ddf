"""Where a signal belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fakes.pages import REPAIR, WORKLOAD, WORSE
from thirdshift_controller.incidents.triage import Join, Open, place, quiet, settled
from thirdshift_controller.wire import IncidentState
from thirdshift_runbooks.page import Page

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
BURST = timedelta(minutes=3)


@dataclass
class Known:
    runbook: str
    severity: str
    state: IncidentState = IncidentState.OPEN
    last_signal_at: datetime = NOON


def known(page: Page, state: IncidentState = IncidentState.OPEN) -> tuple[Known, Page]:
    return Known(page.id, page.severity.value, state), page


def test_the_first_signal_of_a_unit_opens_an_incident() -> None:
    assert place(REPAIR, NOON, [], BURST) == Open()


def test_the_same_fault_again_joins_however_late_it_comes() -> None:
    incident = known(WORKLOAD)
    assert place(WORKLOAD, NOON + timedelta(days=1), [incident], BURST) == Join(incident[0], False)


def test_a_unit_under_repair_gathers_everything_that_it_says() -> None:
    incident = known(WORSE, IncidentState.IN_WORK)
    late = NOON + timedelta(hours=5)
    assert place(WORKLOAD, late, [incident], BURST) == Join(incident[0], False)


def test_a_worse_name_for_the_fault_is_taken_while_nothing_has_been_tried() -> None:
    incident = known(REPAIR)
    assert place(WORSE, NOON, [incident], BURST) == Join(incident[0], promote=True)


def test_a_worse_name_comes_too_late_once_work_has_begun() -> None:
    incident = known(REPAIR, IncidentState.REMEDYING)
    assert place(WORSE, NOON, [incident], BURST) == Join(incident[0], promote=False)


def test_a_repair_within_the_burst_takes_over_the_workloads_fault() -> None:
    incident = known(WORKLOAD)
    assert place(REPAIR, NOON + BURST, [incident], BURST) == Join(incident[0], promote=True)


def test_a_repair_after_the_burst_is_an_incident_of_its_own() -> None:
    late = NOON + BURST + timedelta(seconds=1)
    assert place(REPAIR, late, [known(WORKLOAD)], BURST) == Open()


@given(st.integers(0, 3600), st.integers(0, 3600))
def test_a_burst_ends_in_silence_or_after_five_bursts(age: int, silence: int) -> None:
    opened = NOON
    last = NOON + timedelta(seconds=age)
    now = last + timedelta(seconds=silence)
    over = settled(opened, last, now, BURST)
    assert over == (silence >= 180 or age + silence >= 900)


def test_an_observed_fault_is_quiet_only_after_its_silence() -> None:
    silence = timedelta(minutes=15)
    assert not quiet(NOON, NOON + silence - timedelta(seconds=1), silence)
    assert quiet(NOON, NOON + silence, silence)


@given(st.lists(st.tuples(st.sampled_from([REPAIR, WORSE, WORKLOAD]), st.integers(0, 900))))
def test_a_unit_never_has_two_open_incidents_of_one_page(steps: list[tuple[Page, int]]) -> None:
    open_ones: list[tuple[Known, Page]] = []
    at = NOON
    for page, wait_seconds in steps:
        at += timedelta(seconds=wait_seconds)
        found = place(page, at, open_ones, BURST)
        if isinstance(found, Open):
            open_ones.append((Known(page.id, page.severity.value, last_signal_at=at), page))
        else:
            found.incident.last_signal_at = at
            if found.promote:
                found.incident.runbook, found.incident.severity = page.id, page.severity.value
                position = next(i for i, one in enumerate(open_ones) if one[0] is found.incident)
                open_ones[position] = (found.incident, page)
        names = [incident.runbook for incident, _ in open_ones]
        assert len(names) == len(set(names))
