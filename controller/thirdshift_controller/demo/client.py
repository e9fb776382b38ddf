"""Somebody with a token who calls the controller's public API, as the console does."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
from pydantic import TypeAdapter

from thirdshift_controller.wire import (
    Floor,
    IncidentDetail,
    IncidentSummary,
    MonthReport,
    WorkOrderDetail,
    WorkOrderSummary,
)


@dataclass
class Caller:
    """Every call raises `httpx.HTTPError` where the controller refuses or is not there."""

    url: str
    token: str = field(repr=False)
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        self._client = httpx.Client(
            base_url=self.url, headers=headers, timeout=30.0, trust_env=False
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def floor(self) -> Floor:
        """The whole site."""
        return TypeAdapter(Floor).validate_json(self._get("/v1/floor"))

    def incidents(self) -> list[IncidentSummary]:
        """The open incidents."""
        return TypeAdapter(list[IncidentSummary]).validate_json(self._get("/v1/incidents"))

    def incident(self, identifier: str) -> IncidentDetail:
        """One incident."""
        path = f"/v1/incidents/{identifier}"
        return TypeAdapter(IncidentDetail).validate_json(self._get(path))

    def orders(self) -> list[WorkOrderSummary]:
        """The open work orders."""
        return TypeAdapter(list[WorkOrderSummary]).validate_json(self._get("/v1/work-orders"))

    def order(self, identifier: str) -> WorkOrderDetail:
        """One order."""
        path = f"/v1/work-orders/{identifier}"
        return TypeAdapter(WorkOrderDetail).validate_json(self._get(path))

    def act(self, identifier: str, act: str, **body: object) -> WorkOrderDetail:
        """Acknowledge, start, tick or close an order."""
        answer = self._client.post(f"/v1/work-orders/{identifier}/{act}", json=body)
        answer.raise_for_status()
        return TypeAdapter(WorkOrderDetail).validate_json(answer.content)

    def report(self, month: str) -> MonthReport:
        """The month as it stands."""
        return TypeAdapter(MonthReport).validate_json(self._get(f"/v1/reports/{month}"))

    def _get(self, path: str) -> bytes:
        answer = self._client.get(path)
        answer.raise_for_status()
        return answer.content
