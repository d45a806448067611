"""Delivery to its end: what comes back, what goes out, paper, retention."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


_MOMENT = sa.BigInteger


def upgrade() -> None:
    _delivery_states()
    _lanes()
    _forwards()
    _statuses()
    _paper()
    _steering()
    op.add_column("arrivals", sa.Column("erased_at", _MOMENT))
    _recalls()
    _comings()
    _looked_up()


def _looked_up() -> None:
    """Matters of an outbox row, and what keeps a document from being erased."""
    for table, column in (
        ("desk", "outbox"),
        ("desk", "document"),
        ("paper_tasks", "arrival"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _comings() -> None:
    """What copies are comings of and what opened paper tasks, as a rebuild says."""
    op.execute(
        "UPDATE arrivals SET document = (SELECT entries.document FROM entries "
        "WHERE entries.arrival = arrivals.id AND entries.tag = 'document:decided' "
        "ORDER BY entries.id DESC LIMIT 1) "
        "WHERE document IS NULL AND state = 'decided'"
    )
    op.execute(
        "UPDATE paper_tasks SET arrival = (SELECT entries.arrival FROM entries "
        "WHERE entries.document = paper_tasks.document "
        "AND entries.tag = 'document:decided' "
        "AND entries.facts LIKE '%\"' || paper_tasks.id || '\"%' "
        "ORDER BY entries.id LIMIT 1)"
    )


def _lanes() -> None:
    """Further lanes are faster than ordinary, whatever their names sort like."""
    op.drop_index("ix_outbox_leaving", "outbox")
    op.create_index(
        "ix_outbox_leaving",
        "outbox",
        ["state", sa.text("(lane = 'ordinary')"), "due_at"],
    )


def _forwards() -> None:
    op.create_table(
        "forwards",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("outbox", sa.String(64), nullable=False, index=True),
        sa.Column("document", sa.String(64), nullable=False, index=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("content", sa.String(64)),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("sent_at", _MOMENT),
        sa.Column("remote", sa.Text, nullable=False),
    )
    new = sa.Column(
        "follows_all", sa.Boolean, nullable=False, server_default=sa.false()
    )
    op.add_column("outbox", new)


def _delivery_states() -> None:
    op.add_column("deliveries", sa.Column("acknowledged_at", _MOMENT))
    way = sa.Column("way", sa.String(8), nullable=False, server_default="")
    op.add_column("deliveries", way)
    op.create_index("ix_deliveries_state_agency", "deliveries", ["state", "agency"])
    op.execute("UPDATE deliveries SET way = 'amqp' WHERE queued_at IS NOT NULL")
    op.execute(
        "UPDATE deliveries SET acknowledged_at = (SELECT min(entries.moment) "
        "FROM entries WHERE entries.tag = 'delivery:confirmed' "
        "AND entries.document = deliveries.document "
        "AND entries.facts LIKE '%' || deliveries.id || '%')"
    )
    op.create_table(
        "shelf",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("put_at", _MOMENT, nullable=False),
        sa.Column("off_at", _MOMENT),
        sa.Column("lease_until", _MOMENT),
        sa.Column("leases", sa.Integer, nullable=False),
    )
    op.create_index("ix_shelf_queue_off_at", "shelf", ["queue", "off_at"])


def _paper() -> None:
    """Tasks that are there: their documents came from elsewhere, and nobody told more."""
    text, none = sa.Text, sa.text("''")
    for new in (
        sa.Column("way", sa.String(8), nullable=False, server_default="in"),
        sa.Column("kept", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("arrival", sa.String(32)),
        sa.Column("state", sa.String(16), nullable=False, server_default="open"),
        sa.Column("moved_at", _MOMENT, nullable=False, server_default="0"),
        sa.Column("sent_at", _MOMENT),
        sa.Column("post_number", text, nullable=False, server_default=none),
    ):
        op.add_column("paper_tasks", new)
    op.execute("UPDATE paper_tasks SET moved_at = opened_at")


def _statuses() -> None:
    op.create_table(
        "statuses",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("heard_at", _MOMENT, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("said_by", sa.String(16), nullable=False),
        sa.Column("arrival", sa.String(32)),
    )
    op.create_index("ix_statuses_document_agency", "statuses", ["document", "agency"])
    op.create_index("ix_documents_notation", "documents", ["notation"])
    op.create_index("ix_deliveries_planned_at", "deliveries", ["planned_at"])


def _steering() -> None:
    """Breakers of targets, and operators' work on many matters."""
    op.create_table(
        "targets",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("open_until", _MOMENT),
        sa.Column("entry", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("skipped", sa.Integer, nullable=False),
        sa.Column("entry", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_batches_state_begun_at", "batches", ["state", "begun_at"])


def _recalls() -> None:
    text, key = sa.Text, sa.String(64)
    op.create_table(
        "recalls",
        sa.Column("id", key, primary_key=True),
        sa.Column("recall", key, nullable=False, index=True),
        sa.Column("document", key, nullable=False, index=True),
        sa.Column("agency", text, nullable=False),
        sa.Column("relation", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("about", key, nullable=False, index=True),
        sa.Column("request", key, nullable=False, index=True),
        sa.Column("answered_at", _MOMENT),
    )
    op.create_table(
        "versions",
        sa.Column("id", key, primary_key=True),
        sa.Column("document", key, nullable=False, index=True),
        sa.Column("document_id", text, nullable=False),
        sa.Column("relation", sa.String(16), nullable=False),
        sa.Column("target_id", text, nullable=False, index=True),
        sa.Column("target", key, nullable=False, index=True),
        sa.Column("or_target", key, nullable=False, index=True),
        sa.Column("arrival", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("waits", sa.Boolean, nullable=False),
    )
