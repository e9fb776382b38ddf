"""From NVML's event to the month's report, through real processes and servers, arrow by arrow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from end_to_end.stage import ALERTS, GPU, NODE, Stage, open_stage
from servers.alertmanager import alertmanager
from servers.process import wait_for
from servers.prometheus import prometheus
from thirdshift_controller.wire import (
    AttemptOutcome,
    CellState,
    IncidentState,
    NodeCell,
    WorkOrderState,
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as closing:
        yield open_stage(tmp_path, closing)


def test_from_a_failing_gpu_to_the_months_report(stage: Stage) -> None:
    stage.start_agent()
    stage.start_controller()
    hook = f"{stage.url}/v1/alerts"
    told = stage.closing.enter_context(alertmanager(stage.folder, hook, ALERTS))
    agents = {NODE: f"127.0.0.1:{stage.agent_port}"}
    stage.closing.enter_context(prometheus(stage.folder, agents, told))

    stage.fail_remap()

    signal = stage.journalled()
    assert (signal.gpu_slot, signal.gpu_serial) == (GPU, "1651230000003")

    opened = stage.incident(*IncidentState)
    assert (opened.id, opened.runbook, opened.node) == ("INC-1", "row-remap-failure", NODE)

    # the reset is run and ends well, but the flag stands: the proof fails, so hands are sent
    order = stage.order()
    detail = stage.lead.incident("INC-1")
    assert [one.outcome for one in detail.attempts] == [AttemptOutcome.SUCCEEDED]
    assert stage.sshd.commands == ["-n nvidia-smi --gpu-reset -i 00000000:4B:00.0"]
    assert any("did not hold: GPU 3 failed to remap a row" in one.text for one in detail.timeline)
    assert (order.assignee, order.shift, order.state) == ("ana", "day", WorkOrderState.ASSIGNED)

    stage.work_through(order)
    states = {gpu.slot: gpu.state for gpu in _cell(stage).gpus}
    assert states[GPU] is CellState.VALIDATING

    closed = stage.incident(IncidentState.CLOSED)
    assert closed.closed_at is not None
    detail = stage.lead.incident("INC-1")
    assert detail.resolution is not None
    assert detail.resolution.startswith("verified")
    new_card = stage.report().snapshot.gpus[GPU].identity
    assert new_card.serial == "1651230000103"

    report = stage.lead.report(f"{closed.closed_at:%Y-%m}")
    (lost,) = report.downtime
    hours = sum(phase.seconds for phase in detail.phases) / 3600
    assert (lost.runbook, lost.incidents) == ("row-remap-failure", 1)
    assert lost.gpu_hours == pytest.approx(hours, rel=0.01)
    assert Path(report.html_path).stat().st_size > 10_000

    def joined() -> bool:
        sources = {line.source for line in stage.lead.incident("INC-1").signals}
        return "alertmanager" in sources

    wait_for(joined, "the alert on the incident that the agent's signal opened", 60.0)



def _cell(stage: Stage) -> NodeCell:
    return stage.lead.floor().rows[0].racks[0].nodes[0]
