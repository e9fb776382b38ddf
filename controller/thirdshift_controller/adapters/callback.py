"""Posts the end of a request to a URL of the site's choice. Implements `workorders.requester`.

The same may be posted twice; `Idempotency-Key` is then the same. Only a 2xx is an answer.
"""

from __future__ import annotations

import httpx

from thirdshift_controller.adapters.endpoint import Endpoint
from thirdshift_controller.config import EndpointTable
from thirdshift_controller.workorders.requester import Outcome, RequesterRefused


class Callback:
    """One URL that is told of every end."""

    def __init__(self, table: EndpointTable) -> None:
        self._endpoint = Endpoint(table, "[handoff.callback]")

    def tell(self, outcome: Outcome) -> None:
        """Post it."""
        key = {"Idempotency-Key": f"{outcome.system}/{outcome.reference}"}
        answer = self._endpoint.ask("POST", "", _body(outcome), key)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise RequesterRefused(f"{answer.url} answers 404; mend url in [handoff.callback]")


def _body(outcome: Outcome) -> dict[str, object]:
    return {
        "system": outcome.system,
        "reference": outcome.reference,
        "node": outcome.node,
        "succeeded": outcome.succeeded,
        "message": outcome.message,
        "incident": outcome.incident,
        "completed_at": outcome.completed_at.isoformat(),
    }
