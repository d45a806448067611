"""The edXML envelope of a dossier (docs/cong-dich-vu-cong.md has the table)."""

import json
from collections.abc import Sequence
from datetime import date

from adapters.portal import dates
from adapters.portal.fields import Fields
from adapters.portal.files import Listed, attachments
from adapters.portal.mapping import Ground
from hub.edxml import writer
from hub.edxml.dates import VIETNAM, write_moment
from hub.errors import MalformedEnvelope
from hub.model.dossiers import Dossier, DossierAct
from hub.model.envelopes import Business, Envelope, Family, Hop, Kind, Staff
from hub.model.envelopes import Organization as Body
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, digest_of

#: TrangThaiHoSo in words (EDXML.md 4.3).
STATUSES = {
    "1": "mới đăng ký",
    "2": "được tiếp nhận",
    "3": "không được tiếp nhận",
    "4": "đang xử lý",
    "5": "yêu cầu bổ sung giấy tờ",
    "6": "yêu cầu thực hiện nghĩa vụ tài chính",
    "7": "công dân yêu cầu rút hồ sơ",
    "8": "dừng xử lý",
    "9": "đã xử lý xong",
    "10": "đã trả kết quả",
}
#: What a reader sees first: label -> field.
_FACTS = (
    ("Mã hồ sơ", "MaHoSo"),
    ("Mã hồ sơ khác", "MaHoSoKhac"),
    ("Thủ tục", "TenTTHC"),
    ("Mã thủ tục", "MaTTHC"),
    ("Lĩnh vực", "TenLinhVuc"),
    ("Chủ hồ sơ", "ChuHoSo"),
    ("Nội dung xử lý", "NoiDungXuLy"),
    ("Ghi chú", "GhiChu"),
)
_SUFFIX = {DossierAct.UPDATE: "cap-nhat", DossierAct.PROGRESS: "tien-do"}
_DIGITS = 16


def build(
    told: Dossier, fields: Fields, ground: Ground, found: Sequence[Listed]
) -> bytes:
    """Family A, valid against schemas/edxml.xsd; raises MalformedEnvelope(NO_SUBJECT).

    A file that is not there stands in the manifest only.
    """
    envelope = Envelope(
        family=Family.LAYERED,
        kind=Kind.NEW if told.act is DossierAct.ADD else Kind.UPDATE,
        sender=Body(AgencyCode(ground.code), ground.name),
        receivers=(Body(told.office, ground.names.get(told.office, "")),),
        document_id=_document_id(told, fields),
        subject=_subject(told, fields, ground),
        promulgated=_promulgated(told, fields, ground),
        type_name=ground.rules.type_name,
        content=_content(told, fields),
        due=_day(fields, ground.rules.due),
        business=_business(told, fields),
        attachments=attachments(found),
    )
    data = [one.data for one in found]
    return writer.write(envelope, data, None, _hop(told, ground), list_missing=True)


def _document_id(told: Dossier, fields: Fields) -> str:
    """MaHoSo; what is told of a dossier later adds a digest of all it says.

    Updates are told apart by what they say: the same again is the same document,
    whatever blanks or order of names it came with.
    """
    if told.act is DossierAct.ADD:
        return told.number
    text = json.dumps(fields.values, ensure_ascii=False, sort_keys=True)
    digest = digest_of(text.encode())
    return f"{told.number}/{_SUFFIX[told.act]}/{digest[:_DIGITS]}"


def _subject(told: Dossier, fields: Fields, ground: Ground) -> str:
    if told.act is DossierAct.PROGRESS:
        return f"Tiến độ xử lý hồ sơ {told.number}"
    for name in ground.rules.subject:
        if text := fields.text(name):
            return text
    parts = (fields.text("TenTTHC"), fields.text("ChuHoSo"))
    if text := " - ".join(part for part in parts if part):
        return text
    place = ground.rules.subject[0] if ground.rules.subject else "TenTTHC"
    raise MalformedEnvelope(Fault(FaultCode.NO_SUBJECT, place))


def _promulgated(told: Dossier, fields: Fields, ground: Ground) -> date | None:
    if told.act is DossierAct.PROGRESS:
        return _day(fields, ("ThoiDiemXuLy",))
    return _day(fields, ground.rules.promulgated)


def _day(fields: Fields, names: Sequence[str]) -> date | None:
    """The day in Vietnam of the first of these that holds a moment."""
    moments = (dates.read(fields.text(name)).moment for name in names)
    found = next((moment for moment in moments if moment), None)
    return found.astimezone(VIETNAM).date() if found else None


def _content(told: Dossier, fields: Fields) -> str:
    facts = [(label, fields.text(name)) for label, name in _FACTS]
    facts.append(("Trạng thái", _status(told)))
    return "; ".join(f"{label}: {text}" for label, text in facts if text)


def _status(told: Dossier) -> str:
    known = STATUSES.get(told.status, "")
    return f"{told.status} ({known})" if known else told.status


def _business(told: Dossier, fields: Fields) -> Business:
    if told.act is DossierAct.ADD:
        return Business()
    return Business(
        document_id=told.number,
        reason=_reason(told, fields),
        info_changed=True,
        staff=_staff(fields),
    )


def _reason(told: Dossier, fields: Fields) -> str:
    """Why it is told: an update's reason is never empty (EDXML.md 1.2)."""
    reason = fields.text("NoiDungXuLy")
    return reason or f"Cập nhật hồ sơ, trạng thái: {_status(told) or 'không ghi'}"


def _staff(fields: Fields) -> Staff | None:
    department, name = fields.text("PhongBanXuLy"), fields.text("NguoiXuLy")
    return Staff(department, name) if department or name else None


def _hop(told: Dossier, ground: Ground) -> Hop:
    """When the portal says it was so; the hub's own hop is added when it is sent on."""
    if told.said_at is None:
        return Hop(AgencyCode(""), "")
    return Hop(AgencyCode(ground.code), write_moment(told.said_at))
