"""What is where: the floor, a node, and who I am."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from sqlmodel import Session

from thirdshift_agent.wire import GpuReading
from thirdshift_controller.api import views
from thirdshift_controller.api.common import Using, Viewer
from thirdshift_controller.api.services import Services
from thirdshift_controller.errors import NotFoundError
from thirdshift_controller.fleet.floor import Mark, gpu_marks, node_cell, rows
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.fleet.release import release_of
from thirdshift_controller.fleet.scopes import nodes_in
from thirdshift_controller.incidents.holds import hold_on
from thirdshift_controller.store import holds, incidents, nodes, signals, work_orders
from thirdshift_controller.store.tables import GpuRow, IncidentRow
from thirdshift_controller.wire import Floor, GpuDetail, Hold, Me, NodeDetail, Scope
from thirdshift_runbooks.page import Disposition

router = APIRouter(prefix="/v1")
SIGNALS_SHOWN = 50


@router.get("/me")
def me(caller: Viewer) -> Me:
    """Who the token belongs to."""
    return Me(caller.name, caller.role, caller.person)


@router.get("/floor")
def floor(use: Using, _caller: Viewer) -> Floor:
    """The whole site now."""
    now = use.clock.now()
    with use.store.read() as session:
        repairs: dict[str, list[IncidentRow]] = {}
        for row in incidents.still_open(session):
            if _asks_for_repair(use, row):
                for node in _nodes(use, row):
                    repairs.setdefault(node.name, []).append(row)
        held = _held(session, use)
    return Floor(
        site=use.site.name,
        timezone=str(use.site.timezone),
        now=now,
        speed=use.clock.speed,
        stale_after_seconds=use.stale_after.total_seconds(),
        on_shift=views.on_shift(use.roster.duty_at(now)),
        rows=rows(use.site, use.live.snapshots, repairs, held, now, use.stale_after),
    )


@router.get("/nodes/{name}")
def node(name: str, use: Using, _caller: Viewer) -> NodeDetail:
    """One node, whole."""
    found = use.site.by_name.get(name)
    if found is None:
        raise NotFoundError(f"there is no node {name!r} in the site file")
    with use.store.read() as session:
        return _node_detail(session, use, found)


def _node_detail(session: Session, use: Services, node: Node) -> NodeDetail:
    now, snapshot = use.clock.now(), use.live.snapshot(node.name)
    opened = incidents.still_open(session, node.name)
    repairs = [row for row in opened if _asks_for_repair(use, row)]
    cell = node_cell(node, snapshot, repairs, now, use.stale_after)
    marks = gpu_marks(node, snapshot, repairs, now, use.stale_after)
    cards = nodes.gpus_of(session, node.name)
    orders = work_orders.latest_by_incident(session, [row.id for row in opened if row.id])
    return NodeDetail(
        name=node.name,
        row=node.row,
        rack=node.rack,
        rack_unit=node.rack_unit,
        model=node.model,
        state=cell.state,
        observed_at=cell.observed_at,
        driver_version=snapshot.driver_version if snapshot else None,
        problems=use.live.problems(node.name),
        shell=views.shell(node, use.sights.bmcs),
        schedule=views.schedule(use.sights.schedule.standing(node.name)),
        hold=_hold(session, use, node),
        lemon_score=_lemon_score(session, use, node),
        released=views.release(release_of(snapshot, now)),
        gpus=tuple(
            _gpu(slot, mark, cards.get(slot), use.live.reading(node.name, slot), repairs)
            for slot, mark in marks.items()
        ),
        incidents=tuple(
            views.incident_summary(row, use.site, orders.get(row.id or 0)) for row in opened
        ),
        signals=tuple(
            views.signal_line(row)
            for row in signals.latest_of_node(session, node.name, SIGNALS_SHOWN)
        ),
    )


def _gpu(
    slot: int,
    mark: Mark,
    card: GpuRow | None,
    reading: GpuReading | None,
    repairs: Sequence[IncidentRow],
) -> GpuDetail:
    incident = next((row.id for row in repairs if row.gpu_slot == slot), None)
    return GpuDetail(
        slot=slot,
        uuid=card.uuid if card else None,
        serial=card.serial if card else None,
        pci_address=card.pci_address if card else None,
        name=card.name if card else None,
        state=mark.state,
        incident=None if incident is None else f"INC-{incident}",
        temperature_celsius=reading.temperature_celsius if reading else None,
        power_watts=reading.power_watts if reading else None,
        power_limit_watts=reading.power_limit_watts if reading else None,
        utilisation_ratio=reading.utilisation_ratio if reading else None,
        memory_used_bytes=reading.memory_used_bytes if reading else None,
        memory_total_bytes=reading.memory_total_bytes if reading else None,
        ecc_uncorrected_total=reading.ecc_uncorrected_total if reading else None,
        recovery_action=reading.recovery_action if reading else None,
    )


def _nodes(use: Services, row: IncidentRow) -> Sequence[Node]:
    """Where an incident shows: its node, or all that it keeps from work."""
    if row.node:
        return nodes_in((Scope.NODE, row.node), use.site, {})
    place = (row.scope, row.scope_name)
    return nodes_in(place, use.site, use.live.drivers) if row.gpus_out else ()


def _held(session: Session, use: Services) -> set[str]:
    """The nodes that a hold covers now."""
    drivers = use.live.drivers
    places = {(hold.scope, hold.scope_name) for hold in holds.in_force(session, use.clock.now())}
    return {node.name for place in places for node in nodes_in(place, use.site, drivers)}


def _hold(session: Session, use: Services, node: Node) -> Hold | None:
    in_force = holds.in_force(session, use.clock.now())
    found = hold_on(in_force, node, use.site, use.live.drivers)
    return views.hold(found) if found else None


def _lemon_score(session: Session, use: Services, node: Node) -> float:
    record = use.lemons.records(session, use.clock.now()).get(node.name)
    return record.score(use.lemons.most_fixes) if record else 0.0


def _asks_for_repair(use: Services, row: IncidentRow) -> bool:
    return use.catalogue.page(row.runbook).disposition is Disposition.REPAIR
