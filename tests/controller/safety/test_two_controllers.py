"""Two controllers on one database act once, and together stay within one budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from fakes.world import LIMITS, World, started
from servers.postgresql import postgresql
from thirdshift_controller.remedies.budget import Limits
from thirdshift_controller.remedies.port import RemedyResult
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_controller.wire import Scope

WELL = RemedyResult("reset", "GPU was reset", 0)
SLOTS = (2, 5, 6)
ROUNDS = 6


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'shared.db'}"
        return
    with postgresql() as made:
        yield made


@contextmanager
def two(url: str, folder: Path, limits: Limits) -> Iterator[tuple[World, World]]:
    """The same site, agents and clock, seen by two controllers."""
    store = Store(url)
    migrate(store)
    with started(folder, store, limits=limits) as first:
        first.remedy.answers = [WELL]
        second = first.twin(Store(url))
        yield first, second
        second.store.close()


def break_two_nodes(world: World, slots: Sequence[int]) -> None:
    for name in ("gpu-1", "gpu-3"):
        for slot in slots:
            world.agent(name).says(world.now, "xid:95", slot)


def both(worlds: tuple[World, World], act: str) -> None:
    """Let both do the same at the same time, as often as would show a race."""
    barrier = Barrier(2)

    def run(world: World) -> None:
        barrier.wait()
        {"sweep": world.sweep.run, "loop": world.loop.run}[act]()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(run, world) for world in worlds]:
            done.result()


def bring_to_the_ladder(worlds: tuple[World, World]) -> None:
    both(worlds, "sweep")
    both(worlds, "loop")
    worlds[0].clock.move(worlds[0].burst)
    for _ in range(ROUNDS):
        both(worlds, "loop")
        worlds[0].clock.move(timedelta(seconds=5))


def keys(worlds: tuple[World, World]) -> list[str]:
    return sorted(order.key for world in worlds for order in world.remedy.orders)


def test_every_signal_is_one_incident_and_every_attempt_is_made_once(
    url: str, tmp_path: Path
) -> None:
    with two(url, tmp_path, LIMITS) as worlds:
        break_two_nodes(worlds[0], SLOTS)
        bring_to_the_ladder(worlds)
        first = worlds[0]
        assert len(first.incidents()) == 2 * len(SLOTS)
        assert keys(worlds) == sorted(one.key for one in first.attempts())
        assert len(first.attempts()) == len({one.incident_id for one in first.attempts()})
        assert len(first.attempts()) == 2 * len(SLOTS)


def test_the_budget_is_one_for_both(url: str, tmp_path: Path) -> None:
    one_node = replace(LIMITS, per_scope={Scope.SITE: 1})
    with two(url, tmp_path, one_node) as worlds:
        break_two_nodes(worlds[0], SLOTS[:1])
        bring_to_the_ladder(worlds)
        assert len(keys(worlds)) == 1
        (waiting,) = [row for row in worlds[0].incidents() if row.waits_for]
        assert "the budget of site test-1" in str(waiting.waits_for)
