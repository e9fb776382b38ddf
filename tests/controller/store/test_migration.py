"""A database that the version before left behind, rows and all, becomes one of this version."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command

from fakes.node_hours import between
from thirdshift_controller.store import attempts, incidents, nodes, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.errors import StoreError
from thirdshift_controller.store.migrate import configuration, migrate
from thirdshift_controller.wire import AttemptOutcome, IncidentState, Scope

RECORDED = Path(__file__).with_name("recorded") / "0001.sql"

DAY = (datetime(2026, 12, 10, tzinfo=UTC), datetime(2026, 12, 11, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(f"sqlite:///{tmp_path / 'thirdshift.db'}")
    with made.engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
    with closing(made.engine.raw_connection()) as raw:
        raw.cursor().executescript(RECORDED.read_text(encoding="utf-8"))
    return made


def test_what_is_open_stays_open_under_its_old_key_and_knows_what_it_heard(store: Store) -> None:
    migrate(store)
    with store.read() as session:
        at_work, remedied = incidents.still_open(session)
        assert incidents.open_by_key(session, "gpu-0101/5/gpu-fell-off-bus") == at_work
    assert (at_work.state, remedied.state) == (IncidentState.IN_WORK, IncidentState.REMEDYING)
    assert (remedied.scope, remedied.scope_name) == (Scope.GPU, "gpu-0101")
    assert (at_work.heard, remedied.heard) == (["xid:79"], ["xid:64", "remap:failed"])
    assert remedied.begun_at == remedied.opened_at


def test_an_attempt_without_an_end_is_overdue_on_its_node(store: Store) -> None:
    migrate(store)
    with store.read() as session:
        (attempt,) = attempts.of_incident(session, 2)
        assert attempts.unfinished(session, attempt.reserved_at) == [attempt]
    assert (attempt.node, attempt.outcome) == ("gpu-0101", AttemptOutcome.RESERVED)
    assert attempt.held is None


def test_an_order_goes_on_and_no_node_is_ours_to_return(store: Store) -> None:
    migrate(store)
    with store.read() as session:
        (order,) = work_orders.still_open(session)
        assert order.id is not None
        done = [step.number for step in work_orders.steps(session, [order.id])[1] if step.done_at]
        assert nodes.taken_out(session) == []
    assert (order.assignee, order.incident_id, done) == ("ana", 1, [1])


def test_hours_keep_their_sums_and_are_known_as_far_as_they_say(store: Store) -> None:
    """Of eight GPUs, for a part of an hour; nobody asked a scheduler or a BMC then."""
    migrate(store)
    with store.read() as session:
        first, _ = between(session, *DAY)
    assert (first.node, first.energy_joules) == ("gpu-0101", 0.0)
    assert first.installed_gpu_seconds == pytest.approx(4278.248216)
    assert first.utilised_gpu_seconds == pytest.approx(4192.683252)
    assert first.watched_seconds == pytest.approx(4278.248216 / 8)
    assert first.wall_modelled_joules == pytest.approx(2000 * first.watched_seconds)
    assert (first.scheduled_gpu_seconds, first.allocated_gpu_seconds) == (0.0, 0.0)


def test_an_hour_of_a_node_that_was_never_seen_is_watched_as_the_largest_nodes(
    store: Store,
) -> None:
    with store.engine.begin() as connection:
        for node, seconds in (("gpu-9", 14_400.0), ("gpu-9x", 9e9)):
            connection.exec_driver_sql(
                "INSERT INTO node_hour VALUES (?, '2026-12-10 17:00:00.000000', ?, 0, 0, 0, 0)",
                (node, seconds),
            )
    migrate(store)
    with store.read() as session:
        watched = {one.node: one.watched_seconds for one in between(session, *DAY)}
    assert (watched["gpu-9"], watched["gpu-9x"]) == (1800.0, 3600.0)


def test_the_newest_schema_can_be_taken_back_and_put_on_again(store: Store) -> None:
    migrate(store)
    with store.engine.begin() as connection:
        command.downgrade(configuration(connection), "0002")
    migrate(store)
    with store.read() as session:
        assert len(between(session, *DAY)) == 2


def test_a_database_is_not_changed_under_a_controller_of_the_version_before(
    store: Store, tmp_path: Path
) -> None:
    store.claim()
    ours = Store(f"sqlite:///{tmp_path / 'thirdshift.db'}")
    with pytest.raises(StoreError, match="in use by another controller"):
        migrate(ours)
    with store.engine.connect() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    assert version == "0001"
