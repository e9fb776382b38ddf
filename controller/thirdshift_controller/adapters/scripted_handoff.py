"""The hand-over's ports without a world behind them: they answer as told, and remember."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from thirdshift_controller.intake.external import Request, SourceUnreachable
from thirdshift_controller.wire.handoff import ExternalSystem
from thirdshift_controller.workorders.requester import Outcome


@dataclass
class ScriptedRequester:
    """Takes every outcome, but for as many errors as are scripted."""

    errors: list[Exception] = field(default_factory=list)
    """Raised first, one a call."""
    taken: list[Outcome] = field(default_factory=list)
    calls: int = 0

    def tell(self, outcome: Outcome) -> None:
        """Take it, or raise the next error."""
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(outcome)


@dataclass
class ScriptedRequests:
    """A system's requests that a script writes."""

    system: ExternalSystem = ExternalSystem.NVSENTINEL
    requests: list[Request] = field(default_factory=list)
    answers: bool = True

    def waiting(self) -> Sequence[Request]:
        """The requests, or `SourceUnreachable`."""
        if not self.answers:
            raise SourceUnreachable("scripted")
        return tuple(self.requests)
