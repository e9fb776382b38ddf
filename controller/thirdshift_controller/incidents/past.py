"""What units have said before a batch of signals, as far as the rules of pages look for it."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_controller.incidents.meaning import Past, Sighting, asks_for, looks_back
from thirdshift_controller.store import signals
from thirdshift_controller.store.tables import SignalRow
from thirdshift_runbooks.catalogue import Catalogue

Unit = tuple[str, int | None]
"""A node and a slot of it, or the node itself."""

Said = Mapping[Unit, Mapping[str, Sequence[Sighting]]]
"""By unit and name, oldest first."""


def recall(
    session: Session, batch: Sequence[SignalRow], catalogue: Catalogue, burst: timedelta
) -> Said:
    """What the batch's units said of that which its rules look for, for as long as each looks."""
    said: dict[Unit, dict[str, list[Sighting]]] = defaultdict(lambda: defaultdict(list))
    until = max((signal.at + burst for signal in batch), default=None)
    for back, ruled in _by_reach(batch, catalogue, burst).items():
        assert until is not None
        since = min(signal.at for signal, _ in ruled) - back
        nodes = sorted({signal.node for signal, _ in ruled})
        names = sorted({name for _, asked in ruled for name in asked})
        for one in signals.said(session, nodes, names, since, until):
            name = f"{one.kind}:{one.code}"
            said[one.node, one.gpu_slot][name].append(Sighting(name, one.at, one.facts))
    for sightings in (ones for by_name in said.values() for ones in by_name.values()):
        sightings.sort(key=_at)
    return said


def past_of(said: Said, signal: SignalRow, burst: timedelta) -> Past:
    """What the signal's own unit said before it, and beside it."""
    ours = said.get((signal.node, signal.gpu_slot), {})
    beside = (name for name, sightings in ours.items() if _near(sightings, signal.at, burst))
    return Past(ours.get(signal.name, ()), frozenset(beside))


def _near(sightings: Sequence[Sighting], at: datetime, burst: timedelta) -> bool:
    first = bisect_left(sightings, at - burst, key=_at)
    return first < len(sightings) and sightings[first].at <= at + burst


def _at(sighting: Sighting) -> datetime:
    return sighting.at


def _by_reach(
    batch: Iterable[SignalRow], catalogue: Catalogue, burst: timedelta
) -> dict[timedelta, list[tuple[SignalRow, frozenset[str]]]]:
    """The signals whose rules look back, with what for, by how far: few look back for a month."""
    found: dict[timedelta, list[tuple[SignalRow, frozenset[str]]]] = defaultdict(list)
    for signal in batch:
        name = signal.name
        page = catalogue.for_signal(name)
        if asked := asks_for(page, name):
            found[looks_back(page, name, burst)].append((signal, asked))
    return found
