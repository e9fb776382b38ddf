"""A month of a published example: 128 nodes, 1,024 H100, a colocation hall in Toronto.

Forty incidents take about three in a hundred GPU-hours; 78 % of the rest is utilised.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.books.file import CostsFile, load_costs
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.market.prices import load_prices
from thirdshift_controller.costs.month.month import MonthFigures, month_figures
from thirdshift_controller.costs.usage.records import DowntimeSpan, NodeHour
from thirdshift_controller.costs.usage.spans import HOUR, pieces
from thirdshift_controller.fleet.inventory import Node, Rack, Row, Site

COSTS = Path(__file__).with_name("toronto-costs.toml")
TORONTO = ZoneInfo("America/Toronto")
NOVEMBER = Month(2026, 11, TORONTO)
BUSY_RATIO = 0.782
BUSY_WATTS, IDLE_WATTS = 560.0, 110.0
METERED_RATIO = 0.985
MINUTES = {"detect": 2, "remote": 9, "people": 1080, "hands": 95, "verify": 120}
FAULTS = {
    "gpu-fell-off-bus": 14,
    "row-remap-failure": 11,
    "nvlink-down": 9,
    "node-silent": 6,
}


def site() -> Site:
    nodes = tuple(
        Node(
            name=f"gpu-{number:03}",
            row="R01",
            rack="R01-01",
            rack_unit="U04",
            model="hgx-h100-8",
            gpus=8,
            agent=f"http://10.0.0.{number}:9400",
            ssh=None,
        )
        for number in range(1, 129)
    )
    return Site("toronto-1", TORONTO, (Row("R01", (Rack("R01-01", nodes),)),))


def costs() -> CostsFile:
    return load_costs(COSTS)


def usage(from_at: datetime, to_at: datetime) -> list[NodeHour]:
    """Every node, hour by hour, in even use, but for the time that incidents took from it."""
    away = Counter[tuple[str, datetime]]()
    for span in downtime():
        for hour_at, seconds, _ in pieces(span.from_at, span.to_at):
            away[span.node, hour_at] += round(seconds)
    hours = int((to_at - from_at) / HOUR)
    return [
        _node_hour(node.name, hour_at, 3600 - away[node.name, hour_at])
        for node in site().nodes()
        for hour_at in (from_at + number * HOUR for number in range(hours))
    ]


def _node_hour(node: str, hour_at: datetime, seconds: float) -> NodeHour:
    busy = 8 * seconds * BUSY_RATIO
    joules = busy * BUSY_WATTS + (8 * 3600.0 - busy) * IDLE_WATTS
    return NodeHour(
        node=node,
        hour_at=hour_at,
        installed_gpu_seconds=8 * 3600.0,
        available_gpu_seconds=8 * seconds,
        utilised_gpu_seconds=busy,
        energy_joules=joules * METERED_RATIO,
        energy_modelled_joules=joules * (1 - METERED_RATIO),
    )


def downtime() -> Iterator[DowntimeSpan]:
    """Incidents through the month, each on a node of its own, waiting for each thing in turn."""
    faults = [runbook for runbook, incidents in FAULTS.items() for _ in range(incidents)]
    for number, runbook in enumerate(faults, start=1):
        at = NOVEMBER.from_at + timedelta(hours=(number * 191) % 700)
        slowness = 1 + number % 6
        for phase, minutes in MINUTES.items():
            end_at = at + timedelta(minutes=minutes * slowness)
            yield DowntimeSpan(
                f"INC-{number}", f"gpu-{number * 3:03}", runbook, 8, phase, at, end_at
            )
            at = end_at


def november() -> MonthFigures:
    """The whole month."""
    return _figures(NOVEMBER.from_at, NOVEMBER.to_at)


def first_days() -> MonthFigures:
    """The same month as it stood on its eighth day, watched since its second."""
    return _figures(datetime(2026, 11, 2, 13, tzinfo=UTC), datetime(2026, 11, 8, 7, tzinfo=UTC))


def unwatched() -> MonthFigures:
    """The same month with nothing recorded."""
    return month_figures(site(), NOVEMBER, [], [], costs(), load_prices(), "hgx-h100-8")


def in_canadian_dollars() -> MonthFigures:
    """A first hour of the same month, with its costs in a currency that no cloud price has."""
    file = costs().model_copy(update={"currency": "CAD"})
    hours = usage(NOVEMBER.from_at, NOVEMBER.from_at + HOUR)
    return month_figures(site(), NOVEMBER, hours, [], file, load_prices(), "hgx-h100-8")


def _figures(from_at: datetime, to_at: datetime) -> MonthFigures:
    hours, spans = usage(from_at, to_at), list(downtime())
    return month_figures(site(), NOVEMBER, hours, spans, costs(), load_prices(), "hgx-h100-8")
