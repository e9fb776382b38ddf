"""Says what another remedy would do, and does nothing. Implements `remedies.port.Remedy`."""

from __future__ import annotations

from dataclasses import dataclass

from thirdshift_controller.remedies.port import (
    Remedy,
    RemedyNotStarted,
    RemedyOrder,
    RemedyResult,
)


@dataclass(frozen=True, slots=True)
class DryRun:
    """Stands before a remedy and lets nothing through."""

    remedy: Remedy

    def describe(self, order: RemedyOrder) -> str:
        """The command that the remedy would run."""
        return self.remedy.describe(order)

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Always raises `RemedyNotStarted`."""
        raise RemedyNotStarted(f"dry run, nothing was sent: {self.describe(order)}")
