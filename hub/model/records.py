"""What the journal keeps: entries, outbox rows, deliveries, desks, paper tasks."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.model.decisions import Disposition, Lane
from hub.model.dossiers import Dossier
from hub.model.ids import AgencyCode, ArrivalId, Digest, DocumentKey
from hub.model.paper import PaperWay
from hub.model.recalls import Kin
from hub.model.receipts import Untold
from hub.model.statuses import Said

#: Facts of an entry: JSON values only, no personal data.
Facts = dict[str, Any]


class Tag(StrEnum):
    """What happened, `subject:action`; a closed list, every entry carries one."""

    ARRIVAL_ACCEPTED = "arrival:accepted"
    ARRIVAL_REPEATED = "arrival:repeated"
    #: An agency published what can be no arrival.
    MESSAGE_REFUSED = "message:refused"
    FILES_GATHERED = "files:gathered"
    ARRIVAL_READ = "arrival:read"
    ENVELOPE_JUDGED = "envelope:judged"
    #: Beside the first, never instead of it.
    ENVELOPE_JUDGED_AGAIN = "envelope:judged-again"
    #: An operator would have a verdict judged again.
    REJUDGING_ASKED = "rejudging:asked"
    REJUDGING_GIVEN_UP = "rejudging:given-up"
    DOCUMENT_DECIDED = "document:decided"
    #: What a later document did to this one.
    DOCUMENT_RECALLED = "document:recalled"
    DOCUMENT_UPDATED = "document:updated"
    DOCUMENT_SUPERSEDED = "document:superseded"
    DELIVERY_PLANNED = "delivery:planned"
    #: Taken back before it left.
    DELIVERY_CANCELLED = "delivery:cancelled"
    DELIVERY_QUEUED = "delivery:queued"
    DELIVERY_FETCHED = "delivery:fetched"
    DELIVERY_CONFIRMED = "delivery:confirmed"
    DELIVERY_REJECTED = "delivery:rejected"
    NOTICE_QUEUED = "notice:queued"
    NOTICE_CONFIRMED = "notice:confirmed"
    #: An agency, or the hub where the registry lets it, said what became of a document.
    STATUS_SAID = "status:said"
    FORWARD_PLANNED = "forward:planned"
    FORWARD_SENT = "forward:sent"
    #: Nothing was sent: its source asks by itself, or takes no statuses.
    FORWARD_LEFT = "forward:left"
    #: The letter came back: it is not there after all.
    FORWARD_BOUNCED = "forward:bounced"
    RECEIPT_PLANNED = "receipt:planned"
    RECEIPT_SENT = "receipt:sent"
    #: Nothing was sent: the source asks by itself, or is owed no word.
    RECEIPT_LEFT = "receipt:left"
    RECEIPT_BOUNCED = "receipt:bounced"
    ALERT_PLANNED = "alert:planned"
    ALERT_SENT = "alert:sent"
    OUTBOX_GIVEN_UP = "outbox:given-up"
    #: An operator sends a dead letter again: the same id, the same bytes.
    DELIVERY_REPLAYED = "delivery:replayed"
    #: ... or has it never sent, and says why.
    DELIVERY_DISCARDED = "delivery:discarded"
    #: Breakers: by the hub itself, or by an operator.
    TARGET_OPENED = "target:opened"
    TARGET_CLOSED = "target:closed"
    #: An operator's work on many matters at once.
    BATCH_BEGUN = "batch:begun"
    BATCH_ENDED = "batch:ended"
    BATCH_CANCELLED = "batch:cancelled"
    PAPER_OPENED = "paper:opened"
    PAPER_REOPENED = "paper:reopened"
    PAPER_PRINTED = "paper:printed"
    PAPER_SENT = "paper:sent"
    PAPER_RECEIVED = "paper:received"
    PAPER_DIFFERS = "paper:differs"
    PAPER_NOT_NEEDED = "paper:not-needed"
    PAPER_RECALLED = "paper:recalled"
    CLOCK_RAN_OUT = "clock:ran-out"
    CLOCK_STOPPED = "clock:stopped"
    DESK_OPENED = "desk:opened"
    DESK_CLOSED = "desk:closed"
    #: Somebody took note of one matter, which is all it asked for.
    DESK_SEEN = "desk:seen"
    ARRIVAL_RELEASED = "arrival:released"
    #: An operator's no to what was held: the source hears of it.
    ARRIVAL_REFUSED = "arrival:refused"
    SWEEP_WOKE = "sweep:woke"
    CATALOGUE_IMPORTED = "catalogue:imported"
    #: Too much of what was listed was missing: nothing was written.
    CATALOGUE_REFUSED = "catalogue:refused"
    PARTICULARS_ERASED = "particulars:erased"
    BODIES_ERASED = "bodies:erased"


#: Entries whose facts are a verdict's.
JUDGED = (Tag.ENVELOPE_JUDGED, Tag.ENVELOPE_JUDGED_AGAIN)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry about to be written; the journal gives its id, the sealer its number."""

    tag: Tag
    moment: datetime
    arrival: ArrivalId | None = None
    document: DocumentKey | None = None
    agency: AgencyCode | None = None
    #: Who: "hub", a source's name, an operator.
    actor: str = "hub"
    facts: Facts = field(default_factory=dict, hash=False)
    #: Personal data and free text; its own table, the entry keeps an HMAC.
    particulars: Facts | None = field(default=None, hash=False, repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as kept; `number` is None until the sealer came by."""

    id: int
    tag: Tag
    moment: datetime
    arrival: ArrivalId | None
    document: DocumentKey | None
    agency: AgencyCode | None
    actor: str
    facts: Facts = field(hash=False)
    #: None: there were none. {}: erased.
    particulars: Facts | None = field(default=None, hash=False, repr=False)
    number: int | None = None


class OutboxKind(StrEnum):
    """Kinds of things that must leave."""

    WAKE = "wake"
    DELIVER = "deliver"
    #: A word to an agency on a document it has.
    NOTICE = "notice"
    #: An envelope for bodies elsewhere, by the source that brings it to them.
    FORWARD = "forward"
    ANSWER = "answer"
    ALERT = "alert"


class OutboxState(StrEnum):
    """States of an outbox row; a leased row is WAITING with a lease in force."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given-up"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing that must leave; headers and body are frozen once written."""

    #: Also the broker's message_id of a delivery: UUID5, the same for every try.
    id: str
    kind: OutboxKind
    #: Whom it goes to: a queue slug, a source's name, a queue for pointers.
    target: str
    due_at: datetime
    #: None: never given up (wake rows).
    deadline: datetime | None = None
    arrival: ArrivalId | None = None
    document: DocumentKey | None = None
    agency: AgencyCode | None = None
    lane: Lane = Lane.ORDINARY
    #: JSON values: AMQP headers of a delivery, the receipt itself, the pointer.
    headers: Facts = field(default_factory=dict, hash=False)
    #: Where the body stands in the evidence store; None: the headers say it all.
    body: Digest | None = None
    #: Not due before what it follows of this document has left. An answer follows all
    #: deliveries and forwards ("delivered" is said only when it is so), a forward those
    #: by the same source, anything else the delivery to its own agency.
    follows: DocumentKey | None = None
    attempts: int = 0
    #: Token of the lease under which a relay holds it.
    lease: str = ""
    #: It follows all that left of the document, as an answer does: a receipt to an
    #: agency.
    follows_all: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """It left and the other side confirmed."""

    at: datetime
    facts: Facts = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Left:
    """It is done with, and nobody was sent anything."""

    at: datetime
    why: Untold


@dataclass(frozen=True, slots=True)
class Later:
    """It did not leave now; try again."""

    due_at: datetime
    reason: str
    #: False: the target's breaker is open or we are stopping; not counted as a try.
    counts: bool = True


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It will never leave by itself: a person's matter."""

    at: datetime
    reason: str


Outcome = Sent | Left | Later | GivenUp


class DeskName(StrEnum):
    """Operators' lists: whatever waits for a person stands on exactly one."""

    HELD = "held"
    SECRET = "secret"  # noqa: S105 - the name of a list
    DEAD = "dead"
    UNROUTABLE = "unroutable"
    BURIED = "buried"
    #: Judged again and otherwise than before, or in vain for too long.
    VERDICT = "verdict"
    #: Handed in online and taken up by no official in time.
    PICK_UP = "pick-up"
    #: Not done by the day it was promised for.
    LATE = "late"
    #: A status that was refused: unknown document or code, not its receiver.
    STATUS = "status"
    #: Delivered, and no word by the end of the day (NĐ 30/2020, Điều 21).
    SILENT = "silent"
    #: 01 was said, 03 never.
    NOT_TAKEN = "not-taken"
    #: 03 or a later one was said, 01 never.
    NOT_ARRIVED = "not-arrived"
    #: Asked back (13), neither 15 nor 16.
    RECALL = "recall"
    #: Answered or done, and 06 never said.
    NOT_DONE = "not-done"
    #: What an agency published and no door could take.
    INBOUND = "inbound"
    #: A queue of an agency that nobody reads, or that is nearly full.
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One matter on a list."""

    id: str
    desk: DeskName
    since: datetime
    reason: str
    arrival: ArrivalId | None = None
    document: DocumentKey | None = None
    agency: AgencyCode | None = None
    #: The outbox row it is about, if one.
    outbox: str = ""


@dataclass(frozen=True, slots=True)
class PaperTask:
    """A paper copy that must still go out or come in."""

    id: str
    document: DocumentKey
    agency: AgencyCode
    opened_at: datetime
    way: PaperWay = PaperWay.IN
    #: Paperless by type and signed, but the sender keeps to paper.
    kept: bool = False


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """The projection of one document; texts live in particulars."""

    key: DocumentKey
    content: Digest
    sender: AgencyCode
    document_id: str
    kind: str
    disposition: Disposition
    rule: str
    headline: str
    type: str = ""
    notation: str = ""
    paper: int | None = None
    lane: Lane = Lane.ORDINARY
    secret: bool = False
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenVerdict:
    """A verdict as its conclusion leaves it open."""

    document: DocumentKey
    headline: str
    since: datetime
    due_at: datetime
    #: No longer than until then by itself.
    until: datetime
    #: Whose revocation data it lacks; see `hub.model.rejudging.waits_for`.
    waits_for: Digest


@dataclass(frozen=True, slots=True)
class Conclusion:
    """All that one transaction writes when an arrival is concluded."""

    arrival: ArrivalId
    #: The claim under which it was examined: who lost it writes nothing.
    claim: str
    #: None where nothing could be read.
    document: DocumentRow | None
    entries: tuple[NewEntry, ...]
    outbox: tuple[OutboxRow, ...]
    desk: tuple[DeskItem, ...] = ()
    paper: tuple[PaperTask, ...] = ()
    #: What a portal's message told of a dossier; None where it was refused.
    dossier: Dossier | None = None
    #: Words on documents that were carried before.
    said: tuple[Said, ...] = ()
    #: What it does to the documents it is about.
    kin: Kin | None = None
    #: There where the verdict is to be judged again by itself.
    open_verdict: OpenVerdict | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One envelope to one agency, with its moments."""

    id: str
    document: DocumentKey
    agency: AgencyCode
    queue: str
    state: str
    planned_at: datetime
    queued_at: datetime | None = None
    attempts: int = 0
