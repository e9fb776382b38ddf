"""Bring a database to the schema that this version needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from thirdshift_controller.store.database import Store
from thirdshift_controller.store.errors import StoreError

SCRIPTS = Path(__file__).with_name("migrations")


def migrate(store: Store) -> None:
    """Upgrade to the newest schema, when no controller of an older version has the database.

    Raises `StoreError` where one has, and on a database of a newer version.
    """
    with _told(), store.write() as session:
        connection = session.connection()
        if set(MigrationContext.configure(connection).get_current_heads()) != _newest():
            store.claim()
            command.upgrade(configuration(connection), "head")


def configuration(connection: object) -> Config:
    """Alembic's configuration over an open connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def _newest() -> set[str]:
    return set(ScriptDirectory(str(SCRIPTS)).get_heads())


@contextmanager
def _told() -> Iterator[None]:
    """Failures of the tools as ours."""
    try:
        yield
    except CommandError as error:
        raise StoreError(
            f"the database is not one this version knows ({error}); install the newer version"
        ) from error
    except SQLAlchemyError as error:
        raise StoreError(
            f"the database is not Thirdshift's, or is damaged: {str(error).splitlines()[0]}"
        ) from error
