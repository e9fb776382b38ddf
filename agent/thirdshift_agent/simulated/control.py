"""Breaking and mending simulated GPUs over the control socket. A real driver has no such routes.

POST /v1/inject  {"slot": 3, "fault": "nvlink:down"}   -> {"ok": true}
POST /v1/repair  {"slot": 3}                           -> {"ok": true}
"""

from __future__ import annotations

from thirdshift_agent.serving.control import ControlRoutes
from thirdshift_agent.serving.exchange import Answer, Request, refusal
from thirdshift_agent.serving.json_body import JsonBody
from thirdshift_agent.simulated.driver import SimulatedDriver
from thirdshift_agent.simulated.errors import SimulationError

INJECT, REPAIR = "/v1/inject", "/v1/repair"
_DONE = Answer(200, b'{"ok": true}\n')


def add_injection(routes: ControlRoutes, driver: SimulatedDriver) -> None:
    """Put these routes on the control socket."""

    def inject(request: Request) -> Answer:
        body = JsonBody(request.body)
        try:
            driver.inject(body.whole("slot"), body.word("fault"))
        except SimulationError as error:
            return refusal(400, str(error))
        return _DONE

    def repair(request: Request) -> Answer:
        try:
            driver.repair(JsonBody(request.body).whole("slot"))
        except SimulationError as error:
            return refusal(400, str(error))
        return _DONE

    routes.add("POST", INJECT, inject)
    routes.add("POST", REPAIR, repair)
