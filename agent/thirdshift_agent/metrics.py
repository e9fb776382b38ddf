"""The metrics of a node: a sample, the XIDs so far and the agent itself, as families of a page.

It reads no driver, no file and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from thirdshift_agent import workloads
from thirdshift_agent.collectors import gpu as gpu_collectors
from thirdshift_agent.collectors.gpu import presence
from thirdshift_agent.collectors.row import Labels, Readings, Row
from thirdshift_agent.page import Family
from thirdshift_agent.sample import GpuSample, Sample

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


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the page tells."""

    sample: Sample | None
    xids: Sequence[XidCount] = ()
    node: Sequence[tuple[Sequence[Row], Readings]] = ()
    """Rows of the node and of the agent, and what was read for them."""
    uses: Mapping[str, Readings] = field(default_factory=dict)
    """Who uses each GPU, by its UUID."""
    gpu_rows: Sequence[Row] = field(
        default_factory=lambda: [row for each in gpu_collectors.ALL for row in each.rows]
    )


def families(told: Told) -> list[Family]:
    """Return the page's families, those without a sample left out."""
    found = [
        *(family for rows, readings in told.node for family in _of_node(rows, readings)),
        *(_of_gpus(told, told.sample.gpus) if told.sample else ()),
        *_of_xids(told.xids),
    ]
    return [family for family in found if family.samples]


def _of_node(rows: Sequence[Row], readings: Readings) -> Iterator[Family]:
    by_name = _grouped(((), readings) for _ in (None,))
    for row in rows:
        yield Family(PREFIX + row.name, row.help, row.labels, by_name.get(row.name, ()))


def _of_gpus(told: Told, gpus: Sequence[GpuSample]) -> Iterator[Family]:
    by_name = _grouped(
        ((gpu.identity.uuid, str(gpu.identity.slot)), readings)
        for gpu in gpus
        for readings in (
            presence.readings(gpu),
            gpu.readings,
            told.uses.get(gpu.identity.uuid, {}),
        )
    )
    for row in (*presence.ROWS, *told.gpu_rows, *workloads.ROWS):
        names = (*GPU_LABELS, *row.labels)
        yield Family(GPU_PREFIX + row.name, row.help, names, by_name.get(row.name, ()))


def _grouped(
    readings: Iterable[tuple[Labels, Readings]],
) -> Mapping[str, list[tuple[Labels, float]]]:
    found: dict[str, list[tuple[Labels, float]]] = {}
    for card, told in readings:
        for (name, labels), value in told.items():
            found.setdefault(name, []).append((card + labels, value))
    return found


def _of_xids(xids: Sequence[XidCount]) -> Iterator[Family]:
    keys = [(xid.uuid or "", "" if xid.slot is None else str(xid.slot), xid.code) for xid in xids]
    counts = [float(xid.count) for xid in xids]
    instants = [xid.last_at.timestamp() for xid in xids]
    for row, values in zip(XID_ROWS, (counts, instants), strict=True):
        samples = list(zip(keys, values, strict=True))
        yield Family(GPU_PREFIX + row.name, row.help, (*GPU_LABELS, *row.labels), samples)
