"""The application: routes together, refusals as one sentence each."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from thirdshift_controller.api import (
    evidence,
    floor,
    handoff,
    holds,
    incidents,
    machine,
    work_orders,
)
from thirdshift_controller.api.bounds import BoundedBodies
from thirdshift_controller.api.services import Services
from thirdshift_controller.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
)

_STATUS: dict[type[RefusedError], int] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    ConflictError: 409,
}


def create_app(services: Services) -> FastAPI:
    """The API over these services."""
    app = FastAPI(title="Thirdshift controller", docs_url=None, redoc_url=None)
    app.state.services = services
    app.add_middleware(BoundedBodies)
    for room in (floor, holds, incidents, evidence, work_orders, machine, handoff):
        app.include_router(room.router)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    return app


def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RefusedError)
    return JSONResponse({"detail": str(error)}, _STATUS[type(error)])


def _malformed(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    ours = first["type"] == "value_error"
    said = first["ctx"]["error"] if ours else first["msg"]
    return JSONResponse({"detail": f"{where}: {said}"}, 422)
