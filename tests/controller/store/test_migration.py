"""A database that the version before left behind, rows and all, becomes one of this version."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from thirdshift_controller.store import attempts, incidents, nodes, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.errors import StoreError
from thirdshift_controller.store.migrate import configuration, migrate
from thirdshift_controller.wire import AttemptOutcome, IncidentState, Scope

RECORDED = Path(__file__).with_name("recorded") / "0001.sql"


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
