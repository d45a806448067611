"""What leaves for bodies elsewhere, as a source is handed it."""

from dataclasses import dataclass
from datetime import datetime

from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode


@dataclass(frozen=True, slots=True)
class Sending:
    """One envelope on its way out by one source; frozen in its outbox row.

    Codes, ids and moments only: it stands in entries, and texts (the subject) are in
    the body. The same sending is the same bytes on every try.
    """

    #: The outbox row's: the same on every try; what the other side may know it by.
    id: str
    #: Of the envelope: a status leaves by another operation than documents do.
    kind: Kind
    #: Who speaks: an agency attached here, or the hub itself.
    sender: AgencyCode
    #: Bodies this source brings it to; those named in the envelope's To.
    receivers: tuple[AgencyCode, ...]
    #: As the envelope has it; of a status, that of the document it is about.
    document_id: str
    #: File name without its ending, ASCII.
    name: str
    #: When it was decided: dates in what is made of it (a mail's Date), UTC.
    at: datetime
    #: `number/notation`, "" where there is none.
    notation: str = ""
    #: The paper flag of the envelope; None where the duty does not arise.
    paper: int | None = None
