"""What a source is told by us, under the hub's own code."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.model.decisions import Disposition
from hub.model.ids import AgencyCode, ArrivalId, Digest


class Untold(StrEnum):
    """Why a source was sent nothing, which is no failure."""

    #: It has no address of its own and asks (GetTraces).
    ASKS = "asks"
    #: The settings leave it out, or what arrived is owed no answer.
    NOT_OWED = "not-owed"
    #: What arrived names nobody who could be told.
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one arrival; sent at least once with the same id."""

    id: str
    #: The hub's own code: it never speaks in an agency's name.
    hub: AgencyCode
    arrival: ArrivalId
    door_id: str
    sha256: Digest
    outcome: Disposition
    at: datetime
    rule: str
    document_id: str = ""
    #: Who sent it, its `number/notation` and its date as written; "" where not read.
    sender: AgencyCode = AgencyCode("")
    notation: str = ""
    promulgated: str = ""
    #: Headline of the signatures, and the paper flag; where the document was read.
    verdict: str = ""
    paper: int | None = None
    code: str = ""
    place: str = ""
    text_vi: str = ""
    text_en: str = ""
    delivered_to: tuple[AgencyCode, ...] = ()
    unknown: tuple[AgencyCode, ...] = ()
    #: Meant to have it and will not: an operator's word, or the sender's recall.
    undelivered: tuple[AgencyCode, ...] = ()
    #: Of a recall or update: who never had the document, because it was cancelled here.
    #: `delivered_to` names who has it and is asked to let go of it.
    taken_back: tuple[AgencyCode, ...] = ()
