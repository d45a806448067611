"""What waits here for those who come and ask."""

from dataclasses import dataclass
from datetime import datetime

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
class Trace:
    """One thing that became of a document, for whoever sent it."""

    document_id: str
    notation: str
    #: The agency it is about; "" where the hub speaks of itself.
    agency: AgencyCode
    #: "delivered", "held", "refused", "queued", "fetched": what the hub knows.
    state: str
    at: datetime
    text: str = ""
