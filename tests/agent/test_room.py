"""The simulated room: nodes by name, and the hands that break, mend and unplug."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.node_clock import NodeClock
from thirdshift_agent.room import Room, RoomPlan
from thirdshift_agent.serving.exchange import Request
from thirdshift_agent.serving.room_routes import answer

NODES = ("gpu-0101", "gpu-0102")


@pytest.fixture
def clock() -> NodeClock:
    return NodeClock()


@pytest.fixture
def room(tmp_path: Path, clock: NodeClock) -> Room:
    return Room(RoomPlan(NODES, 8, tmp_path, clock, 1, 1.0, 0.0, {}))


def ask(room: Room, method: str, path: str, body: object = None) -> tuple[int, Any]:
    told = answer(room, Request(method, path, (), json.dumps(body).encode()))
    assert told is not None
    return told.status, json.loads(told.body)


def act(room: Room, name: str, **body: object) -> tuple[int, Any]:
    return ask(room, "POST", f"/gpu-0101/sim/{name}", body)


def signals(room: Room, node: str) -> list[str]:
    _, report = ask(room, "GET", f"/{node}/v1/report")
    return [f"{signal['kind']}:{signal['code']}" for signal in report["signals"]]


def test_each_node_answers_under_its_own_name(room: Room) -> None:
    reports = [ask(room, "GET", f"/{node}/v1/report")[1] for node in NODES]
    assert [report["node"] for report in reports] == list(NODES)
    uuids = {gpu["identity"]["uuid"] for report in reports for gpu in report["snapshot"]["gpus"]}
    assert len(uuids) == 16


def test_a_healthy_room_keeps_only_what_was_once_good(room: Room, tmp_path: Path) -> None:
    kept = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(map(str, kept)) == [f"{node}/rules.json" for node in NODES]


def test_an_injected_fault_is_one_signal_though_log_and_event_tell_it(room: Room) -> None:
    assert act(room, "inject", slot=3, fault="xid:64") == (200, {"ok": True})
    assert signals(room, "gpu-0101") == ["xid:64", "xid:154"]
    assert signals(room, "gpu-0102") == []


def test_a_remedy_says_whether_it_helped_and_what_it_printed(room: Room) -> None:
    act(room, "inject", slot=3, fault="xid:63")
    status, told = act(room, "remedy", slot=3, action="gpu_reset")
    assert (status, told["ok"]) == (200, True)
    assert "successfully reset" in told["output"]
    act(room, "inject", slot=3, fault="xid:79")
    status, told = act(room, "remedy", slot=3, action="gpu_reset")
    assert (status, told["ok"]) == (200, False)
    assert "lost" in told["output"]


def test_hands_bring_a_lost_gpu_back(room: Room) -> None:
    act(room, "inject", slot=3, fault="xid:79")
    node = room.nodes["gpu-0101"]
    for expected in ("lost", "present"):
        node.look()
        _, report = ask(room, "GET", "/gpu-0101/v1/report")
        assert report["snapshot"]["gpus"][3]["presence"] == expected
        assert act(room, "repair", slot=3) == (200, {"ok": True})


def test_a_silenced_node_says_nothing_until_it_is_plugged_in_again(room: Room) -> None:
    act(room, "silence", silent=True)
    for path in ("metrics", "v1/report", "healthz"):
        assert answer(room, Request("GET", f"/gpu-0101/{path}", (), b"")) is None
    assert ask(room, "GET", "/gpu-0102/healthz")[0] == 200
    act(room, "silence", silent=False)
    assert ask(room, "GET", "/gpu-0101/healthz")[0] == 200


def test_a_node_that_boots_says_nothing_until_it_is_another_boot(
    room: Room, clock: NodeClock
) -> None:
    _, before = ask(room, "GET", "/gpu-0101/v1/report")
    assert act(room, "remedy", action="reboot")[1]["ok"]
    assert answer(room, Request("GET", "/gpu-0101/v1/report", (), b"")) is None
    assert act(room, "remedy", slot=3, action="gpu_reset")[0] == 409
    clock.move(minutes=15)
    room.nodes["gpu-0101"].look()
    _, after = ask(room, "GET", "/gpu-0101/v1/report")
    assert after["boot_id"] != before["boot_id"]
    assert after["journal_id"] == before["journal_id"]
    assert after["snapshot"]["taken_at"] == clock.now().isoformat()


def test_a_bad_roll_out_is_told_and_the_snapshot_has_the_new_driver(room: Room) -> None:
    for name in NODES:
        ask(room, "POST", f"/{name}/sim/inject", {"fault": "node:driver_mismatch"})
        room.nodes[name].look()
        _, report = ask(room, "GET", f"/{name}/v1/report")
        assert [f"{one['kind']}:{one['code']}" for one in report["signals"]] == [
            "node:driver_mismatch"
        ]
        told = report["signals"][0]["facts"]["module_version"]
        assert report["snapshot"]["driver_version"] == told


def test_a_crashed_node_is_silent_until_hands_start_it(room: Room) -> None:
    act(room, "inject", fault="node:silent")
    room.nodes["gpu-0101"].look()
    assert answer(room, Request("GET", "/gpu-0101/v1/report", (), b"")) is None
    act(room, "repair")
    assert ask(room, "GET", "/gpu-0101/v1/report")[0] == 200


def test_the_bmc_tells_of_what_no_agent_sees(room: Room) -> None:
    act(room, "inject", fault="psu:failed")
    act(room, "inject", fault="sel:bus_fatal")
    _, reading = ask(room, "GET", "/gpu-0101/sim/bmc")
    assert reading["power_on"] is True
    assert reading["power_watts"] > 8 * 70
    assert [(one["kind"], one["code"]) for one in reading["troubles"]] == [("psu", "failed")]
    assert [one["code"] for one in reading["log"]] == ["bus_fatal"]
    assert signals(room, "gpu-0101") == []


def test_a_bmc_that_hangs_does_not_answer(room: Room) -> None:
    act(room, "inject", fault="bmc:silent")
    assert answer(room, Request("GET", "/gpu-0101/sim/bmc", (), b"")) is None
    assert act(room, "remedy", action="power_cycle")[0] == 409
    assert ask(room, "GET", "/gpu-0101/healthz")[0] == 200


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("/nowhere/metrics", {}, 404, "no node 'nowhere' here"),
        ("/gpu-0101/sim/explode", {}, 404, "there are inject, remedy, repair, silence"),
        ("/gpu-0101/sim/inject", {}, 400, "fault=None: give a text"),
        ("/gpu-0101/sim/inject", {"fault": "xid:64"}, 400, "'xid:64' is a GPU's, with its slot"),
        ("/gpu-0101/sim/remedy", {"action": "gpu_reset"}, 400, "needs the slot of its GPU"),
        ("/gpu-0101/sim/inject", {"slot": True, "fault": "xid:64"}, 400, "slot=True: give a"),
        ("/gpu-0101/sim/inject", {"slot": 3}, 400, "fault=None: give a text"),
        ("/gpu-0101/sim/inject", {"slot": 3, "fault": "xid:0"}, 400, "fault 'xid:0' is unknown"),
        ("/gpu-0101/sim/inject", {"slot": 8, "fault": "xid:64"}, 400, "slot 8 does not exist"),
        ("/gpu-0101/sim/remedy", {"slot": 3, "action": "pray"}, 400, "action 'pray' is unknown"),
        ("/gpu-0101/sim/silence", {"silent": 1}, 400, "silent=1: give true or false"),
        ("/gpu-0101/sim/repair", [], 400, "the body is no JSON object"),
    ],
)
def test_a_wrong_act_is_told_in_a_sentence(
    room: Room, path: str, body: object, status: int, sentence: str
) -> None:
    told = ask(room, "POST", path, body)
    assert told[0] == status
    assert sentence in told[1]["error"]


def test_an_act_is_posted_and_a_reading_is_read(room: Room) -> None:
    assert ask(room, "GET", "/gpu-0101/sim/repair")[0] == 405
    assert ask(room, "POST", "/gpu-0101/sim/bmc")[0] == 405
