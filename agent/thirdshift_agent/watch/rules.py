"""Applies the rules, look by look: what is new is told once, and again only after it was well.

What was told, what was once good and the counters that count for a card's life are kept on disk,
so that a restart neither repeats a signal nor loses one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from thirdshift_agent.collectors.row import Labels, Readings
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.observation import RULE, Observation, Observe
from thirdshift_agent.watch.memory import Look, Memory, kept_from, kept_of
from thirdshift_agent.watch.rule import Rule, Seen, Stays
from thirdshift_agent.wire import GpuIdentity, SignalSource, StandingState

GRACE_SECONDS = 300.0
"""How long after a boot links and fabric may still be coming up."""

_MOST_NAMED = 20
MOST_REMEMBERED = 1024
"""Series of one row and unit. Beyond, those that are no longer read are forgotten: on a busy node
mounts come and go for ever."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is looked at: a GPU, or the node itself."""

    key: str
    """The GPU's UUID, or `node`."""
    words: str
    readings: Readings
    """All that is known."""
    fresh: Readings
    """What was read since the last look."""
    card: GpuIdentity | None = None
    slots: Mapping[str, int] = field(default_factory=dict)
    """Of the node's GPUs by PCI address, for rules that tell of one without its driver."""


class RuleWatch:
    """For one thread, one look a sample."""

    def __init__(
        self,
        rules: Sequence[Rule],
        observe: Observe,
        kept: KeptFile,
        uptime_seconds: Callable[[], float],
    ) -> None:
        """`uptime_seconds` counts since the boot."""
        self._rules, self._observe, self._kept = rules, observe, kept
        self._uptime_seconds = uptime_seconds
        self._memories = kept_from(kept.read(), rules)
        self._states = [rule for rule in rules if isinstance(rule.test, Stays)]
        self.standing: tuple[StandingState, ...] = ()
        """What was told of the units of the last look and still is; any thread may ask."""
        self._by_row: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_row.setdefault(rule.row, []).append(rule)

    def look(self, units: Iterable[Unit], at: datetime) -> bool:
        """Apply every rule to every unit's fresh readings; whether another look is wanted soon."""
        look = Look(at.timestamp(), in_grace=self._uptime_seconds() < GRACE_SECONDS)
        standing: list[StandingState] = []
        for unit in units:
            for row, peers in self._ruled(unit.fresh).items():
                for rule in self._by_row[row]:
                    self._apply(rule, unit, peers, look, at)
            standing += self._standing(unit)
        self.standing = tuple(standing)
        if look.has_news_for_disk:
            self._kept.write(kept_of(self._memories, self._rules))
        return look.has_doubts

    def _standing(self, unit: Unit) -> Iterator[StandingState]:
        for rule in self._states:
            memories = self._memories.get((unit.key, rule.name), {})
            told = [labels for labels, memory in memories.items() if memory.is_told]
            yield from _states(rule, unit, told)

    def _ruled(self, readings: Readings) -> dict[str, dict[Labels, float]]:
        """The readings that there are rules for, by row."""
        rows: dict[str, dict[Labels, float]] = {}
        for (name, labels), value in readings.items():
            if name in self._by_row:
                rows.setdefault(name, {})[labels] = value
        return rows

    def _apply(
        self, rule: Rule, unit: Unit, peers: Mapping[Labels, float], look: Look, at: datetime
    ) -> None:
        memories, news = self._memories.setdefault((unit.key, rule.name), {}), {}
        for labels, value in peers.items():
            if rule.only is None or rule.only(labels):
                memory = memories.get(labels)
                if memory is None:
                    memory = memories[labels] = Memory()
                if look.is_news(rule.test, memory, Seen(value, labels, peers, unit.readings)):
                    news[labels] = value
        if len(memories) > MOST_REMEMBERED:
            for gone in memories.keys() - peers.keys():
                del memories[gone]
        for address, told in _by_address(rule, unit, news).items():
            self._observe(_observation(rule, unit, told, address, at))


def _states(rule: Rule, unit: Unit, told: Iterable[Labels]) -> Iterator[StandingState]:
    """Part what stands by the GPU that it is about, and by whether it is still read."""
    parts: dict[tuple[int | None, bool], list[Labels]] = {}
    for labels in told:
        is_read = (rule.row, labels) in unit.readings
        parts.setdefault((_slot(rule, unit, labels), is_read), []).append(labels)
    for (slot, is_read), series in parts.items():
        yield StandingState(rule.kind, rule.code, slot, _named(series), is_read)


def _slot(rule: Rule, unit: Unit, labels: Labels) -> int | None:
    return unit.card.slot if unit.card else unit.slots.get(_address(rule, unit, labels) or "")


def _address(rule: Rule, unit: Unit, labels: Labels) -> str | None:
    own = unit.card.pci_address if unit.card else None
    return rule.address(unit.readings, labels) if rule.address else own


def _named(series: Iterable[Labels]) -> str:
    """Name the first few; empty for a row without labels."""
    return ", ".join([" ".join(labels) for labels in series if labels][:_MOST_NAMED])


def _by_address(
    rule: Rule, unit: Unit, news: Mapping[Labels, float]
) -> dict[str | None, dict[Labels, float]]:
    """Part the news by the PCI device that they are about."""
    parts: dict[str | None, dict[Labels, float]] = {}
    for labels, value in news.items():
        parts.setdefault(_address(rule, unit, labels), {})[labels] = value
    return parts


def _observation(
    rule: Rule, unit: Unit, news: Mapping[Labels, float], address: str | None, at: datetime
) -> Observation:
    named = _named(news)
    values = ", ".join(f"{value:.15g}" for value in list(news.values())[:_MOST_NAMED])
    where = f" ({named})" if named else ""
    facts = {RULE: rule.name, "reading": rule.row, "value": values}
    if named:
        facts["series"] = named
    return Observation(
        at=at,
        kind=rule.kind,
        code=rule.code,
        source=SignalSource.SAMPLER,
        message=f"{unit.words}: {rule.words}{where}: {rule.row} is {values}",
        pci_address=address,
        gpu_uuid=unit.card.uuid if unit.card else None,
        facts=facts,
    )
