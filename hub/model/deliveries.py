"""Deliveries as they are listed: where each is, since when, and how it went there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.model.ids import AgencyCode, DocumentKey


class DeliveryState(StrEnum):
    """Where a delivery is; the first four follow one another."""

    PLANNED = "planned"
    #: Where its agency takes it: on its queue, on its shelf, at its mail server.
    QUEUED = "queued"
    #: The agency has it in hand.
    FETCHED = "fetched"
    #: The agency says so: by REST, by SOAP, by a status.
    ACKNOWLEDGED = "acknowledged"
    #: The agency will not take it: a dead letter.
    REJECTED = "rejected"
    #: It never left: a dead letter.
    GIVEN_UP = "given-up"
    #: Taken back before it left.
    CANCELLED = "cancelled"
    #: A person will not have it sent.
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery with all its moments; a secret document is not named."""

    #: The message_id.
    id: str
    document: DocumentKey
    document_id: str
    notation: str
    sender: AgencyCode
    agency: AgencyCode
    queue: str
    lane: str
    #: "amqp", "pull", "mail"; "": it has not left.
    way: str
    state: DeliveryState
    #: When it came into this state; of dead letters, when it last moved before.
    since: datetime
    planned_at: datetime
    queued_at: datetime | None
    fetched_at: datetime | None
    acknowledged_at: datetime | None
    #: How often it was tried, and how often leased by who comes and asks.
    attempts: int
    leases: int
    #: How far taking it back is (a RecallState), and the DocumentId of what replaced
    #: the document; "" where nothing did.
    recall: str = ""
    superseded_by: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryWish:
    """Which deliveries somebody asks for; what is empty is not asked."""

    #: A code or the name of a queue.
    agency: str = ""
    states: tuple[DeliveryState, ...] = ()
    way: str = ""
    document: DocumentKey | None = None
    #: In their state since then or longer.
    before: datetime | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class AgencyCount:
    """How many deliveries of an agency are in one state, and since when the oldest."""

    agency: AgencyCode
    state: DeliveryState
    count: int
    oldest: datetime
