"""What a recall, an update or a replacement is about, and what it does to that."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.model.ids import AgencyCode, ArrivalId, Digest, DocumentKey


class Relation(StrEnum):
    """What one document does to another (BussinessDocType 1-3, EDXML.md 1.5)."""

    REVOKES = "revokes"
    UPDATES = "updates"
    REPLACES = "replaces"


@dataclass(frozen=True, slots=True)
class Copy:
    """One delivery of a document, as far as taking it back asks."""

    #: Its message_id.
    id: str
    agency: AgencyCode
    #: It stands in the outbox and in nobody's hands, or died there.
    waits: bool
    #: A relay had it in hand: it may have left, whatever the relay heard of it.
    tried: bool


@dataclass(frozen=True, slots=True)
class Original:
    """A document known here that another one may be about."""

    key: DocumentKey
    version: int
    sender: AgencyCode
    document_id: str
    #: Values of Kind, Disposition and Lane.
    kind: str
    disposition: str
    lane: str
    content: Digest
    #: The arrival it was decided by.
    arrival: ArrivalId
    copies: tuple[Copy, ...] = ()
    #: Whom a recall took it back from, and whom an update cut off.
    recalled: tuple[AgencyCode, ...] = ()
    cut: tuple[AgencyCode, ...] = ()
    #: The frozen body and headers of a delivery of it; None where nobody got it.
    body: Digest | None = None
    headers: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """An original at the version it was read at (compare-and-set)."""

    key: DocumentKey
    version: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A document taken back from one agency."""

    document: DocumentKey
    agency: AgencyCode
    #: Deliveries (message_id) that have not left: they never will.
    cancel: tuple[str, ...] = ()
    #: The delivery that left, or may have: its agency is asked. "": nobody is.
    about: str = ""


@dataclass(frozen=True, slots=True)
class Addition:
    """A receiver that an update adds, by its code and its queue."""

    agency: AgencyCode
    queue: str


@dataclass(frozen=True, slots=True)
class About:
    """What a decision does to the documents it is about."""

    relation: Relation
    #: DocumentIds as written, and everything known under them, whoever sent it.
    target_ids: tuple[str, ...]
    seen: tuple[Seen, ...] = ()
    #: Those of the sender itself.
    originals: tuple[DocumentKey, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    #: Receivers who get the document itself now.
    added: tuple[Addition, ...] = ()
    #: The document has not come yet: it is done when it comes.
    waits: bool = False


class RecallState(StrEnum):
    """How far taking a document back from one agency is."""

    #: It had not left: the agency never got it from here.
    CANCELLED = "cancelled"
    #: It was never on its way there; a late coming of it stops here.
    PREVENTED = "prevented"
    #: It has it, or may have: the request is in the outbox or with it.
    ASKED = "asked"
    #: The agency's word: 15, 16 (QĐ 28/2018).
    AGREED = "agreed"
    REFUSED = "refused"
    #: A later update gave it back.
    LIFTED = "lifted"


#: Of these, the agency is not to get the document again.
IN_FORCE = frozenset(RecallState) - {RecallState.LIFTED}


@dataclass(frozen=True, slots=True)
class RecallRow:
    """One document taken back from one agency."""

    id: str
    #: The recall or update, and the document.
    recall: DocumentKey
    document: DocumentKey
    agency: AgencyCode
    relation: Relation
    state: RecallState
    at: datetime
    #: message_id of the delivery that left, and of the request about it.
    about: str = ""
    request: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VersionLink:
    """One document that recalls, updates or replaces another."""

    id: str
    #: The later document, and its DocumentId.
    document: DocumentKey
    document_id: str
    relation: Relation
    #: DocumentId of the earlier one as the later one writes it, and its key; where it
    #: is not known here, the two keys it may have when it comes.
    target_id: str
    target: DocumentKey
    or_target: str
    arrival: ArrivalId
    at: datetime
    #: The earlier one has not come yet, and what is to be done waits for it.
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Kin:
    """What a conclusion changes in other documents."""

    #: What it was decided on: where that moved, it is decided again. () where what is
    #: known of the others changes nothing.
    target_ids: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    links: tuple[VersionLink, ...] = ()
    recalls: tuple[RecallRow, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    #: The document whose receivers it adds to, and those.
    given: DocumentKey | None = None
    added: tuple[AgencyCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Lineage:
    """What came after a document, and what it came after; for whoever sees it."""

    recalls: tuple[RecallRow, ...] = ()
    #: Links from later documents to this one ...
    later: tuple[VersionLink, ...] = ()
    #: ... and from this one to earlier ones.
    earlier: tuple[VersionLink, ...] = ()
