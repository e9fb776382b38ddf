"""Makes a scenario's events happen on its stage, each node in its turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fakes.healing import Ailment
from scenarios.scenario import Event, Scenario, Where
from scenarios.stage import Stage
from thirdshift_agent.wire import SignalSource
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.store import signals
from thirdshift_controller.store.tables import SignalRow


@dataclass(frozen=True)
class Happening:
    """One event on one node."""

    at: datetime
    node: str
    event: Event


def happenings(scenario: Scenario, site: Site, begin: datetime) -> list[Happening]:
    """All of them, in the order of their instants. Raises `ValueError` for a place that is not."""
    found = [
        Happening(begin + timedelta(minutes=event.at_minutes, seconds=seconds), node.name, event)
        for event in scenario.event
        for node, seconds in _in_turn(_nodes(event.on, site), event.apart_seconds)
    ]
    return sorted(found, key=lambda one: one.at)


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


def _in_turn(nodes: Sequence[Node], apart_seconds: float) -> Iterator[tuple[Node, float]]:
    return ((node, place * apart_seconds) for place, node in enumerate(nodes))


def _nodes(where: Where, site: Site) -> list[Node]:
    named = {where.node, *where.nodes}
    everyone = list(site.nodes())
    if where.first_nodes:
        return everyone[: where.first_nodes]
    found = [node for node in everyone if node.name in named or node.rack == where.rack]
    if not found:
        raise ValueError(f"{where!r} is nowhere at {site.name}; see scenarios/site.py for names")
    return found
