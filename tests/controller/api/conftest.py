"""A site with one broken GPU behind the real API, and the people who call it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from fakes.api import client_of, served, services_of
from fakes.world import World


@pytest.fixture
def broken(world: World) -> World:
    """The only remote remedy has failed and hands are sent."""
    agent = world.agent("gpu-1")
    agent.says(world.now, "xid:64", 3, "NVRM: Xid (PCI:0000:13:00): 64")
    agent.changes[3] = {"remap_failed": True}
    world.turn()
    world.turn(world.burst)
    world.turn()
    return world


@pytest.fixture
def url(world: World, tmp_path: Path) -> Iterator[str]:
    with served(services_of(world, tmp_path)) as address:
        yield address


@pytest.fixture
def ana(url: str) -> Iterator[httpx.Client]:
    with client_of(url, "ana") as client:
        yield client


@pytest.fixture
def lead(url: str) -> Iterator[httpx.Client]:
    with client_of(url, "lead") as client:
        yield client
