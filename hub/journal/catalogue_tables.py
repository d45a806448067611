"""Tables of what an axis' file of bodies said; lost, it is imported again."""

from sqlalchemy import Column, Index, String, Table, Text

from hub.journal.columns import Moment, Number, metadata

catalogue = Table(
    "catalogue",
    metadata,
    Column("source", Text, primary_key=True),
    #: The code as `normal_code` gives it.
    Column("normal", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("old_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("parent", Text, nullable=False),
    #: Canonical JSON: a list of codes.
    Column("aliases", Text, nullable=False),
    Column("state", Text, nullable=False),
    #: ISO 8601; "" where the axis told none.
    Column("valid_from", String(10), nullable=False),
    Column("valid_until", String(10), nullable=False),
    #: The name without marks and capitals, for searching.
    Column("folded", Text, nullable=False),
    #: SHA-256 of the row as the axis wrote it: the same digest, nothing changed.
    Column("digest", String(64), nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("gone_at", Moment),
    Index("ix_catalogue_normal", "normal"),
)

#: Further codes of a body (old form, aliases), normalised.
catalogue_codes = Table(
    "catalogue_codes",
    metadata,
    Column("form", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("normal", Text, primary_key=True),
    Index("ix_catalogue_codes_source_normal", "source", "normal"),
)

catalogue_changes = Table(
    "catalogue_changes",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("moment", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("normal", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("field", String(16), nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Index("ix_catalogue_changes_moment", "moment"),
)
