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
        sa.Column("submitted_at", _MOMENT),
        sa.Column("received_at", _MOMENT),
        sa.Column("due_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("arrival", sa.String(32), nullable=False),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
    )
