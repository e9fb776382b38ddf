"""A lead's word, over the API: yes, no, let the jobs die; and what worked before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import TypeAdapter

from fakes.api import client_of, served, services_of
from fakes.world import RULES, World
from thirdshift_controller.config import Mode
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import NodeStanding, Standing
from thirdshift_controller.remedies.port import RemedyResult
from thirdshift_controller.wire import (
    AttemptOutcome,
    IncidentDetail,
    IncidentState,
    RungRecord,
)

WELL = RemedyResult("done", "done", 0)
APPROVE, DECLINE = (
    "/v1/incidents/INC-1/attempts/1/approve",
    "/v1/incidents/INC-1/attempts/1/decline",
)
NO = {"reason": "the vendor wants it as it is"}


class Busy:
    """Every node is drained by us, and a job still runs there."""

    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        told = NodeStanding(Standing.DRAINING, "thirdshift INC-1", ("4711",))
        return {node.name: told for node in nodes}


@pytest.fixture
def asking(world: World) -> World:
    """A fault in a site whose attempts need a person's yes."""
    world.remedy.answers = [WELL]
    asking = replace(world, rules=replace(RULES, mode=Mode.APPROVE))
    asking.agent("gpu-1").says(asking.now, "xid:64", 3)
    asking.turn()
    asking.turn(asking.burst)
    return asking


def told(answer: httpx.Response) -> IncidentDetail:
    assert answer.status_code == 200, answer.text
    return TypeAdapter(IncidentDetail).validate_json(answer.content)


def incident(client: httpx.Client) -> IncidentDetail:
    return told(client.get("/v1/incidents/INC-1"))


def test_an_attempt_is_proposed_and_waits_for_a_leads_yes(
    asking: World, lead: httpx.Client
) -> None:
    detail = incident(lead)
    (attempt,) = detail.attempts
    assert (attempt.action, attempt.outcome) == ("gpu_reset", AttemptOutcome.PROPOSED)
    assert attempt.command == "gpu_reset 00000000:13:00.0"
    assert detail.summary.waits_for == "a lead's yes to gpu_reset"
    asking.turn()
    assert asking.remedy.orders == []


def test_a_yes_makes_the_attempt_and_is_written_beside_it(
    asking: World, lead: httpx.Client
) -> None:
    assert told(lead.post(APPROVE)).attempts[0].approved_by == "lead"
    asking.turn()
    assert [order.key for order in asking.remedy.orders] == ["INC-1/1"]
    detail = incident(lead)
    (attempt,) = detail.attempts
    assert (attempt.outcome, attempt.approved_by) == (AttemptOutcome.SUCCEEDED, "lead")
    assert attempt.held is None
    assert detail.summary.state is IncidentState.VERIFYING
    assert any(line.text == "said yes to gpu_reset" for line in detail.timeline)
    asking.turn(asking.soak("xid:64"))
    assert incident(lead).attempts[0].held is True


def test_a_no_with_its_reason_counts_as_tried_and_hands_are_sent(
    asking: World, lead: httpx.Client
) -> None:
    (attempt,) = told(lead.post(DECLINE, json=NO)).attempts
    assert (attempt.outcome, attempt.output) == (AttemptOutcome.DECLINED, NO["reason"])
    asking.turn()
    assert asking.remedy.orders == []
    assert incident(lead).summary.state is IncidentState.NEEDS_HANDS


def test_a_yes_twice_is_one_yes_and_so_is_one_after_the_attempt(
    asking: World, lead: httpx.Client
) -> None:
    lead.post(APPROVE)
    asking.turn()
    lines = [line.text for line in told(lead.post(APPROVE)).timeline]
    assert lines.count("said yes to gpu_reset") == 1
    asking.turn()
    assert len(asking.remedy.orders) == 1


def test_a_no_twice_is_one_no(asking: World, lead: httpx.Client) -> None:
    first = told(lead.post(DECLINE, json=NO))
    assert told(lead.post(DECLINE, json={"reason": "again"})) == first


def test_a_no_after_the_attempt_was_made_comes_too_late(asking: World, lead: httpx.Client) -> None:
    lead.post(APPROVE)
    asking.turn()
    answer = lead.post(DECLINE, json=NO)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "attempt 1 of INC-1 is succeeded"


@pytest.mark.parametrize("said_yes_before", [False, True])
def test_a_yes_after_a_no_comes_too_late(
    asking: World, lead: httpx.Client, said_yes_before: bool
) -> None:
    if said_yes_before:
        lead.post(APPROVE)
    lead.post(DECLINE, json=NO)
    answer = lead.post(APPROVE)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "attempt 1 of INC-1 is declined"


@pytest.mark.parametrize(
    ("path", "body"),
    [(APPROVE, None), (DECLINE, NO), ("/v1/incidents/INC-1/let-jobs-die", {"reason": "x"})],
)
def test_a_technician_may_not_decide(
    asking: World, ana: httpx.Client, path: str, body: dict[str, str] | None
) -> None:
    before = incident(ana)
    answer = ana.post(path, json=body)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "ana is technician; this needs lead"
    assert incident(ana) == before


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("INC-1/attempts/9/approve", None, 404, "INC-1 has no attempt 9"),
        ("INC-1/attempts/x/approve", None, 422, "path.attempt: Input should be a valid integer"),
        ("INC-9/attempts/1/approve", None, 404, "there is no incident INC-9"),
        ("INC-1/attempts/1/decline", {"reason": ""}, 422, "body.reason: must say something"),
        ("INC-9/let-jobs-die", {"reason": "x"}, 404, "there is no incident INC-9"),
        ("INC-1/let-jobs-die", {}, 422, "body.reason: Field required"),
        ("INC-1/let-jobs-die", {"reason": "x", "now": True}, 422, "body.now: Extra inputs"),
    ],
)
def test_a_word_that_cannot_be_given_is_refused_in_one_sentence(
    asking: World,
    lead: httpx.Client,
    path: str,
    body: dict[str, object] | None,
    status: int,
    sentence: str,
) -> None:
    answer = lead.post(f"/v1/incidents/{path}", json=body)
    assert answer.status_code == status
    assert sentence in answer.json()["detail"]


def test_nothing_is_decided_on_an_incident_that_is_closed(
    asking: World, lead: httpx.Client
) -> None:
    lead.post(APPROVE)
    asking.turn()
    asking.turn(asking.soak("xid:64"))
    answer = lead.post("/v1/incidents/INC-1/let-jobs-die", json={"reason": "too late"})
    assert answer.status_code == 409
    assert answer.json()["detail"] == "INC-1 is closed"


def test_jobs_are_waited_for_until_a_lead_lets_them_die(world: World, tmp_path: Path) -> None:
    world.remedy.answers = [WELL]
    rules = replace(RULES, has_scheduler=True)
    world = replace(world, rules=rules, scheduler=Busy())
    world.agent("gpu-1").says(world.now, "xid:64", 3)
    world.turn()
    world.turn(world.burst)
    with served(services_of(world, tmp_path)) as url, client_of(url, "lead") as lead:
        assert incident(lead).summary.waits_for == "jobs to end: 4711"
        assert world.remedy.orders == []
        for reason in ("its owner agrees", "again"):
            answer = lead.post("/v1/incidents/INC-1/let-jobs-die", json={"reason": reason})
        lines = [line.text for line in told(answer).timeline if "need not be waited" in line.text]
        assert lines == ["running work need not be waited for: its owner agrees"]
        world.turn()
    assert [order.action for order in world.remedy.orders] == ["gpu_reset"]


def test_the_record_says_of_each_page_what_held(
    asking: World, ana: httpx.Client, lead: httpx.Client
) -> None:
    assert ana.get("/v1/remedies").json() == []
    lead.post(APPROVE)
    asking.turn()
    asking.turn(asking.soak("xid:64"))
    records = TypeAdapter(list[RungRecord]).validate_json(ana.get("/v1/remedies").content)
    assert records == [RungRecord("row-remap-failure", "gpu_reset", held=1, tried=1)]


def test_alertmanagers_token_reads_none_of_it(url: str) -> None:
    with client_of(url, "alertmanager") as alerts:
        for path in ("holds", "pauses", "remedies"):
            assert alerts.get(f"/v1/{path}").status_code == 403
