"""The mails by which an agency gets what is delivered to it, Vietnamese first; pure.

The same row and body give the same bytes at any time, its date too: it is that of the
envelope's last hop, or of the notice.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import msgspec

from adapters.mail.letters import message_id, one_line, put_subject
from hub.edxml import guard, reader
from hub.edxml.dates import VIETNAM, read_moment, write_date
from hub.model.envelopes import Envelope, Kind
from hub.model.frames import Frame, Reading
from hub.model.limits import Limits
from hub.model.records import OutboxKind, OutboxRow

KINDS = {
    Kind.NEW: ("Văn bản", "Document"),
    Kind.REVOKE: ("Thu hồi văn bản", "Document revoked"),
    Kind.UPDATE: ("Cập nhật văn bản", "Document updated"),
    Kind.REPLACE: ("Thay thế văn bản", "Document replaced"),
    Kind.STATUS: ("Trạng thái văn bản", "Status of a document"),
}
_VERDICTS = {
    "passed": ("chữ ký số hợp lệ", "signatures valid"),
    "failed": ("chữ ký số KHÔNG hợp lệ", "a signature is NOT valid"),
    "indeterminate": ("chữ ký số chưa kết luận được", "signatures not concluded"),
    "unsigned": ("không có chữ ký số", "not signed"),
}
PAPER = {
    0: ("không gửi bản giấy", "no paper follows"),
    1: ("có bản giấy gửi kèm", "a paper copy follows"),
}
#: What base64 and headers of parts add.
GROWTH = 1.4
_NAME = re.compile(r"[\\/:*?\"<>|]+")
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One row on its way by mail."""

    row: OutboxRow
    sender: str
    to: str = field(repr=False)
    body: bytes = field(repr=False)
    #: The largest mail the server takes, in bytes.
    most: int


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file of a mail."""

    name: str
    media_type: str
    data: bytes | memoryview = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, before it is one."""

    subject: str
    lines: tuple[str, ...]
    at: datetime | None
    files: tuple[Enclosed, ...] = ()
    #: Where an answer goes, where not to the sender.
    reply_to: str = ""
    #: A word of this hub, which no machine answers (RFC 3834); else an office's letter.
    automatic: bool = True


def compose(parcel: Parcel) -> bytes:
    """The mail, CRLF line ends, 7 bit; raises MalformedEnvelope."""
    notice = parcel.row.kind is OutboxKind.NOTICE
    letter = _notice(parcel) if notice else _document(parcel)
    return sealed(letter, parcel.row.id, parcel.sender, parcel.to)


def sealed(letter: Letter, identifier: str, sender: str, to: str) -> bytes:
    """A letter as a mail that is known by an id."""
    mail = EmailMessage(SMTP.clone(cte_type="7bit"))
    mail["From"], mail["To"] = sender, to
    if letter.reply_to:
        mail["Reply-To"] = letter.reply_to
    put_subject(mail, letter.subject)
    if letter.at is not None:
        mail["Date"] = format_datetime(letter.at.astimezone(VIETNAM))
    mail["Message-ID"] = message_id(identifier, sender)
    mail["X-Lienthong-Message-Id"] = identifier
    if letter.automatic:
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content("\n\n".join(filter(None, letter.lines)) + "\n", cte="base64")
    for file in letter.files:
        main, _, sub = file.media_type.partition("/")
        mail.add_attachment(bytes(file.data), main, sub, filename=file.name)
    if letter.files:
        mail.set_boundary(f"=_lt-{identifier}")
    return mail.as_bytes()


def _document(parcel: Parcel) -> Letter:
    reading = reader.read(
        Frame(parcel.body), Limits(), guard.check(parcel.body, Limits())
    )
    envelope, headers = reading.envelope, parcel.row.headers
    vietnamese, english = KINDS[envelope.kind]
    what = what_of(envelope)
    urgent = "" if parcel.row.lane == "ordinary" else "[KHẨN] "
    files, left_out = _enclosed(parcel, reading)
    lines = (
        "Kính gửi quý cơ quan,",
        f"Trục liên thông chuyển: {vietnamese.lower()} {what}",
        *_facts(envelope, headers),
        *_listed(files, left_out, headers),
        f"Mã gói tin (message_id): {parcel.row.id}",
        "-- ",
        f"The hub delivers: {english.lower()} {what}. "
        f"{_verdict(headers)[1]}; {_paper(headers)[1]}. The files are enclosed, beside "
        "them the edXML for software.",
    )
    subject = f"{urgent}{vietnamese} {what}: {envelope.subject}"
    return Letter(subject, tuple(map(plain, lines)), _moment(envelope), files)


def what_of(envelope: Envelope) -> str:
    """Number and notation, and of a status what it is about."""
    if envelope.status is not None:
        about = envelope.status.about
        return f"{about.notation or about.document_id} ({envelope.status.code})"
    parts = (envelope.type_name, _notation(envelope))
    return " ".join(filter(None, parts)) or envelope.document_id


def _notation(envelope: Envelope) -> str:
    return "/".join(filter(None, (envelope.number, envelope.notation)))


def _facts(envelope: Envelope, headers: Mapping[str, Any]) -> Iterator[str]:
    sender = envelope.sender
    day = write_date(envelope.promulgated) if envelope.promulgated else ""
    yield f"Cơ quan gửi: {sender.name} ({sender.code})"
    yield f"Ngày ban hành: {day}" if day else ""
    yield f"Trích yếu: {envelope.subject}" if envelope.subject else ""
    if envelope.business and envelope.business.reason:
        yield f"Lý do: {envelope.business.reason}"
    if envelope.status and envelope.status.description:
        yield f"Nội dung: {envelope.status.description}"
    if envelope.kind is not Kind.STATUS:
        yield f"Chữ ký số: {_verdict(headers)[0]}. Bản giấy: {_paper(headers)[0]}."


def _verdict(headers: Mapping[str, Any]) -> tuple[str, str]:
    return _VERDICTS.get(str(headers.get("verdict")), ("?", "?"))


def _paper(headers: Mapping[str, Any]) -> tuple[str, str]:
    return PAPER[1 if headers.get("paper") else 0]


def _enclosed(
    parcel: Parcel, reading: Reading
) -> tuple[tuple[Enclosed, ...], tuple[str, ...]]:
    """What goes with it, and the names of what is too large to go.

    The files first, for people; then the envelope, for software.
    """
    room = parcel.most / GROWTH
    kept, left_out = [], []
    wanted = [
        *files_of(reading),
        Enclosed("goi-tin.edxml", "application/xml", parcel.body),
    ]
    for file in wanted:
        if len(file.data) <= room:
            room -= len(file.data)
            kept.append(file)
        else:
            left_out.append(file.name)
    return tuple(kept), tuple(left_out)


def files_of(reading: Reading) -> Iterator[Enclosed]:
    """Its attachments under names that no file system minds."""
    attached = reading.envelope.attachments
    for number, (one, data) in enumerate(zip(attached, reading.files, strict=True), 1):
        if data is not None:
            yield Enclosed(_file_name(one.name, number), one.media_type, data)


def _file_name(name: str, number: int) -> str:
    """A name without path and signs that a file system or a header minds."""
    return _NAME.sub("_", one_line(name)).strip(". ")[-120:] or f"tep-{number}"


def _listed(
    files: tuple[Enclosed, ...], left_out: tuple[str, ...], headers: Mapping[str, Any]
) -> Iterator[str]:
    yield "Tệp kèm theo: " + "; ".join(file.name for file in files) if files else ""
    if left_out:
        yield (
            f"Quá lớn để gửi thư: {'; '.join(left_out)}. Tải bằng mã truy cập của cơ "
            f"quan: {headers.get('body_url', '')}"
        )
    yield (
        f"Bản gốc đúng như bên gửi gửi: {headers.get('claim_url', '')} "
        f"(SHA-256 {headers.get('original_sha256', '')})"
    )


def _moment(envelope: Envelope) -> datetime | None:
    """When the hub wrote it: the last hop is its own."""
    text = envelope.hops[-1].moment_text if envelope.hops else ""
    if envelope.status is not None:
        text = envelope.status.moment_text
    return read_moment(text)[0] if text else None


def _notice(parcel: Parcel) -> Letter:
    """A word of the hub on a document: its sentences, and all of it for software."""
    told = _object(parcel.body)
    what = str(told.get("notation") or told.get("document_id") or "văn bản")
    left_out = parcel.row.headers.get("undelivered", "")
    lines = (
        "Kính gửi quý cơ quan,",
        f"Trục liên thông báo về {what}:",
        str(told.get("text_vi", "")),
        f"Không chuyển tới: {left_out}." if left_out else "",
        f"Mã thông báo (message_id): {parcel.row.id}",
        "-- ",
        f"A notice of the hub on {what}:",
        str(told.get("text_en", "")),
    )
    moments = (str(told.get(key, "")) for key in ("judged_at", "at"))
    return Letter(
        f"Thông báo về {what}",
        tuple(map(plain, lines)),
        next((at for text in moments if (at := _iso(text))), None),
        (Enclosed("thong-bao.json", _JSON, parcel.body),),
    )


def _object(data: bytes) -> dict[str, Any]:
    """The notice's own values; {} where it is none."""
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def plain(text: str) -> str:
    """One line, the mark of a signature left as it is."""
    return one_line(text) if text != "-- " else text
