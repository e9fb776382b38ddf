"""Where a signal belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fakes.pages import REPAIR, WORKLOAD, WORSE
from thirdshift_controller.incidents.board import Candidate, Surroundings
from thirdshift_controller.incidents.triage import (
    BURSTS,
    Join,
    Open,
    place,
    settled,
)
from thirdshift_controller.wire import IncidentState, Scope
from thirdshift_runbooks.page import FailureClass, Page, Unit

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
BURST = timedelta(minutes=3)
SECOND = timedelta(seconds=1)


@dataclass
class Known:
    runbook: str
    severity: str
    state: IncidentState = IncidentState.OPEN
    begun_at: datetime = NOON
    last_signal_at: datetime = NOON
    scope: Scope = Scope.GPU
    scope_name: str = "gpu-1"
    node: str = "gpu-1"
    gpu_slot: int | None = 3
    silence_until_at: datetime | None = None


def known(
    page: Page, state: IncidentState = IncidentState.OPEN, heard: Sequence[Page] = ()
) -> Candidate[Known]:
    return Candidate(Known(page.id, page.severity.value, state), page, (page, *heard))


def of_node(page: Page) -> Candidate[Known]:
    one = known(page)
    one.incident.gpu_slot, one.incident.scope = None, Scope.NODE
    return one


def placed(
    page: Page,
    at: datetime,
    *here: Candidate[Known],
    beside: Sequence[Candidate[Known]] = (),
    above: Sequence[Candidate[Known]] = (),
) -> Join[Known] | Open:
    around = Surroundings(here, tuple(beside), tuple(above))
    return place(page.signals[0], page, at, around, BURST)


def test_the_first_signal_of_a_unit_opens_an_incident() -> None:
    assert placed(REPAIR, NOON) == Open()


def test_the_same_fault_again_joins_however_late_it_comes() -> None:
    one = known(WORKLOAD)
    assert placed(WORKLOAD, NOON + timedelta(days=1), one) == Join(one, False)


def test_a_unit_under_repair_gathers_everything_that_it_says() -> None:
    one = known(WORSE, IncidentState.IN_WORK)
    assert placed(WORKLOAD, NOON + timedelta(hours=5), one) == Join(one, False)


def test_a_worse_name_for_the_fault_is_taken_while_nothing_has_been_tried() -> None:
    one = known(REPAIR)
    assert placed(WORSE, NOON, one) == Join(one, promote=True)


def test_a_worse_name_comes_too_late_once_work_has_begun() -> None:
    one = known(REPAIR, IncidentState.REMEDYING)
    assert placed(WORSE, NOON, one) == Join(one, promote=False)


def test_a_repair_within_the_burst_takes_over_the_workloads_fault() -> None:
    one = known(WORKLOAD)
    assert placed(REPAIR, NOON + BURST, one) == Join(one, promote=True)


def test_a_repair_after_the_burst_is_an_incident_of_its_own() -> None:
    assert placed(REPAIR, NOON + BURST + SECOND, known(WORKLOAD)) == Open()


def test_noise_that_has_gone_on_for_long_is_not_taken_for_a_repairs_beginning() -> None:
    one = known(WORKLOAD)
    late = NOON + BURSTS * BURST
    one.incident.last_signal_at = late
    assert placed(REPAIR, late - SECOND, one) == Join(one, promote=True)
    assert placed(REPAIR, late, one) == Open()


def test_what_the_fault_explains_makes_no_repair_of_it() -> None:
    explaining = replace(WORKLOAD, explains=REPAIR.signals)
    for one in (known(explaining), known(WORKLOAD, heard=[explaining])):
        assert placed(REPAIR, NOON + BURST, one) == Join(one, promote=False)
        assert placed(REPAIR, NOON + BURST + SECOND, one) == Open()
        assert placed(WORSE, NOON, one) == Join(one, promote=True)


def test_what_a_fault_beside_explains_is_no_fault_of_this_unit() -> None:
    dying = known(replace(WORSE, explains_beside=REPAIR.signals))
    own = known(WORKLOAD)
    for here in ([], [own]):
        assert placed(REPAIR, NOON + BURST, *here, beside=[dying]) == Join(dying, False)
    assert placed(REPAIR, NOON + BURST + SECOND, beside=[dying]) == Open()
    assert placed(REPAIR, NOON, beside=[known(WORSE)]) == Open()
    repaired = known(REPAIR)
    assert placed(REPAIR, NOON, repaired, beside=[dying]) == Join(repaired, False)


SHELL = replace(REPAIR, unit=Unit.NODE, id="fan-failed", failure_class=FailureClass.FAN)
OTHER = replace(WORSE, unit=Unit.NODE, failure_class=FailureClass.NODE_UNREACHABLE)
LEAK = replace(WORSE, unit=Unit.RACK, id="leak", explains_below=("*",))


def test_a_node_under_repair_gathers_its_own_kind_and_what_that_explains() -> None:
    fan = of_node(SHELL)
    assert placed(SHELL, NOON + timedelta(days=1), fan) == Join(fan, False)
    assert placed(replace(OTHER, failure_class=FailureClass.FAN), NOON, fan) == Join(fan, True)
    assert placed(OTHER, NOON, fan) == Open()
    explaining = of_node(replace(SHELL, explains=OTHER.signals))
    assert placed(OTHER, NOON + BURST, explaining) == Join(explaining, True)
    assert placed(OTHER, NOON + BURST + SECOND, explaining) == Open()


def test_what_has_an_incident_of_its_own_joins_that_and_promotes_no_other() -> None:
    explaining, own = of_node(replace(SHELL, explains=OTHER.signals)), of_node(OTHER)
    assert placed(OTHER, NOON, explaining, own) == Join(own, False)


def test_a_leak_gathers_all_that_its_rack_says_for_as_long_as_it_is_open() -> None:
    leak = known(LEAK)
    for page in (REPAIR, WORKLOAD, OTHER):
        assert placed(page, NOON + timedelta(days=2), above=[leak]) == Join(leak, False)
    assert placed(REPAIR, NOON, above=[known(replace(LEAK, explains_below=()))]) == Open()


def test_a_node_that_was_told_to_start_is_silent_for_no_other_reason() -> None:
    rebooted = known(REPAIR, IncidentState.VERIFYING)
    rebooted.incident.silence_until_at = NOON + timedelta(minutes=30)
    soon, late = NOON + timedelta(minutes=29), NOON + timedelta(minutes=30)
    assert placed(OTHER, soon, beside=[rebooted]) == Join(rebooted, False)
    assert placed(OTHER, late, beside=[rebooted]) == Open()
    assert placed(SHELL, soon, beside=[rebooted]) == Open()
    assert placed(WORSE, soon, beside=[rebooted]) == Open()


@given(st.integers(0, 3600), st.integers(0, 3600))
def test_a_burst_ends_in_silence_or_after_five_bursts(age: int, silence: int) -> None:
    opened = NOON
    last = NOON + timedelta(seconds=age)
    now = last + timedelta(seconds=silence)
    over = settled(opened, last, now, BURST)
    assert over == (silence >= 180 or age + silence >= 900)


@given(st.lists(st.tuples(st.sampled_from([REPAIR, WORSE, WORKLOAD]), st.integers(0, 900))))
def test_a_unit_never_has_two_open_incidents_of_one_page(steps: list[tuple[Page, int]]) -> None:
    open_ones: list[Candidate[Known]] = []
    at = NOON
    for page, wait_seconds in steps:
        at += timedelta(seconds=wait_seconds)
        found = placed(page, at, *open_ones)
        if isinstance(found, Open):
            incident = Known(page.id, page.severity.value, begun_at=at, last_signal_at=at)
            open_ones.append(Candidate(incident, page, (page,)))
        else:
            found.candidate.incident.last_signal_at = at
            if found.promote:
                found.candidate.incident.runbook, found.candidate.incident.severity = (
                    page.id,
                    page.severity.value,
                )
                position = next(
                    i for i, one in enumerate(open_ones) if one.incident is found.candidate.incident
                )
                open_ones[position] = Candidate(found.candidate.incident, page, (page,))
        names = [one.incident.runbook for one in open_ones]
        assert len(names) == len(set(names))
