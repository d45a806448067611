"""What more doors need: pollers' marks, gathered files, dossiers, the axis' catalogue."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.BigInteger


def upgrade() -> None:
    _marks()
    _gathered()
    _dossiers()
    _catalogue()
    _catalogue_changes()
    _leaving()


def _marks() -> None:
    op.create_table(
        "marks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _gathered() -> None:
    op.create_table(
        "gathered",
        sa.Column("arrival", sa.String(32), primary_key=True),
        sa.Column("url", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
    )


def _dossiers() -> None:
    op.create_table(
        "dossiers",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False, index=True),
        sa.Column("other_number", sa.Text, nullable=False, index=True),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("office", sa.Text, nullable=False, index=True),
        sa.Column("channel", sa.Integer),
        sa.Column("status", sa.Text, nullable=False, index=True),
        sa.Column("status_before", sa.Text, nullable=False),
        sa.Column("submitted_at", _MOMENT),
        sa.Column("received_at", _MOMENT),
        sa.Column("due_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("arrival", sa.String(32), nullable=False),
        sa.Column("status_at", _MOMENT, nullable=False),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
    )


def _leaving() -> None:
    """Urgent rows leave first."""
    op.drop_index("ix_outbox_state_due_at", "outbox")
    op.create_index("ix_outbox_leaving", "outbox", ["state", sa.text("lane DESC"), "due_at"])


def _catalogue() -> None:
    op.create_table(
        "catalogue",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("normal", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("old_code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent", sa.Text, nullable=False),
        sa.Column("aliases", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("valid_until", sa.String(10), nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("last_seen", _MOMENT, nullable=False),
        sa.Column("gone_at", _MOMENT),
        sa.Index("ix_catalogue_normal", "normal"),
    )
    op.create_table(
        "catalogue_codes",
        sa.Column("form", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("normal", sa.Text, primary_key=True),
        sa.Index("ix_catalogue_codes_source_normal", "source", "normal"),
    )


def _catalogue_changes() -> None:
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "catalogue_changes",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("moment", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("normal", sa.Text, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("old", sa.Text, nullable=False),
        sa.Column("new", sa.Text, nullable=False),
        sa.Index("ix_catalogue_changes_moment", "moment"),
    )
