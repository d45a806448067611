"""What makes two envelopes one document (ARCHITECTURE.md, step 4).

Both values are SHA-256 over JSON: UTF-8, NFC, no blanks, a list whose first item names
the form and its version. They depend on what was read, never on how it was written:
not on family, prefixes, order of elements or form of a date.
"""

import json
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import TypeAlias

from hub.edxml.dates import read_date, read_moment
from hub.model.documents import Identity
from hub.model.envelopes import (
    Attachment,
    Business,
    Envelope,
    Kind,
    OtherInfo,
    Reference,
    Signatory,
    Staff,
    StatusReport,
)
from hub.model.ids import Digest, DocumentKey, normal_code
from hub.model.statuses import Mention, StatusCode

# A string: the name in it is the one being defined.
_Json: TypeAlias = "str | int | Sequence[_Json] | None"

#: Documents that one answers: real ones name one or two.
_MOST_ANSWERS = 20
#: Kinds that are about a document: several of them may be told of one.
_ABOUT = frozenset({Kind.REVOKE, Kind.UPDATE, Kind.STATUS})


def identify(envelope: Envelope, about: Mention | None = None) -> Identity:
    """Identity: sender's code, DocumentId, kind; for messages about a document more.

    Content: the business fields and attachment digests, without TraceHeaderList and
    To, which the axis changes on the way. `about`: see `Frame`.
    """
    beside: list[_Json] = [about.delivery, about.dossier] if about else []
    return Identity(
        key=DocumentKey(_digest(["lienthong-key-1", *_key(envelope), *beside])),
        content=Digest(_digest(["lienthong-content-1", *_content(envelope), *beside])),
        about=_about(envelope),
        targets=targets(envelope),
        mentions=(about,) if about else _mentions(envelope),
    )


def _mentions(envelope: Envelope) -> tuple[Mention, ...]:
    """The document a status is about; those that a document answers."""
    status = envelope.status
    if status is None:
        found = envelope.answers[:_MOST_ANSWERS]
        return tuple(Mention(r.code, r.document_id, r.notation) for r in found)
    about, sender = status.about, status.about.code
    if status.code.strip() == StatusCode.ASKED_BACK:
        sender = envelope.sender.code
    return (Mention(sender, about.document_id, about.notation),)


def _about(envelope: Envelope) -> tuple[DocumentKey, ...]:
    who = normal_code(envelope.sender.code)
    return tuple(
        DocumentKey(_digest(["lienthong-key-1", who, target, kind]))
        for target in targets(envelope)
        for kind in (Kind.NEW, Kind.REPLACE)
    )


def targets(envelope: Envelope) -> tuple[str, ...]:
    """DocumentIds of what it recalls (a request 13, too), updates or replaces."""
    report, business = envelope.status, envelope.business
    named: tuple[str, ...]
    match envelope.kind:
        case Kind.REVOKE | Kind.UPDATE:
            named = (envelope.target_id,)
        case Kind.REPLACE:
            named = (
                tuple(r.document_id for r in business.replacements) if business else ()
            )
        case Kind.STATUS if report and report.code.strip() == StatusCode.ASKED_BACK:
            named = (report.about.document_id,)
        case _:
            named = ()
    return tuple(dict.fromkeys(one for one in named if one.strip()))


def _digest(value: _Json) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    normal = unicodedata.normalize("NFC", text)
    return sha256(normal.encode("utf-8", "surrogatepass")).hexdigest()


def _key(envelope: Envelope) -> list[_Json]:
    key: list[_Json] = [
        normal_code(envelope.sender.code),
        envelope.document_id,
        envelope.kind,
    ]
    if envelope.kind in _ABOUT:
        code = envelope.status.code if envelope.status else ""
        key += [envelope.target_id, code, _moment(envelope)]
    if (report := envelope.status) and report.code.strip() == StatusCode.ASKED_BACK:
        # One second may ask several receivers: each is a request of its own.
        key.append(normal_code(report.about.code))
    return key


def _moment(envelope: Envelope) -> str:
    """When it was said: the status' own moment, else the earliest hop's.

    The sender's hop is the first in time; the axis appends later ones.
    """
    if (status := envelope.status) is not None:
        # Without a moment, the same code with another text is another word.
        return _stamp(status.moment, status.moment_text) or status.description
    texts = [hop.moment_text for hop in envelope.hops if hop.moment_text]
    read = [moment for text in texts if (moment := read_moment(text)[0])]
    return min(read).isoformat() if read else min(texts, default="")


def _content(envelope: Envelope) -> list[_Json]:
    return [
        normal_code(envelope.sender.code),
        envelope.document_id,
        envelope.kind,
        envelope.subject,
        envelope.content,
        [envelope.number, envelope.notation, envelope.place],
        _stamp(envelope.promulgated, envelope.promulgated_text),
        [envelope.type_number, envelope.type_detail, envelope.type_name],
        _signatory(envelope.signatory),
        _stamp(envelope.due, envelope.due_text),
        _other(envelope.other),
        envelope.secrecy,
        sorted(map(_reference, envelope.answers)),
        envelope.steering,
        sorted(envelope.places),
        _business(envelope.business),
        sorted(map(_file, envelope.attachments)),
        _status(envelope.status),
    ]


def _stamp(value: date | datetime | None, text: str) -> str:
    """A day or moment in ISO form; the text where it could not be read."""
    return value.isoformat() if value else text


def _file(attachment: Attachment) -> str:
    """The file's digest, or of what came where the file could not be got at."""
    return attachment.digest or attachment.sent_digest


def _reference(reference: Reference) -> list[str]:
    text = reference.promulgated_text
    return [
        normal_code(reference.code),
        reference.notation,
        reference.document_id,
        _stamp(read_date(text)[0], text),
    ]


def _signatory(person: Signatory | None) -> _Json:
    if person is None:
        return None
    return [person.competence, person.position, person.full_name]


def _staff(staff: Staff | None) -> _Json:
    if staff is None:
        return None
    return [staff.department, staff.name, staff.email, staff.mobile]


def _other(other: OtherInfo) -> _Json:
    return [
        other.priority,
        other.sphere,
        other.typist,
        other.copies,
        other.pages,
        other.direction,
        sorted(other.appendixes),
    ]


def _business(business: Business | None) -> _Json:
    if business is None:
        return None
    return [
        business.document_id,
        business.reason,
        business.paper,
        business.info_changed,
        business.receivers_changed,
        sorted([normal_code(c.code), c.added] for c in business.changes),
        sorted(
            [r.document_id, sorted(map(normal_code, r.codes))]
            for r in business.replacements
        ),
        _staff(business.staff),
    ]


def _status(status: StatusReport | None) -> _Json:
    if status is None:
        return None
    return [
        status.code,
        _reference(status.about),
        status.description,
        _stamp(status.moment, status.moment_text),
        _staff(status.staff),
    ]
