"""Our page is prometheus-client's page, byte for byte, whatever changes between two of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Thread

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from thirdshift_agent.collectors.row import Readings, Row
from thirdshift_agent.page.pages import Pages, Section

TEXT, OPENMETRICS = "text/plain", "application/openmetrics-text;version=1.0.0"
FORMATS = [TEXT, OPENMETRICS]


class Plain(Collector):
    """The sections as the library's own user would give them: a family a row, in their order."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections

    def collect(self) -> Iterator[Metric]:
        metrics: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
        for section in self._sections:
            for row in section.rows:
                kind = CounterMetricFamily if row.is_counter else GaugeMetricFamily
                name, labels = section.prefix + row.name, (*section.label_names, *row.labels)
                metric = metrics.setdefault(name, kind(name, row.help, labels=labels))
                for (of, values), value in section.readings.items():
                    if of == row.name:
                        metric.add_metric((*section.labels, *values), value)
        yield from (metric for metric in metrics.values() if metric.samples)


def expected(sections: Sequence[Section], accept: str) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Plain(sections))
    encoder: Callable[[CollectorRegistry], bytes] = choose_encoder(accept)[0]
    return encoder(registry)


texts = st.text(max_size=8) | st.sampled_from(
    ['a "quoted" \\ job', "two\nlines", "\r", "\x0b\x0c\x1c\x85\u2028", "# HELP x", "x 1.0", " "]
)
numbers = (
    st.floats()
    | st.sampled_from([math.inf, -math.inf, math.nan, 0.0, 1e300, 2.0**64, 5e-324, 26.562e9])
    | st.integers(-(2**70), 2**70)
).map(lambda number: number + 0)
"""Without -0.0, which is no other value than 0.0."""
names = st.lists(st.from_regex(r"\A[a-z]{1,4}(_total)?\Z"), unique=True, max_size=4)
label_names = st.lists(st.from_regex(r"\A[a-z]{2,5}\Z"), unique=True, max_size=3).map(tuple)


@st.composite
def sections(draw: st.DrawFn) -> list[Section]:
    """Units of one kind, as GPUs are, and one that stands for itself."""
    rows = [Row(name, draw(texts), draw(label_names)) for name in draw(names)]
    lone = [Row(name, draw(texts), draw(label_names)) for name in draw(names)]
    units = draw(st.lists(texts, unique=True, max_size=3))
    found = [readings_of(draw, rows) for _ in units]
    return [
        Section(lone, readings_of(draw, lone), "alone_"),
        *(Section(rows, its, "x_", ("u",), (u,)) for u, its in zip(units, found, strict=True)),
    ]


def readings_of(draw: st.DrawFn, rows: Sequence[Row]) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (row.name, labels): draw(numbers)
        for row in rows
        for labels in draw(st.lists(st.tuples(*[texts] * len(row.labels)), unique=True, max_size=4))
    }


def revalued(page: Sequence[Section], draw: Callable[[], float]) -> list[Section]:
    return [replace(each, readings={s: draw() for s in each.readings}) for each in page]


def one(value: float, label: str, name: str = "x") -> list[Section]:
    row = Row(name, "X.", ("n",))
    readings: Readings = {(name, (label,)): value}
    return [Section([row], readings, "thirdshift_")]


@pytest.mark.parametrize("accept", FORMATS)
@given(page=sections(), data=st.data())
@example(page=one(1.0, "\u2028 1.0\x85\x1c\r"), data=None)
def test_a_page_is_what_the_library_writes_before_and_after_its_values_change(
    accept: str, page: list[Section], data: st.DataObject | None
) -> None:
    pages = Pages()
    assert pages.write(page, accept).body == expected(page, accept)
    later = revalued(page, lambda: data.draw(numbers) if data else 2.0)
    assert pages.write(later, accept).body == expected(later, accept)
    assert pages.write(page, accept).body == expected(page, accept)


@pytest.mark.parametrize("accept", FORMATS)
@given(one=sections(), other=sections(), data=st.data())
@settings(max_examples=50)
def test_series_and_units_may_come_and_go_between_pages(
    accept: str, one: list[Section], other: list[Section], data: st.DataObject
) -> None:
    fewer = [
        replace(each, readings={s: v for s, v in each.readings.items() if data.draw(st.booleans())})
        for each in one
    ]
    pages = Pages()
    for page in (one, fewer, other, one[:-1], list(reversed(one)), one):
        assert pages.write(page, accept).body == expected(page, accept)


@pytest.mark.parametrize("accept", FORMATS)
def test_one_series_in_the_place_of_another_is_seen(accept: str) -> None:
    pages = Pages()
    for page in (one(1.0, "a"), one(1.0, "b"), one(2.0, "a"), one(2.0, "a", name="y")):
        assert pages.write(page, accept).body == expected(page, accept)


def test_both_formats_are_kept_beside_each_other() -> None:
    pages, page = Pages(), one(1.0, "a", name="x_total")
    for accept in [*FORMATS, *FORMATS]:
        assert pages.write(page, accept).body == expected(page, accept)
    assert pages.write(page).content_type.startswith("text/plain; version=0.0.4")
    assert pages.write(page, OPENMETRICS).content_type.startswith("application/openmetrics-text")


def test_an_empty_page_is_a_page() -> None:
    assert Pages().write([]).body == b""


def test_writers_at_once_each_get_their_own_page() -> None:
    pages, wrong = Pages(), list[str]()

    def write(number: int) -> None:
        row = Row("x", "X.", ("n",))
        for turn in range(200):
            readings: Readings = {
                ("x", (str(place),)): float(turn) for place in range(number + turn % 2)
            }
            page, accept = [Section([row], readings, "thirdshift_")], FORMATS[turn % 2]
            if pages.write(page, accept).body != expected(page, accept):
                wrong.append(f"{number}, {turn}")

    writing = [Thread(target=write, args=(number,)) for number in range(1, 5)]
    for thread in writing:
        thread.start()
    for thread in writing:
        thread.join()
    assert wrong == []
