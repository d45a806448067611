"""The projection of what agencies said became of documents."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from hub.journal.columns import Moment, metadata

statuses = Table(
    "statuses",
    metadata,
    #: SHA-256 of document, agency and code: said again, it is the same row.
    Column("id", String(64), primary_key=True),
    Column("document", String(64), nullable=False),
    #: The receiver: whose word it is, or who is asked (13).
    Column("agency", Text, nullable=False),
    Column("code", String(16), nullable=False),
    #: The earliest and the latest moment it was said of; when it was heard first.
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("heard_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    #: "agency", "hub" or "operator", the last time; and the arrival that brought it.
    Column("said_by", String(16), nullable=False),
    Column("arrival", String(32)),
    Index("ix_statuses_document_agency", "document", "agency"),
)
