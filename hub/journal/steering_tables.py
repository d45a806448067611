"""Tables by which operators steer what leaves: breakers, and work on many at once."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from hub.journal.columns import Moment, metadata

#: A target that is not here has never been down.
targets = Table(
    "targets",
    metadata,
    #: `agencies/xa-giao-an`.
    Column("id", Text, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("since", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("why", Text, nullable=False),
    #: When the next try may go; None unless it is open.
    Column("open_until", Moment),
    #: The entry that says so, and an operator's reason in its particulars.
    Column("entry", BigInteger, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("action", String(16), nullable=False),
    #: Canonical JSON: ids, frozen when it was begun.
    Column("items", Text, nullable=False),
    #: Of a refusal; "": each by what it was held for.
    Column("code", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment),
    #: How many of `items` were looked at, and how many of those were no more to move.
    Column("done", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("entry", BigInteger, nullable=False),
    Index("ix_batches_state_begun_at", "state", "begun_at"),
)
