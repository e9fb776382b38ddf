"""The real site: HTTP in, cleaned and typed values out. The only module that knows httpx.

It neither retries nor remembers; the console asks again every few seconds anyway.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from thirdshift_controller.wire import (
    Floor,
    Hold,
    IncidentDetail,
    IncidentSummary,
    Me,
    NodeDetail,
    Pause,
    Runbook,
    RungRecord,
    Scope,
    WorkOrderDetail,
    WorkOrderSummary,
)
from thirdshift_tui.client.clean import clean
from thirdshift_tui.client.errors import (
    BadTokenError,
    NotThirdshiftError,
    RefusedError,
    UnreachableError,
)
from thirdshift_tui.client.token import Token

T = TypeVar("T")

_ME = TypeAdapter(Me)
_FLOOR = TypeAdapter(Floor)
_NODE = TypeAdapter(NodeDetail)
_INCIDENT = TypeAdapter(IncidentDetail)
_INCIDENTS = TypeAdapter(tuple[IncidentSummary, ...])
_RECORDS = TypeAdapter(tuple[RungRecord, ...])
_HOLD = TypeAdapter(Hold)
_HOLDS = TypeAdapter(tuple[Hold, ...])
_PAUSES = TypeAdapter(tuple[Pause, ...])
_ORDER = TypeAdapter(WorkOrderDetail)
_ORDERS = TypeAdapter(tuple[WorkOrderSummary, ...])
_RUNBOOK = TypeAdapter(Runbook)


class HttpSite:
    """A site behind a controller's URL. `transport` is for tests that need no socket."""

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        timeout_seconds: float = 5.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._http = httpx.AsyncClient(
            base_url=self._url,
            headers={"Authorization": f"Bearer {token.reveal()}"},
            timeout=timeout_seconds,
            transport=transport,
        )

    async def me(self) -> Me:
        """GET /v1/me."""
        return await self._get(_ME, "/v1/me")

    async def floor(self) -> Floor:
        """GET /v1/floor."""
        return await self._get(_FLOOR, "/v1/floor")

    async def node(self, name: str) -> NodeDetail:
        """GET /v1/nodes/{name}."""
        return await self._get(_NODE, f"/v1/nodes/{_part(name)}")

    async def incidents(self) -> tuple[IncidentSummary, ...]:
        """GET /v1/incidents?open=true."""
        return await self._get(_INCIDENTS, "/v1/incidents", open="true")

    async def incident(self, identity: str) -> IncidentDetail:
        """GET /v1/incidents/{id}."""
        return await self._get(_INCIDENT, _incident(identity))

    async def acknowledge_incident(self, identity: str) -> IncidentDetail:
        """POST /v1/incidents/{id}/acknowledge."""
        return await self._post(_INCIDENT, f"{_incident(identity)}/acknowledge")

    async def approve(self, identity: str, attempt: int) -> IncidentDetail:
        """POST /v1/incidents/{id}/attempts/{n}/approve."""
        return await self._post(_INCIDENT, f"{_incident(identity)}/attempts/{attempt}/approve")

    async def decline(self, identity: str, attempt: int, reason: str) -> IncidentDetail:
        """POST /v1/incidents/{id}/attempts/{n}/decline."""
        path = f"{_incident(identity)}/attempts/{attempt}/decline"
        return await self._post(_INCIDENT, path, {"reason": reason})

    async def let_jobs_die(self, identity: str, reason: str) -> IncidentDetail:
        """POST /v1/incidents/{id}/let-jobs-die."""
        path = f"{_incident(identity)}/let-jobs-die"
        return await self._post(_INCIDENT, path, {"reason": reason})

    async def remedies(self) -> tuple[RungRecord, ...]:
        """GET /v1/remedies."""
        return await self._get(_RECORDS, "/v1/remedies")

    async def holds(self) -> tuple[Hold, ...]:
        """GET /v1/holds."""
        return await self._get(_HOLDS, "/v1/holds")

    async def place_hold(
        self, scope: Scope, scope_name: str, reason: str, until_at: datetime | None
    ) -> Hold:
        """POST /v1/holds."""
        end = until_at and until_at.isoformat()
        wish = {"scope": scope, "scope_name": scope_name, "reason": reason, "until_at": end}
        return await self._post(_HOLD, "/v1/holds", wish)

    async def lift_hold(self, identity: str, reason: str) -> Hold:
        """POST /v1/holds/{id}/lift."""
        return await self._post(_HOLD, f"/v1/holds/{_part(identity)}/lift", {"reason": reason})

    async def pauses(self) -> tuple[Pause, ...]:
        """GET /v1/pauses."""
        return await self._get(_PAUSES, "/v1/pauses")

    async def work_orders(self, assignee: str | None) -> tuple[WorkOrderSummary, ...]:
        """GET /v1/work-orders?open=true&assignee=."""
        mine = {} if assignee is None else {"assignee": assignee}
        return await self._get(_ORDERS, "/v1/work-orders", open="true", **mine)

    async def work_order(self, identity: str) -> WorkOrderDetail:
        """GET /v1/work-orders/{id}."""
        return await self._get(_ORDER, _order(identity))

    async def acknowledge_work_order(self, identity: str) -> WorkOrderDetail:
        """POST /v1/work-orders/{id}/acknowledge."""
        return await self._post(_ORDER, f"{_order(identity)}/acknowledge")

    async def start_work_order(self, identity: str) -> WorkOrderDetail:
        """POST /v1/work-orders/{id}/start."""
        return await self._post(_ORDER, f"{_order(identity)}/start")

    async def tick_step(self, identity: str, number: int, note: str | None) -> WorkOrderDetail:
        """POST /v1/work-orders/{id}/steps/{n}."""
        body = {"done": True, "note": note}
        return await self._post(_ORDER, f"{_order(identity)}/steps/{number}", body)

    async def close_work_order(self, identity: str) -> WorkOrderDetail:
        """POST /v1/work-orders/{id}/close."""
        return await self._post(_ORDER, f"{_order(identity)}/close", {})

    async def runbook(self, identity: str) -> Runbook:
        """GET /v1/runbooks/{id}."""
        return await self._get(_RUNBOOK, f"/v1/runbooks/{_part(identity)}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _get(self, shape: TypeAdapter[T], path: str, **query: str) -> T:
        return self._read(shape, await self._send("GET", path, params=query))

    async def _post(
        self, shape: TypeAdapter[T], path: str, body: dict[str, Any] | None = None
    ) -> T:
        return self._read(shape, await self._send("POST", path, json=body))

    async def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise UnreachableError(f"cannot reach {self._url}: {reason}") from error

    def _read(self, shape: TypeAdapter[T], response: httpx.Response) -> T:
        if not response.is_success:
            raise self._refusal(response)
        try:
            return shape.validate_python(clean(from_json(response.content)))
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise self._stranger(f"cannot read {where or 'the answer'}") from error
        except ValueError as error:
            raise self._stranger("the answer is not JSON") from error

    def _refusal(self, response: httpx.Response) -> NotThirdshiftError | RefusedError:
        match _detail(response):
            case str(detail) if response.status_code == httpx.codes.UNAUTHORIZED:
                return BadTokenError(f"the controller refused the token: {detail}")
            case str(detail):
                return RefusedError(detail)
            case _:
                return self._stranger(f"HTTP {response.status_code}")

    def _stranger(self, reason: str) -> NotThirdshiftError:
        return NotThirdshiftError(f"{self._url} does not answer like a controller: {reason}")


def _part(name: str) -> str:
    return quote(name, safe="")


def _incident(identity: str) -> str:
    return f"/v1/incidents/{_part(identity)}"


def _order(identity: str) -> str:
    return f"/v1/work-orders/{_part(identity)}"


def _detail(response: httpx.Response) -> object:
    try:
        answer = clean(from_json(response.content))
    except ValueError:
        return None
    return answer.get("detail") if isinstance(answer, dict) else None
