"""A status as an agency's software sends it in JSON: made into a status message.

`schemas/agency-status.schema.json` describes it, docs/co-quan.md shows it. Pure: the
same bytes give the same XML at any time. What a status is about may be said by the
message_id of the delivery alone; which document that was is for the journal to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from hub.edxml.dates import read_moment
from hub.edxml.writer import write_status
from hub.errors import MalformedEnvelope
from hub.model.dossiers import Dossier, DossierAct, DossierStatus
from hub.model.envelopes import (
    Envelope,
    Family,
    Kind,
    Organization,
    Reference,
    Staff,
    StatusReport,
)
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Entity, Frame
from hub.model.ids import AgencyCode
from hub.model.limits import Limits
from hub.model.statuses import Mention, StatusCode

TYPES = frozenset({"application/json", "text/json"})
#: What a dossier's status is in the words of documents: by it clocks are read.
AS_CODE: Final = {
    DossierStatus.REGISTERED: StatusCode.ARRIVED,
    DossierStatus.ACCEPTED: StatusCode.TAKEN,
    DossierStatus.NOT_ACCEPTED: StatusCode.REFUSED,
    DossierStatus.IN_HAND: StatusCode.IN_HAND,
    DossierStatus.SUPPLEMENT_ASKED: StatusCode.IN_HAND,
    DossierStatus.PAYMENT_ASKED: StatusCode.IN_HAND,
    DossierStatus.WITHDRAWN: StatusCode.DONE,
    DossierStatus.STOPPED: StatusCode.IN_HAND,
    DossierStatus.DONE: StatusCode.DONE,
    DossierStatus.RETURNED: StatusCode.DONE,
}
#: Longer is no message_id, no number of a dossier and no code.
_LONGEST = 200
#: A NUL is no text to PostgreSQL, whose error would look like a journal that is away.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _About(msgspec.Struct):
    """A document by its own names."""

    document_id: str = ""
    sender: str = ""
    notation: str = ""


class _Staff(msgspec.Struct):
    """The clerk to contact."""

    department: str = ""
    name: str = ""
    email: str = ""
    mobile: str = ""


class _Status(msgspec.Struct):
    """The JSON; keys that nobody knows are not looked at."""

    status: str | int
    about: str | _About | None = None
    dossier: str = ""
    at: str = ""
    text: str = ""
    #: Of 13: who is asked.
    receiver: str = ""
    sender: str = msgspec.field(default="", name="from")
    staff: _Staff | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """The JSON with the agency it came from."""

    told: _Status
    code: AgencyCode
    name: str


def frame(entity: Entity, limits: Limits) -> Frame:
    """A status message of family A; `ground` says whose door it came by.

    Raises MalformedEnvelope: TOO_LARGE, NOT_JSON, FIELD_TOO_LONG, STATUS_CODE,
    NO_DOCUMENT_ID, DATE_FORM.
    """
    told = _decoded(entity.data, limits)
    ground = entity.ground
    code = AgencyCode(told.sender.strip() or str(ground.get("code", "")))
    read = _Read(told, code, str(ground.get("name", "")))
    return _of_a_dossier(read) if told.dossier else _of_a_document(read)


def _decoded(data: bytes, limits: Limits) -> _Status:
    if len(data) > limits.field_characters * 8:
        raise MalformedEnvelope(Fault(FaultCode.TOO_LARGE, "body"))
    try:
        told = msgspec.json.decode(data, type=_Status)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # The library's sentence names a place and a type, never a value.
        detail = str(error)[:_LONGEST]
        raise MalformedEnvelope(Fault(FaultCode.NOT_JSON, "body", detail)) from error
    for place, name in _names(told):
        if len(name) > _LONGEST:
            raise MalformedEnvelope(Fault(FaultCode.FIELD_TOO_LONG, place))
        if _CONTROL.search(name):
            detail = "control character"
            raise MalformedEnvelope(Fault(FaultCode.NOT_JSON, place, detail))
    return told


def _names(told: _Status) -> Iterator[tuple[str, str]]:
    """What the journal is asked by, and dates; with the place of each."""
    for place in ("dossier", "receiver", "sender", "at"):
        yield place, getattr(told, place).strip()
    if isinstance(told.about, str):
        yield "about", told.about.strip()
    elif told.about is not None:
        for place in ("document_id", "sender", "notation"):
            yield f"about.{place}", getattr(told.about, place).strip()


def _of_a_document(read: _Read) -> Frame:
    about = _reference(read.told)
    mention = Mention(about.code, about.document_id, about.notation)
    if isinstance(read.told.about, str):
        mention = Mention(delivery=read.told.about.strip())
    if mention == Mention(about.code):
        raise MalformedEnvelope(Fault(FaultCode.NO_DOCUMENT_ID, "about"))
    return Frame(_xml(read, _number(read.told.status), about), about=mention)


def _reference(told: _Status) -> Reference:
    """As a status message has it: of 13, the body beside it is who is asked."""
    named = told.about if isinstance(told.about, _About) else _About()
    body = told.receiver or named.sender
    return Reference(
        AgencyCode(body.strip()), named.notation.strip(), named.document_id.strip()
    )


def _of_a_dossier(read: _Read) -> Frame:
    told, status = read.told, str(read.told.status).strip()
    if status not in AS_CODE:
        raise MalformedEnvelope(Fault(FaultCode.STATUS_CODE, "status", status[:20]))
    number = told.dossier.strip()
    code = AS_CODE[DossierStatus(status)]
    about = Reference(AgencyCode(""), document_id=number)
    return Frame(
        _xml(read, code, about),
        about=Mention(dossier=number),
        dossier=Dossier(
            act=DossierAct.PROGRESS,
            number=number,
            office=read.code,
            status=status,
            said_at=read_moment(told.at)[0],
        ),
    )


def _number(status: str | int) -> str:
    """Two digits, where somebody wrote 3 for 03."""
    text = str(status).strip()[:20]
    return text.zfill(2) if text.isascii() and text.isdecimal() else text


def _xml(read: _Read, code: str, about: Reference) -> bytes:
    told = read.told
    moment, _ = read_moment(told.at)
    if told.at.strip() and moment is None:
        raise MalformedEnvelope(Fault(FaultCode.DATE_FORM, "at"))
    report = StatusReport(
        code=code,
        about=about,
        description=told.text,
        moment=moment,
        staff=_staff(told.staff),
    )
    envelope = Envelope(
        family=Family.LAYERED,
        kind=Kind.STATUS,
        sender=Organization(read.code, read.name),
        receivers=(),
        document_id="",
        subject="",
        status=report,
    )
    return write_status(envelope)


def _staff(told: _Staff | None) -> Staff | None:
    if told is None:
        return None
    return Staff(told.department, told.name, told.email, told.mobile)
