"""Sources, doors and what comes in by them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from hub.model.ids import AgencyCode, ArrivalId, Digest

#: One way in, named by the adapter that has it (`axis-rest`); stands in journals.
Door = NewType("Door", str)

#: The two doors of agencies: their own exchange, and REST.
AGENCY_AMQP = Door("agency-amqp")
AGENCY_REST = Door("agency-rest")


@dataclass(frozen=True, slots=True)
class Shown:
    """What whoever knocks at a door shows of itself; never logged."""

    #: Request headers, names in lower case.
    headers: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    #: DER of the client certificate that TLS has verified; b"" if there is none.
    certificate: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Credential:
    """By what a source is known; exactly one field is filled."""

    #: A bearer token.
    token: str = field(default="", repr=False)
    #: Headers signed by HMAC-SHA256 under a shared secret (the VXP kit's way).
    system_id: str = ""
    secret: str = field(default="", repr=False)
    #: SHA-256 of the client certificate's DER, 64 hex digits.
    certificate_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One system that hands us things, as settings describe it."""

    name: str
    door: Door
    #: Codes it may speak for; a carrier's list may be empty.
    codes: tuple[AgencyCode, ...] = ()
    #: The axis: may speak for any code except those of agencies attached here.
    carrier: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What a door hands to intake, its bytes already in the evidence store."""

    source: Source
    #: The door's own id: idempotency key, docId, or the digest where there is none.
    door_id: str
    digest: Digest
    size: int
    #: Content headers of the entity; the body is a frame only together with them.
    content_type: str
    #: The client chose the id itself: other bytes under it are refused (key-reused).
    #: Doors that pull say False: changed bytes are a new arrival.
    strict_id: bool = False
    #: The larger message it came in: SHA-256 of its kept bytes, "#", its number there;
    #: "": it came alone. No part of its identity: each coming is noted by itself.
    lot: str = ""
    #: The broker's user who published it, as the broker has checked; "": not said.
    #: A fact of its entry, no part of its identity.
    user_id: str = ""


class ArrivalState(StrEnum):
    """Where an arrival is on its path."""

    ACCEPTED = "accepted"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Bytes as received, with door and moment."""

    id: ArrivalId
    source: str
    door: Door
    door_id: str
    digest: Digest
    size: int
    content_type: str
    accepted_at: datetime
    #: W3C traceparent that runs through headers and logs.
    trace: str = ""
    #: Token of the lease under which a worker holds it; "" when nobody does.
    claim: str = ""
    #: How often it was claimed: past a number, it goes to an operator.
    claims: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What intake answers a door: the arrival, and whether it was there before."""

    arrival: Arrival
    repeated: bool
