"""Who held the GPUs, and what whole nodes drew."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEPT = (
    "installed_gpu_seconds",
    "available_gpu_seconds",
    "utilised_gpu_seconds",
    "energy_joules",
    "energy_modelled_joules",
)
NEW = (
    "watched_seconds",
    "scheduled_gpu_seconds",
    "allocated_gpu_seconds",
    "wall_joules",
    "wall_modelled_joules",
)
HOST_WATTS = 2000.0
"""As `costs.usage.meter` assumed it when this was written."""

_CARDS = """COALESCE(
    (SELECT MAX(slot) + 1 FROM gpu WHERE gpu.node = old_node_hour.node),
    (SELECT MAX(slot) + 1 FROM gpu),
    1)"""
_WATCHED = f"installed_gpu_seconds / {_CARDS}"


def upgrade() -> None:
    """Apply. Hours that are there keep their sums.

    They were watched for their installed GPU-seconds by the slots in which the node was seen to
    hold cards, or the site's largest node where it was never seen. No scheduler was asked then and
    no BMC kept, so their energy at the wall is modelled as it would be today.
    """
    op.rename_table("node_hour", "old_node_hour")
    _create_hours("node_hour", "node", (*KEPT, *NEW))
    kept = ", ".join(KEPT)
    op.execute(
        f"INSERT INTO node_hour (hour_at, node, {kept}, {', '.join(NEW)})"
        f" SELECT hour_at, node, {kept}, watched, 0, 0, 0,"
        f" energy_joules + energy_modelled_joules + {HOST_WATTS} * watched"
        f" FROM (SELECT hour_at, node, {kept},"
        f" CASE WHEN {_WATCHED} > 3600 THEN 3600 ELSE {_WATCHED} END AS watched"
        " FROM old_node_hour) AS watched_hour"
    )
    op.drop_table("old_node_hour")
    _create_hours(
        "team_hour", "team", ("allocated_gpu_seconds", "utilised_gpu_seconds", "wall_joules")
    )


def _create_hours(table: str, name: str, sums: tuple[str, ...]) -> None:
    """SQLite keeps the rows in the order of the key: a month is one stretch of the file."""
    op.create_table(
        table,
        sa.Column("hour_at", sa.DateTime(), nullable=False),
        sa.Column(name, sa.String(), nullable=False),
        *(sa.Column(column, sa.Float(), nullable=False) for column in sums),
        sa.PrimaryKeyConstraint("hour_at", name),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take back; the key stays as it is, which an older version does not mind."""
    op.drop_table("team_hour")
    for column in NEW:
        op.drop_column("node_hour", column)
