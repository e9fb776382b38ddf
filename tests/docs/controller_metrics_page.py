"""`docs/metrics-controller.md`, made of the controller's own tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric

from fakes.priced_month import figures
from fakes.scrape import registry
from fakes.world import World
from thirdshift_controller.jobs import Jobs
from thirdshift_controller.metrics.collector import ROWS
from thirdshift_controller.metrics.row import PREFIX
from thirdshift_controller.metrics.waits import Why
from thirdshift_controller.reports.exports.priced import PricedMonth

HEAD = """\
# Metrics of the controller

What the controller serves on `/metrics` of its own port; [metrics.md](metrics.md) has the nodes'.
This page is made of the controller's tables; a test holds it to them.

What is counted is counted in the database, so a restart loses nothing, and several controllers on
one database tell the same: take `max without (instance)`, never a sum. Jobs and ages are each
controller's own. Spans are of the site's clock.

`{prefix}node_time_between_failures_seconds` spans 15 minutes to 30 days, as NVSentinel's
`fault_quarantine_node_mtbi_seconds` does: from begin to begin of what takes GPUs of a node out of
service. What begins while the node is out is the same failure.

`why` of `{prefix}incidents_waiting` is one of
{whys};
[incidents.md](incidents.md#why-is-nothing-happening) says what each means and what to do.

`node_gpu_hourly_cost` and `node_total_hourly_cost` are named as OpenCost names them, for whoever
reads those; [exports.md](exports.md#prometheus) has the rest. Before a month is closed there are
no prices.

{queries}

"""
QUESTIONS = {
    "How often does a rung end well?": (
        'increase(thirdshift_remedy_attempts_total{outcome="succeeded"}[30d])'
    ),
    "How long does a node run between failures, at the median?": (
        "histogram_quantile(0.5, rate(thirdshift_node_time_between_failures_seconds_bucket[30d]))"
    ),
    "How many repairs wait for a lead's yes?": 'thirdshift_incidents_waiting{why="yes"}',
    "Which BMCs are not read?": "thirdshift_bmc_look_age_seconds > 600",
    "What does an available GPU-hour of our own cost?": (
        'thirdshift_gpu_hour_cost{level="available"}'
    ),
}
OURS = frozenset({"le"})
"""Labels that a histogram brings itself."""


def served(world: World) -> CollectorRegistry:
    """The registry as a running controller has it."""
    found = registry(world, prices=lambda: PricedMonth.of(figures()))
    Jobs(found).every(1.0, "job", lambda: None)
    return found


def page(world: World) -> str:
    """The whole text."""
    whys = ", ".join(f"`{each}`" for each in Why)
    queries = _table(["question", "query"], [[ask, f"`{q}`"] for ask, q in QUESTIONS.items()])
    metrics = _table(["Metric", "Type", "Labels", "What it says"], _cells(world))
    return HEAD.format(prefix=PREFIX, whys=whys, queries=queries) + metrics + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _cells(world: World) -> Iterator[Sequence[str]]:
    for row in ROWS:
        kind = "counter" if row.is_counter else "gauge"
        yield _told(PREFIX + row.name, kind, row.labels, row.help)
    for metric in _observed(world):
        suffix = "_total" if metric.type == "counter" else ""
        yield _told(metric.name + suffix, metric.type, _labels(metric), metric.documentation)


def _observed(world: World) -> Iterator[Metric]:
    """What is observed and not asked of the database: histograms, and what jobs cost."""
    known = {PREFIX + row.name.removesuffix("_total") for row in ROWS}
    return (metric for metric in served(world).collect() if metric.name not in known)


def _labels(metric: Metric) -> tuple[str, ...]:
    return tuple(sorted({name for each in metric.samples for name in each.labels} - OURS))


def _told(name: str, kind: str, labels: Iterable[str], text: str) -> Sequence[str]:
    return [f"`{name}`", kind, ", ".join(f"`{label}`" for label in labels), text]
