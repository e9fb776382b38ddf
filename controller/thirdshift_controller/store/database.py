"""The database: one URL, short transactions. SQLite takes one writer at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, create_engine

from thirdshift_controller.store.errors import StoreError

BUSY_SECONDS = 30.0
_ONE_WRITER = "SELECT pg_advisory_xact_lock(7448)"
"""What SQLite's BEGIN IMMEDIATE is: whoever decides sees all that was decided before."""


class Store:
    """Gives out transactions. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._lock: int | None = None
        self._writer = self.engine.execution_options(thirdshift_writes=True)
        self._turn = Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        """SQLite's own waiting looks again only every 0.1 s; among our threads the next goes on."""

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One unit of work: committed whole at the end of the block, or not at all."""
        with (
            self._turn,
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            if self.engine.dialect.name == "postgresql":
                session.connection().exec_driver_sql(_ONE_WRITER)
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view; whatever is changed in it is thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def claim(self) -> bool:
        """Keep a file of SQLite for this process alone; raises `StoreError` where another has it.

        Returns whether nobody else can be here: a server's database may have several controllers.
        """
        file = self.engine.url.database
        if self.engine.dialect.name != "sqlite":
            return False
        if file in (None, "", ":memory:") or self._lock is not None:
            return True
        lock = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise StoreError(f"database {file} is in use by another controller") from error
        self._lock = lock
        return True

    def close(self) -> None:
        """Let go of every connection, and of the claim."""
        self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)


def _engine(url: str) -> Engine:
    arguments: dict[str, Any] = {}
    if url.startswith("sqlite"):
        arguments["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    try:
        engine = create_engine(url, **arguments)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _tune_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        with engine.connect():
            return engine
    except (SQLAlchemyError, ImportError) as error:
        raise StoreError(
            f"database {_shown(url)} cannot be opened: {_first_line(error)}"
        ) from error


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("thirdshift_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "by that URL"


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0]
