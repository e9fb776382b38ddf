"""Our ports without a world behind them: they answer as told, and remember the asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from thirdshift_agent.wire import (
    GpuIdentity,
    GpuPresence,
    GpuReading,
    Released,
    Report,
    Signal,
    SignalKind,
    SignalSource,
    Snapshot,
    StandingState,
)
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.port import AgentUnreachable
from thirdshift_controller.remedies.inspection import Exhibit
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
    RemedyResult,
)

NO_FACTS: Mapping[str, str] = {}


@dataclass
class ScriptedAgent:
    """One node's agent: a journal and a snapshot that a script writes."""

    node: Node
    journal_id: str = "journal-1"
    signals: list[Signal] = field(default_factory=list)
    presence: dict[int, GpuPresence] = field(default_factory=dict)
    changes: dict[int, dict[str, object]] = field(default_factory=dict)
    answers: bool = True
    refuses: bool = False
    """It answers, but not us."""
    clock_ahead: timedelta = timedelta()
    released: Released | None = None
    """While it is set nothing is read."""
    standing: tuple[StandingState, ...] | None = ()
    """What still is as it was told; None for an agent that does not say."""
    read_at: datetime | None = None
    boot_id: str = "boot-1"
    driver_version: str = "580.95.05"
    serials: dict[int, str] = field(default_factory=dict)
    """Of cards that were swapped in."""
    knows_gpus: bool = True
    """False for one that began anew and has read nothing yet."""

    def says(
        self,
        at: datetime,
        name: str,
        slot: int | None,
        message: str = "",
        facts: Mapping[str, str] = NO_FACTS,
    ) -> Signal:
        """Write a signal into the journal."""
        kind, _, code = name.partition(":")
        card = self.card(slot) if slot is not None else None
        signal = Signal(
            sequence=len(self.signals) + 1,
            at=at,
            kind=SignalKind(kind),
            code=code,
            source=SignalSource.KERNEL_LOG,
            message=message or name,
            gpu_uuid=card.uuid if card else None,
            gpu_serial=card.serial if card else None,
            gpu_slot=slot,
            pci_address=card.pci_address if card else None,
            facts=facts,
        )
        self.signals.append(signal)
        return signal

    def stands(self, name: str, slot: int | None, where: str = "", is_read: bool = True) -> None:
        """Let a state stand until `standing` is emptied."""
        kind, _, code = name.partition(":")
        state = StandingState(SignalKind(kind), code, slot, where, is_read)
        self.standing = (*(self.standing or ()), state)

    def card(self, slot: int) -> GpuIdentity:
        """The card in a slot."""
        serial = self.serials.get(slot, f"16500{slot:05}")
        swapped = f"-{serial}" if slot in self.serials else ""
        return GpuIdentity(
            slot=slot,
            uuid=f"GPU-{self.node.name}-{slot}{swapped}",
            serial=serial,
            pci_address=f"00000000:{0x10 + slot:02x}:00.0",
            name="NVIDIA H100 80GB HBM3",
        )

    def report(self, after: int, now: datetime) -> Report:
        """What the agent answers now."""
        if self.released is None or self.read_at is None:
            self.read_at = now
        taken_at = self.read_at + self.clock_ahead
        return Report(
            node=self.node.name,
            agent_version="0",
            boot_id=self.boot_id,
            sent_at=now + self.clock_ahead,
            journal_id=self.journal_id,
            last_sequence=len(self.signals),
            snapshot=Snapshot(
                taken_at,
                self.driver_version,
                tuple(self._readings(taken_at)),
                released=self.released,
                standing=self.standing,
            ),
            signals=tuple(self.signals[after:]),
        )

    def _readings(self, now: datetime) -> list[GpuReading]:
        return [
            replace(
                GpuReading(
                    identity=self.card(slot),
                    presence=self.presence.get(slot, GpuPresence.PRESENT),
                    seen_at=now,
                    power_watts=500.0,
                    utilisation_ratio=0.9,
                ),
                **self.changes.get(slot, {}),  # type: ignore[arg-type]
            )
            for slot in range(self.node.gpus if self.knows_gpus else 0)
        ]


@dataclass
class ScriptedAgents:
    """Implements `intake.port.AgentReader` over scripted agents; `now` is set by the script."""

    agents: dict[str, ScriptedAgent]
    now: datetime

    def read(self, node: Node, after: int) -> Report:
        """The scripted report, a refusal, or silence."""
        agent = self.agents[node.name]
        if agent.refuses:
            raise AgentUnreachable(f"{node.agent}: it refuses our token", refused=True)
        if not agent.answers:
            raise AgentUnreachable(f"{node.agent}: silent by script")
        return agent.report(after, self.now)


@dataclass
class ScriptedRemedy:
    """Implements `remedies.port.Remedy`: answers in turn, the last answer for ever."""

    answers: list[RemedyResult | RemedyNotStarted | RemedyOutcomeUnknown]
    orders: list[RemedyOrder] = field(default_factory=list)

    def describe(self, order: RemedyOrder) -> str:
        """The command as it would be."""
        return f"{order.action.value} {order.pci_address}"

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """The next scripted answer."""
        self.orders.append(order)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, RemedyResult):
            return answer
        raise answer


@dataclass
class ScriptedInspector:
    """Implements `remedies.inspection.Inspector`: shows the same exhibits of every node."""

    exhibits: list[Exhibit] = field(default_factory=list)
    looked_at: list[tuple[str, str | None]] = field(default_factory=list)

    def inspect(self, node: Node, pci_address: str | None) -> Iterator[Exhibit]:
        """The scripted exhibits."""
        self.looked_at.append((node.name, pci_address))
        yield from self.exhibits
