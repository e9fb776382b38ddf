"""A claim's number and words, and the two ways to answer it: by figures, or by what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from thirdshift_controller.costs.claims.claim import Claim, Finding


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said, before anybody has looked."""

    number: str
    text: str

    def judged(self, finding: Finding, figures: str, condition: str) -> Claim:
        """The claim with what the figures say to it."""
        return Claim(self.number, self.text, finding, figures, condition)

    def untested(self, missing: str, figures: str = "") -> Claim:
        """Not testable for want of something; `figures` is what can be said all the same."""
        return self.judged(Finding.NOT_TESTABLE, figures, f"Missing: {missing}.")


def of_all(held: int, asked: int) -> Finding:
    """Confirmed where all hold, denied where none does."""
    if held == asked:
        return Finding.CONFIRMED
    return Finding.DEPENDS if held else Finding.DENIED
