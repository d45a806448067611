"""A citizen's case at the TTHC portal, as one message told of it (EDXML.md 4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.model.ids import AgencyCode


class DossierAct(StrEnum):
    """What a portal's message does with a dossier."""

    ADD = "add"
    UPDATE = "update"
    PROGRESS = "progress"


class DossierStatus(StrEnum):
    """TrangThaiHoSo; local variants give 6 another meaning and add 11 and more."""

    REGISTERED = "1"
    ACCEPTED = "2"
    NOT_ACCEPTED = "3"
    IN_HAND = "4"
    SUPPLEMENT_ASKED = "5"
    PAYMENT_ASKED = "6"
    WITHDRAWN = "7"
    STOPPED = "8"
    DONE = "9"
    RETURNED = "10"


#: KenhThucHien: handed in at the counter, online, by post.
COUNTER, ONLINE, POST = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Dossier:
    """What one message said of one dossier; claimed by the portal. No personal data."""

    act: DossierAct
    #: MaHoSo: `<agency>-<yyMMdd>-<5 digits>`.
    number: str
    #: MaHoSoKhac: the other number of the same dossier; "" if it has one only.
    other_number: str = ""
    #: MaTTHC, and the field of work it belongs to.
    procedure: str = ""
    field: str = ""
    #: Who handles it: DonViXuLy by the source's table, else the procedure's owner.
    office: AgencyCode = AgencyCode("")
    #: KenhThucHien as written; None where it was no number.
    channel: int | None = None
    #: TrangThaiHoSo as written: 1-10 are DossierStatus, others are local.
    status: str = ""
    #: NgayNopHoSo, NgayTiepNhan, NgayHenTra, NgayTra / NgayKetThucXuLy; UTC.
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    #: When the portal says this was so (ThoiDiemXuLy); None: when it arrived.
    said_at: datetime | None = None
