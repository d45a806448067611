"""A citizen's case at the TTHC portal, as one message told of it (EDXML.md 4)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

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
    #: Whose dossier it is, where an agency speaks of it; "": the arrival's source.
    source: str = ""


@dataclass(frozen=True, slots=True)
class DossierRow:
    """The projection of one dossier: what was last said of it. Not its legal state.

    One-stop systems report 5, 6 and 8 upward as 9 so that a clock stops (EDXML.md 4.4):
    `status_before` keeps what was said first.
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
    #: The other status that was told before this one; "": none was.
    status_before: str
    submitted_at: datetime | None
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    #: The arrival that spoke last.
    arrival: str
    #: The moment the status speaks of, and the one that all else does.
    status_at: datetime
    said_at: datetime
    #: When the hub first heard of it.
    first_at: datetime

    @property
    def doubted(self) -> bool:
        """Told done after it had been told to wait or to stop: that proves nothing."""
        return self.status == DossierStatus.DONE and self.status_before in STOOD


def first(source: str, told: Dossier, arrival: str, at: datetime) -> DossierRow:
    """The row of a dossier nobody told of before; `at`: when the message arrived."""
    told = _plausible(told, at)
    said_at = _said_at(told, at)
    return DossierRow(
        key=f"{source}/{told.number}",
        source=source,
        number=told.number,
        other_number=told.other_number,
        **{name: getattr(told, name) for name in _TOLD},
        status=told.status,
        status_before="",
        finished_at=told.finished_at,
        arrival=arrival,
        status_at=_status_at(told, said_at),
        said_at=said_at,
        first_at=at,
    )


def merged(row: DossierRow, told: Dossier, arrival: str, at: datetime) -> DossierRow:
    """What is known after one more message; one that speaks of earlier fills gaps only.

    `at`: when the message arrived; it stands in where the portal says no moment.
    """
    told = _plausible(told, at)
    said_at = _said_at(told, at)
    newer = said_at >= row.said_at
    said = {
        name: value
        for name in _TOLD
        if (value := getattr(told, name)) not in {"", None}
        and (newer or getattr(row, name) in {"", None})
    }
    if newer or not row.other_number:
        said["other_number"] = _other_number(row, told)
    if newer:
        said |= {"arrival": arrival, "said_at": said_at}
    return replace(row, **said, **_status(row, told, _status_at(told, said_at)))


def joined(row: DossierRow, other: DossierRow) -> DossierRow:
    """One row of two that turned out to be the same dossier; the first one's key."""
    old, new = sorted((row, other), key=lambda r: r.said_at)
    late = max((row, other), key=lambda r: r.status_at)
    told = {n: getattr(new, n) or getattr(old, n) for n in _TOLD}
    return replace(
        new,
        **told,
        key=row.key,
        number=row.number,
        other_number=other.number,
        status=late.status,
        status_before=late.status_before,
        finished_at=late.finished_at,
        status_at=late.status_at,
        first_at=min(row.first_at, other.first_at),
    )


def same_case(row: DossierRow, told: Dossier) -> bool:
    """Whether a message may be about a row that it shares only the other number with.

    Second numbers are minted at random (EDXML.md 4.4): two citizens may share one.
    """
    return not row.procedure or told.procedure in {"", row.procedure}


def _taken_up(told: Dossier) -> Dossier:
    """Progress has no NgayTiepNhan: the moment of "được tiếp nhận" is that day."""
    if told.status != DossierStatus.ACCEPTED or told.received_at is not None:
        return told
    return replace(told, received_at=told.said_at)


def _plausible(told: Dossier, at: datetime) -> Dossier:
    """The message without moments that cannot be yet: a year mistyped, a plan."""
    known = replace(
        told,
        submitted_at=_not_ahead(told.submitted_at, at),
        received_at=_not_ahead(told.received_at, at),
    )
    return _not_yet_ended(_taken_up(known), at)


def _not_ahead(moment: datetime | None, at: datetime) -> datetime | None:
    return None if moment is None or moment > at + _AHEAD else moment


def _not_yet_ended(told: Dossier, at: datetime) -> Dossier:
    """An open dossier's NgayTra that lies ahead is a plan: no clock stops for it."""
    plan = told.finished_at is not None and told.finished_at > at
    if not plan or told.status not in _OPEN | {""}:
        return told
    return replace(told, finished_at=None)


def _said_at(told: Dossier, at: datetime) -> datetime:
    """Clocks run ahead, but a moment that is far away must not silence all others."""
    return min(told.said_at or at, at + _AHEAD)


def _status_at(told: Dossier, said_at: datetime) -> datetime:
    """When the status began, where the dossier says so though the message does not.

    A lot may be days under way: "mới đăng ký" speaks of the day it was handed in.
    """
    if told.said_at is not None:
        return said_at
    match told.status:
        case DossierStatus.REGISTERED:
            began = told.submitted_at
        case DossierStatus.ACCEPTED:
            began = told.received_at
        case DossierStatus.DONE | DossierStatus.RETURNED:
            began = told.finished_at
        case _:
            began = None
    return min(began or said_at, said_at)


def _other_number(row: DossierRow, told: Dossier) -> str:
    """The number beside the row's own; a message may call the dossier by either."""
    numbers = (told.other_number, told.number, row.other_number)
    return next((n for n in numbers if n and n != row.number), "")


def _status(row: DossierRow, told: Dossier, status_at: datetime) -> dict[str, Any]:
    """The status, the end and what goes with them; {}: they stay as they are."""
    if not (told.status or told.finished_at):
        return {}
    if status_at < row.status_at:
        # A portal sends the present state first and the steps before it after that.
        step = told.status not in {"", row.status, DossierStatus.REGISTERED}
        return {"status_before": told.status} if step else {}
    status = told.status or row.status
    begun_again = status in _OPEN and told.finished_at is None
    return {
        "status": status,
        "status_before": row.status_before if status == row.status else row.status,
        "finished_at": None if begun_again else told.finished_at or row.finished_at,
        "status_at": status_at,
    }


_AHEAD = timedelta(days=1)
#: What a message may tell anew, beside the status and the end.
_TOLD = (
    "procedure",
    "field",
    "office",
    "channel",
    "submitted_at",
    "received_at",
    "due_at",
)
_OPEN = frozenset(
    {
        DossierStatus.REGISTERED,
        DossierStatus.ACCEPTED,
        DossierStatus.IN_HAND,
        DossierStatus.SUPPLEMENT_ASKED,
        DossierStatus.PAYMENT_ASKED,
    }
)
#: What one-stop systems report upward as 9.
STOOD = frozenset(
    {
        DossierStatus.SUPPLEMENT_ASKED,
        DossierStatus.PAYMENT_ASKED,
        DossierStatus.STOPPED,
    }
)
#: A deadline clock that has stopped for good.
ENDED = frozenset(DossierStatus) - _OPEN
