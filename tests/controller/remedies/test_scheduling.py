"""Whose drain is whose: what of a scheduler's rung is done, left or refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.orders import drain, resume
from thirdshift_controller.intake.schedule import ABSENT, NodeStanding, Standing
from thirdshift_controller.remedies.port import RemedyNotStarted
from thirdshift_controller.remedies.scheduling import incident_of, reason_of, settled
from thirdshift_runbooks.page import RemoteAction

WELL = NodeStanding(Standing.IN_SERVICE, None, ())
OURS = NodeStanding(Standing.DRAINED, "thirdshift INC-9 gpu-lost: GPU 3", (), "root")
THEIRS = NodeStanding(Standing.DRAINED, "thirdshifty cables", (), "ana")
CHECKED = NodeStanding(Standing.DRAINED, "thirdshift: check: GPU 3 is lost", (), "root")
NAMELESS = NodeStanding(Standing.DRAINED, None, ())
DOWN = NodeStanding(Standing.DOWN, "Not responding", (), "slurm")


def test_the_reason_names_us_the_incident_and_why_in_one_line() -> None:
    order = drain("gpu-1", incident=12, reason=" gpu-fell-off-bus:\n GPU 3 ")
    assert incident_of(order) == "INC-12"
    assert reason_of(order) == "thirdshift INC-12 gpu-fell-off-bus: GPU 3"


@pytest.mark.parametrize("found", [WELL, DOWN, OURS, CHECKED])
def test_a_drain_is_made_on_what_is_in_service_down_or_ours(found: NodeStanding) -> None:
    assert settled(drain("gpu-1"), found) is None


@pytest.mark.parametrize(("found", "whose"), [(THEIRS, "by ana"), (NAMELESS, "by somebody: no")])
def test_a_drain_of_somebody_elses_is_left(found: NodeStanding, whose: str) -> None:
    said = settled(drain("gpu-1"), replace(found, standing=Standing.DRAINING, jobs=("7",)))
    assert said is not None
    assert whose in said


def test_a_return_is_made_of_what_is_ours_alone() -> None:
    assert settled(resume("gpu-1"), OURS) is None
    assert settled(resume("gpu-1"), WELL) == "gpu-1 is in service already"
    for found in (THEIRS, CHECKED, NAMELESS, DOWN):
        with pytest.raises(RemedyNotStarted, match="it is theirs to return"):
            settled(resume("gpu-1"), found)


def test_what_the_scheduler_does_not_know_or_do_is_refused() -> None:
    for order in (drain("gpu-1"), resume("gpu-1")):
        with pytest.raises(RemedyNotStarted, match="the scheduler does not know gpu-1"):
            settled(order, ABSENT)
    with pytest.raises(RemedyNotStarted, match="reboot is no business of the scheduler's"):
        settled(replace(drain("gpu-1"), action=RemoteAction.REBOOT), WELL)
