"""What a page's rules ask a unit's past for, and how far back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from thirdshift_controller.incidents.meaning import asks_for, looks_back
from thirdshift_runbooks.catalogue import load

BURST = timedelta(minutes=3)
CATALOGUE = load()


@pytest.mark.parametrize(
    ("signal", "names", "back"),
    [
        ("xid:13", {"xid:13"}, timedelta(hours=24)),
        ("xid:48", {"xid:48", "xid:64", "remap:failed", "remap:no_spares"}, timedelta(days=30)),
        ("psu:failed", {"psu:input_lost"}, BURST),
        ("node:silent", {"sel:thermal_trip"}, BURST),
        ("xid:154", set(), BURST),
        ("xid:79", set(), BURST),
    ],
)
def test_only_rules_that_count_or_look_beside_ask_for_a_past(
    signal: str, names: set[str], back: timedelta
) -> None:
    page = CATALOGUE.for_signal(signal)
    assert asks_for(page, signal) == names
    assert looks_back(page, signal, BURST) == back
