"""The tables of the journal, the same on SQLite and PostgreSQL.

Moments are whole microseconds since 1970 in UTC; JSON is canonical text.
`entries`, `seals` and `particulars` are the record; `unsealed` is the sealer's list.
`arrivals`, `documents`, `deliveries`, `shelf`, `forwards`, `outbox`, `desk`,
`paper_tasks`, `dossiers` and `verdicts` are
projections (see `rebuild`), `gathered` too; `duties` are leases and may be lost;
`marks` are what pollers remember: lost, they look at everything once more.
`catalogue_tables` has what an axis' file said.
`revocations` is a cache beside the evidence store: lost, it is gathered again.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hub.journal.columns import Moment, Number, metadata

entries = Table(
    "entries",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("tag", String(64), nullable=False),
    Column("moment", Moment, nullable=False),
    Column("arrival", String(32), index=True),
    Column("document", String(64), index=True),
    Column("agency", Text),
    Column("actor", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("particulars", String(32)),
    Column("hmac", String(64)),
    sqlite_autoincrement=True,
)

particulars = Table(
    "particulars",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("content", Text, nullable=False),
)

unsealed = Table(
    "unsealed",
    metadata,
    Column(
        "entry",
        Number,
        ForeignKey("entries.id"),
        primary_key=True,
        autoincrement=False,
    ),
)

seals = Table(
    "seals",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("entry", Number, ForeignKey("entries.id"), nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", Text, nullable=False),
    Column("door", String(64), nullable=False),
    Column("door_id", Text, nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("trace", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_at", Moment),
    Column("document", String(64), index=True),
    #: Its particulars are kept from every query.
    Column("secret", Boolean, nullable=False),
    Column("claim", String(32), nullable=False),
    Column("lease_until", Moment),
    Column("claims", Integer, nullable=False),
    #: When it was last woken or claimed: what is younger is not stranded.
    Column("touched_at", Moment, nullable=False),
    #: Its bytes, and whatever was made of them, need be kept no more.
    Column("erased_at", Moment),
    UniqueConstraint("source", "door", "door_id", name="one_arrival_an_identity"),
    Index("ix_arrivals_state_touched_at", "state", "touched_at"),
    Index("ix_arrivals_door_id", "door_id"),
)

documents = Table(
    "documents",
    metadata,
    Column("key", String(64), primary_key=True),
    #: Counts conclusions about this document; compared and set by each.
    Column("version", Integer, nullable=False),
    #: The arrival that the rest of the row speaks of.
    Column("arrival", String(32), nullable=False),
    Column("content", String(64), nullable=False),
    Column("sender", Text, nullable=False),
    Column("document_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("disposition", String(16), nullable=False),
    Column("rule", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("notation", Text, nullable=False, index=True),
    Column("paper", Integer),
    Column("lane", String(16), nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("decided_at", Moment),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("document", String(64), nullable=False, index=True),
    Column("agency", Text, nullable=False),
    #: What of the document it is: a version with other content is another delivery.
    Column("content", String(64)),
    Column("arrival", String(32), index=True),
    Column("queue", Text, nullable=False),
    Column("body", String(64)),
    Column("state", String(16), nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("queued_at", Moment),
    Column("fetched_at", Moment),
    Column("acknowledged_at", Moment),
    #: How it left: "amqp", "pull", "mail"; "": it has not.
    Column("way", String(8), nullable=False),
    Index("ix_deliveries_agency_body", "agency", "body"),
    Index("ix_deliveries_state_agency", "state", "agency"),
    Index("ix_deliveries_planned_at", "planned_at"),
)

#: What left for agencies that come and ask, and who has it in hand.
shelf = Table(
    "shelf",
    metadata,
    #: The outbox row that put it there: a delivery or a notice.
    Column("id", String(64), primary_key=True),
    Column("queue", Text, nullable=False),
    Column("put_at", Moment, nullable=False),
    #: None: it still stands there.
    Column("off_at", Moment),
    Column("lease_until", Moment),
    Column("leases", Integer, nullable=False),
    Index("ix_shelf_queue_off_at", "queue", "off_at"),
)

#: What leaves for bodies elsewhere: one row for each of a forward's receivers.
forwards = Table(
    "forwards",
    metadata,
    Column("id", Text, primary_key=True),
    #: The outbox row that takes it, with others by the same source.
    Column("outbox", String(64), nullable=False, index=True),
    Column("document", String(64), nullable=False, index=True),
    Column("agency", Text, nullable=False),
    Column("content", String(64)),
    Column("source", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("sent_at", Moment),
    #: The other side's own id; "": it gave none.
    Column("remote", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("target", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("deadline", Moment),
    Column("arrival", String(32), index=True),
    Column("document", String(64)),
    Column("agency", Text),
    Column("lane", String(16), nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", String(64)),
    Column("follows", String(64)),
    Column("follows_all", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("lease", String(32), nullable=False),
    Column("lease_until", Moment),
    # "urgent" sorts after "ordinary": descending, it leaves first.
    Index("ix_outbox_leaving", "state", text("(lane = 'ordinary')"), "due_at"),
    Index("ix_outbox_document", "document"),
)

desk = Table(
    "desk",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("desk", String(16), nullable=False),
    Column("since", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("arrival", String(32), index=True),
    Column("document", String(64), index=True),
    Column("agency", Text),
    Column("outbox", String(64), nullable=False, index=True),
    #: None: still waits for a person.
    Column("closed_at", Moment),
)

paper_tasks = Table(
    "paper_tasks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("document", String(64), nullable=False, index=True),
    Column("agency", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("way", String(8), nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("arrival", String(32), index=True),
    Column("state", String(16), nullable=False),
    Column("moved_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("post_number", Text, nullable=False),
)

#: Arrivals whose verdict was left open once: timers, and the latest headline.
verdicts = Table(
    "verdicts",
    metadata,
    Column("arrival", String(32), primary_key=True),
    Column("document", String(64), nullable=False, index=True),
    Column("decided", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("waits_for", String(64), nullable=False, index=True),
    Column("judged_at", Moment),
    Column("due_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    #: A pointer to it left and nobody has answered yet.
    Column("woken", Boolean, nullable=False),
    Column("claim", String(32), nullable=False),
    Column("claims", Integer, nullable=False),
    Column("lease_until", Moment),
    Index("ix_verdicts_state_due_at", "state", "due_at"),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("key", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("number", Text, nullable=False, index=True),
    Column("other_number", Text, nullable=False, index=True),
    Column("procedure", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("office", Text, nullable=False, index=True),
    Column("channel", Integer),
    Column("status", Text, nullable=False, index=True),
    Column("status_before", Text, nullable=False),
    Column("submitted_at", Moment),
    Column("received_at", Moment),
    Column("due_at", Moment),
    Column("finished_at", Moment),
    Column("arrival", String(32), nullable=False),
    Column("status_at", Moment, nullable=False),
    Column("said_at", Moment, nullable=False),
    Column("first_at", Moment, nullable=False),
)

duties = Table(
    "duties",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

gathered = Table(
    "gathered",
    metadata,
    Column("arrival", String(32), primary_key=True),
    #: SHA-256 of the address a file was fetched from.
    Column("url", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
)

revocations = Table(
    "revocations",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("url", Text, nullable=False),
    Column("issuer", String(64), nullable=False),
    Column("names", Text, nullable=False),
    Column("digest", String(64)),
    Column("size", BigInteger),
    Column("this_update", Moment),
    Column("next_update", Moment),
    Column("fetched_at", Moment),
    Column("due_at", Moment, nullable=False),
    Column("claimed_until", Moment),
    Column("failures", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("wanted_at", Moment, nullable=False, index=True),
)
