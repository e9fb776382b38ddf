"""What worked before: of each rung and page, how often the unit proved well after it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENOUGH = 8
"""Attempts before a count says anything."""
HOPELESS = 0.1
"""A rung that helps more seldom is passed over."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One rung of one page."""

    held: int
    tried: int

    @property
    def chance(self) -> float:
        """Of holding the next time, by Laplace's rule: a few failures are not yet the end."""
        return (self.held + 1) / (self.tried + 2)

    @property
    def is_hopeless(self) -> bool:
        """Whether to pass the rung over."""
        return self.tried >= ENOUGH and self.chance < HOPELESS

    def __str__(self) -> str:
        """As people are told."""
        return f"held {self.held} of {self.tried}"


Tallies = Mapping[tuple[str, str], Tally]
"""By page and action."""

UNTRIED = Tally(0, 0)
