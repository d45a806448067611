"""Verdicts that are judged again by themselves; revocation answers gathered for them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.BigInteger


def upgrade() -> None:
    _verdicts()
    _revocations()


def _verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("arrival", sa.String(32), primary_key=True),
        sa.Column("document", sa.String(64), nullable=False, index=True),
        sa.Column("decided", sa.Text, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("waits_for", sa.String(64), nullable=False, index=True),
        sa.Column("judged_at", _MOMENT),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("woken", sa.Boolean, nullable=False),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("claims", sa.Integer, nullable=False),
        sa.Column("lease_until", _MOMENT),
    )
    op.create_index("ix_verdicts_state_due_at", "verdicts", ["state", "due_at"])


def _revocations() -> None:
    op.create_table(
        "revocations",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("issuer", sa.String(64), nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("size", sa.BigInteger),
        sa.Column("this_update", _MOMENT),
        sa.Column("next_update", _MOMENT),
        sa.Column("fetched_at", _MOMENT),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("wanted_at", _MOMENT, nullable=False, index=True),
    )
