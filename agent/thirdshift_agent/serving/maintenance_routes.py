"""Maintenance over the control socket.

GET  /v1/maintenance                                                  -> {"released": false}
POST /v1/maintenance  {"release": true, "reason": "…", "seconds": 3600}
                       -> {"released": true, "reason": "…", "since_at": "…", "until_at": "…"}
POST /v1/maintenance  {"release": false}                              -> {"released": false}

A release that cannot be had is a 409 whose sentence says why.
"""

from __future__ import annotations

import json
from typing import Protocol

from thirdshift_agent.sampling.maintenance import Release, ReleaseError
from thirdshift_agent.serving.control import ControlRoutes
from thirdshift_agent.serving.exchange import Answer, Request, refusal
from thirdshift_agent.serving.json_body import BodyError, JsonBody

PATH = "/v1/maintenance"
LONGEST_SECONDS = 30 * 86_400.0
LONGEST_REASON = 200


class Releasable(Protocol):
    """What can let go of the driver for a while."""

    def release(self, reason: str, seconds: float) -> Release:
        """Let go of it. Raises `ReleaseError`."""
        ...

    def resume(self) -> None:
        """Take it up again."""
        ...

    def released(self) -> Release | None:
        """The release that is in force, if one is."""
        ...


def add_maintenance(routes: ControlRoutes, node: Releasable) -> None:
    """Put these routes on the control socket."""

    def look(request: Request) -> Answer:
        return _state(node.released())

    def act(request: Request) -> Answer:
        body = JsonBody(request.body)
        if not body.flag("release"):
            node.resume()
            return _state(None)
        reason, seconds = _reason(body), body.number("seconds", 1, LONGEST_SECONDS)
        try:
            return _state(node.release(reason, seconds))
        except ReleaseError as error:
            return refusal(409, str(error))

    routes.add("GET", PATH, look)
    routes.add("POST", PATH, act)


def _reason(body: JsonBody) -> str:
    reason = " ".join(body.word("reason").split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise BodyError(f"reason: say why, in at most {LONGEST_REASON} characters")
    return reason


def _state(release: Release | None) -> Answer:
    told: dict[str, object] = {"released": release is not None}
    if release is not None:
        told["reason"] = release.reason
        told["since_at"] = release.since_at.isoformat()
        told["until_at"] = release.until_at.isoformat()
    return Answer(200, json.dumps(told).encode() + b"\n")
