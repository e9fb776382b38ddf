"""The text that Prometheus reads, from sections of readings, in the format that it asks for.

prometheus-client writes each page once for a set of series and a format; as long as the set stays
the same, only the values that changed are put in anew. That is what makes a scrape cheap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from thirdshift_agent.collectors.row import Labels, Readings, Row, Series

Encoder = Callable[[CollectorRegistry], bytes]

_TOTAL = "_total"
_UNTYPED = re.compile(r"^(# TYPE \S+) untyped$", re.MULTILINE)
"""A foreign counter in the plain format, which knows the type; OpenMetrics forbids its name."""

_written: Callable[[float], str] = floatToGoString


class Page(NamedTuple):
    """What Prometheus reads, and in which of its formats it is written."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Section:
    """Readings of one unit: their rows, and the labels that all of them carry."""

    rows: Sequence[Row]
    readings: Readings
    prefix: str
    label_names: tuple[str, ...] = ()
    labels: Labels = ()


class Pages:
    """Writes pages; keeps the form of the last one of each format. Safe from any thread."""

    def __init__(self) -> None:
        self._forms: dict[str, _Form] = {}
        self._writing = Lock()

    def write(self, sections: Sequence[Section], accept: str = "") -> Page:
        """Return the page in Prometheus's text format, unless `accept` asks for OpenMetrics."""
        encoder, content_type = _format(accept)
        with self._writing:
            form = self._forms.get(content_type)
            body = form.filled(sections) if form else None
            if body is None:
                form = self._forms[content_type] = _Form(sections, encoder)
                body = form.filled(sections)
        assert body is not None
        return Page(body, content_type)


def _format(accept: str) -> tuple[Encoder, str]:
    """The format asked for, or the plain one where the asking cannot be understood."""
    try:
        return choose_encoder(accept)
    except (TypeError, ValueError):
        return choose_encoder("")


class _Form:
    """A page whose values can be exchanged."""

    def __init__(self, sections: Sequence[Section], encoder: Encoder) -> None:
        families = _families(sections)
        self._outline = _outline(sections)
        self._places: list[list[tuple[int, Series]]] = [[] for _ in sections]
        place = 0
        for family in families:
            for sample in family.samples:
                self._places[sample.section].append((place, sample.series))
                place += 1
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Numbered(families))
        self._pieces = _cut(_UNTYPED.sub(r"\1 counter", encoder(registry).decode()))
        self._values: list[float | None] = [None] * place

    def filled(self, sections: Sequence[Section]) -> bytes | None:
        """The page with these values; None where its series are others."""
        if self._outline != _outline(sections):
            return None
        pieces, values = self._pieces, self._values
        try:
            for section, places in zip(sections, self._places, strict=True):
                readings = section.readings
                for place, series in places:
                    value = readings[series]
                    if value != values[place]:
                        values[place] = value
                        pieces[2 * place + 1] = _written(value)
        except KeyError:
            return None
        return "".join(pieces).encode()


class _Sample(NamedTuple):
    section: int
    series: Series
    labels: Labels


@dataclass(slots=True)
class _Family:
    row: Row
    name: str
    label_names: tuple[str, ...]
    samples: list[_Sample] = field(default_factory=list)


def _outline(sections: Sequence[Section]) -> list[tuple[Labels, int]]:
    """What differs between pages of other series, but for the names themselves."""
    return [(section.labels, len(section.readings)) for section in sections]


def _families(sections: Sequence[Section]) -> list[_Family]:
    """The metrics in the order of the rows, each with the samples of all sections."""
    families: dict[str, _Family] = {}
    for number, section in enumerate(sections):
        series_of: dict[str, list[Series]] = {}
        for series in section.readings:
            series_of.setdefault(series[0], []).append(series)
        for row in section.rows:
            name = section.prefix + row.name
            made = _Family(row, name, (*section.label_names, *row.labels))
            family = families.setdefault(name, made)
            for series in series_of.get(row.name, ()):
                family.samples.append(_Sample(number, series, section.labels + series[1]))
    return [family for family in families.values() if family.samples]


class _Numbered(Collector):
    """The families with the place of each sample as its value."""

    def __init__(self, families: Sequence[_Family]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        place = 0
        for family in self._families:
            metric = Metric(family.name.removesuffix(_TOTAL), family.row.help, _type(family.row))
            for sample in family.samples:
                named = dict(zip(family.label_names, sample.labels, strict=True))
                metric.add_sample(family.name, named, float(place))
                place += 1
            yield metric


def _type(row: Row) -> str:
    """prometheus-client's word; a counter without `_total` at its end can have none."""
    if not row.is_counter:
        return "gauge"
    return "counter" if row.name.endswith(_TOTAL) else "unknown"


def _cut(text: str) -> list[str]:
    """Cut the page where its values stand: text, value, text, value, …, text."""
    pieces, so_far = list[str](), list[str]()
    for line in text.split("\n")[:-1]:  # a label may hold whatever else ends lines
        if line.startswith("#"):
            so_far.append(line + "\n")
            continue
        head, _, value = line.rpartition(" ")
        pieces += ["".join(so_far) + head + " ", value]
        so_far = ["\n"]
    return [*pieces, "".join(so_far)]
