"""The database keeps what the house's conventions ask of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel

from thirdshift_controller.store import incidents, nodes, signals
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.errors import StoreError
from thirdshift_controller.store.migrate import migrate
from thirdshift_controller.store.tables import IncidentRow, SignalRow
from thirdshift_controller.wire import IncidentState, Scope

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(f"sqlite:///{tmp_path / 'test.db'}")
    migrate(made)
    return made


def incident(key: str | None = "gpu-1/3/row-remap") -> IncidentRow:
    return IncidentRow(
        open_key=key,
        scope=Scope.GPU,
        scope_name="gpu-1",
        node="gpu-1",
        gpu_slot=3,
        gpus_out=1,
        runbook="row-remap",
        title="Row remap failed",
        severity="major",
        opened_at=NOON,
        begun_at=NOON,
        last_signal_at=NOON,
    )


def signal(origin: str) -> SignalRow:
    return SignalRow(
        origin=origin,
        node="gpu-1",
        at=NOON,
        received_at=NOON,
        kind="xid",
        code="64",
        source="kernel_log",
        message="NVRM",
    )


def test_the_migrations_lead_to_exactly_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    migrate(store)
    with store.read() as session:
        assert incidents.still_open(session) == []


def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="not one this version knows"):
        migrate(store)


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/x.db", "nonsense"])
def test_a_database_that_cannot_be_opened_is_named(url: str) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(url)


def test_instants_come_back_aware_and_equal(store: Store) -> None:
    east = NOON.astimezone(timezone(timedelta(hours=9)))
    row = incident()
    row.opened_at = east
    with store.write() as session:
        session.add(row)
    with store.read() as session:
        kept = incidents.still_open(session)[0]
    assert kept.opened_at == NOON
    assert kept.opened_at.tzinfo is UTC
    assert kept.state is IncidentState.OPEN


def test_a_naive_instant_is_refused(store: Store) -> None:
    row = incident()
    row.opened_at = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="has no offset"), store.write() as session:
        session.add(row)


def test_a_unit_of_work_that_fails_leaves_nothing(store: Store) -> None:
    def fail_midway() -> None:
        with store.write() as session:
            session.add(incident())
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_midway()
    with store.read() as session:
        assert incidents.still_open(session) == []


def test_one_fault_has_one_open_incident_and_the_database_holds_it(store: Store) -> None:
    with store.write() as session:
        session.add(incident())
    with pytest.raises(IntegrityError), store.write() as session:
        session.add(incident())
    with store.write() as session:
        session.add_all((incident(None), incident(None)))


def test_a_signal_is_kept_once_whatever_delivers_it_again(store: Store) -> None:
    for batch in (["a", "b"], ["b", "c"], ["a", "b", "c"]):
        with store.write() as session:
            signals.keep(session, [signal(origin) for origin in batch])
    with store.read() as session:
        assert [row.origin for row in signals.untriaged(session, 10)] == ["a", "b", "c"]


def test_a_node_is_enlisted_once(store: Store) -> None:
    for now in (NOON, NOON + timedelta(days=1)):
        with store.write() as session:
            nodes.enlist(session, ["gpu-1", "gpu-2"], now)
    with store.read() as session:
        rows = nodes.named(session, ["gpu-1", "gpu-2"])
    assert {row.known_since_at for row in rows.values()} == {NOON}


def test_one_database_has_one_controller(store: Store, tmp_path: Path) -> None:
    second = Store(f"sqlite:///{tmp_path / 'test.db'}")
    store.claim()
    with pytest.raises(StoreError, match="in use by another controller"):
        second.claim()
    second.close()
    store.close()
    third = Store(f"sqlite:///{tmp_path / 'test.db'}")
    third.claim()
    third.close()


def test_a_password_is_never_told() -> None:
    with pytest.raises(StoreError) as caught:
        Store("postgresql+nodriver://u:S3cretPw@db/x")
    assert "S3cretPw" not in str(caught.value)
