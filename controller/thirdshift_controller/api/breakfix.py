"""An incident as a repair record in the terms of NVIDIA's breakfix requirements. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from thirdshift_controller.store.tables import (
    AttemptRow,
    GpuRow,
    IncidentRow,
    NodeRow,
    SignalRow,
    TimelineRow,
    WorkOrderRow,
)
from thirdshift_controller.wire import AttemptOutcome
from thirdshift_controller.wire.handoff import Breakfix, BreakfixAction
from thirdshift_runbooks.page import Page


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one incident."""

    incident: IncidentRow
    page: Page
    signals: Sequence[SignalRow]
    attempts: Sequence[AttemptRow]
    timeline: Sequence[TimelineRow]
    order: WorkOrderRow | None
    node: NodeRow | None
    cards: Mapping[int, GpuRow]
    """In the node now, by slot."""


def breakfix(story: Story, account: str) -> Breakfix:
    """The record. `account` is whose hardware it is."""
    incident = story.incident
    return Breakfix(
        ticket_id=f"INC-{incident.id}",
        opened_at=incident.opened_at,
        updated_at=story.timeline[-1].at if story.timeline else incident.opened_at,
        closed_at=incident.closed_at,
        hardware_id=_hardware(story),
        node=incident.node,
        component_category=story.page.component,
        description=incident.title,
        action_category=_action(story),
        action=incident.resolution or incident.state.value,
        provider_account_id=account,
        handed_over_at=story.node.known_since_at if story.node else None,
        serial_numbers=tuple(card.serial for card in story.cards.values() if card.serial),
    )


def _hardware(story: Story) -> str:
    incident = story.incident
    uuids = (signal.gpu_uuid for signal in story.signals if signal.gpu_uuid)
    return incident.gpu_serial or next(uuids, None) or incident.node or incident.scope_name


def _action(story: Story) -> BreakfixAction:
    if _replaced(story):
        return BreakfixAction.PART_REPLACED
    if story.order is not None and story.order.started_at is not None:
        return BreakfixAction.HANDS_ON
    if any(one.outcome is AttemptOutcome.SUCCEEDED for one in story.attempts):
        return BreakfixAction.REMOTE
    return BreakfixAction.NONE


def _replaced(story: Story) -> bool:
    """Another card came into the slot while the incident was open; a later one is its own story."""
    incident = story.incident
    card = None if incident.gpu_slot is None else story.cards.get(incident.gpu_slot)
    if card is None or None in (card.serial, incident.gpu_serial):
        return False
    in_time = incident.closed_at is None or card.since_at <= incident.closed_at
    return card.serial != incident.gpu_serial and in_time
