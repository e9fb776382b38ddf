"""Pages of a small catalogue, for tests that care about a page's fields and not its prose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from thirdshift_runbooks.page import (
    Disposition,
    Estimate,
    FailureClass,
    Outage,
    Page,
    Proof,
    RemoteAction,
    Severity,
    Step,
    StepKind,
    Unit,
)

REPAIR = Page(
    id="row-remap-failure",
    alert="GpuRowRemapFailure",
    title="Row remap failed",
    signals=("xid:64",),
    explains=(),
    explains_beside=(),
    explains_below=(),
    when=(),
    failure_class=FailureClass.ROW_REMAP,
    component="gpu",
    unit=Unit.GPU,
    severity=Severity.MAJOR,
    disposition=Disposition.REPAIR,
    takes_out=Outage.GPU,
    ladder=(RemoteAction.DRAIN, RemoteAction.GPU_RESET),
    services=(),
    rma=True,
    people=1,
    skills=("hands",),
    parts=("H100 SXM card",),
    estimate=Estimate(30, 60),
    safety="Pull both cords first.",
    steps=(Step(StepKind.HANDS, "Swap the card", 20), Step(StepKind.CONFIRM, "Eight GPUs", 5)),
    proof=Proof(soak_minutes=30, remap_clear=True),
    reviewed_on=date(2026, 11, 24),
    body="# Row remap failed\n",
)
WORSE = replace(
    REPAIR,
    id="gpu-fell-off-bus",
    alert="GpuFellOffBus",
    title="GPU fell off the bus",
    signals=("xid:79", "gpu:lost"),
    severity=Severity.CRITICAL,
    ladder=(),
)
WORKLOAD = replace(
    REPAIR,
    id="graphics-exception",
    alert="GpuGraphicsException",
    title="Shader exception",
    signals=("xid:13",),
    severity=Severity.MINOR,
    disposition=Disposition.OBSERVE,
    takes_out=Outage.NOTHING,
    ladder=(),
    steps=(),
    estimate=None,
)
