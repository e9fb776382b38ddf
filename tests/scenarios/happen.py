"""Lets one event of a scenario happen on its stage."""

from __future__ import annotations

from datetime import datetime

from fakes.healing import Ailment
from scenarios.happenings import Happening
from scenarios.scenario import Event
from scenarios.stage import Stage
from thirdshift_agent.wire import SignalSource
from thirdshift_controller.store import signals
from thirdshift_controller.store.tables import SignalRow


def happen(happening: Happening, stage: Stage) -> None:
    """Let it happen now."""
    node, event = happening.node, happening.event
    agent = stage.world.agent(node)
    if event.loads_driver is not None:
        agent.driver_version = event.loads_driver
    if event.swaps_card is not None and event.slot is not None:
        agent.serials[event.slot] = event.swaps_card
    if event.looks or event.presence or event.silences or event.recurs:
        stage.patients.afflict(_ailment(node, event, stage))
    _tell(node, event, stage, stage.world.now)


def _ailment(node: str, event: Event, stage: Stage) -> Ailment:
    return Ailment(
        node=node,
        slot=event.slot,
        healed_by=event.healed_by,
        looks=event.looks,
        presence=event.presence,
        silences=event.silences,
        tell=(lambda at: _tell(node, event, stage, at)) if event.recurs else None,
    )


def _tell(node: str, event: Event, stage: Stage, at: datetime) -> None:
    if event.by is SignalSource.KERNEL_LOG:
        for name in event.signals:
            stage.world.agent(node).says(at, name, event.slot, facts=event.facts)
        return
    with stage.world.store.write() as session:
        signals.keep(session, [_row(node, event, name, at) for name in event.signals])


def _row(node: str, event: Event, name: str, at: datetime) -> SignalRow:
    kind, _, code = name.partition(":")
    return SignalRow(
        origin=f"{event.by}:{node}:{event.slot}:{name}:{at.isoformat()}",
        node=node,
        at=at,
        received_at=at,
        kind=kind,
        code=code,
        source=event.by.value,
        message=name,
        gpu_slot=event.slot,
        facts=event.facts,
    )
