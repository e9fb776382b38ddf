"""The text that Prometheus reads, from families of samples, in the format that it asks for.

prometheus-client writes each page once for a set of series and a format; as long as the set stays
the same, only the values are put in anew. That is what makes a scrape cheap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from thirdshift_agent.collectors.row import Labels

Encoder = Callable[[CollectorRegistry], bytes]

_TOTAL = "_total"
_UNTYPED = re.compile(r"^(# TYPE \S+) untyped$", re.MULTILINE)
"""A foreign counter in the plain format, which knows the type; OpenMetrics forbids its name."""

_written: Callable[[float], str] = floatToGoString


class Kind(StrEnum):
    """What Prometheus calls a metric's type."""

    GAUGE = "gauge"
    COUNTER = "counter"


class Family(NamedTuple):
    """One metric of the page with all its samples."""

    name: str
    help: str
    label_names: tuple[str, ...]
    samples: Sequence[tuple[Labels, float]]
    foreign_kind: Kind | None = None
    """Of a name that is not ours; our own names say by their end whether they count."""


class Page(NamedTuple):
    """What Prometheus reads, and in which of its formats it is written."""

    body: bytes
    content_type: str


class Pages:
    """Writes pages; keeps the form of the last one of each format. Safe from any thread."""

    def __init__(self) -> None:
        self._forms: dict[str, _Form] = {}

    def write(self, families: Sequence[Family], accept: str = "") -> Page:
        """Return the page in Prometheus's text format, unless `accept` asks for OpenMetrics."""
        encoder, content_type = _format(accept)
        layout = [(family.name, [labels for labels, _ in family.samples]) for family in families]
        form = self._forms.get(content_type)
        if form is None or form.layout != layout:
            form = self._forms[content_type] = _Form(families, layout, encoder)
        return Page(form.filled(families), content_type)


def _format(accept: str) -> tuple[Encoder, str]:
    """The format asked for, or the plain one where the asking cannot be understood."""
    try:
        return choose_encoder(accept)
    except (TypeError, ValueError):
        return choose_encoder("")


class _Form:
    """A page whose values can be exchanged."""

    def __init__(
        self,
        families: Sequence[Family],
        layout: list[tuple[str, list[Labels]]],
        encoder: Encoder,
    ) -> None:
        self.layout = layout
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Numbered(families))
        text = encoder(registry).decode()
        self._pieces = _cut(_UNTYPED.sub(rf"\1 {Kind.COUNTER}", text))

    def filled(self, families: Iterable[Family]) -> bytes:
        pieces = self._pieces.copy()
        pieces[1::2] = [_written(value) for family in families for _, value in family.samples]
        return "".join(pieces).encode()


class _Numbered(Collector):
    """The families with the place of each sample as its value."""

    def __init__(self, families: Sequence[Family]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        place = 0
        for family in self._families:
            metric = Metric(family.name.removesuffix(_TOTAL), family.help, _type(family))
            for labels, _ in family.samples:
                named = dict(zip(family.label_names, labels, strict=True))
                metric.add_sample(family.name, named, float(place))
                place += 1
            yield metric


def _type(family: Family) -> str:
    """prometheus-client's word; a counter without `_total` at its end can have none."""
    if family.foreign_kind is None:
        return Kind.COUNTER if family.name.endswith(_TOTAL) else Kind.GAUGE
    return "unknown" if family.foreign_kind is Kind.COUNTER else Kind.GAUGE


def _cut(text: str) -> list[str]:
    """Cut the page where its values stand: text, value, text, value, …, text."""
    pieces, so_far = list[str](), list[str]()
    for line in text.splitlines(keepends=True):
        if line.startswith("#"):
            so_far.append(line)
            continue
        head, _, value = line.rpartition(" ")
        pieces += ["".join(so_far) + head + " ", value]
        so_far = ["\n"]
    return [*pieces, "".join(so_far)]
