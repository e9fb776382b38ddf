"""A node of NVSentinel's: taken over, mended, handed back once, with SIGKILL between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import TypeAdapter

from end_to_end.stage import NODE, Stage, open_stage
from fakes.handoff import REFERENCE, resource
from fakes.site_files import ALERTS
from servers.custom_resources import Cluster, cluster
from servers.process import wait_for
from thirdshift_controller.intake.nvsentinel import COMPLETE
from thirdshift_controller.wire.handoff import ExternalRequest, ExternalState

HANDOFF = """\
[handoff]
interval_seconds = 0.3
[handoff.nvsentinel]
kubeconfig_file = "kubeconfig"
"""


@dataclass
class Border:
    """The stage, and the cluster that its node comes from."""

    stage: Stage
    cluster: Cluster

    def request(self) -> ExternalRequest | None:
        url = f"{self.stage.url}/v1/external/nvsentinel/{REFERENCE}"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {ALERTS}"}, timeout=5.0)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return TypeAdapter(ExternalRequest).validate_json(answer.content)

    def wait(self, what: str, told: bool) -> ExternalRequest:
        def look() -> ExternalRequest | None:
            found = self.request()
            over = found is not None and found.state is ExternalState.COMPLETED
            return found if found and over and (found.told_at is not None) == told else None

        return wait_for(look, what)


@pytest.fixture
def border(tmp_path: Path) -> Iterator[Border]:
    with ExitStack() as closing:
        here = closing.enter_context(cluster())
        here.kubeconfig(tmp_path)
        here.add(resource(node=NODE, checkName="GpuPowerWatch", errorCode=[], entitiesImpacted=[]))
        yield Border(open_stage(tmp_path, closing, HANDOFF), here)


def test_a_node_comes_over_is_mended_and_goes_back_once(border: Border) -> None:
    stage = border.stage
    stage.start_agent()
    stage.start_controller()
    wait_for(border.request, "the request taken")
    stage.restart_controller()
    order = stage.order()
    assert stage.lead.incident("INC-1").summary.runbook == "external-remediation"
    stage.restart_controller()
    stage.ana.act(order.id, "start")
    stage.tick_off(order, "cable reseated")
    border.cluster.is_down = True
    unheard = border.wait("the end, which nobody has heard", told=False)
    assert (unheard.succeeded, unheard.incident) == (True, "INC-1")

    stage.restart_controller()
    border.cluster.is_down = False
    border.wait("the cluster told", told=True)
    stage.restart_controller()
    assert border.wait("the same after all", told=True).message == unheard.message
    assert border.cluster.condition(REFERENCE, COMPLETE)["status"] == "True"
    assert len(border.cluster.patches) == 1
    assert [one.id for one in stage.lead.incidents()] == []
