"""What other systems answer, classified: the one table that every adapter goes by.

A row for each answer that is known; whatever is not here is temporary, because a new
word is no statement about a document. `docs/van-hanh.md` and `hub targets errors` show
it; tests/unit/test_answers.py drives each adapter with each row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """What an answer that is no success asks of us."""

    #: Passes by itself.
    TEMPORARY = "temporary"
    #: It will never do; trying again changes nothing.
    PERMANENT = "permanent"
    #: Our account: temporary, because an operator mends it and nothing may be lost
    #: over it.
    CREDENTIALS = "credentials"
    #: The session has ended: log in once more.
    SESSION = "session"
    #: It has this already: send it as an update.
    EXISTS = "exists"


class Wire(StrEnum):
    """How a target is spoken to."""

    #: Our broker.
    AMQP = "amqp"
    #: Receipts posted to an axis that calls us by REST.
    PUSH = "axis-push"
    #: Documents handed to such an axis, by REST or by SOAP.
    DOCUMENTS = "axis-documents"
    SOAP = "axis-soap"
    #: Error codes that the axes we call share, by either of them.
    AXIS = "axis"
    VXP = "axis-vxp"
    LGSP = "axis-lgsp"
    #: Its words, the first that stands in a message counts; HTTP where there are none.
    PORTAL = "portal"
    SMTP = "smtp"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Answered:
    """One row: who says what, and what it asks of us."""

    wire: Wire
    #: A code, "HTTP 410", a word, "5yz"; "other": whatever is not here.
    said: str
    trouble: Trouble


_T, _P, _C = Trouble.TEMPORARY, Trouble.PERMANENT, Trouble.CREDENTIALS


def _rows(wire: Wire, told: Mapping[str, Trouble]) -> tuple[Answered, ...]:
    return tuple(Answered(wire, said, trouble) for said, trouble in told.items())


ANSWERS: tuple[Answered, ...] = (
    *_rows(
        Wire.AMQP,
        {
            "returned": _P,
            "refused, no queue": _P,
            "refused, queue full": _T,
            "no confirm": _T,
            "away": _T,
        },
    ),
    *_rows(
        Wire.PUSH,
        {
            "HTTP 400": _P,
            "HTTP 401": _C,
            "HTTP 403": _C,
            "HTTP 410": _P,
            "HTTP 422": _P,
            "other": _T,
        },
    ),
    *_rows(
        Wire.DOCUMENTS,
        {
            "HTTP 400": _P,
            "HTTP 401": _C,
            "HTTP 403": _C,
            "HTTP 409": _P,
            "HTTP 410": _P,
            "HTTP 413": _P,
            "HTTP 415": _P,
            "HTTP 422": _P,
            "other": _T,
        },
    ),
    # The codes first: a fault of the client may be of our account.
    *_rows(
        Wire.SOAP,
        {
            "credentials": _C,
            "timestamp": _C,
            "rate": _T,
            "Client": _P,
            "not IsSuccess": _P,
            "other": _T,
        },
    ),
    # EDXML.md 3.1, 3.2.
    *_rows(
        Wire.AXIS,
        {
            "10": _P,
            "15": _C,
            "18": _P,
            "19": _P,
            "20": _T,
            "21": _T,
            "22": _P,
            "23": _P,
            "HTTP 400": _P,
            "HTTP 401": _C,
            "HTTP 403": _C,
            "HTTP 410": _P,
            "HTTP 413": _P,
            "HTTP 415": _P,
            "HTTP 422": _P,
            "other": _T,
        },
    ),
    *_rows(Wire.VXP, {"100": _T}),
    *_rows(Wire.LGSP, {"login": _C}),
    *_rows(
        Wire.PORTAL,
        {
            "đã tồn tại": Trouble.EXISTS,
            "phiên": Trouble.SESSION,
            "session": Trouble.SESSION,
            "hết hạn": Trouble.SESSION,
            "đăng nhập": Trouble.SESSION,
            "xác thực": Trouble.SESSION,
            "không tồn tại": _P,
            "không tìm thấy": _P,
            "không hợp lệ": _P,
            "không đúng định dạng": _P,
            "vượt quá độ dài": _P,
            "bắt buộc": _P,
            "HTTP 401": Trouble.SESSION,
            "HTTP 403": Trouble.SESSION,
            "HTTP 400": _P,
            "HTTP 413": _P,
            "HTTP 422": _P,
            "other": _T,
        },
    ),
    # RFC 5321 4.2.1: 4yz may pass, 5yz will not; RFC 4954 6: these are of our account.
    *_rows(
        Wire.SMTP,
        {
            "530": _C,
            "534": _C,
            "535": _C,
            "538": _C,
            "5yz": _P,
            "4yz": _T,
            "other": _T,
        },
    ),
    *_rows(Wire.WEBHOOK, {"other": _T}),
)

_HTTP, _REST = "HTTP ", "other"


def codes(wire: Wire) -> dict[str, Trouble]:
    """What a wire's own codes or words ask of us, in the order of the table."""
    return {
        row.said: row.trouble
        for row in ANSWERS
        if row.wire is wire and row.said != _REST and not row.said.startswith(_HTTP)
    }


def http(wire: Wire) -> dict[int, Trouble]:
    """The same of HTTP's statuses."""
    return {
        int(row.said.removeprefix(_HTTP)): row.trouble
        for row in ANSWERS
        if row.wire is wire and row.said.startswith(_HTTP)
    }
