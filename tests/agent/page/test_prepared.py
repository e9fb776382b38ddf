"""The page is ready before it is asked for, and never older than the sample that it tells of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse

from fakes.node_clock import Uptime
from thirdshift_agent.collectors.row import Row
from thirdshift_agent.page.pages import Section
from thirdshift_agent.page.prepared import FORGOTTEN_SECONDS, PreparedPages

AGE, HEAT = Row("age_seconds", "How old."), Row("heat_celsius", "How hot.")
OPENMETRICS = "application/openmetrics-text;version=1.0.0"


@dataclass
class Node:
    age: float = 0.0
    sample: float = 40.0
    written: int = 0
    uptime: Uptime = field(default_factory=Uptime)

    def __post_init__(self) -> None:
        self.pages = PreparedPages(self.fresh, self.steady, lambda: self.sample, self.uptime)

    def fresh(self) -> list[Section]:
        return [Section([AGE], {("age_seconds", ()): self.age}, "")]

    def steady(self) -> list[Section]:
        self.written += 1
        return [Section([HEAT], {("heat_celsius", ()): self.sample}, "")]

    def values(self, accept: str = "") -> list[float]:
        body = self.pages.page(accept).body.decode()
        lines = [line for line in body.splitlines() if not line.startswith("#")]
        return [float(line.rpartition(" ")[2]) for line in lines]


def test_what_changes_by_itself_is_written_when_it_is_asked_for() -> None:
    node = Node()
    node.values()
    node.pages.prepare()
    node.age = 7.0
    assert node.values() == [7.0, 40.0]


def test_a_prepared_page_costs_a_scrape_nothing() -> None:
    node = Node()
    node.values()
    node.pages.prepare()
    written = node.written
    assert [node.values() for _ in range(3)] == [[0.0, 40.0]] * 3
    assert node.written == written


def test_a_page_of_an_older_sample_is_not_served() -> None:
    node = Node()
    node.values()
    node.pages.prepare()
    node.sample = 95.0
    assert node.values() == [0.0, 95.0]


def test_nothing_is_prepared_for_nobody() -> None:
    node = Node()
    node.pages.prepare()
    assert node.written == 0
    node.values()
    node.uptime.seconds += FORGOTTEN_SECONDS
    before = node.written
    node.pages.prepare()
    assert node.written == before


def test_many_ways_of_asking_for_one_format_are_one_page() -> None:
    node = Node()
    for number in range(50):
        node.values(f"text/html;level={number}")
    before = node.written
    node.pages.prepare()
    assert node.written == before + 1


def test_openmetrics_ends_once() -> None:
    node = Node()
    node.pages.page(OPENMETRICS)
    node.pages.prepare()
    text = node.pages.page(OPENMETRICS).body.decode()
    assert text.count("# EOF") == 1
    families: Any = parse  # it is not typed
    assert [family.name for family in families(text)] == ["age_seconds", "heat_celsius"]
