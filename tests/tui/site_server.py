"""A tiny controller over HTTP: the API's routes in front of a `FakeSite`.

`python site_server.py PORT_FILE [--hostile]` serves the scripted site on a free port of the
loopback, and writes the port to the file once it listens. A hostile one speaks to the terminal.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from thirdshift_controller.wire import Scope
from thirdshift_tui.client.errors import RefusedError
from thirdshift_tui.client.fake import FakeSite

TOKEN = "let-me-in"
PAYLOAD = "\x1b]52;c;aGk=\x07\x1b[31m\x9b2J\x1b]0;pwned\x07\u202e[bold]x[/]\r\n\x00"
_FREE = frozenset({"site", "driver_version", "serial", "uuid", "model", "skills", "message"})

Spoil = Callable[[Any], Any]


def as_it_is(answer: Any) -> Any:
    """Return the answer."""
    return answer


def application(site: FakeSite, spoil: Spoil = as_it_is) -> FastAPI:
    """Return the API; `spoil` may change every answer's JSON, as a hostile tenant would."""
    app = FastAPI(dependencies=[Depends(_authorised)])

    @app.exception_handler(RefusedError)
    async def refused(request: Request, error: RefusedError) -> JSONResponse:
        return JSONResponse(spoil({"detail": str(error)}), status_code=409)

    async def told(answer: Awaitable[object]) -> JSONResponse:
        return JSONResponse(spoil(jsonable_encoder(await answer)))

    _readings(app, site, told)
    _more_readings(app, site, told)
    _doings(app, site, told)
    _work(app, site, told)
    return app


Told = Callable[[Awaitable[object]], Awaitable[JSONResponse]]


def _readings(app: FastAPI, site: FakeSite, told: Told) -> None:
    @app.get("/v1/me")
    async def me() -> JSONResponse:
        return await told(site.me())

    @app.get("/v1/floor")
    async def floor() -> JSONResponse:
        return await told(site.floor())

    @app.get("/v1/nodes/{name}")
    async def node(name: str) -> JSONResponse:
        return await told(site.node(name))

    @app.get("/v1/incidents")
    async def incidents(open: bool) -> JSONResponse:  # noqa: A002
        return await told(site.incidents())

    @app.get("/v1/incidents/{identity}")
    async def incident(identity: str) -> JSONResponse:
        return await told(site.incident(identity))


def _more_readings(app: FastAPI, site: FakeSite, told: Told) -> None:
    @app.get("/v1/remedies")
    async def remedies() -> JSONResponse:
        return await told(site.remedies())

    @app.get("/v1/holds")
    async def holds() -> JSONResponse:
        return await told(site.holds())

    @app.get("/v1/pauses")
    async def pauses() -> JSONResponse:
        return await told(site.pauses())

    @app.get("/v1/work-orders")
    async def work_orders(open: bool, assignee: str | None = None) -> JSONResponse:  # noqa: A002
        return await told(site.work_orders(assignee))

    @app.get("/v1/work-orders/{identity}")
    async def work_order(identity: str) -> JSONResponse:
        return await told(site.work_order(identity))

    @app.get("/v1/runbooks/{identity}")
    async def runbook(identity: str) -> JSONResponse:
        return await told(site.runbook(identity))


def _doings(app: FastAPI, site: FakeSite, told: Told) -> None:
    @app.post("/v1/incidents/{identity}/acknowledge")
    async def acknowledge_incident(identity: str) -> JSONResponse:
        return await told(site.acknowledge_incident(identity))

    @app.post("/v1/incidents/{identity}/attempts/{number}/approve")
    async def approve(identity: str, number: int) -> JSONResponse:
        return await told(site.approve(identity, number))

    @app.post("/v1/incidents/{identity}/attempts/{number}/decline")
    async def decline(identity: str, number: int, body: dict[str, Any]) -> JSONResponse:
        return await told(site.decline(identity, number, body["reason"]))

    @app.post("/v1/incidents/{identity}/let-jobs-die")
    async def let_jobs_die(identity: str, body: dict[str, Any]) -> JSONResponse:
        return await told(site.let_jobs_die(identity, body["reason"]))

    @app.post("/v1/holds")
    async def place_hold(body: dict[str, Any]) -> JSONResponse:
        until_at = body["until_at"] and datetime.fromisoformat(body["until_at"])
        scope = Scope(body["scope"])
        return await told(site.place_hold(scope, body["scope_name"], body["reason"], until_at))

    @app.post("/v1/holds/{identity}/lift")
    async def lift_hold(identity: str, body: dict[str, Any]) -> JSONResponse:
        return await told(site.lift_hold(identity, body["reason"]))


def _work(app: FastAPI, site: FakeSite, told: Told) -> None:
    @app.post("/v1/work-orders/{identity}/acknowledge")
    async def acknowledge(identity: str) -> JSONResponse:
        return await told(site.acknowledge_work_order(identity))

    @app.post("/v1/work-orders/{identity}/start")
    async def start(identity: str) -> JSONResponse:
        return await told(site.start_work_order(identity))

    @app.post("/v1/work-orders/{identity}/steps/{number}")
    async def step(identity: str, number: int, body: dict[str, Any]) -> JSONResponse:
        return await told(site.tick_step(identity, number, body["note"]))

    @app.post("/v1/work-orders/{identity}/close")
    async def close(identity: str, body: dict[str, Any]) -> JSONResponse:
        return await told(site.close_work_order(identity))


def poisoned(value: Any, key: str = "") -> Any:
    """Append the payload to every free text of an answer."""
    match value:
        case str() if " " in value or key in _FREE:
            return value + PAYLOAD
        case list():
            return [poisoned(item, key) for item in value]
        case dict():
            return {name: poisoned(item, name) for name, item in value.items()}
        case _:
            return value


async def _authorised(request: Request) -> None:
    if request.headers.get("authorization") != f"Bearer {TOKEN}":
        raise HTTPException(401, "no such token")


def main(port_file: Path, spoil: Spoil) -> None:
    """Serve until killed."""
    listening = socket.create_server(("127.0.0.1", 0))
    port_file.write_text(str(listening.getsockname()[1]), encoding="utf-8")
    config = uvicorn.Config(application(FakeSite(), spoil), log_level="warning")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]), poisoned if "--hostile" in sys.argv else as_it_is)
