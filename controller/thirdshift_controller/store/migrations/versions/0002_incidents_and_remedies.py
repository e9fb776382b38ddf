"""Holds, pauses, evidence, hand-overs; what an incident is about and what an attempt led to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DROPPED = (
    ("incident", "scope"),
    ("incident", "scope_name"),
    ("incident", "waits_for"),
    ("incident", "heard"),
    ("incident", "reopened"),
    ("incident", "jobs_may_die_by"),
    ("incident", "begun_at"),
    ("incident", "silence_until_at"),
    ("attempt", "node"),
    ("attempt", "expires_at"),
    ("attempt", "held"),
    ("attempt", "approved_by"),
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "external_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("signal_origin", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("completed_at", sa.DateTime(), nullable=True),
        sa.Column("succeeded", sa.Boolean(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("origin"),
    )
    with op.batch_alter_table("external_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_external_request_completed_at"), ["completed_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_external_request_node"), ["node"], unique=False)

    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("scope_name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", sa.DateTime(), nullable=False),
        sa.Column("from_at", sa.DateTime(), nullable=False),
        sa.Column("until_at", sa.DateTime(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lift_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_lifted_at"), ["lifted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hold_scope_name"), ["scope_name"], unique=False)

    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("scope_name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since_at", sa.DateTime(), nullable=False),
        sa.Column("until_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pause_until_at"), ["until_at"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_incident_id"), ["incident_id"], unique=False)

    op.add_column("attempt", sa.Column("node", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "attempt",
        sa.Column("expires_at", sa.DateTime(), nullable=False, server_default="1970-01-01 00:00"),
    )
    op.add_column("attempt", sa.Column("held", sa.Boolean(), nullable=True))
    op.add_column("attempt", sa.Column("approved_by", sa.String(), nullable=True))
    op.create_index("ix_attempt_node", "attempt", ["node"])
    op.execute(
        "UPDATE attempt SET node = (SELECT node FROM incident WHERE id = attempt.incident_id)"
    )
    op.execute("UPDATE attempt SET expires_at = reserved_at")

    op.add_column("incident", sa.Column("scope", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "incident", sa.Column("scope_name", sa.String(), nullable=False, server_default="")
    )
    op.execute("ALTER TABLE incident ADD COLUMN parent_id INTEGER REFERENCES incident (id)")
    op.add_column("incident", sa.Column("waits_for", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("heard", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "incident", sa.Column("reopened", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "incident",
        sa.Column("begun_at", sa.DateTime(), nullable=False, server_default="1970-01-01 00:00"),
    )
    op.add_column("incident", sa.Column("jobs_may_die_by", sa.String(), nullable=True))
    op.add_column("incident", sa.Column("silence_until_at", sa.DateTime(), nullable=True))
    op.create_index("ix_incident_parent_id", "incident", ["parent_id"])
    op.execute(
        "UPDATE incident SET scope_name = node, begun_at = opened_at,"
        " scope = CASE WHEN gpu_slot IS NULL THEN 'node' ELSE 'gpu' END"
    )
    _hear()

    op.execute("ALTER TABLE node ADD COLUMN drained_for INTEGER REFERENCES incident (id)")
    op.drop_index("ix_signal_node", "signal")
    op.drop_index("ix_signal_triaged", "signal")
    op.create_index("ix_signal_node_at", "signal", ["node", "at"])
    op.create_index("ix_signal_triaged_at", "signal", ["triaged", "at"])


def _hear() -> None:
    """Write down what each incident heard of: anything explains one that heard nothing."""
    told = op.get_bind().execute(
        sa.text(
            "SELECT incident_id, kind, code FROM signal WHERE incident_id IS NOT NULL"
            " GROUP BY incident_id, kind, code ORDER BY min(id)"
        )
    )
    heard: dict[int, list[str]] = {}
    for incident_id, kind, code in told:
        heard.setdefault(incident_id, []).append(f"{kind}:{code}")
    incident = sa.table("incident", sa.column("id"), sa.column("heard", sa.JSON()))
    for incident_id, names in heard.items():
        op.execute(incident.update().where(incident.c.id == incident_id).values(heard=names))


def downgrade() -> None:
    """Take back what can be dropped; a column of SQLite that refers to a table stays, empty."""
    op.drop_index("ix_signal_node_at", "signal")
    op.drop_index("ix_signal_triaged_at", "signal")
    op.create_index("ix_signal_node", "signal", ["node"])
    op.create_index("ix_signal_triaged", "signal", ["triaged"])
    op.drop_index("ix_incident_parent_id", "incident")
    op.drop_index("ix_attempt_node", "attempt")
    for table, column in DROPPED:
        op.drop_column(table, column)
    for table in ("external_request", "hold", "pause", "evidence"):
        op.drop_table(table)
