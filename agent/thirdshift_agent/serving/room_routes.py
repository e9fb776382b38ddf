"""The simulated room over HTTP: each node under its name, and the hands that break and mend.

    GET  /{node}/metrics, /{node}/v1/report, /{node}/healthz    as on a real node
    POST /{node}/sim/inject   {"slot": 3, "fault": "xid:64"}; a fault of the node has no slot
    POST /{node}/sim/remedy   {"slot": 3, "action": "gpu_reset"}   -> {"ok": true, "output": "…"}
    POST /{node}/sim/repair   {"slot": 3}; without a slot the node around the GPUs
    POST /{node}/sim/silence  {"silent": true}                  the node then answers nothing
    GET  /{node}/sim/bmc      what its BMC reads; no answer while that is silent

No real node has the `sim` paths: `thirdshift-agent run` does not know this module.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from thirdshift_agent.room import Room, SimulatedNode
from thirdshift_agent.serving import routes
from thirdshift_agent.serving.exchange import Answer, Request, refusal
from thirdshift_agent.serving.json_body import BodyError, JsonBody
from thirdshift_agent.simulated import OutOfReachError, SimulationError


def answer(room: Room, request: Request) -> Answer | None:
    """Answer one request; `None`, no word at all, for a node that was silenced."""
    name, _, rest = request.path.removeprefix("/").partition("/")
    node = room.nodes.get(name)
    if node is None:
        return refusal(404, f"no node {name!r} here; ask for /NODE/metrics or /NODE/v1/report")
    if rest == "sim/bmc":
        return _bmc(node, request)
    if rest.startswith("sim/"):
        return _act(node, rest.removeprefix("sim/"), request)
    if not node.machine.answers:
        return None
    told = routes.answer(node.agent, replace(request, path=f"/{rest}"))
    return told if node.machine.answers else None  # silenced while a reader waited


def _act(node: SimulatedNode, name: str, request: Request) -> Answer:
    act = _ACTS.get(name)
    if act is None:
        return refusal(404, f"no act {name!r}; there are {', '.join(_ACTS)}")
    if request.method != "POST":
        return refusal(405, f"{request.path} acts: use POST")
    try:
        outcome = act(node, JsonBody(request.body))
    except OutOfReachError as error:
        return refusal(409, str(error))
    except (BodyError, SimulationError) as error:
        return refusal(400, str(error))
    return Answer(200, json.dumps(outcome).encode())


def _bmc(node: SimulatedNode, request: Request) -> Answer | None:
    if request.method != "GET":
        return refusal(405, f"{request.path} is read: use GET")
    reading = node.machine.bmc_reading()
    return None if reading is None else Answer(200, json.dumps(reading).encode())


def _inject(node: SimulatedNode, body: JsonBody) -> dict[str, object]:
    node.inject(body.some_whole("slot"), body.word("fault"))
    return {"ok": True}


def _remedy(node: SimulatedNode, body: JsonBody) -> dict[str, object]:
    ok, output = node.machine.remedy(body.some_whole("slot"), body.word("action"))
    return {"ok": ok, "output": output}


def _repair(node: SimulatedNode, body: JsonBody) -> dict[str, object]:
    node.machine.repair(body.some_whole("slot"))
    return {"ok": True}


def _silence(node: SimulatedNode, body: JsonBody) -> dict[str, object]:
    node.machine.unplugged = body.flag("silent")
    return {"ok": True}


_ACTS: dict[str, Callable[[SimulatedNode, JsonBody], dict[str, object]]] = {
    "inject": _inject,
    "remedy": _remedy,
    "repair": _repair,
    "silence": _silence,
}
