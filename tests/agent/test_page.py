"""Our page is prometheus-client's page, byte for byte, whatever changes between two of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from threading import Thread

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from thirdshift_agent.page import Family, Pages

TEXT, OPENMETRICS = "text/plain", "application/openmetrics-text;version=1.0.0"
FORMATS = [TEXT, OPENMETRICS]


class Plain(Collector):
    """The families as the library's own user would give them."""

    def __init__(self, families: Sequence[Family]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        for family in self._families:
            is_counter = family.name.endswith("_total")
            kind = CounterMetricFamily if is_counter else GaugeMetricFamily
            metric = kind(family.name, family.help, labels=family.label_names)
            for labels, value in family.samples:
                metric.add_metric(labels, value)
            yield metric


def expected(families: Sequence[Family], accept: str) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Plain(families))
    encoder: Callable[[CollectorRegistry], bytes] = choose_encoder(accept)[0]
    return encoder(registry)


texts = st.text(max_size=8) | st.sampled_from(
    ['a "quoted" \\ job', "two\nlines", "\r", "\x0b\x0c\x1c\x85\u2028", "# HELP x", "x 1.0", " "]
)
values = st.floats() | st.sampled_from(
    [math.inf, -math.inf, math.nan, -0.0, 0.0, 1e300, 2.0**64, 5e-324, 26.562e9]
)
numbers = values | st.integers(-(2**70), 2**70)


@st.composite
def families(draw: st.DrawFn) -> list[Family]:
    found = []
    for name in draw(st.lists(st.from_regex(r"\A[a-z]{1,4}(_total)?\Z"), unique=True, max_size=4)):
        names = tuple(draw(st.lists(st.from_regex(r"\A[a-z]{2,5}\Z"), unique=True, max_size=3)))
        keys = st.tuples(*[texts] * len(names))
        labels = draw(st.lists(keys, unique=True, max_size=4))
        samples = [(tuple(key), draw(numbers)) for key in labels]
        found.append(Family(f"thirdshift_{name}", draw(texts), names, samples))
    return found


def revalued(page: Sequence[Family], draw: Callable[[], float]) -> list[Family]:
    return [
        family._replace(samples=[(labels, draw()) for labels, _ in family.samples])
        for family in page
    ]


@pytest.mark.parametrize("accept", FORMATS)
@given(page=families(), data=st.data())
@example(page=[Family("thirdshift_x", "", ("job",), [(("\u2028 1.0\x85\x1c\r",), 1.0)])], data=None)
def test_a_page_is_what_the_library_writes_before_and_after_its_values_change(
    accept: str, page: list[Family], data: st.DataObject | None
) -> None:
    pages = Pages()
    assert pages.write(page, accept).body == expected(page, accept)
    later = revalued(page, lambda: data.draw(numbers) if data else 2.0)
    assert pages.write(later, accept).body == expected(later, accept)
    assert pages.write(page, accept).body == expected(page, accept)


@pytest.mark.parametrize("accept", FORMATS)
@given(one=families(), other=families(), data=st.data())
@settings(max_examples=50)
def test_series_may_come_and_go_between_pages(
    accept: str, one: list[Family], other: list[Family], data: st.DataObject
) -> None:
    fewer = [
        family._replace(samples=[each for each in family.samples if data.draw(st.booleans())])
        for family in one
    ]
    pages = Pages()
    for page in (one, fewer, other, list(reversed(one)), one):
        assert pages.write(page, accept).body == expected(page, accept)


def test_both_formats_are_kept_beside_each_other() -> None:
    pages, page = Pages(), [Family("thirdshift_x_total", "X.", (), [((), 1.0)])]
    for accept in [*FORMATS, *FORMATS]:
        assert pages.write(page, accept).body == expected(page, accept)
    assert pages.write(page).content_type.startswith("text/plain; version=0.0.4")
    assert pages.write(page, OPENMETRICS).content_type.startswith("application/openmetrics-text")


def test_an_empty_page_is_a_page() -> None:
    assert Pages().write([]).body == b""


def test_writers_at_once_each_get_their_own_page() -> None:
    pages, wrong = Pages(), list[str]()

    def write(number: int) -> None:
        for turn in range(300):
            labels = [((str(place),), float(turn)) for place in range(number + turn % 2)]
            page = [Family("thirdshift_x", "X.", ("n",), labels)]
            accept = FORMATS[turn % 2]
            if pages.write(page, accept).body != expected(page, accept):
                wrong.append(f"{number}, {turn}")

    writing = [Thread(target=write, args=(number,)) for number in range(1, 5)]
    for thread in writing:
        thread.start()
    for thread in writing:
        thread.join()
    assert wrong == []
