"""Writes the strict form of family A that agencies receive; valid against schemas/.

The prefixes are those of the VNPT kit (EDXML.md 1.2), because readers in the field
match on them: the envelope prefixed, AttachmentEncoded in the default namespace.
No signature is carried over: what was signed are the bytes as received, and those
travel beside this.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import pybase64

from hub.edxml.dates import read_moment, write_date, write_moment
from hub.edxml.names import QCVN
from hub.edxml.xmltext import allowed, branch, leaf, required
from hub.model.envelopes import (
    Attachment,
    Business,
    Envelope,
    Hop,
    Kind,
    Organization,
    OtherInfo,
    Reference,
    Replacement,
    Signatory,
    Staff,
)
from hub.model.ids import AgencyCode

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NUMBERS = {Kind.NEW: 0, Kind.REVOKE: 1, Kind.UPDATE: 2, Kind.REPLACE: 3}
_XMLNS = f' xmlns:edXML="{QCVN}"'
#: Ids of the parts that no carrier changes on the way.
MESSAGE_ID, BUSINESS_ID = "lt-message", "lt-business"
BODY_ID, FILES_ID = "lt-body", "lt-files"
#: Bytes encoded at once; a multiple of three, so that base64 goes on without a seam.
_PIECE = 3 * 131_072


def write(
    envelope: Envelope,
    files: Sequence[bytes | None],
    paper: int | None,
    hop: Hop,
    *,
    list_missing: bool = False,
) -> bytes:
    """The envelope of `pieces`, whole."""
    return b"".join(pieces(envelope, files, paper, hop, list_missing=list_missing))


def pieces(
    envelope: Envelope,
    files: Sequence[bytes | None],
    paper: int | None,
    hop: Hop,
    *,
    list_missing: bool = False,
) -> Iterator[bytes]:
    """The envelope with `hop` appended and `paper` (0, 1, None) in Bussiness/Paper.

    In pieces, so that files of 60 MB are never encoded as a whole. `files[i]` are the
    bytes of attachment i; what is None is left out of manifest and attachments alike,
    or stands in the manifest only (`list_missing`). A date that cannot be is left out
    too.
    """
    listed = named(envelope.attachments, files, all_of_them=list_missing)
    yield from parts_of(envelope, listed, paper, hop).pieces()


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of an envelope as they will stand in it, before they are put together.

    `marked`: those that no carrier changes on the way bear an Id, to be signed by.
    """

    message: str = field(repr=False)
    hops: str = field(repr=False)
    business: str = field(repr=False)
    body: str = field(repr=False)
    kept: Sequence[tuple[Attachment, str, bytes]] = field(repr=False)
    marked: bool = False

    def attachments(self) -> Iterator[bytes]:
        """The encoded files, piece by piece; nothing where there are none."""
        return _encoded(self.kept, _id(FILES_ID, marked=self.marked))

    def pieces(self, signature: str = "") -> Iterator[bytes]:
        """The whole, with a ds:Signature at the end of the header."""
        trace = branch(_e("TraceHeaderList"), self.hops, self.business)
        top = branch(
            _e("edXMLEnvelope"),
            branch(_e("edXMLHeader"), self.message, trace, signature),
            self.body,
            attributes=_XMLNS,
        )
        yield f'{_HEAD}<edXML xmlns="{QCVN}">\n{top}'.encode()
        yield from self.attachments()
        yield b"</edXML>\n"


def parts_of(
    envelope: Envelope,
    listed: "Named",
    paper: int | None,
    hop: Hop,
    *,
    marked: bool = False,
) -> Parts:
    """An envelope in parts; `listed` is what `named` gives of its files."""
    manifest = branch(
        _e("edXMLManifest"),
        *(_reference(a, cid) for a, cid, _ in listed),
        attributes=' version="1.0"',
    )
    business = envelope.business or Business()
    return Parts(
        message=_message(envelope, _id(MESSAGE_ID, marked=marked)),
        hops="".join(map(_hop, (*envelope.hops, hop))),
        business=_business(
            envelope.kind, business, paper, _id(BUSINESS_ID, marked=marked)
        ),
        body=branch(
            _e("edXMLBody"),
            manifest or _EMPTY_MANIFEST,
            attributes=_id(BODY_ID, marked=marked),
        ),
        kept=[(one, cid, data) for one, cid, data in listed if data is not None],
        marked=marked,
    )


def _id(name: str, *, marked: bool) -> str:
    return f' Id="{name}"' if marked else ""


def write_status(envelope: Envelope) -> bytes:
    """A status message; raises ValueError where the envelope is none."""
    status = envelope.status
    if status is None:
        raise ValueError("not a status message")
    moment = write_moment(status.moment) if status.moment else ""
    message = branch(
        _e("MessageHeader"),
        _organization("From", envelope.sender),
        _answer(status.about),
        _staff(status.staff),
        _r("StatusCode", status.code),
        _l("Description", status.description),
        _l("Timestamp", moment),
    )
    header = branch(_e("edXMLHeader"), message)
    top = branch(_e("edXMLEnvelope"), header, attributes=_XMLNS)
    return f'{_HEAD}<edXML xmlns="{QCVN}">\n{top}</edXML>\n'.encode()


def _e(name: str) -> str:
    return f"edXML:{name}"


def _l(name: str, text: str | int | None) -> str:
    return leaf(_e(name), text)


def _r(name: str, text: str) -> str:
    return required(_e(name), text)


_EMPTY_MANIFEST = f'<{_e("edXMLManifest")} version="1.0"></{_e("edXMLManifest")}>\n'

_Kept = Sequence[tuple[Attachment, str, bytes]]
Named = list[tuple[Attachment, str, bytes | None]]


def named(
    attachments: Sequence[Attachment],
    files: Sequence[bytes | None],
    *,
    all_of_them: bool,
) -> Named:
    """The files that can be delivered, or all, each with an id of its own."""
    named: Named = []
    used: set[str] = set()
    for attachment, data in zip(attachments, files, strict=True):
        if data is None and not all_of_them:
            continue
        cid = "".join(allowed(attachment.content_id).split())
        if not cid or cid in used:
            cid = f"{cid}#{attachment.position}"
        used.add(cid)
        named.append((attachment, f"cid:{cid}", data))
    return named


def _encoded(kept: _Kept, attributes: str) -> Iterator[bytes]:
    """The encoded attachments; large, so they stay bytes and come piece by piece."""
    if not kept:
        return
    yield f"<AttachmentEncoded{attributes}>\n".encode()
    for attachment, cid, data in kept:
        head = "".join(_names("", attachment, cid))
        tag = _e("ContentTransferEncoded")
        yield f"<Attachment>\n{head}<{tag}{_XMLNS}>".encode()
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            yield pybase64.b64encode(view[start : start + _PIECE])
        yield f"</{tag}>\n</Attachment>\n".encode()
    yield b"</AttachmentEncoded>\n"


def _reference(attachment: Attachment, cid: str) -> str:
    return branch(_e("Reference"), *_names("edXML:", attachment, cid))


def _names(prefix: str, attachment: Attachment, cid: str) -> tuple[str, ...]:
    name = allowed(attachment.name) or f"tep-{attachment.position}"
    return (
        leaf(f"{prefix}ContentId", cid),
        leaf(f"{prefix}ContentType", attachment.media_type),
        leaf(f"{prefix}Description", attachment.description),
        leaf(f"{prefix}AttachmentName", name),
    )


def _message(envelope: Envelope, attributes: str) -> str:
    return branch(
        _e("MessageHeader"),
        _organization("From", envelope.sender),
        *(_organization("To", body) for body in envelope.receivers if body.code),
        _r("DocumentId", envelope.document_id),
        branch(
            _e("Code"),
            _l("CodeNumber", envelope.number),
            _l("CodeNotation", envelope.notation),
        ),
        branch(
            _e("PromulgationInfo"),
            _l("Place", envelope.place),
            _l("PromulgationDate", _day(envelope.promulgated)),
        ),
        branch(
            _e("DocumentType"),
            _l("Type", envelope.type_number),
            _l("TypeDetail", envelope.type_detail),
            _l("TypeName", envelope.type_name),
        ),
        _r("Subject", envelope.subject),
        _l("Content", envelope.content),
        _signatory(envelope.signatory),
        _l("DueDate", _day(envelope.due)),
        _other(envelope.other),
        *map(_answer, envelope.answers),
        _l("SteeringType", envelope.steering),
        branch(_e("ToPlaces"), *(_l("Place", place) for place in envelope.places)),
        attributes=attributes,
    )


def _day(day: date | None) -> str:
    return write_date(day) if day else ""


def _organization(name: str, body: Organization) -> str:
    return branch(
        _e(name),
        _r("OrganId", body.code),
        _l("OrganizationInCharge", body.in_charge),
        _l("OrganName", body.name),
        _l("OrganAdd", body.address),
        _l("Email", body.email),
        _l("Telephone", body.telephone),
        _l("Fax", body.fax),
        _l("Website", body.website),
    )


def _signatory(person: Signatory | None) -> str:
    if person is None:
        return ""
    return branch(
        _e("SignerInfo"),
        _l("Competence", person.competence),
        _l("Position", person.position),
        _l("FullName", person.full_name),
    )


def _staff(staff: Staff | None) -> str:
    if staff is None:
        return ""
    return branch(
        _e("StaffInfo"),
        _l("Department", staff.department),
        _l("Staff", staff.name),
        _l("Email", staff.email),
        _l("Mobile", staff.mobile),
    )


def _other(other: OtherInfo) -> str:
    return branch(
        _e("OtherInfo"),
        _l("Priority", other.priority),
        _l("SphereOfPromulgation", other.sphere),
        _l("TyperNotation", other.typist),
        _l("PromulgationAmount", other.copies),
        _l("PageAmount", other.pages),
        _l("Direction", other.direction),
        branch(_e("Appendixes"), *(_l("Appendix", text) for text in other.appendixes)),
    )


def _answer(reference: Reference) -> str:
    moment, _ = read_moment(reference.promulgated_text)
    return branch(
        _e("ResponseFor"),
        _l("OrganId", reference.code),
        _l("Code", reference.notation),
        _l("PromulgationDate", write_moment(moment)[:10] if moment else ""),
        _l("DocumentId", reference.document_id),
    )


def _hop(hop: Hop) -> str:
    moment, _ = read_moment(hop.moment_text)
    return branch(
        _e("TraceHeader"),
        _l("OrganId", hop.code),
        _l("Timestamp", write_moment(moment) if moment else ""),
    )


def _business(
    kind: Kind, business: Business, paper: int | None, attributes: str
) -> str:
    return branch(
        _e("Bussiness"),
        _l("DocumentId", business.document_id),
        _l("BussinessDocType", _NUMBERS[kind]),
        _l("BussinessDocReason", business.reason),
        _l("Paper", paper),
        _changes(business) if kind is Kind.UPDATE else "",
        branch(_e("ReplacementInfoList"), *map(_replacement, business.replacements)),
        _staff(business.staff),
        attributes=attributes,
    )


def _changes(business: Business) -> str:
    receivers = (
        branch(
            _e("Receiver"),
            _l("OrganId", change.code),
            _l("ReceiverType", int(change.added)),
        )
        for change in business.changes
        if allowed(change.code)
    )
    return branch(
        _e("BussinessDocumentInfo"),
        _l("DocumentInfo", int(business.info_changed)),
        _l("DocumentReceiver", int(business.receivers_changed)),
        branch(_e("ReceiverList"), *receivers),
    )


def _replacement(replacement: Replacement) -> str:
    return branch(
        _e("ReplacementInfo"),
        _r("DocumentId", replacement.document_id),
        branch(_e("OrganIdList"), *map(_code, replacement.codes)),
    )


def _code(code: AgencyCode) -> str:
    return _l("OrganId", code)
