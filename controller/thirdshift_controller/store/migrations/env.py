"""Alembic's environment: the connection comes from `store.migrate`, never from an ini file."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from thirdshift_controller.store.columns import UtcDateTime
from thirdshift_controller.store.tables import NodeRow


def plain_types(kind: str, item: Any, _autogenerate: object) -> str | Literal[False]:
    """Write column types by their plain names, so that a migration imports nothing of ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=NodeRow.metadata,
    render_as_batch=True,
    render_item=plain_types,
)
with context.begin_transaction():
    context.run_migrations()
