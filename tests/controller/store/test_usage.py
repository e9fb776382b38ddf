"""Hours of nodes and teams add up, and a month of them is added up by the database: by both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from alembic import command
from sqlalchemy import inspect

from fakes.node_hours import between
from thirdshift_controller.costs.usage.records import NodeHour, TeamHour
from thirdshift_controller.costs.usage.spans import HOUR
from thirdshift_controller.costs.usage.totals import MonthUsage, SiteHour, TeamUse, together
from thirdshift_controller.store import usage
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import configuration, migrate

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = 24 * HOUR


@pytest.fixture
def store(empty_store: Store) -> Store:
    migrate(empty_store)
    return empty_store


def keep(store: Store, hours: Sequence[NodeHour], teams: Sequence[TeamHour] = ()) -> None:
    with store.write() as session:
        usage.add(session, hours, teams)


def totals(store: Store, from_at: datetime = NOON, to_at: datetime = NOON + DAY) -> MonthUsage:
    with store.read() as session:
        return usage.totals(session, from_at, to_at)


def full(node: str, hour_at: datetime, gpus: int = 8) -> NodeHour:
    """An hour of which three quarters were available, half held, a quarter used."""
    seconds = gpus * 3600.0
    return NodeHour(
        node,
        hour_at,
        installed_gpu_seconds=seconds,
        available_gpu_seconds=seconds * 0.75,
        utilised_gpu_seconds=seconds * 0.25,
        energy_joules=3.6e6,
        energy_modelled_joules=7.2e6,
        watched_seconds=3600.0,
        scheduled_gpu_seconds=seconds,
        allocated_gpu_seconds=seconds * 0.5,
        wall_joules=18e6,
        wall_modelled_joules=36e6,
    )


def test_pieces_of_an_hour_add_up(store: Store) -> None:
    piece = NodeHour("gpu-1", NOON, *(float(number) for number in range(1, 11)))
    team = TeamHour("vision", NOON, 5.0, 4.0, 3.0)
    for _ in range(3):
        keep(store, [piece], [team])
    with store.read() as session:
        kept = between(session, NOON, NOON + HOUR)
    assert kept == [NodeHour("gpu-1", NOON, *(3.0 * number for number in range(1, 11)))]
    assert totals(store).teams == (TeamUse("vision", 15 / 3600, 12 / 3600, 9 / 3.6e6),)


def test_a_node_is_its_hours_together_in_gpu_hours_and_kwh(store: Store) -> None:
    keep(store, [full("gpu-1", NOON), full("gpu-1", NOON + HOUR)])
    (node,) = totals(store).nodes
    use = node.use
    assert (use.installed, use.available, use.allocated, use.utilised) == (16.0, 12.0, 8.0, 4.0)
    assert use.scheduled == 16.0
    assert (use.gpu_kwh, use.gpu_modelled_kwh) == (2.0, 4.0)
    assert (use.wall_kwh, use.wall_modelled_kwh) == (10.0, 20.0)


def test_an_hour_is_its_nodes_together_and_watched_as_far_as_the_longest(store: Store) -> None:
    short = NodeHour("gpu-1", NOON, wall_joules=3.6e6, watched_seconds=60.0)
    keep(store, [short, full("gpu-2", NOON), full("gpu-2", NOON + HOUR)])
    assert totals(store).hours == (
        SiteHour(NOON, 3600.0, 6.0, 10.0),
        SiteHour(NOON + HOUR, 3600.0, 5.0, 10.0),
    )


def test_an_hour_belongs_to_the_window_that_it_begins_in(store: Store) -> None:
    times = [NOON - HOUR, NOON, NOON + DAY - HOUR, NOON + DAY]
    keep(
        store,
        [full("gpu-1", hour_at) for hour_at in times],
        [TeamHour("vision", hour_at, 3600.0, 0.0, 0.0) for hour_at in times],
    )
    found = totals(store)
    assert [one.hour_at for one in found.hours] == times[1:3]
    assert [one.use.installed for one in found.nodes] == [16.0]
    assert [one.allocated for one in found.teams] == [2.0]


def test_names_are_in_one_order_whatever_the_database_thinks_of_it(store: Store) -> None:
    names = ["gpu-10", "gpu-9", "Gpu-1", "gpu_1", "gpu1"]
    keep(
        store,
        [full(name, NOON) for name in names],
        [TeamHour(name, NOON, 1.0, 0.0, 0.0) for name in names],
    )
    found = totals(store)
    assert [one.node for one in found.nodes] == sorted(names)
    assert [one.team for one in found.teams] == sorted(names)


def test_nothing_kept_is_nothing_used(store: Store) -> None:
    assert totals(store) == MonthUsage((), (), ())


def test_the_database_adds_up_what_we_would(store: Store) -> None:
    hours = list(some_hours())
    keep(store, hours)
    found = totals(store, NOON, NOON + 40 * HOUR)
    whole = together(node.use for node in found.nodes)
    assert len(found.nodes) == 7
    assert whole.available == pytest.approx(sum(one.available_gpu_seconds for one in hours) / 3600)
    drawn = sum(one.wall_joules + one.wall_modelled_joules for one in hours) / 3.6e6
    assert sum(hour.kwh for hour in found.hours) == pytest.approx(drawn)
    assert whole.wall_kwh + whole.wall_modelled_kwh == pytest.approx(drawn)


def some_hours() -> Iterator[NodeHour]:
    random = Random(7)
    for number in range(7 * 40):
        sums = (random.uniform(0, 30_000) for _ in range(10))
        yield NodeHour(f"gpu-{number % 7}", NOON + timedelta(hours=number // 7), *sums)


def test_the_hour_comes_first_in_the_key_so_that_a_month_is_one_stretch(store: Store) -> None:
    inspector = inspect(store.engine)
    for table, name in (("node_hour", "node"), ("team_hour", "team")):
        assert inspector.get_pk_constraint(table)["constrained_columns"] == ["hour_at", name]


def test_hours_of_the_version_before_keep_their_sums(empty_store: Store) -> None:
    with empty_store.engine.begin() as connection:
        command.upgrade(configuration(connection), "0002")
        connection.exec_driver_sql(
            "INSERT INTO node_hour"
            " VALUES ('gpu-1', '2026-11-02 12:00:00.000000', 800, 700, 600, 50, 4)"
        )
        connection.exec_driver_sql(
            "INSERT INTO gpu VALUES ('gpu-1', 7, 'GPU-7', NULL, '0', 'H100', '2026-11-02 12:00:00')"
        )
    migrate(empty_store)
    with empty_store.read() as session:
        (hour,) = between(session, NOON, NOON + HOUR)
    assert hour == NodeHour(
        "gpu-1",
        NOON,
        installed_gpu_seconds=800.0,
        available_gpu_seconds=700.0,
        utilised_gpu_seconds=600.0,
        energy_joules=50.0,
        energy_modelled_joules=4.0,
        watched_seconds=100.0,
        wall_modelled_joules=54.0 + 2000.0 * 100.0,
    )
