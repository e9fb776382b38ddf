"""The metrics of a node: a sample, the XIDs so far, what is around, as sections of a page.

It reads no driver, no file and no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from thirdshift_agent import workloads
from thirdshift_agent.collectors import gpu as gpu_collectors
from thirdshift_agent.collectors.gpu import presence
from thirdshift_agent.collectors.row import Readings, Row
from thirdshift_agent.page.pages import Section
from thirdshift_agent.sampling.sample import GpuSample, Sample

PREFIX, GPU_PREFIX = "thirdshift_", "thirdshift_gpu_"
GPU_LABELS = ("uuid", "slot")
"""What every series of a GPU carries. What else is known of the card is joined from the info."""


@dataclass(frozen=True, slots=True)
class XidCount:
    """How often one XID came to one GPU, and when last. A card that nobody knows has no uuid."""

    uuid: str | None
    slot: int | None
    code: str
    count: int
    last_at: datetime


XID_ROWS = (
    Row("xid_total", "Times that this XID came to the GPU.", ("code",)),
    Row("xid_last_timestamp_seconds", "When this XID last came to the GPU.", ("code",)),
)
GPU_ROWS: tuple[Row, ...] = tuple(row for each in gpu_collectors.ALL for row in each.rows)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the page tells."""

    sample: Sample | None
    xids: Sequence[XidCount] = ()
    node: Sequence[tuple[Sequence[Row], Readings]] = ()
    """Rows of the node and of the agent, and what was read for them."""
    uses: Mapping[str, Readings] = field(default_factory=dict)
    """Who uses each GPU, by its UUID."""


def sections(told: Told) -> list[Section]:
    """Return the page's sections."""
    gpus = told.sample.gpus if told.sample else ()
    return [
        *(Section(rows, readings, PREFIX) for rows, readings in told.node),
        *(section for gpu in gpus for section in _of_gpu(gpu, told.uses)),
        *_of_xids(told.xids),
    ]


def _of_gpu(gpu: GpuSample, uses: Mapping[str, Readings]) -> Iterator[Section]:
    labels = (gpu.identity.uuid, str(gpu.identity.slot))
    for rows, readings in (
        (presence.ROWS, presence.readings(gpu)),
        (GPU_ROWS, gpu.readings),
        (workloads.ROWS, uses.get(gpu.identity.uuid, {})),
    ):
        yield Section(rows, readings, GPU_PREFIX, GPU_LABELS, labels)


def _of_xids(xids: Sequence[XidCount]) -> Iterator[Section]:
    for xid in xids:
        readings: Readings = {
            ("xid_total", (xid.code,)): float(xid.count),
            ("xid_last_timestamp_seconds", (xid.code,)): xid.last_at.timestamp(),
        }
        labels = (xid.uuid or "", "" if xid.slot is None else str(xid.slot))
        yield Section(XID_ROWS, readings, GPU_PREFIX, GPU_LABELS, labels)
