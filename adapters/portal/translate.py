"""The pure door of the portal: a dossier's JSON becomes strict edXML of family A.

The same entity gives the same bytes at any time. Which field goes where stands in
docs/cong-dich-vu-cong.md and, as far as it may be changed, in `mapping:`.
"""

from dataclasses import dataclass, field

from adapters.portal import files, strict_json
from adapters.portal.envelope import build
from adapters.portal.fields import Fields
from adapters.portal.mapping import Ground
from adapters.portal.media import act_of
from adapters.portal.notes import Notes
from adapters.portal.peek import LONGEST_NUMBER
from hub.errors import MalformedEnvelope
from hub.model.dossiers import Dossier, DossierAct, DossierStatus
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Entity, Frame
from hub.model.limits import Limits

_STATUSES = frozenset(DossierStatus)
_LONGEST_CODE = 60
#: Every moment of a dossier or of progress; all are looked at, some are used.
_MOMENTS = (
    "NgayNopHoSo",
    "NgayTiepNhan",
    "NgayHenTra",
    "NgayTra",
    "NgayKetThucXuLy",
    "NgayTuChoi",
    "ThoiDiemXuLy",
    "NgayBatDau",
    "NgayKetThucTheoQuyDinh",
)


def translate(entity: Entity, limits: Limits) -> Frame:
    """See `hub.ports.Translate`; wants the files the dossier points at.

    Raises MalformedEnvelope: CONTENT_TYPE, NOT_JSON, ENCODING, NO_DOSSIER_NUMBER,
    NO_SUBJECT, UNKNOWN_OFFICE, and limits.
    """
    act = act_of(entity.content_type)
    if act is None:
        raise MalformedEnvelope(Fault(FaultCode.CONTENT_TYPE, "Content-Type"))
    value = strict_json.decode(entity.data, limits)
    if not isinstance(value, dict):
        raise MalformedEnvelope(Fault(FaultCode.NOT_JSON, "byte 0", "an object is due"))
    ground, notes = Ground.of(entity.ground), Notes()
    dossier = _dossier(Fields(value, limits), act, ground, notes)
    found = files.listed(dossier.fields, entity.files, notes)
    files.compare_results(found, notes)
    files.look_at_bytes(found, notes)
    return Frame(
        build(dossier.told, dossier.fields, ground, found),
        wants=files.wants(found),
        fault=files.fault(found),
        guesses=tuple(notes.guesses),
        dossier=dossier.told,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A dossier with the fields it was read from."""

    told: Dossier
    fields: Fields = field(repr=False)


def _dossier(fields: Fields, act: DossierAct, ground: Ground, notes: Notes) -> _Read:
    number = _number(fields)
    moments = {name: notes.moment(fields, name) for name in _MOMENTS}
    for name in ("TrichYeuHoSo", "NguoiXuLy"):
        notes.length(fields, name)
    notes.persons(fields)
    told = Dossier(
        act=act,
        number=number,
        other_number=_code(fields, "MaHoSoKhac", notes),
        procedure=_code(fields, "MaTTHC", notes),
        field=_code(fields, "MaLinhVuc", notes),
        office=ground.office_of(fields, act),
        channel=_channel(fields, notes),
        status=_status(fields, notes),
        submitted_at=moments["NgayNopHoSo"],
        received_at=moments["NgayTiepNhan"],
        due_at=moments["NgayHenTra"],
        finished_at=moments["NgayTra"] or moments["NgayKetThucXuLy"],
        said_at=moments["ThoiDiemXuLy"],
    )
    return _Read(told, fields)


def _number(fields: Fields) -> str:
    number = fields.text("MaHoSo")
    if not number:
        raise MalformedEnvelope(Fault(FaultCode.NO_DOSSIER_NUMBER, "MaHoSo"))
    if len(number) > LONGEST_NUMBER:
        detail = f"limit {LONGEST_NUMBER}"
        raise MalformedEnvelope(Fault(FaultCode.FIELD_TOO_LONG, "MaHoSo", detail))
    return number


def _code(fields: Fields, name: str, notes: Notes) -> str:
    """A code as it may stand in a journal; what is too long for one is left out."""
    text = fields.text(name)
    if len(text) <= _LONGEST_CODE:
        return text
    notes.keep(name, "too-long")
    return ""


def _channel(fields: Fields, notes: Notes) -> int | None:
    """KenhThucHien; None where nothing or no number stands there."""
    text = fields.text("KenhThucHien")
    if text.isascii() and text.isdigit() and len(text) == 1:
        return int(text)
    if text:
        notes.keep("KenhThucHien", "no-number")
    return None


def _status(fields: Fields, notes: Notes) -> str:
    """The status as written; 11 and more are a province's own."""
    name = "TrangThaiHoSo" if fields.text("TrangThaiHoSo") else "TrangThai"
    text = _code(fields, name, notes)
    if text and text not in _STATUSES:
        notes.keep(name, "local-status")
    return text
