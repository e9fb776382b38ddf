"""The rungs that reach a node or its BMC, at a simulated site. Implements `remedies.port.Remedy`.

It asks the agent's simulation to act. Drain and resume are the scheduler's, not the node's.
"""

from __future__ import annotations

import httpx
from pydantic import BaseModel, ValidationError

from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
    RemedyResult,
)


class SimulatedOutcome(BaseModel):
    """What a simulated node answers."""

    ok: bool
    output: str


class SimulatedRemedy:
    """Posts to the simulated agent of the node."""

    def __init__(self, connect_timeout_seconds: float, command_timeout_seconds: float) -> None:
        self._timeout = httpx.Timeout(command_timeout_seconds, connect=connect_timeout_seconds)

    def describe(self, order: RemedyOrder) -> str:
        """The request in words."""
        whom = "" if order.gpu_slot is None else f"GPU {order.gpu_slot} on "
        return f"simulated {order.action} of {whom}{order.node.name}"

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Let the simulation act. Raises `RemedyNotStarted` or `RemedyOutcomeUnknown`."""
        answer = self._post(order)
        if answer.is_client_error:
            raise RemedyNotStarted(f"{answer.url} refused: {answer.text}")
        try:
            answer.raise_for_status()
            outcome = SimulatedOutcome.model_validate_json(answer.content)
        except (httpx.HTTPStatusError, ValidationError) as error:
            raise RemedyOutcomeUnknown(f"{answer.url} answered what it should not") from error
        return RemedyResult(self.describe(order), outcome.output, 0 if outcome.ok else 1)

    def _post(self, order: RemedyOrder) -> httpx.Response:
        url = f"{order.node.agent}/sim/remedy"
        body = {"slot": order.gpu_slot, "action": order.action.value}
        try:
            return httpx.post(url, json=body, timeout=self._timeout, trust_env=False)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise RemedyNotStarted(f"{url} cannot be reached; is the simulation up?") from error
        except httpx.HTTPError as error:
            raise RemedyOutcomeUnknown(f"{url}: no answer: {error}") from error
