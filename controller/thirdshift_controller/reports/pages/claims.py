"""Page 12: what people say about owning GPUs, judged by this site's own figures."""

from __future__ import annotations

from collections import Counter

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.blocks import (
    Column,
    Page,
    Row,
    Table,
    Tone,
    Toned,
    wide,
)
from thirdshift_controller.reports.wording import count, listed, sentence

TITLE = "What people say"
_TONES = {
    Finding.CONFIRMED: Tone.GOOD,
    Finding.DENIED: Tone.BAD,
    Finding.DEPENDS: Tone.WARNING,
    Finding.NOT_TESTABLE: Tone.PLAIN,
    Finding.DATED: Tone.PLAIN,
}

_COUNTED = {
    Finding.CONFIRMED: "confirmed",
    Finding.DENIED: "denied",
    Finding.DEPENDS: "true on a condition",
    Finding.NOT_TESTABLE: "not to be tested here",
    Finding.DATED: "out of date",
}


def page(figures: MonthFigures) -> Page:
    """Every claim with what becomes of it."""
    if not figures.claims:
        return Page(12, TITLE, "No claim was judged by this month's figures.", ())
    found = Counter(claim.finding for claim in figures.claims)
    said = [f"{found[finding]} {word}" for finding, word in _COUNTED.items() if found[finding]]
    lead = f"Of {count(len(figures.claims), 'claim', 'claims')}, {listed(said)}."
    columns = (
        Column("No."),
        wide("Claim", 3),
        Column("Finding"),
        wide("By our figures", 4),
        wide("Turns over", 3),
    )
    rows = tuple(_row(claim) for claim in figures.claims)
    return Page(12, TITLE, lead, (Table("", columns, rows),))


def _row(claim: Claim) -> Row:
    finding = Toned(sentence(claim.finding), _TONES[claim.finding])
    return claim.number, claim.text, finding, claim.figures, claim.condition
