"""Sends each action to whoever can do it: SSH, the BMC, the scheduler. Implements `Remedy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thirdshift_controller.remedies.port import (
    Remedy,
    RemedyOrder,
    RemedyResult,
    Return,
)
from thirdshift_runbooks.page import RemoteAction


@dataclass(frozen=True, slots=True)
class Routed:
    """One remedy out of several."""

    by_action: Mapping[RemoteAction | Return, Remedy]
    otherwise: Remedy

    def describe(self, order: RemedyOrder) -> str:
        """The command of the one that would act."""
        return self._route(order).describe(order)

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Let it act. Raises as it does."""
        return self._route(order).apply(order)

    def _route(self, order: RemedyOrder) -> Remedy:
        return self.by_action.get(order.action, self.otherwise)
