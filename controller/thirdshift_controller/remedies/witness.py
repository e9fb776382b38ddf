"""Who keeps evidence before a rung may destroy it. The room of evidence packs implements it."""

from __future__ import annotations

from typing import Protocol

from thirdshift_controller.remedies.port import RemedyOrder


class Witness(Protocol):
    """Sees a node as it is before an attempt changes it."""

    def before(self, order: RemedyOrder) -> None:
        """Keep what may be lost; never raises for a node that gives nothing."""
        ...


class NoWitness:
    """Keeps nothing."""

    def before(self, order: RemedyOrder) -> None:
        """Look away."""
