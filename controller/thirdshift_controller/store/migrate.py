"""Bring a database to the schema that this version needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from thirdshift_controller.store.database import Store
from thirdshift_controller.store.errors import StoreError

SCRIPTS = Path(__file__).with_name("migrations")


def migrate(store: Store) -> None:
    """Upgrade to the newest schema. Raises `StoreError` on a database of a newer version."""
    with store.engine.begin() as connection:
        try:
            command.upgrade(configuration(connection), "head")
        except CommandError as error:
            raise StoreError(
                f"the database is not one this version knows ({error}); install the newer version"
            ) from error
        except SQLAlchemyError as error:
            raise StoreError(
                f"the database is not Thirdshift's, or is damaged: {str(error).splitlines()[0]}"
            ) from error


def configuration(connection: object) -> Config:
    """Alembic's configuration over an open connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config
