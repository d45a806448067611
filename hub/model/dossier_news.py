"""A word of an office on a citizen's dossier, on its way back to the portal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.model.dossiers import DossierStatus
from hub.model.ids import AgencyCode
from hub.model.statuses import StatusCode

#: What a document's status says of the dossier it came as; other codes: nothing new.
AS_STATUS: Final[dict[str, DossierStatus]] = {
    StatusCode.REFUSED: DossierStatus.NOT_ACCEPTED,
    StatusCode.TAKEN: DossierStatus.ACCEPTED,
    StatusCode.ASSIGNED: DossierStatus.IN_HAND,
    StatusCode.IN_HAND: DossierStatus.IN_HAND,
    StatusCode.DONE: DossierStatus.DONE,
}


@dataclass(frozen=True, slots=True)
class DossierNews:
    """One progress entry as the portal's adapter is handed it; may name a person."""

    #: MaHoSo.
    number: str
    #: TrangThai: 1-10, as the office said it or as its code means.
    status: str
    office: AgencyCode
    office_name: str
    at: datetime
    #: The official, and what was done, in their own words; "" where not said.
    person: str = ""
    department: str = ""
    text: str = ""
    #: The status code it was made of.
    code: str = ""
