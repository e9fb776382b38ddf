"""A claim and what the site's own figures say to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    """What becomes of a claim."""

    CONFIRMED = "confirmed"
    DENIED = "denied"
    DEPENDS = "depends"
    NOT_TESTABLE = "not testable"
    """The site has not the data; the claim's `finding` says which."""
    DATED = "dated"
    """It was so when it was said."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, judged."""

    number: str
    """`M1` to `M15`, `P1` to `P12`."""
    text: str
    finding: Finding
    figures: str
    """The numbers that it rests on, in a sentence."""
    condition: str
    """When it would turn over, or what would be needed to test it."""
