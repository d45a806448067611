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
