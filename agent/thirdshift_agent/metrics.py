"""The Prometheus page: a snapshot and the XIDs so far, as text. It reads no driver and no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from thirdshift_agent import collectors
from thirdshift_agent.collectors.table import LABELS, PREFIX, Counter, Labelled, Row
from thirdshift_agent.wire import GpuReading, Snapshot


@dataclass(frozen=True, slots=True)
class Page:
    """What Prometheus reads, and in which of its formats it is written."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class XidCount:
    """How often one XID came to one GPU, and when last. A card that nobody knows has no uuid."""

    uuid: str | None
    slot: int | None
    code: str
    count: int
    last_at: datetime


def render(
    snapshot: Snapshot | None, xids: Iterable[XidCount], now: datetime, accept: str = ""
) -> Page:
    """Return the page; before the first snapshot it tells of the agent and the XIDs alone.

    It is in Prometheus's text format, unless HTTP's `accept` asks for OpenMetrics.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Page(snapshot, tuple(xids), now))
    encode, content_type = _format(accept)
    return Page(encode(registry), content_type)


def _format(accept: str) -> tuple[Callable[[Collector], bytes], str]:
    """The format asked for, or the plain one where the asking cannot be understood."""
    try:
        return choose_encoder(accept)
    except (TypeError, ValueError):
        return choose_encoder("")


class _Page(Collector):
    def __init__(self, snapshot: Snapshot | None, xids: Sequence[XidCount], now: datetime) -> None:
        self._snapshot, self._xids, self._now = snapshot, xids, now

    def collect(self) -> Iterator[Metric]:
        yield _info(
            "thirdshift_agent_info", "The agent that serves this page.", version("thirdshift")
        )
        if self._snapshot is not None:
            yield from _node(self._snapshot, self._now)
            yield from (_family(row, self._snapshot.gpus) for row in collectors.ALL)
        yield from _xid_families(self._xids)


def _node(snapshot: Snapshot, now: datetime) -> Iterator[Metric]:
    if snapshot.driver_version is not None:
        yield _info("thirdshift_driver_info", "The node's GPU driver.", snapshot.driver_version)
    yield GaugeMetricFamily(
        "thirdshift_snapshot_age_seconds",
        "How old the values on this page are.",
        (now - snapshot.taken_at).total_seconds(),
    )
    yield GaugeMetricFamily(
        "thirdshift_problems",
        "How many things could not be read; `/healthz` names them.",
        len(snapshot.problems),
    )


def _info(name: str, text: str, number: str) -> Metric:
    family = GaugeMetricFamily(name, text, labels=["version"])
    family.add_metric([number], 1)
    return family


def _family(row: Row, gpus: Iterable[GpuReading]) -> Metric:
    kind = CounterMetricFamily if isinstance(row, Counter) else GaugeMetricFamily
    own_labels = row.labels if isinstance(row, Labelled) else ()
    family = kind(PREFIX + row.name, row.help, labels=[*LABELS, *own_labels])
    for gpu in gpus:
        card = (gpu.identity.uuid, str(gpu.identity.slot))
        for labels, value in _samples(row, gpu):
            family.add_metric([*card, *labels], float(value))
    return family


def _samples(row: Row, gpu: GpuReading) -> Iterable[tuple[tuple[str, ...], float]]:
    if isinstance(row, Labelled):
        return row.read(gpu)
    value = row.read(gpu)
    return () if value is None else [((), value)]


def _xid_families(xids: Sequence[XidCount]) -> Iterator[Metric]:
    labels = [*LABELS, "code"]
    total = CounterMetricFamily(
        f"{PREFIX}xid_total", "Times that this XID came to the GPU.", labels=labels
    )
    last = GaugeMetricFamily(
        f"{PREFIX}xid_last_timestamp_seconds",
        "When this XID last came to the GPU.",
        labels=labels,
    )
    for xid in xids:
        series = [xid.uuid or "", "" if xid.slot is None else str(xid.slot), xid.code]
        total.add_metric(series, xid.count)
        last.add_metric(series, xid.last_at.timestamp())
    yield from (total, last)
