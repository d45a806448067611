"""What waits here for those who come and ask."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hub.model.ids import AgencyCode, Digest


@dataclass(frozen=True, slots=True)
class Waiting:
    """One delivery that waits for its agency to come and ask."""

    #: The delivery's id: the message_id it has in a queue.
    id: str
    document_id: str
    sender: AgencyCode
    since: datetime
    #: The body (normalised envelope) in the evidence store.
    body: Digest


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that left for an agency, as it is shown to who asks by REST."""

    #: The message_id it has on every way.
    id: str
    #: "deliver": a document; "notice": a word on one.
    kind: str
    since: datetime
    #: JSON values, as a consumer of a queue gets them.
    headers: dict[str, Any] = field(hash=False)
    #: The body in the evidence store.
    body: Digest | None
    #: Until when whoever leased it has it for itself; None: nobody does.
    lease_until: datetime | None = None
    #: How often it was leased and came back.
    leases: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that became of a document, for whoever sent it."""

    document_id: str
    notation: str
    #: The agency it is about; "" where the hub speaks of itself.
    agency: AgencyCode
    #: "delivered", "held", "refused", "queued", "fetched", "confirmed": what the hub
    #: knows; "status": what the agency said, by its code.
    state: str
    at: datetime
    text: str = ""
    #: The status that was said, or by which it was confirmed ("03"); "": none was.
    code: str = ""
