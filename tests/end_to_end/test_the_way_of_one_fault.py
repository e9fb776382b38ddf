"""From NVML's event to the month's report, through real processes and servers, arrow by arrow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from end_to_end.stage import GPU, NODE, Stage, open_stage
from fakes.site_files import ALERTS
from servers.alertmanager import alertmanager
from servers.process import wait_for
from servers.prometheus import prometheus
from thirdshift_controller.wire import (
    AttemptOutcome,
    CellState,
    IncidentState,
    IncidentSummary,
    MonthReport,
    NodeCell,
    WorkOrderState,
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as closing:
        yield open_stage(tmp_path, closing)


def test_from_a_failing_gpu_to_the_months_report(stage: Stage) -> None:
    watched_by_prometheus(stage)
    stage.fail_remap()

    signal = stage.journalled()
    assert (signal.gpu_slot, signal.gpu_serial) == (GPU, "1651230000003")
    opened = stage.incident(*IncidentState)
    assert (opened.id, opened.runbook, opened.node) == ("INC-1", "row-remap-failure", NODE)

    order = stage.order()
    assert_the_reset_was_tried_and_did_not_hold(stage)
    assert (order.assignee, order.shift, order.state) == ("ana", "day", WorkOrderState.ASSIGNED)

    stage.work_through(order)
    assert _cell(stage).gpus[GPU].state is CellState.VALIDATING
    closed = stage.incident(IncidentState.CLOSED)
    assert (stage.lead.incident(closed.id).resolution or "").startswith("verified")
    assert stage.report().snapshot.gpus[GPU].identity.serial == "1651230000103"

    assert_the_month_counts_it(stage, closed)
    wait_for(lambda: "alertmanager" in sources(stage), "the alert on the same incident")
    assert sum(source != "alertmanager" for source in sources(stage)) == 1


def watched_by_prometheus(stage: Stage) -> None:
    stage.start_agent()
    stage.start_controller()
    hook = f"{stage.url}/v1/alerts"
    told = stage.closing.enter_context(alertmanager(stage.folder, hook, ALERTS))
    agents = {NODE: f"127.0.0.1:{stage.agent_port}"}
    stage.closing.enter_context(prometheus(stage.folder, agents, told))


def assert_the_reset_was_tried_and_did_not_hold(stage: Stage) -> None:
    """It is run and ends well, but the card's flag stands: the proof fails, hands are sent."""
    detail = stage.lead.incident("INC-1")
    assert [one.outcome for one in detail.attempts] == [AttemptOutcome.SUCCEEDED]
    assert stage.sshd.acts == ["-n nvidia-smi --gpu-reset -i 00000000:4B:00.0"]
    assert any("did not hold: GPU 3 failed to remap a row" in one.text for one in detail.timeline)


def assert_the_month_counts_it(stage: Stage, closed: IncidentSummary) -> None:
    """The month is watched from the first sweep to the last: detection may have begun before."""
    closed_at = closed.closed_at
    assert closed_at is not None
    seconds = [phase.seconds for phase in stage.lead.incident(closed.id).phases]

    def counted() -> MonthReport | None:
        report = stage.lead.report(f"{closed_at:%Y-%m}")
        lost_seconds = report.downtime[0].gpu_hours * 3600
        return report if sum(seconds[1:]) <= lost_seconds + 1 else None

    report = wait_for(counted, "the down-time in the month's report")
    (lost,) = report.downtime
    assert (lost.runbook, lost.incidents) == ("row-remap-failure", 1)
    assert lost.gpu_hours * 3600 <= sum(seconds) + 1
    assert Path(report.html_path).stat().st_size > 10_000


def sources(stage: Stage) -> list[str]:
    signals = stage.lead.incident("INC-1").signals
    return [line.source for line in signals if line.name == "xid:64"]


def _cell(stage: Stage) -> NodeCell:
    return stage.lead.floor().rows[0].racks[0].nodes[0]
