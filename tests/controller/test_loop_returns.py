"""Nodes that come back by themselves, and nodes that are gone from the site's file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.site import small_site
from fakes.world import RULES, World, started
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.remedies.port import RemedyResult
from thirdshift_controller.store import nodes
from thirdshift_controller.wire import IncidentState
from thirdshift_runbooks.page import RemoteAction

FAILED = RemedyResult("done", "no answer", 1)


def with_bmcs() -> Site:
    site = small_site()
    rows = tuple(
        replace(
            row,
            racks=tuple(
                replace(
                    rack, nodes=tuple(replace(node, bmc="ipmi://10.0.2.1") for node in rack.nodes)
                )
                for rack in row.racks
            ),
        )
        for row in site.rows
    )
    return replace(site, rows=rows)


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[World]:
    """A site that power-cycles a silent node twice."""
    rules = replace(RULES, attempts_per_rung=2, jobs_may_die=True)
    with started(tmp_path, site=with_bmcs(), rules=rules) as world:
        world.remedy.answers = [FAILED]
        yield world


def test_a_node_that_answers_again_is_not_power_cycled_once_more(patient: World) -> None:
    patient.agent("gpu-1").answers = False
    patient.turn(patient.silent_after)
    patient.turn(patient.burst)
    assert [order.action for order in patient.remedy.orders] == [RemoteAction.POWER_CYCLE]
    assert patient.only_incident().state is IncidentState.REMEDYING
    patient.agent("gpu-1").answers = True
    patient.turn()
    assert len(patient.remedy.orders) == 1
    assert patient.only_incident().state is IncidentState.VERIFYING


def test_a_node_that_left_the_site_file_takes_no_room_in_the_budget(world: World) -> None:
    world.agent("gpu-1").says(world.now, "xid:64", 3)
    world.turn()
    with world.store.write() as session:
        nodes.enlist(session, ["gpu-9"], world.now)
        row = nodes.named(session, ["gpu-9"])["gpu-9"]
        row.drained_for = 1
        session.add(row)
    world.turn(world.burst)
    assert world.only_incident().waits_for is None
    assert [order.key for order in world.remedy.orders] == ["INC-1/1"]
