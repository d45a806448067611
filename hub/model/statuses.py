"""What agencies say became of a document (QĐ 28/2018), and how they name it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hub.model.ids import AgencyCode, ArrivalId, DocumentKey


class StatusCode(StrEnum):
    """The nine codes there are; 07-12 and 14 never occur (EDXML.md 1.6)."""

    ARRIVED = "01"
    REFUSED = "02"
    TAKEN = "03"
    ASSIGNED = "04"
    IN_HAND = "05"
    DONE = "06"
    #: The sender asks a receiver to give it back.
    ASKED_BACK = "13"
    AGREED = "15"
    DECLINED = "16"


#: No status: the agency sent a document that answers this one. Kept among its words.
ANSWERED = "answer"
#: It works on it, or has: 01 comes before any of these.
UNDER_WAY = frozenset(
    {StatusCode.TAKEN, StatusCode.ASSIGNED, StatusCode.IN_HAND, StatusCode.DONE}
)
#: Words after which an agency has what was delivered to it.
HAVING = frozenset(StatusCode) - {StatusCode.ASKED_BACK}


@dataclass(frozen=True, slots=True)
class Mention:
    """How somebody names a document that was carried here; "": not said."""

    #: The document's sender, as written.
    sender: AgencyCode = AgencyCode("")
    document_id: str = ""
    #: `number/notation`.
    notation: str = ""
    #: The message_id of the delivery that is answered.
    delivery: str = ""
    #: MaHoSo of the dossier that came as this document.
    dossier: str = ""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A source that brings a document to bodies elsewhere."""

    source: str
    receivers: tuple[AgencyCode, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A document that was carried here, when somebody says a word on it."""

    key: DocumentKey
    #: The coming of it that speaks for it, and by whose door that was.
    arrival: ArrivalId
    source: str
    sender: AgencyCode
    document_id: str
    kind: str
    notation: str = ""
    #: Its date as the sender wrote it.
    promulgated: str = ""
    #: Agencies attached here that it was delivered to, or is on its way to.
    receivers: tuple[AgencyCode, ...] = ()
    #: Who else was sent it, by whom.
    bearers: tuple[Bearer, ...] = ()
    #: MaHoSo, where it is a dossier's, and its TrangThai as last told.
    dossier: str = ""
    dossier_status: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One word on a document at one of its receivers."""

    document: DocumentKey
    #: The receiver whose word it is, or who is asked (13).
    agency: AgencyCode
    #: A StatusCode, or ANSWERED.
    code: str
    #: When it was so, as said; never after it was heard. UTC.
    at: datetime
    heard_at: datetime
    arrival: ArrivalId | None = None
    #: Whose act it was: "agency", "hub", or "operator".
    by: str = "agency"
    #: The coming of the document itself: who sees that, sees what was said of it.
    about: ArrivalId | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """All that one receiver of a document said by one code."""

    agency: AgencyCode
    code: str
    #: The earliest and the latest moment it was said of; and how often.
    first_at: datetime
    last_at: datetime
    times: int
    by: str
    arrival: ArrivalId | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A delivery with everything its agency said; what clocks are read by."""

    #: The delivery's message_id.
    id: str
    document: DocumentKey
    agency: AgencyCode
    arrival: ArrivalId
    document_id: str
    sender: AgencyCode
    notation: str
    source: str
    kind: str
    state: str
    planned_at: datetime
    queued_at: datetime | None = None
    fetched_at: datetime | None = None
    #: Since when a recall of it waits at its agency; None: none does.
    recalled_at: datetime | None = None
    #: Code -> the first moment it was said of; of 13, 15 and 16 the last.
    said: dict[str, datetime] = field(default_factory=dict, hash=False)

    @property
    def had_at(self) -> datetime:
        """Since when the agency could have it."""
        return self.queued_at or self.fetched_at or self.planned_at
