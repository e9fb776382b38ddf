"""How old the controller's picture of the site is: rows that look at what was seen last.

An age grows while nobody answers. Before the first answer there is none.
"""

from __future__ import annotations

from thirdshift_controller.metrics.row import Row, Samples, Scrape


def _snapshots(scrape: Scrape) -> Samples:
    found = {node.name: scrape.sights.agents.snapshot(node.name) for node in scrape.site.nodes()}
    return {
        (name,): (scrape.now - shown.taken_at).total_seconds()
        for name, shown in found.items()
        if shown is not None
    }


def _looks(scrape: Scrape) -> Samples:
    looks = scrape.sights.bmcs.looks.copy()
    return {(node,): (scrape.now - look.taken_at).total_seconds() for node, look in looks.items()}


def _standings(scrape: Scrape) -> Samples:
    read_at = scrape.sights.schedule.read_at
    return {} if read_at is None else {(): (scrape.now - read_at).total_seconds()}


ROWS = (
    Row(
        "node_snapshot_age_seconds",
        "Age of the newest snapshot we hold of a node.",
        ("node",),
        _snapshots,
    ),
    Row("bmc_look_age_seconds", "Age of the last look at a node's BMC.", ("node",), _looks),
    Row("scheduler_read_age_seconds", "Age of the scheduler's last answer.", (), _standings),
)
