"""What programs print may hold anything; PostgreSQL takes all of it but NUL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate
from thirdshift_controller.store.tables import SignalRow

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def store(empty_store: Store) -> Store:
    migrate(empty_store)
    return empty_store


def test_a_message_with_a_nul_is_kept(store: Store) -> None:
    with store.write() as session:
        session.add(
            SignalRow(
                origin="o",
                node="gpu-1",
                at=NOON,
                received_at=NOON,
                kind="sel",
                code="memory",
                source="bmc",
                message="DIMM\0A1\x1b \N{FIRE}",
            )
        )
    with store.read() as session:
        (row,) = session.exec(select(SignalRow)).all()
    assert row.message == "DIMM\N{REPLACEMENT CHARACTER}A1\x1b \N{FIRE}"
