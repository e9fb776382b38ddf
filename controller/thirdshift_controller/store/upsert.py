"""Insert-or-else, which SQL spells by dialect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

Values = Sequence[dict[str, Any]]


def insert_new(session: Session, table: type[SQLModel], rows: Values, unique: str) -> None:
    """Insert the rows whose `unique` column is not there yet; leave the others as they are."""
    if rows:
        statement = _insert(session, table).on_conflict_do_nothing(index_elements=[unique])
        session.connection().execute(statement, list(rows))


def add_up(session: Session, table: type[SQLModel], rows: Values, keys: Sequence[str]) -> None:
    """Insert the rows, or add every other column's value to the row that has the same keys."""
    if rows:
        statement = _insert(session, table)
        sums = {
            name: getattr(table, name) + statement.excluded[name]
            for name in rows[0]
            if name not in keys
        }
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=sums)
        session.connection().execute(statement, list(rows))


def _insert(session: Session, table: type[SQLModel]) -> Any:
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
