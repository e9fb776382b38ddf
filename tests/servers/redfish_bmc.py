"""A mock of Redfish BMCs over TLS: power that obeys, faults that a test injects.

It serves what DMTF's emulators do not: sessions, resets with their consequences, leak detectors.
"""

from __future__ import annotations

import secrets
import socket
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from servers.certificates import Issued
from servers.process import wait_for
from servers.redfish_tree import MANAGER, ROOT, SEL, SYSTEM, RedfishBmc, Tree, tree

SESSIONS = f"{ROOT}/SessionService/Sessions"
_AFTER = {"On": "On", "ForceOff": "Off", "ForceRestart": "On", "PowerCycle": "Cycling"}


@contextmanager
def redfish_bmc(bmc: RedfishBmc, issued: Issued | None) -> Iterator[str]:
    """Serve one until the block ends; gives its URL. Without a certificate it is plain HTTP."""
    files = {"ssl_certfile": issued.certificate, "ssl_keyfile": issued.key} if issued else {}
    config = uvicorn.Config(application(bmc), log_level="warning", ws="none", **files)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    # By this protocol asyncio knows TCP, and does not hold back the end of an answer.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            wait_for(lambda: server.started, "the mock BMC ready")
            yield f"{'https' if issued else 'http'}://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            _hang_up(server)
            thread.join()


def application(bmc: RedfishBmc) -> FastAPI:
    """The service of one BMC."""
    app = FastAPI()
    _resources(app, bmc)
    _sessions(app, bmc)
    _resets(app, bmc)
    return app


def _resources(app: FastAPI, bmc: RedfishBmc) -> None:
    @app.get("/{path:path}")
    async def get(request: Request) -> Response:
        path = request.url.path.rstrip("/")
        bmc.asked.append(path)
        if path != ROOT:
            _authorise(bmc, request)
        if path in bmc.broken:
            raise HTTPException(bmc.broken[path])
        return JSONResponse(_resource(bmc, path, request.query_params))


def _sessions(app: FastAPI, bmc: RedfishBmc) -> None:
    @app.post(SESSIONS)
    async def log_in(body: dict[str, str]) -> Response:
        if not bmc.has_sessions:
            raise HTTPException(404)
        if (body["UserName"], body["Password"]) != (bmc.user, bmc.password):
            raise HTTPException(401)
        token = secrets.token_hex(8)
        bmc.sessions.add(token)
        headers = {"X-Auth-Token": token, "Location": f"{SESSIONS}/{token}"}
        return JSONResponse({"@odata.id": f"{SESSIONS}/{token}"}, 201, headers)

    @app.delete(f"{SESSIONS}/{{token}}")
    async def log_out(token: str) -> Response:
        bmc.sessions.remove(token)
        return Response(status_code=204)


def _resets(app: FastAPI, bmc: RedfishBmc) -> None:
    @app.post(f"{SYSTEM}/Actions/ComputerSystem.Reset")
    async def reset(request: Request, body: dict[str, str]) -> Response:
        _authorise(bmc, request)
        return _reset(bmc, body["ResetType"])

    @app.post(f"{MANAGER}/Actions/Manager.Reset")
    async def restart(request: Request, body: dict[str, str]) -> Response:
        _authorise(bmc, request)
        bmc.resets.append(f"BMC {body['ResetType']}")
        bmc.sessions.clear()
        return Response(status_code=204)


def _hang_up(server: uvicorn.Server) -> None:
    """A client that keeps its connection would be waited for, half a minute over TLS."""
    for connection in list(server.server_state.connections):
        connection.loop.call_soon_threadsafe(connection.transport.abort)


def _reset(bmc: RedfishBmc, kind: str) -> Response:
    if kind not in bmc.reset_types:
        message = f"The value '{kind}' for the property ResetType is not in the list."
        return JSONResponse({"error": {"@Message.ExtendedInfo": [{"Message": message}]}}, 400)
    bmc.resets.append(kind)
    bmc.power = _AFTER[kind]
    return Response(status_code=204)


def _authorise(bmc: RedfishBmc, request: Request) -> None:
    """By session, else by password with each question."""
    kind, _, word = request.headers.get("authorization", "").partition(" ")
    by_password = kind == "Basic" and b64decode(word).decode() == f"{bmc.user}:{bmc.password}"
    if not by_password and request.headers.get("x-auth-token") not in bmc.sessions:
        raise HTTPException(401)


def _resource(bmc: RedfishBmc, path: str, query: Any) -> dict[str, Any]:
    if path == f"{SEL}/Entries":
        return _page(bmc, int(query.get("$skip", 0)), int(query.get("$top", bmc.page_size)))
    resources = _as_seen(bmc)
    if path not in resources:
        raise HTTPException(404)
    found = resources[path]
    if "$expand" in query and "Members" in found:
        return found | {"Members": [resources[one["@odata.id"]] for one in found["Members"]]}
    return found


def _as_seen(bmc: RedfishBmc) -> Tree:
    """A node that cycles is seen off once, and is on from then on."""
    if bmc.power != "Cycling":
        return tree(bmc)
    bmc.power = "Off"
    seen = tree(bmc)
    bmc.power = "On"
    return seen


def _page(bmc: RedfishBmc, skip: int, top: int) -> dict[str, Any]:
    """Log entries lie in their collection whole, and come by the page."""
    shown = bmc.entries[skip : skip + top]
    page = {
        "@odata.type": "#LogEntryCollection.LogEntryCollection",
        "@odata.id": f"{SEL}/Entries",
        "Name": "Log Entry Collection",
        "Members": [{"@odata.id": f"{SEL}/Entries/{one['Id']}", **one} for one in shown],
        "Members@odata.count": len(bmc.entries),
    }
    rest = f"{SEL}/Entries?$skip={skip + top}"
    return page | ({"Members@odata.nextLink": rest} if skip + top < len(bmc.entries) else {})
