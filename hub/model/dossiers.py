"""A citizen's case at the TTHC portal, as one message told of it (EDXML.md 4)."""

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class DossierRow:
    """The projection of one dossier: what was last said of it. Not its legal state.

    One-stop systems report 5, 6 and 8 upward as 9 so that a clock stops (EDXML.md 4.4).
    """

    #: `source/number`.
    key: str
    source: str
    number: str
    other_number: str
    procedure: str
    field: str
    office: AgencyCode
    channel: int | None
    status: str
    submitted_at: datetime | None
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    #: The arrival that spoke last, and the moment it speaks of.
    arrival: str
    said_at: datetime
    #: When the hub first heard of it.
    first_at: datetime


def merged(row: DossierRow, told: Dossier, arrival: str, at: datetime) -> DossierRow:
    """What is known after one more message; one that speaks of earlier fills gaps only.

    `at`: when the message arrived; it stands in where the portal says no moment.
    """
    moment = told.said_at or at
    newer = moment >= row.said_at
    said = {
        name: value
        for name in _TOLD
        if (value := getattr(told, name)) not in {"", None}
        and (newer or getattr(row, name) in {"", None})
    }
    if newer:
        said |= {"arrival": arrival, "said_at": moment}
    return replace(row, **said)


def first(source: str, told: Dossier, arrival: str, at: datetime) -> DossierRow:
    """The row of a dossier nobody told of before."""
    return DossierRow(
        key=f"{source}/{told.number}",
        source=source,
        number=told.number,
        **{name: getattr(told, name) for name in _TOLD},
        arrival=arrival,
        said_at=told.said_at or at,
        first_at=at,
    )


#: What a message may tell anew.
_TOLD = (
    "other_number",
    "procedure",
    "field",
    "office",
    "channel",
    "status",
    "submitted_at",
    "received_at",
    "due_at",
    "finished_at",
)
