"""Hands off, over the API: holds, windows, pauses; and what they keep the machine from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import TypeAdapter

from fakes.api import client_of, served, services_of
from fakes.world import RULES, World
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import NodeStanding, Standing
from thirdshift_controller.remedies.port import RemedyResult
from thirdshift_controller.wire import (
    Floor,
    Hold,
    IncidentDetail,
    IncidentState,
    NodeDetail,
    Pause,
    Scope,
)

WELL = RemedyResult("done", "done", 0)
NODE = {"scope": "node", "scope_name": "gpu-1", "reason": "hands in the tray"}
RACK = {"scope": "rack", "scope_name": "R01-01", "reason": "feed work"}


class Drained:
    """Every node is out of service by us, and nothing runs there."""

    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        told = NodeStanding(Standing.DRAINED, "thirdshift INC-1", ())
        return {node.name: told for node in nodes}


class InService:
    """Every node takes work, and none runs there."""

    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        return {node.name: NodeStanding(Standing.IN_SERVICE, None, ()) for node in nodes}


@pytest.fixture
def bo(url: str) -> Iterator[httpx.Client]:
    with client_of(url, "bo") as client:
        yield client


def place(client: httpx.Client, wish: Mapping[str, object]) -> Hold:
    answer = client.post("/v1/holds", json=wish)
    assert answer.status_code == 200, answer.text
    return TypeAdapter(Hold).validate_json(answer.content)


def standing(client: httpx.Client) -> list[Hold]:
    return TypeAdapter(list[Hold]).validate_json(client.get("/v1/holds").content)


def node(client: httpx.Client, name: str = "gpu-1") -> NodeDetail:
    return TypeAdapter(NodeDetail).validate_json(client.get(f"/v1/nodes/{name}").content)


def incident(client: httpx.Client) -> IncidentDetail:
    return TypeAdapter(IncidentDetail).validate_json(client.get("/v1/incidents/INC-1").content)


def held_nodes(client: httpx.Client) -> set[str]:
    floor = TypeAdapter(Floor).validate_json(client.get("/v1/floor").content)
    return {
        cell.name for row in floor.rows for rack in row.racks for cell in rack.nodes if cell.held
    }


def fault(world: World) -> None:
    world.agent("gpu-1").says(world.now, "xid:64", 3, "NVRM: Xid (PCI:0000:13:00): 64")
    world.turn()


def test_a_hold_says_where_who_why_and_from_when(world: World, ana: httpx.Client) -> None:
    assert place(ana, RACK) == Hold(
        id="HOLD-1",
        scope=Scope.RACK,
        scope_name="R01-01",
        reason="feed work",
        placed_by="ana",
        placed_at=world.now,
        from_at=world.now,
        until_at=None,
    )
    assert [hold.id for hold in standing(ana)] == ["HOLD-1"]


def test_a_held_racks_nodes_are_marked_on_the_floor_and_tell_the_hold(ana: httpx.Client) -> None:
    hold = place(ana, RACK)
    assert held_nodes(ana) == {"gpu-1", "gpu-2"}
    assert node(ana, "gpu-2").hold == hold
    assert node(ana, "gpu-3").hold is None


def test_a_hold_on_a_gpu_is_one_on_its_node(ana: httpx.Client) -> None:
    assert place(ana, NODE | {"scope": "gpu"}).scope is Scope.NODE


def test_the_same_hold_twice_is_one(ana: httpx.Client, bo: httpx.Client) -> None:
    first, again, another = place(ana, NODE), place(ana, NODE), place(bo, NODE)
    assert first == again
    assert [hold.placed_by for hold in standing(ana)] == ["ana", "bo"]
    assert another.id == "HOLD-2"


def test_a_window_is_told_before_it_begins_and_holds_from_then_to_its_end(
    world: World, ana: httpx.Client
) -> None:
    hour = timedelta(hours=1)
    window = {"from_at": instant(world.now + hour), "until_at": instant(world.now + 2 * hour)}
    place(ana, NODE | window)
    assert [hold.id for hold in standing(ana)] == ["HOLD-1"]
    assert held_nodes(ana) == set()
    world.clock.move(hour)
    assert held_nodes(ana) == {"gpu-1"}
    world.clock.move(hour)
    assert held_nodes(ana) == set()
    assert standing(ana) == []


def test_a_hold_stops_the_ladder_until_it_is_lifted(world: World, ana: httpx.Client) -> None:
    place(ana, RACK)
    fault(world)
    world.turn(world.burst)
    assert world.remedy.orders == []
    assert incident(ana).summary.waits_for == "ana holds rack R01-01: feed work"
    ana.post("/v1/holds/HOLD-1/lift", json={"reason": "fed again"})
    world.turn()
    assert [order.key for order in world.remedy.orders] == ["INC-1/1"]
    assert incident(ana).summary.waits_for is None


def test_the_ladder_goes_on_by_itself_after_a_windows_end(world: World, ana: httpx.Client) -> None:
    place(ana, NODE | {"until_at": instant(world.now + timedelta(hours=1))})
    fault(world)
    world.turn(world.burst)
    assert world.remedy.orders == []
    world.turn(timedelta(hours=1))
    assert [order.key for order in world.remedy.orders] == ["INC-1/1"]


@pytest.fixture
def scheduled(world: World) -> World:
    """The same site under a scheduler, with remedies that work."""
    world.remedy.answers = [WELL]
    rules = replace(RULES, has_scheduler=True)
    return replace(world, rules=rules, scheduler=InService())


def test_a_hold_keeps_a_mended_node_out_of_service_until_it_is_lifted(
    scheduled: World, tmp_path: Path
) -> None:
    world = scheduled
    fault(world)
    world.turn(world.burst)
    world = replace(world, scheduler=Drained())
    world.turn()
    with served(services_of(world, tmp_path)) as url, client_of(url, "ana") as ana:
        place(ana, NODE)
        world.turn(world.soak("xid:64"))
        assert incident(ana).summary.waits_for == "ana holds node gpu-1: hands in the tray"
        assert [order.action for order in world.remedy.orders] == ["drain", "gpu_reset"]
        ana.post("/v1/holds/HOLD-1/lift", json={"reason": "lid is on"})
        world.turn()
        world.turn()
        assert incident(ana).summary.state is IncidentState.CLOSED
    assert [order.action for order in world.remedy.orders[2:]] == ["resume"]


def test_another_technician_may_not_lift_a_hold_and_a_lead_may(
    ana: httpx.Client, bo: httpx.Client, lead: httpx.Client
) -> None:
    place(ana, NODE)
    refused = bo.post("/v1/holds/HOLD-1/lift", json={"reason": "I need it"})
    assert refused.status_code == 403
    assert refused.json()["detail"] == "HOLD-1 is ana's; a lead may lift it"
    assert held_nodes(bo) == {"gpu-1"}
    lifted = lead.post("/v1/holds/HOLD-1/lift", json={"reason": "ana went home"})
    told = TypeAdapter(Hold).validate_json(lifted.content)
    assert (told.lifted_by, told.lift_reason) == ("lead", "ana went home")
    assert held_nodes(bo) == set()


def test_a_hold_that_is_lifted_stays_as_it_was_lifted_first(
    world: World, ana: httpx.Client
) -> None:
    place(ana, NODE)
    first = ana.post("/v1/holds/HOLD-1/lift", json={"reason": "done"})
    world.clock.move(timedelta(minutes=1))
    assert ana.post("/v1/holds/HOLD-1/lift", json={"reason": "again"}).json() == first.json()


def test_whoever_may_only_look_sees_holds_and_pauses_and_places_none(url: str) -> None:
    with client_of(url, "viewer") as viewer:
        assert viewer.get("/v1/holds").json() == viewer.get("/v1/pauses").json() == []
        for path, body in (("/v1/holds", NODE), ("/v1/holds/HOLD-1/lift", {"reason": "x"})):
            answer = viewer.post(path, json=body)
            assert answer.status_code == 403
            assert answer.json()["detail"] == "viewer is viewer; this needs technician"


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("", NODE | {"scope_name": "nowhere"}, 404, "there is no node 'nowhere'"),
        ("", RACK | {"scope_name": "R99"}, 404, "there is no node in rack 'R99'"),
        ("", RACK | {"scope": "rakc"}, 422, "body.scope: Input should be"),
        ("", NODE | {"reason": ""}, 422, "body.reason: must say something"),
        ("", NODE | {"reason": " \n\t"}, 422, "body.reason: must say something"),
        ("", NODE | {"reason": "\x1b[2Jgone"}, 422, "body.reason: must not hold control char"),
        ("", NODE | {"reason": "nul\0"}, 422, "body.reason: must not hold control characters"),
        ("", NODE | {"reason": "\u202eesrever"}, 422, "body.reason: must not hold control char"),
        ("", NODE | {"until_at": "9999-12-31T23:59:59-14:00"}, 422, "body.until_at: lies beyond"),
        ("", NODE | {"from_at": "0001-01-01T00:00:00+14:00"}, 422, "body.from_at: lies beyond"),
        ("", NODE | {"hours": 2}, 422, "body.hours: Extra inputs"),
        ("", NODE | {"until_at": "2026-11-02T20:00:00"}, 422, "body.until_at: Input should have"),
        ("", NODE | {"until_at": "2026-11-02T12:00:00Z"}, 409, "has ended; mend its instants"),
        ("/HOLD-9/lift", {"reason": "x"}, 404, "there is no hold HOLD-9"),
        ("/nine/lift", {"reason": "x"}, 404, "ids look like HOLD-12"),
        ("/HOLD-1/lift", {}, 422, "body.reason: Field required"),
    ],
)
def test_a_hold_that_cannot_be_is_refused_in_one_sentence(
    ana: httpx.Client, path: str, body: dict[str, object], status: int, sentence: str
) -> None:
    answer = ana.post(f"/v1/holds{path}", json=body)
    assert answer.status_code == status
    assert sentence in answer.json()["detail"]
    assert standing(ana) == []


def test_a_reason_is_one_line_of_any_script(ana: httpx.Client) -> None:
    assert place(ana, NODE | {"reason": "盘柜 ☢\n  کار می‌کنیم \t"}).reason == "盘柜 ☢ کار می‌کنیم"


def test_a_spent_budget_is_told_as_a_pause_that_ends_by_itself(
    world: World, ana: httpx.Client
) -> None:
    for name in ("gpu-1", "gpu-2"):
        world.agent(name).says(world.now, "xid:64", 3)
    tight = replace(world, limits=replace(world.limits, per_scope={Scope.RACK: 1}))
    tight.turn()
    tight.turn(tight.burst)
    (pause,) = TypeAdapter(list[Pause]).validate_json(ana.get("/v1/pauses").content)
    assert (pause.scope, pause.scope_name) == (Scope.RACK, "R01-01")
    assert pause.reason == "1 nodes of rack R01-01 in 60 min: gpu-1"
    assert pause.until_at == world.now + tight.limits.cooldown
    world.clock.move(tight.limits.cooldown)
    assert ana.get("/v1/pauses").json() == []


def instant(at: datetime) -> str:
    return at.isoformat()
