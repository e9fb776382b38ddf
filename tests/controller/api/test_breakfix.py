"""An incident as the repair record that NVIDIA's breakfix requirements ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import TypeAdapter

from fakes.api import client_of, served, services_of
from fakes.world import MONDAY_MORNING, World
from thirdshift_controller.config import Caller
from thirdshift_controller.store import nodes
from thirdshift_controller.store.tables import GpuRow
from thirdshift_controller.wire import Role
from thirdshift_controller.wire.handoff import Breakfix, BreakfixAction

ANA = Caller("ana", Role.TECHNICIAN, "ana")


@pytest.fixture
def viewer(world: World, tmp_path: Path) -> Iterator[httpx.Client]:
    with served(services_of(world, tmp_path)) as url, client_of(url, "viewer") as client:
        yield client


@pytest.fixture
def lost(world: World) -> World:
    world.agent("gpu-1").says(world.now, "xid:79", 3)
    world.turn()
    world.turn(world.burst)
    return world


def record(viewer: httpx.Client, ticket: str = "INC-1") -> Breakfix:
    answer = viewer.get(f"/v1/incidents/{ticket}/breakfix")
    return TypeAdapter(Breakfix).validate_json(answer.content)


def mend(world: World) -> None:
    world.work_through(ANA)
    world.turn(world.soak("xid:79"))


def swap(world: World, serial: str = "1650009999") -> None:
    """Another card sits in the slot from now on."""
    with world.store.write() as session:
        card = session.get(GpuRow, ("gpu-1", 3))
        assert card is not None
        card.serial, card.uuid, card.since_at = serial, "GPU-new", world.now
        session.add(card)


def test_an_open_ticket_tells_the_part_the_fault_and_what_is_installed(
    lost: World, viewer: httpx.Client
) -> None:
    found = record(viewer)
    assert (found.ticket_id, found.node, found.hardware_id) == ("INC-1", "gpu-1", "1650000003")
    assert (found.component_category, found.description) == ("gpu", "GPU fell off the bus")
    assert (found.action_category, found.action) == (BreakfixAction.NONE, "needs_hands")
    assert (found.provider_account_id, found.handed_over_at) == ("test-1", MONDAY_MORNING)
    assert found.serial_numbers == tuple(f"16500{slot:05}" for slot in range(8))
    assert found.closed_at is None
    assert found.updated_at >= found.opened_at


def test_a_closed_ticket_tells_what_was_done(lost: World, viewer: httpx.Client) -> None:
    mend(lost)
    found = record(viewer)
    assert found.action_category is BreakfixAction.HANDS_ON
    assert found.action == "verified: well for 60 minutes"
    assert found.closed_at == found.updated_at == lost.now


def test_a_card_that_came_while_the_ticket_was_open_is_a_part_replaced(
    lost: World, viewer: httpx.Client
) -> None:
    swap(lost)
    found = record(viewer)
    assert found.action_category is BreakfixAction.PART_REPLACED
    assert found.hardware_id == "1650000003"
    assert "1650009999" in found.serial_numbers


def test_a_card_that_came_later_is_another_tickets(lost: World, viewer: httpx.Client) -> None:
    mend(lost)
    lost.turn(lost.burst)
    swap(lost)
    assert record(viewer).action_category is BreakfixAction.HANDS_ON


def test_a_fault_of_the_node_is_known_by_the_nodes_name(world: World, viewer: httpx.Client) -> None:
    world.agent("gpu-1").says(world.now, "psu:failed", None)
    world.turn()
    found = record(viewer)
    assert (found.hardware_id, found.component_category) == ("gpu-1", "power_supply")


def test_a_ticket_that_is_not_there_is_a_sentence(viewer: httpx.Client) -> None:
    answer = viewer.get("/v1/incidents/INC-9/breakfix")
    assert (answer.status_code, answer.json()["detail"]) == (404, "there is no incident INC-9")


def test_a_card_sits_in_its_slot_since_it_was_first_seen_there(world: World) -> None:
    card, later = world.agent("gpu-1").card(3), world.now + world.burst
    with world.store.write() as session:
        nodes.seat(session, "gpu-1", card, later)
    with world.store.read() as session:
        assert nodes.gpus_of(session, "gpu-1")[3].since_at == MONDAY_MORNING
