"""The simulated room over HTTP: each node under its name, and the hands that break and mend.

    GET  /{node}/metrics, /{node}/v1/report, /{node}/healthz    as on a real node
    POST /{node}/sim/inject   {"slot": 3, "fault": "xid:64"}
    POST /{node}/sim/remedy   {"slot": 3, "action": "gpu_reset"}   -> {"ok": true, "output": "…"}
    POST /{node}/sim/repair   {"slot": 3}
    POST /{node}/sim/silence  {"silent": true}                  the node then answers nothing

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
from thirdshift_agent.simulated import SimulationError


def answer(room: Room, request: Request) -> Answer | None:
    """Answer one request; `None`, no word at all, for a node that was silenced."""
    name, _, rest = request.path.removeprefix("/").partition("/")
    node = room.nodes.get(name)
    if node is None:
        return refusal(404, f"no node {name!r} here; ask for /NODE/metrics or /NODE/v1/report")
    if rest.startswith("sim/"):
        return _act(node, rest.removeprefix("sim/"), request)
    if node.silent:
        return None
    told = routes.answer(node.agent, replace(request, path=f"/{rest}"))
    return None if node.silent else told  # silenced while a reader waited


def _act(node: SimulatedNode, name: str, request: Request) -> Answer:
    act = _ACTS.get(name)
    if act is None:
        return refusal(404, f"no act {name!r}; there are {', '.join(_ACTS)}")
    if request.method != "POST":
        return refusal(405, f"{request.path} acts: use POST")
    try:
        outcome = act(node, JsonBody(request.body))
    except (BodyError, SimulationError) as error:
        return refusal(400, str(error))
    return Answer(200, json.dumps(outcome).encode())


def _inject(node: SimulatedNode, body: JsonBody) -> dict[str, object]:
    node.inject(body.whole("slot"), body.word("fault"))
    return {"ok": True}


def _remedy(node: SimulatedNode, body: JsonBody) -> dict[str, object]:
    ok, output = node.driver.remedy(body.whole("slot"), body.word("action"))
    return {"ok": ok, "output": output}


def _repair(node: SimulatedNode, body: JsonBody) -> dict[str, object]:
    node.driver.repair(body.whole("slot"))
    return {"ok": True}


def _silence(node: SimulatedNode, body: JsonBody) -> dict[str, object]:
    node.silent = body.flag("silent")
    return {"ok": True}


_ACTS: dict[str, Callable[[SimulatedNode, JsonBody], dict[str, object]]] = {
    "inject": _inject,
    "remedy": _remedy,
    "repair": _repair,
    "silence": _silence,
}
