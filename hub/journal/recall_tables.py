"""Projections of what recalls, updates and replacements do to other documents."""

from sqlalchemy import Boolean, Column, String, Table, Text

from hub.journal.columns import Moment, metadata

#: One document taken back from one agency.
recalls = Table(
    "recalls",
    metadata,
    Column("id", String(64), primary_key=True),
    #: The recall or update that takes it back.
    Column("recall", String(64), nullable=False, index=True),
    Column("document", String(64), nullable=False, index=True),
    Column("agency", Text, nullable=False),
    Column("relation", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    #: message_id of the delivery that left, and of the request about it.
    Column("about", String(64), nullable=False, index=True),
    Column("request", String(64), nullable=False, index=True),
    Column("answered_at", Moment),
)

#: Documents and the earlier ones they recall, update or replace.
versions = Table(
    "versions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("document", String(64), nullable=False, index=True),
    Column("document_id", Text, nullable=False),
    Column("relation", String(16), nullable=False),
    #: DocumentId of the earlier one as written; the key it has, or may have.
    Column("target_id", Text, nullable=False, index=True),
    Column("target", String(64), nullable=False, index=True),
    Column("or_target", String(64), nullable=False, index=True),
    Column("arrival", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("waits", Boolean, nullable=False),
)
