"""What is open, what holds it up, and what was tried: rows that ask the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import TypeVar

from thirdshift_controller.metrics.row import Row, Samples, Scrape
from thirdshift_controller.metrics.waits import Why, why
from thirdshift_controller.remedies.port import Return
from thirdshift_controller.store import counts, holds
from thirdshift_controller.wire import AttemptOutcome, Scope
from thirdshift_runbooks.page import RemoteAction

Word = TypeVar("Word", bound=StrEnum)
_ACTIONS = (*RemoteAction, *Return)
_UNDECIDED = frozenset({AttemptOutcome.PROPOSED, AttemptOutcome.RESERVED})
"""An attempt leaves these for good, so that what has ended can be counted."""
_ENDS = frozenset(AttemptOutcome) - _UNDECIDED
_PLACES = tuple(scope for scope in Scope if scope is not Scope.GPU)


def _open(scrape: Scrape) -> Samples:
    return counts.open_incidents(scrape.session)


def _waiting(scrape: Scrape) -> Samples:
    found: Counter[Why] = Counter()
    for sentence, times in counts.waits(scrape.session).items():
        found[why(sentence)] += times
    return _each(Why, found)


def _reopened(scrape: Scrape) -> Samples:
    return {(): counts.reopened(scrape.session)}


def _attempts(scrape: Scrape, outcomes: Collection[AttemptOutcome]) -> Samples:
    found = counts.attempts(scrape.session)
    pairs = ((action.value, outcome.value) for action in _ACTIONS for outcome in sorted(outcomes))
    return {pair: found.get(pair, 0) for pair in pairs}


def _orders(scrape: Scrape) -> Samples:
    return counts.open_orders(scrape.session)


def _holds(scrape: Scrape) -> Samples:
    rows = holds.in_force(scrape.session, scrape.now)
    return _each(_PLACES, Counter(row.scope for row in rows))


def _pauses(scrape: Scrape) -> Samples:
    rows = holds.pauses(scrape.session, scrape.now)
    return _each(_PLACES, Counter(row.scope for row in rows))


def _each(words: Iterable[Word], found: Counter[Word]) -> Samples:
    """One sample a word, so that nothing is 0 and not absent."""
    return {(word.value,): found[word] for word in words}


ROWS = (
    Row("incidents_open", "Incidents not closed.", ("state", "severity"), _open),
    Row("incidents_waiting", "Open incidents that wait, by what for.", ("why",), _waiting),
    Row("incidents_reopened_total", "Incidents that came back after their close.", (), _reopened),
    Row(
        "remedy_attempts_total",
        "Remote attempts that have ended, returns to service among them.",
        ("action", "outcome"),
        lambda scrape: _attempts(scrape, _ENDS),
    ),
    Row(
        "remedy_attempts_open",
        "Remote attempts that wait for a yes or are under way.",
        ("action", "outcome"),
        lambda scrape: _attempts(scrape, _UNDECIDED),
    ),
    Row("holds_in_force", "Holds and maintenance windows in force.", ("scope",), _holds),
    Row("pauses_in_force", "Scopes in which nothing remote is done for now.", ("scope",), _pauses),
    Row("work_orders_open", "Work orders not done.", ("state",), _orders),
)
