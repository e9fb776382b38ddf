"""Writes the outcome of a repair on the machine in NICo. Implements `workorders.requester`.

NICo reads the label `repair_status` when the repair instance is released; a missing one counts as
failed. An update replaces all labels, so those that are there are sent again. Source:
NVIDIA/ncx-infra-controller-core, docs/manuals/repair/repair_tenant_workflow.md (endpoints, labels);
NVIDIA/infra-controller, rest-api/api/pkg/api/model (at most 10 labels; its manual says 16).
"""

from __future__ import annotations

import httpx

from thirdshift_controller.adapters.endpoint import Endpoint, decoded
from thirdshift_controller.config import EndpointTable
from thirdshift_controller.intake.nico import MACHINE
from thirdshift_controller.workorders.requester import Outcome, RequesterRefused

STATUS, TICKET, SUMMARY = "repair_status", "repair.ticket", "repair.summary"
MOST_LABELS = 10
LONGEST_VALUE = 255


class NicoMachines:
    """Machines of one organisation; `url` ends in `/v2/org/ORG/nico`."""

    def __init__(self, table: EndpointTable) -> None:
        self._endpoint = Endpoint(table, "[handoff.nico]")

    def tell(self, outcome: Outcome) -> None:
        """Label the machine. One that NICo does not know has nobody who waits for it."""
        path = f"/machine/{outcome.facts[MACHINE]}"
        answer = self._endpoint.ask("GET", path)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return
        labels = decoded(answer).get("labels") or {}
        wanted = labelled(labels, outcome)
        if wanted != labels:
            told = self._endpoint.ask("PATCH", path, {"labels": wanted})
            if told.status_code == httpx.codes.NOT_FOUND:
                raise RequesterRefused(f"{told.url} may be read and not written; mend its role")


def labelled(labels: dict[str, str], outcome: Outcome) -> dict[str, str]:
    """The labels with the outcome; what only explains it is left out where there is no room."""
    others = {name: value for name, value in labels.items() if name not in (TICKET, SUMMARY)}
    wanted = {**others, STATUS: "Completed" if outcome.succeeded else "Failed"}
    for name, value in ((TICKET, outcome.incident), (SUMMARY, outcome.message)):
        if value and len(wanted) < MOST_LABELS:
            wanted[name] = value[:LONGEST_VALUE]
    return wanted
