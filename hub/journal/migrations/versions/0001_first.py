"""The journal as first laid down: record, chain, projections, guards."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.BigInteger


def upgrade() -> None:
    _record()
    _arrivals()
    _documents()
    _leaving()
    _waiting()
    _guards()


def _record() -> None:
    op.create_table(
        "entries",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("moment", _MOMENT, nullable=False),
        sa.Column("arrival", sa.String(32), index=True),
        sa.Column("document", sa.String(64), index=True),
        sa.Column("agency", sa.Text),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("particulars", sa.String(32)),
        sa.Column("hmac", sa.String(64)),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "particulars",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "unsealed",
        sa.Column("entry", _NUMBER, sa.ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    )
    op.create_table(
        "seals",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("entry", _NUMBER, sa.ForeignKey("entries.id"), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def _arrivals() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("door", sa.String(64), nullable=False),
        sa.Column("door_id", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("accepted_at", _MOMENT, nullable=False),
        sa.Column("trace", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_at", _MOMENT),
        sa.Column("document", sa.String(64), index=True),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("lease_until", _MOMENT),
        sa.Column("claims", sa.Integer, nullable=False),
        sa.Column("touched_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("source", "door", "door_id", name="one_arrival_an_identity"),
    )
    op.create_index("ix_arrivals_state_touched_at", "arrivals", ["state", "touched_at"])
    op.create_index("ix_arrivals_door_id", "arrivals", ["door_id"])


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("arrival", sa.String(32), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("disposition", sa.String(16), nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("notation", sa.Text, nullable=False),
        sa.Column("paper", sa.Integer),
        sa.Column("lane", sa.String(16), nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("decided_at", _MOMENT),
    )


def _leaving() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("document", sa.String(64), nullable=False, index=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("content", sa.String(64)),
        sa.Column("arrival", sa.String(32), index=True),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("body", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("queued_at", _MOMENT),
        sa.Column("fetched_at", _MOMENT),
    )
    op.create_index("ix_deliveries_agency_body", "deliveries", ["agency", "body"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("deadline", _MOMENT),
        sa.Column("arrival", sa.String(32), index=True),
        sa.Column("document", sa.String(64)),
        sa.Column("agency", sa.Text),
        sa.Column("lane", sa.String(16), nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("body", sa.String(64)),
        sa.Column("follows", sa.String(64)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("lease", sa.String(32), nullable=False),
        sa.Column("lease_until", _MOMENT),
    )
    op.create_index("ix_outbox_document", "outbox", ["document"])
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"])


def _waiting() -> None:
    op.create_table(
        "desk",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("desk", sa.String(16), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("arrival", sa.String(32), index=True),
        sa.Column("document", sa.String(64)),
        sa.Column("agency", sa.Text),
        sa.Column("outbox", sa.String(64), nullable=False),
        sa.Column("closed_at", _MOMENT),
    )
    op.create_table(
        "paper_tasks",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("document", sa.String(64), nullable=False, index=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "duties",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
    )


_SQLITE = (
    "CREATE TRIGGER entries_listed AFTER INSERT ON entries "
    "BEGIN INSERT INTO unsealed (entry) VALUES (NEW.id); END",
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in ("entries", "seals")
        for verb in ("UPDATE", "DELETE")
    ),
)
_POSTGRESQL = (
    "CREATE FUNCTION list_entry() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN INSERT INTO unsealed (entry) VALUES (NEW.id); RETURN NULL; END $$",
    "CREATE TRIGGER entries_listed AFTER INSERT ON entries "
    "FOR EACH ROW EXECUTE FUNCTION list_entry()",
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ("entries", "seals")
    ),
)


def _guards() -> None:
    """An entry lists itself for the sealer; nothing written is changed or taken out."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        op.execute(statement)
