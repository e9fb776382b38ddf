"""A site that breaks and heals by script: what a rung ends, the agents show at once.

Implements `remedies.port.Remedy` for every rung and `intake.schedule.Scheduler`. It knows of each
fault which rung ends it, so a test says what is broken and need not say what each command answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from thirdshift_agent.clock import Clock
from thirdshift_agent.wire import GpuPresence
from thirdshift_controller.adapters.scripted import ScriptedAgent
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import OURS, NodeStanding, Standing
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyResult,
    Return,
)
from thirdshift_runbooks.page import RemoteAction

BOOT = timedelta(minutes=10)
JOB = "4711"
JOB_LASTS = timedelta(minutes=30)
"""After a drain; until then the node is draining."""

_BOOTS = frozenset({RemoteAction.REBOOT, RemoteAction.POWER_CYCLE})
_BY_BMC = frozenset({RemoteAction.BMC_RESET, RemoteAction.POWER_CYCLE})
_HARDER = list(RemoteAction)
_HARDER.remove(RemoteAction.BMC_RESET)


@dataclass(frozen=True)
class Ailment:
    """Something that is broken until it is healed, and how the node's agent shows it."""

    node: str
    slot: int | None = None
    healed_by: RemoteAction | None = None
    """The gentlest rung that ends it; None where only hands do."""
    looks: Mapping[str, object] = field(default_factory=dict)
    """Fields of the slot's reading."""
    presence: GpuPresence | None = None
    silences: bool = False
    tell: Callable[[datetime], None] | None = None
    """Called when a rung has run and not ended it: the node says again what it said."""

    def ended_by(self, order: RemedyOrder) -> bool:
        """Whether this order ends it."""
        if order.node.name != self.node or self.healed_by is None:
            return False
        if RemoteAction.BMC_RESET in (order.action, self.healed_by):
            return order.action is self.healed_by
        if order.action is RemoteAction.GPU_RESET and order.gpu_slot != self.slot:
            return False
        return order.action in _HARDER[_HARDER.index(self.healed_by) :]


@dataclass
class HealingSite:
    """The agents of a site and what they ail from; `wake` is called whenever time has passed."""

    agents: Mapping[str, ScriptedAgent]
    clock: Clock
    ailments: list[Ailment] = field(default_factory=list)
    orders: list[RemedyOrder] = field(default_factory=list)
    _drains: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _boots: dict[str, datetime] = field(default_factory=dict)

    @property
    def is_booting(self) -> bool:
        """Whether a node is on its way up."""
        return bool(self._boots)

    def afflict(self, ailment: Ailment) -> None:
        """Let something break; its agent shows it from now on."""
        self.ailments.append(ailment)
        self._show(ailment.node)

    def describe(self, order: RemedyOrder) -> str:
        """The command as it would be."""
        return f"{order.action.value} {order.pci_address or order.node.name}"

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Run it. Raises `RemedyNotStarted` where the way to the node is closed."""
        node = order.node.name
        if order.action in (RemoteAction.DRAIN, Return.RESUME):
            self.orders.append(order)
            return self._schedule(order)
        if order.action not in _BY_BMC and not self.agents[node].answers:
            raise RemedyNotStarted(f"{node}: no route to host")
        self.orders.append(order)
        if order.action in _BOOTS:
            self._boots[node] = self.clock.now() + BOOT
        return self._run(order)

    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        """Every node runs one job; a drained one until the job has ended."""
        return {node.name: self._standing(node.name) for node in nodes}

    def wake(self) -> None:
        """End the boots that have lasted long enough."""
        now = self.clock.now()
        up = [node for node, until_at in self._boots.items() if until_at <= now]
        for node in up:
            del self._boots[node]
            self.agents[node].boot_id = f"boot of {now:%d %H:%M}"
            self._show(node)
            self._tell_again(self._of(node))

    def mend(self, node: str, slot: int | None) -> None:
        """What hands do: everything on the card; without a slot, on the node and all its cards."""
        self.ailments = [
            one for one in self.ailments if one.node != node or slot not in (None, one.slot)
        ]
        self._show(node)

    def _run(self, order: RemedyOrder) -> RemedyResult:
        node, before = order.node.name, self.ailments
        self.ailments = [one for one in before if not one.ended_by(order)]
        self._show(node)
        left = [one for one in self._of(node) if _reaches(order, one)]
        if order.action not in _BOOTS:
            self._tell_again(left)
        answers_for_it = order.action is RemoteAction.GPU_RESET and left
        return RemedyResult(self.describe(order), "", 1 if answers_for_it else 0)

    def _tell_again(self, ailments: Iterable[Ailment]) -> None:
        for one in ailments:
            if one.tell is not None:
                one.tell(self.clock.now())

    def _schedule(self, order: RemedyOrder) -> RemedyResult:
        node = order.node.name
        if order.action is RemoteAction.DRAIN:
            reason = f"{OURS} {order.key.partition('/')[0]}"
            self._drains.setdefault(node, (reason, self.clock.now()))
        else:
            self._drains.pop(node, None)
        return RemedyResult(self.describe(order), "", 0)

    def _standing(self, node: str) -> NodeStanding:
        if node not in self._drains:
            return NodeStanding(Standing.IN_SERVICE, None, (JOB,))
        reason, since_at = self._drains[node]
        if self.clock.now() - since_at < JOB_LASTS:
            return NodeStanding(Standing.DRAINING, reason, (JOB,))
        return NodeStanding(Standing.DRAINED, reason, ())

    def _of(self, node: str) -> list[Ailment]:
        return [one for one in self.ailments if one.node == node]

    def _show(self, node: str) -> None:
        agent, ours = self.agents[node], self._of(node)
        agent.answers = node not in self._boots and not any(one.silences for one in ours)
        agent.presence = {
            one.slot: one.presence for one in ours if one.slot is not None and one.presence
        }
        agent.changes = {}
        for one in ours:
            if one.slot is not None:
                agent.changes.setdefault(one.slot, {}).update(one.looks)


def _reaches(order: RemedyOrder, ailment: Ailment) -> bool:
    """Whether the order is about what ails, whatever comes of it."""
    if order.action is RemoteAction.BMC_RESET:
        return ailment.healed_by is RemoteAction.BMC_RESET
    return order.action is not RemoteAction.GPU_RESET or order.gpu_slot == ailment.slot
