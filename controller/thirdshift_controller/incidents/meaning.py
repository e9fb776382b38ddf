"""What a signal means where its name alone does not say it: the rules of its page. Pure decisions.

The field's tools count lines; one crash writes many, so here a repeat is a burst, not a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Page, When


@dataclass(frozen=True, slots=True)
class Sighting:
    """One signal of one unit, as far as its meaning goes."""

    name: str
    at: datetime
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Past:
    """What the unit said before: the same signal, and the names of all within a burst."""

    same: Iterable[Sighting]
    beside: frozenset[str]


def meaning(catalogue: Catalogue, seen: Sighting, past: Past, burst: timedelta) -> Page:
    """The page that answers: the signal's own, or the one that its first rule that holds names."""
    page = catalogue.for_signal(seen.name)
    for when in page.when:
        if when.hears(seen.name) and _holds(when, seen, past, burst):
            return catalogue.page(when.becomes)
    return page


def looks_back(page: Page, name: str, burst: timedelta) -> timedelta:
    """How far back a signal's rules look: a burst, unless one of them counts."""
    hours = [when.within_hours for when in page.when if when.repeats > 1 and when.hears(name)]
    return max(timedelta(hours=max(hours, default=0)), burst)


def asks_for(page: Page, name: str) -> frozenset[str]:
    """The names that a signal's rules look for in its unit's past."""
    rules = [when for when in page.when if when.hears(name)]
    counted = {name for when in rules if when.repeats > 1}
    return frozenset(counted.union(*(when.beside for when in rules)))


def _holds(when: When, seen: Sighting, past: Past, burst: timedelta) -> bool:
    if when.beside and past.beside.isdisjoint(when.beside):
        return False
    return _fits(when.facts, seen.facts) and (
        when.repeats == 1 or _bursts(when, seen, past, burst) >= when.repeats
    )


def _fits(patterns: Mapping[str, str], facts: Mapping[str, str]) -> bool:
    return all(re.fullmatch(text, facts.get(name, "")) for name, text in patterns.items())


def _bursts(when: When, seen: Sighting, past: Past, burst: timedelta) -> int:
    """How many bursts of the same there were within the rule's hours, the present one counted."""
    earliest = seen.at - timedelta(hours=when.within_hours)
    ours = [one.at for one in past.same if one.at >= earliest and _is_same(when, one, seen)]
    count, last = 1, seen.at
    for at in sorted((at for at in ours if at <= seen.at), reverse=True):
        count += last - at > burst
        last = at
    return count


def _is_same(when: When, one: Sighting, seen: Sighting) -> bool:
    alike = all(one.facts.get(name) == seen.facts.get(name) for name in when.same)
    return alike and _fits(when.facts, one.facts)
