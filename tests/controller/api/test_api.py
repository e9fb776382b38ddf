"""The API: who may, what is answered, how it refuses."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from fakes.api import client_of, services_of
from fakes.world import World
from thirdshift_agent.wire import Released
from thirdshift_controller.intake.management import BmcReading
from thirdshift_controller.intake.schedule import NodeStanding, Standing
from thirdshift_controller.wire import (
    CellState,
    Floor,
    IncidentDetail,
    IncidentSummary,
    NodeDetail,
    Release,
    WorkOrderDetail,
    WorkOrderSummary,
)


def alert(node: str = "gpu-1", status: str = "firing", **labels: str) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": "{}",
        "alerts": [
            {
                "status": status,
                "labels": {"alertname": "RowRemapFailure", "node": node, **labels},
                "annotations": {"summary": "GPU 3 failed to remap a row"},
                "startsAt": "2026-11-02T13:00:01Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://prom.test/",
                "fingerprint": "c0ffee",
            }
        ],
    }


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ({}, "send a token"),
        ({"Authorization": "Bearer nobodys-token"}, "not in the controller's tokens file"),
        ({"Authorization": "Basic abc"}, "send a token"),
    ],
)
def test_without_a_token_that_is_known_nothing_is_told(
    url: str, header: dict[str, str], sentence: str
) -> None:
    for path in ("/v1/me", "/v1/floor", "/v1/incidents", "/v1/work-orders", "/v1/nodes/gpu-1"):
        answer = httpx.get(url + path, headers=header)
        assert answer.status_code == 401
        assert sentence in answer.json()["detail"]


def test_i_am_who_my_token_says(ana: httpx.Client) -> None:
    assert ana.get("/v1/me").json() == {"name": "ana", "role": "technician", "person": "ana"}


def test_a_viewer_sees_and_may_not_act(broken: World, url: str) -> None:
    with client_of(url, "viewer") as viewer:
        assert viewer.get("/v1/work-orders").status_code == 200
        answer = viewer.post("/v1/work-orders/WO-1/acknowledge")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "viewer is viewer; this needs technician"


def test_alertmanagers_token_posts_alerts_and_reads_nothing(url: str) -> None:
    with client_of(url, "alertmanager") as alerts:
        assert alerts.post("/v1/alerts", json=alert(slot="3")).status_code == 200
        assert alerts.get("/v1/floor").status_code == 403


def test_the_floor_shows_the_fault_and_the_shift(broken: World, lead: httpx.Client) -> None:
    floor = TypeAdapter(Floor).validate_json(lead.get("/v1/floor").content)
    node = floor.rows[0].racks[0].nodes[0]
    assert (node.name, node.state, node.incident) == ("gpu-1", CellState.FAILED, "INC-1")
    assert [gpu.slot for gpu in node.gpus if gpu.state is CellState.FAILED] == [3]
    assert (floor.on_shift.shift, floor.on_shift.person) == ("day", "ana")


def test_a_node_tells_its_cards_and_its_evidence(broken: World, lead: httpx.Client) -> None:
    node = TypeAdapter(NodeDetail).validate_json(lead.get("/v1/nodes/gpu-1").content)
    assert node.gpus[3].serial == "1650000003"
    assert node.gpus[3].incident == "INC-1"
    assert node.gpus[0].power_watts == 500.0
    assert [line.name for line in node.signals] == ["xid:64"]
    assert [incident.id for incident in node.incidents] == ["INC-1"]


def test_a_node_tells_that_its_driver_is_released(world: World, lead: httpx.Client) -> None:
    def released() -> Release | None:
        return TypeAdapter(NodeDetail).validate_json(lead.get("/v1/nodes/gpu-1").content).released

    until_at = world.now + timedelta(hours=1)
    world.agent("gpu-1").released = Released("swap GPU 5", until_at)
    world.turn()
    assert released() == Release("swap GPU 5", until_at)
    world.clock.move(timedelta(hours=1))
    assert released() is None


def test_an_incident_tells_its_whole_story(broken: World, lead: httpx.Client) -> None:
    detail = TypeAdapter(IncidentDetail).validate_json(lead.get("/v1/incidents/INC-1").content)
    assert [attempt.outcome for attempt in detail.attempts] == ["failed"]
    assert [signal.name for signal in detail.signals] == ["xid:64"]
    assert detail.summary.work_order == "WO-1"
    assert any("WO-1 goes to ana: on shift" in line.text for line in detail.timeline)


def test_the_worst_incident_comes_first(broken: World, lead: httpx.Client) -> None:
    broken.agent("gpu-2").says(broken.now, "xid:13", 1)
    broken.agent("gpu-3").says(broken.now, "xid:79", 1)
    broken.turn()
    listed = TypeAdapter(list[IncidentSummary]).validate_json(lead.get("/v1/incidents").content)
    ranks = [("critical", "major", "minor").index(one.severity) for one in listed]
    assert ranks == sorted(ranks)
    assert len(listed) == 3


def test_a_technician_works_an_order_from_the_queue_to_its_close(
    broken: World, ana: httpx.Client
) -> None:
    queue = ana.get("/v1/work-orders", params={"assignee": "ana"}).content
    (order,) = TypeAdapter(list[WorkOrderSummary]).validate_json(queue)
    assert ana.post(f"/v1/work-orders/{order.id}/acknowledge").json()["summary"]["state"] == (
        "acknowledged"
    )
    started = ana.post(f"/v1/work-orders/{order.id}/start")
    steps = TypeAdapter(WorkOrderDetail).validate_json(started.content).steps
    for step in steps:
        path = f"/v1/work-orders/{order.id}/steps/{step.number}"
        answer = ana.post(path, json={"done": True, "note": "ok"})
    ticked = TypeAdapter(WorkOrderDetail).validate_json(answer.content)
    assert {(step.done_by, step.note) for step in ticked.steps} == {("ana", "ok")}
    closed = ana.post(f"/v1/work-orders/{order.id}/close", json={"note": "swapped"})
    assert closed.json()["summary"]["state"] == "done"
    assert ana.get("/v1/work-orders").json() == []
    floor = TypeAdapter(Floor).validate_json(ana.get("/v1/floor").content)
    assert floor.rows[0].racks[0].nodes[0].gpus[3].state is CellState.VALIDATING


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "sentence"),
    [
        ("GET", "/v1/nodes/nowhere", None, 404, "no node 'nowhere'"),
        ("GET", "/v1/incidents/INC-99", None, 404, "no incident INC-99"),
        ("GET", "/v1/incidents/banana", None, 404, "ids look like INC-12"),
        ("GET", "/v1/work-orders/WO-99", None, 404, "no work order WO-99"),
        ("GET", "/v1/runbooks/nothing", None, 404, "no runbook 'nothing'"),
        ("GET", "/v1/reports/2026-13", None, 404, "write it as 2026-11"),
        ("POST", "/v1/work-orders/WO-1/steps/99", {"done": True}, 404, "no step 99"),
        ("POST", "/v1/work-orders/WO-1/steps/1", {"done": True}, 409, "start it first"),
        ("POST", "/v1/work-orders/WO-1/close", {}, 409, "steps not done"),
        ("POST", "/v1/work-orders/WO-1/steps/1", {"doen": True}, 422, "doen"),
        ("POST", "/v1/alerts", {"version": "3"}, 422, "version"),
    ],
)
def test_a_refusal_is_one_sentence(
    broken: World,
    lead: httpx.Client,
    method: str,
    path: str,
    body: dict[str, object] | None,
    status: int,
    sentence: str,
) -> None:
    answer = lead.request(method, path, json=body)
    assert answer.status_code == status
    assert sentence in answer.json()["detail"]


def test_a_note_may_have_lines_and_steers_no_terminal(broken: World, ana: httpx.Client) -> None:
    ana.post("/v1/work-orders/WO-1/start")
    path = "/v1/work-orders/WO-1/steps/1"
    refused = ana.post(path, json={"note": "\x1b]0;root\x07"})
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "body.note: must not hold control characters",
    )
    ticked = ana.post(path, json={"note": "one\n\ttwo"})
    assert ticked.json()["steps"][0]["note"] == "one\n\ttwo"


def test_another_shifts_order_is_refused_with_its_owner(broken: World, url: str) -> None:
    with client_of(url, "bo") as bo:
        answer = bo.post("/v1/work-orders/WO-1/start")
    assert answer.status_code == 403
    assert "assigned to ana" in answer.json()["detail"]


def test_acknowledging_an_incident_owns_it_once(broken: World, lead: httpx.Client) -> None:
    for _ in range(2):
        answer = lead.post("/v1/incidents/INC-1/acknowledge")
        assert answer.json()["summary"]["owner"] == "lead"
    said = [line["text"] for line in answer.json()["timeline"]]
    assert said.count("acknowledged") == 1


def test_an_alert_joins_the_incident_that_the_agents_signal_opened(
    broken: World, lead: httpx.Client
) -> None:
    for _ in range(2):
        receipt = lead.post("/v1/alerts", json=alert(slot="3", signal="xid:64")).json()
    assert receipt == {"kept": 1, "resolved": 0, "unknown_nodes": []}
    broken.turn()
    detail = TypeAdapter(IncidentDetail).validate_json(lead.get("/v1/incidents/INC-1").content)
    assert sorted(signal.source for signal in detail.signals) == ["alertmanager", "kernel_log"]
    assert len(broken.incidents()) == 1


def test_an_alert_of_a_stranger_is_named_and_not_kept(world: World, lead: httpx.Client) -> None:
    receipt = lead.post("/v1/alerts", json=alert(node="stranger")).json()
    assert receipt == {"kept": 0, "resolved": 0, "unknown_nodes": ["stranger"]}
    world.turn()
    assert world.incidents() == []


def test_an_alert_without_a_signal_is_known_by_its_page(world: World, lead: httpx.Client) -> None:
    lead.post("/v1/alerts", json=alert(slot="3"))
    world.turn()
    assert world.only_incident().runbook == "row-remap-failure"


@pytest.mark.parametrize("slot", ["x", "99", "-1", "²", "", "1" + "0" * 30])
def test_a_slot_that_the_node_has_not_is_no_slot(
    world: World, lead: httpx.Client, slot: str
) -> None:
    assert lead.post("/v1/alerts", json=alert(slot=slot, signal="xid:64")).status_code == 200
    world.turn()
    assert world.only_incident().gpu_slot is None


def test_an_alerts_time_is_believed_within_reason(world: World, lead: httpx.Client) -> None:
    message = alert(slot="3", signal="xid:64")
    for number, starts in enumerate(("0001-01-01T00:00:00Z", "2099-01-01T00:00:00Z")):
        message["alerts"][0] |= {"startsAt": starts, "fingerprint": str(number)}
        assert lead.post("/v1/alerts", json=message).status_code == 200
    world.turn()
    detect = world.phases()[0]
    assert detect.to_at is not None
    assert detect.to_at - detect.from_at <= timedelta(days=8)


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_beyond_all_reason_is_refused_unread(url: str, announced: bool) -> None:
    body = b" " * (2 * 1024 * 1024)
    pieces = body if announced else iter([body[:700_000], body[:700_000]])
    answer = httpx.post(f"{url}/v1/alerts", content=pieces)
    assert answer.status_code == 413
    assert "larger than" in answer.json()["detail"]


def test_the_runbook_is_there_to_read(lead: httpx.Client) -> None:
    page = lead.get("/v1/runbooks/row-remap-failure").json()
    assert "## Mitigation" in page["markdown"]


def test_the_month_counts_what_the_repair_lost(broken: World, lead: httpx.Client) -> None:
    broken.turn(timedelta(hours=2))
    report = lead.get("/v1/reports/2026-11").json()
    (line,) = report["downtime"]
    assert (line["runbook"], line["incidents"]) == ("row-remap-failure", 1)
    assert line["gpu_hours"] == pytest.approx(2.0, abs=0.1)
    assert "row-remap-failure" in report["markdown"]


def test_a_month_that_is_not_over_is_written_apart_from_the_final_one(
    broken: World, lead: httpx.Client, tmp_path: Path
) -> None:
    report = lead.get("/v1/reports/2026-11").json()
    assert Path(report["html_path"]).parent.name == "so-far"
    assert not (tmp_path / "reports" / "2026-11.html").exists()
    reports = services_of(broken, tmp_path).reports
    broken.clock.move(timedelta(days=40))
    month = reports.month("2026-11")
    reports.write(reports.figures(month, broken.now), broken.now)
    assert (tmp_path / "reports" / "2026-11.html").exists()


def test_prometheus_sees_what_is_open(broken: World, lead: httpx.Client) -> None:
    page = lead.get("/metrics").text
    assert 'thirdshift_incidents_open{severity="critical",state="needs_hands"} 1.0' in page
    assert 'thirdshift_work_orders_open{state="assigned"} 1.0' in page


def test_a_node_shows_what_its_bmc_and_the_scheduler_said(world: World, lead: httpx.Client) -> None:
    def shown() -> dict[str, Any]:
        return dict(lead.get("/v1/nodes/gpu-1").json())

    assert (shown()["shell"], shown()["schedule"]) == (None, None)
    world.sights.bmcs.show("gpu-1", BmcReading(True, 7240.0, 24.5, (), ()), world.now)
    busy = NodeStanding(Standing.DRAINING, "thirdshift INC-1", ("12",))
    world.sights.schedule.show({"gpu-1": busy}, world.now)
    assert shown()["shell"]["power_watts"] == 7240.0
    assert shown()["schedule"]["jobs"] == ["12"]
    world.sights.bmcs.miss("gpu-1", "refuses our password")
    assert shown()["shell"]["problem"] == "refuses our password"
