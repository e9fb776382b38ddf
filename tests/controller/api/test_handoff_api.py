"""The doors for other systems: what they may post, what they are told, how they are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from fakes.api import client_of, served, services_of
from fakes.handoff import REFERENCE, REPAIR, repair, resource
from fakes.world import World
from thirdshift_controller.store import signals
from thirdshift_controller.store.tables import SignalRow
from thirdshift_controller.wire import IncidentState
from thirdshift_controller.wire.handoff import ExternalRequest, ExternalState

NVSENTINEL = "/v1/external/nvsentinel"


@pytest.fixture
def url(world: World, tmp_path: Path) -> Iterator[str]:
    with served(services_of(world, tmp_path)) as address:
        yield address


@pytest.fixture
def machine(url: str) -> Iterator[httpx.Client]:
    with client_of(url, "alertmanager") as client:
        yield client


def posted(number: str = "1", **changed: Any) -> dict[str, Any]:
    fault = {"id": number, "node": "gpu-1", "signal": "xid:79", "message": "seen by a script"}
    return {**fault, **changed}


def kept(world: World) -> list[SignalRow]:
    with world.store.read() as session:
        return list(signals.latest_of_node(session, "gpu-1", 10))


def read(answer: httpx.Response) -> ExternalRequest:
    assert answer.status_code == 200, answer.text
    return TypeAdapter(ExternalRequest).validate_json(answer.content)


def test_a_posted_signal_opens_the_incident_of_its_page(
    world: World, machine: httpx.Client
) -> None:
    answer = machine.post("/v1/signals", json=posted(slot=3, facts={"where": "rack door"}))
    assert answer.json() == {"kept": 1, "refused": []}
    (signal,) = kept(world)
    assert (signal.origin, signal.source) == ("webhook:alertmanager:1", "webhook")
    assert (signal.gpu_serial, signal.gpu_uuid) == ("1650000003", "GPU-gpu-1-3")
    assert signal.facts == {"where": "rack door"}
    world.turn()
    assert (world.only_incident().runbook, world.only_incident().gpu_slot) == (
        "gpu-fell-off-bus",
        3,
    )


def test_a_signal_that_is_posted_again_is_kept_once(world: World, machine: httpx.Client) -> None:
    for message in ("first", "second"):
        answer = machine.post("/v1/signals", json=[posted(message=message), posted("2")])
        assert answer.json()["kept"] == 2
    assert sorted(signal.message for signal in kept(world)) == ["first", "seen by a script"]


def test_two_callers_may_use_one_id(world: World, machine: httpx.Client, url: str) -> None:
    machine.post("/v1/signals", json=posted())
    with client_of(url, "lead") as lead:
        lead.post("/v1/signals", json=posted())
    assert len(kept(world)) == 2


def test_what_cannot_be_placed_is_named_and_the_rest_is_kept(
    world: World, machine: httpx.Client
) -> None:
    batch = [
        posted("1", node="stranger"),
        posted("2", slot=8),
        posted("3", gpu_uuid="GPU-elsewhere"),
        posted("4", gpu_uuid="GPU-gpu-1-3", slot=4),
        posted("5", gpu_uuid="GPU-gpu-1-3"),
    ]
    receipt = machine.post("/v1/signals", json=batch).json()
    assert receipt["kept"] == 1
    assert [sentence.split(":")[0] for sentence in receipt["refused"]] == [
        *("0.node", "1.slot", "2.gpu_uuid", "3.slot")
    ]
    assert "gpu-1 has slots 0 to 7, not 8" in receipt["refused"][1]
    assert [signal.gpu_slot for signal in kept(world)] == [3]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (posted(node="stranger"), "0.node: 'stranger' is not in the site file"),
        (posted(signal="79"), "body.0.signal"),
        (posted(signal="xid:79\n"), "body.0.signal"),
        (posted(signal="xid:" + "7" * 65), "body.0.signal"),
        (posted(message=""), "body.0.message"),
        (posted(message="x" * 2001), "body.0.message"),
        (posted(at="2026-11-02T13:00:00"), "body.0.at"),
        (posted(slot=-1), "body.0.slot"),
        (posted(slto=1), "body.0.slto"),
        (posted(facts={str(n): "x" for n in range(33)}), "body.0.facts"),
        ([posted(), {"id": "2"}], "body.1.node"),
        ([], "body"),
        ([posted(str(n)) for n in range(501)], "body"),
        ("text", "body.0"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(
    world: World, machine: httpx.Client, body: object, where: str
) -> None:
    answer = machine.post("/v1/signals", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(where)
    assert kept(world) == []


def test_a_technicians_token_posts_nothing(url: str) -> None:
    with client_of(url, "ana") as ana:
        for path in ("/v1/signals", NVSENTINEL, "/v1/external/nico"):
            assert ana.post(path, json=[]).status_code == 403


def test_a_request_is_open_until_its_incident_is_over(world: World, machine: httpx.Client) -> None:
    taken = read(machine.post(NVSENTINEL, json=resource()))
    assert (taken.state, taken.incident, taken.node) == (ExternalState.OPEN, None, "gpu-1")
    world.turn()
    found = read(machine.get(f"{NVSENTINEL}/{REFERENCE}"))
    assert (found.incident, found.incident_state) == ("INC-1", IncidentState.OPEN)
    assert world.only_incident().gpu_serial == "1650000003"


def test_a_request_that_is_posted_again_is_the_same(world: World, machine: httpx.Client) -> None:
    answers = [read(machine.post(NVSENTINEL, json=resource())) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(kept(world)) == 1


def test_a_machine_of_nico_opens_the_page_for_requests(world: World, machine: httpx.Client) -> None:
    taken = read(machine.post("/v1/external/nico", json=repair()))
    world.turn()
    assert (taken.reference, world.only_incident().runbook) == (REPAIR, "external-remediation")
    assert world.only_incident().gpu_slot is None


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        (NVSENTINEL, resource(node="stranger"), 404, "no node 'stranger' in the site file"),
        (NVSENTINEL, resource(released="Unknown"), 409, "NVSentinelOwnershipReleased is Unknown"),
        (NVSENTINEL, {"kind": "RebootNode"}, 422, "body.kind"),
        ("/v1/external/nico", repair() | {"machineId": "../../x"}, 422, "body.machineId"),
        ("/v1/external/nico", repair() | {"nodes": 1}, 422, "body.nodes"),
        ("/v1/external/other", {}, 404, "Not Found"),
    ],
)
def test_a_request_is_refused_with_a_sentence(
    machine: httpx.Client, path: str, body: dict[str, Any], status: int, sentence: str
) -> None:
    answer = machine.post(path, json=body)
    assert answer.status_code == status
    assert sentence in answer.json()["detail"]


def test_a_node_has_one_owner_at_a_time(world: World, machine: httpx.Client) -> None:
    machine.post(NVSENTINEL, json=resource())
    answer = machine.post("/v1/external/nico", json=repair())
    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        f"gpu-1 is held for '{REFERENCE}' of nvsentinel until that is completed"
    )
    assert machine.post("/v1/external/nico", json=repair(node="gpu-2")).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"{NVSENTINEL}/unheard-of", 404), (f"/v1/external/nico/{REFERENCE}", 404)],
)
def test_who_asks_for_what_we_do_not_have_is_told_so(
    machine: httpx.Client, path: str, status: int
) -> None:
    machine.post(NVSENTINEL, json=resource())
    answer = machine.get(path)
    assert answer.status_code == status
    assert "there is no request" in answer.json()["detail"]
