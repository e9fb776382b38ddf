"""The rules of the shipped pages ask for facts that somebody tells."""

from __future__ import annotations

import re
from pathlib import Path

from thirdshift_runbooks.catalogue import load

ROOT = Path(__file__).parents[2]
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for package in ("agent/thirdshift_agent", "controller/thirdshift_controller")
    for path in (ROOT / package).rglob("*.py")
)
BITS = {f"{name}_bits" for name in ("ignorable", "ecc", "mechanical", "signal", "other")}
"""Facts of Xid 74, whose names are put together."""


def is_told(fact: str) -> bool:
    return fact in BITS or re.search(rf"\b{re.escape(fact)}\b", SOURCES) is not None


def test_a_rule_asks_for_no_fact_that_nobody_tells() -> None:
    asked = {
        (page.id, fact)
        for page in load().pages
        for when in page.when
        for fact in (*when.facts, *when.same)
    }
    assert {(page, fact) for page, fact in asked if not is_told(fact)} == set()


def test_a_fact_that_is_misspelt_would_be_found() -> None:
    assert is_told("recovery_action_after")
    assert not is_told("recovery_action_afterwards")
