"""What leaves for bodies elsewhere, as it is listed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.model.ids import AgencyCode, DocumentKey


class ForwardState(StrEnum):
    """Where it is."""

    PLANNED = "planned"
    #: Its source has it.
    SENT = "sent"
    #: A status to a source that asks by itself, or takes none.
    LEFT = "left"
    #: It never left, or came back: a dead letter.
    GIVEN_UP = "given-up"
    #: Taken back before it left.
    CANCELLED = "cancelled"
    #: A person will not have it sent.
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class ForwardLine:
    """One document to one body elsewhere; a secret document is not named."""

    #: Of the outbox row that takes it there.
    id: str
    document: DocumentKey
    document_id: str
    notation: str
    sender: AgencyCode
    agency: AgencyCode
    #: The source that brings it there.
    source: str
    state: ForwardState
    planned_at: datetime
    sent_at: datetime | None
    #: The other side's own id for it.
    remote: str
    attempts: int


@dataclass(frozen=True, slots=True)
class ForwardWish:
    """Which of them somebody asks for; what is empty is not asked."""

    source: str = ""
    #: A body elsewhere.
    agency: str = ""
    states: tuple[ForwardState, ...] = ()
    documents: tuple[DocumentKey, ...] = ()
    limit: int = 200
