"""Family A of edXML as real senders write it (EDXML.md 1.2), not as our writer does.

Three habits: `kit` (VNPT's, on the national axis), `langson` (another order, `cid:`
on the manifest's side alone, an empty DigitalSignature) and `unbound` (attachments
under a prefix whose scope has ended: not namespace-well-formed, and in circulation).
"""

from hub.rehearsal.cast import Body
from hub.rehearsal.parcels import File, Parcel, tag

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_P = "edXML:"


def kit(parcel: Parcel, signature: str = "") -> bytes:
    """The VNPT kit's habit; `signature` is XML put at the end of the header."""
    header = (
        _in(
            "MessageHeader",
            _in("From", _organization(parcel.sender)),
            *(_in("To", _organization(body)) for body in parcel.receivers),
            tag(_P, "DocumentId", parcel.document_id),
            *_middle(parcel),
            _in("ToPlaces", tag(_P, "Place", "Như trên"), tag(_P, "Place", "Lưu: VT")),
        )
        + _trace(parcel, first=True)
        + signature
    )
    files = "\n".join(_attachment(file, cid="cid:") for file in parcel.files)
    return _whole(header, _manifest(parcel), f"<AttachmentEncoded>\n{files}")


def langson(parcel: Parcel, signature: str = "<edXML:DigitalSignature/>\n") -> bytes:
    """Lạng Sơn's habit."""
    header = (
        _in(
            "MessageHeader",
            _in("From", _organization(parcel.sender, reverse=True)),
            *(_in("To", _organization(b, reverse=True)) for b in parcel.receivers),
            *_middle(parcel),
            tag(_P, "DocumentId", parcel.document_id),
        )
        + _trace(parcel, first=False)
        + signature
    )
    files = "\n".join(_attachment(file, cid="") for file in parcel.files)
    return _whole(header, _manifest(parcel), f"<AttachmentEncoded>\n{files}")


def unbound(parcel: Parcel) -> bytes:
    """Attachments prefixed where the prefix is no longer declared."""
    text = kit(parcel).decode()
    head, _, rest = text.partition("<AttachmentEncoded>")
    for name in (
        "AttachmentEncoded",
        "Attachment",
        "ContentId",
        "AttachmentName",
        "ContentType",
    ):
        rest = rest.replace(f"<{name}>", f"<{_P}{name}>")
        rest = rest.replace(f"</{name}>", f"</{_P}{name}>")
    rest = rest.replace(f' xmlns:edXML="{NAMESPACE}"', "")
    return f"{head}<{_P}AttachmentEncoded>{rest}".encode()


def status(sender: Body, about: Parcel, code: str, words: str) -> bytes:
    """A status message (QĐ 28/2018): a header alone, without To."""
    message = _in(
        "MessageHeader",
        _in("From", _organization(sender, reverse=True)),
        _in(
            "ResponseFor",
            tag(_P, "OrganId", about.sender.code),
            tag(_P, "Code", about.notation),
            tag(_P, "PromulgationDate", about.promulgated),
            tag(_P, "DocumentId", about.document_id),
        ),
        _staff(),
        tag(_P, "StatusCode", code),
        tag(_P, "Description", words),
        tag(_P, "Timestamp", f"{about.promulgated} 15:08:36"),
    )
    envelope = _in("edXMLHeader", message)
    return (
        f'{_HEAD}<edXML xmlns="{NAMESPACE}">\n<edXML:edXMLEnvelope '
        f'xmlns:edXML="{NAMESPACE}">\n{envelope}</edXML:edXMLEnvelope>\n</edXML>\n'
    ).encode()


def _whole(header: str, manifest: str, attachments: str) -> bytes:
    return (
        f'{_HEAD}<edXML xmlns="{NAMESPACE}">\n'
        f'<edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}">\n'
        f"<edXML:edXMLHeader>\n{header}</edXML:edXMLHeader>\n"
        f'<edXML:edXMLBody>\n<edXML:edXMLManifest version="1.0">\n{manifest}'
        "</edXML:edXMLManifest>\n</edXML:edXMLBody>\n</edXML:edXMLEnvelope>\n"
        f"{attachments}\n</AttachmentEncoded>\n</edXML>\n"
    ).encode()


def _in(name: str, *parts: str) -> str:
    inner = "\n".join(part.rstrip("\n") for part in parts if part)
    return f"<{_P}{name}>\n{inner}\n</{_P}{name}>\n"


def _organization(body: Body, *, reverse: bool = False) -> str:
    names = (
        tag(_P, "OrganizationInCharge", body.name),
        tag(_P, "OrganName", body.name),
    )
    ordered = reversed(names) if reverse else names
    return "\n".join((tag(_P, "OrganId", body.code), *ordered))


def _middle(parcel: Parcel) -> tuple[str, ...]:
    """What stands between receivers and places, in the kit's order."""
    return (
        _in(
            "Code",
            tag(_P, "CodeNumber", parcel.number),
            tag(_P, "CodeNotation", parcel.sign),
        ),
        _in(
            "PromulgationInfo",
            tag(_P, "Place", parcel.place),
            tag(_P, "PromulgationDate", parcel.promulgated),
        ),
        _in(
            "DocumentType",
            tag(_P, "Type", parcel.type_number),
            tag(_P, "TypeName", parcel.type_name),
        ),
        tag(_P, "Subject", parcel.subject),
        tag(_P, "Content", parcel.subject),
        _in(
            "SignerInfo",
            tag(_P, "Position", parcel.position or "Chánh Văn phòng"),
            tag(_P, "FullName", parcel.signer or "Nguyễn Văn B"),
        ),
        _in(
            "OtherInfo",
            tag(_P, "Priority", parcel.priority),
            tag(_P, "SecretLevel", parcel.secrecy),
            tag(_P, "PageAmount", 1),
            tag(_P, "Direction", "false"),
        ),
        tag(_P, "SteeringType", 1),
    )


def _trace(parcel: Parcel, *, first: bool) -> str:
    hop = _in(
        "TraceHeader",
        tag(_P, "OrganId", parcel.sender.code),
        tag(_P, "Timestamp", f"{parcel.day:%Y/%m/%d} 08:30:00"),
    )
    what = parcel.business
    business = _in(
        "Bussiness",
        tag(_P, "DocumentId", what.document_id),
        tag(_P, "BussinessDocType", what.kind),
        tag(_P, "BussinessDocReason", what.reason),
        tag(_P, "Paper", 0),
        what.extra.replace("{p}", _P),
        _staff(),
    )
    return _in("TraceHeaderList", *((hop, business) if first else (business, hop)))


def _staff() -> str:
    return _in(
        "StaffInfo",
        tag(_P, "Department", "Văn thư"),
        tag(_P, "Staff", "Nguyễn Thị C"),
        tag(_P, "Email", "vanthu@example.vn"),
    )


def _manifest(parcel: Parcel) -> str:
    return "".join(
        _in(
            "Reference",
            tag(_P, "ContentId", f"cid:{file.content_id}"),
            tag(_P, "ContentType", file.media_type),
            tag(_P, "AttachmentName", file.name),
        )
        for file in parcel.files
    )


def _attachment(file: File, *, cid: str) -> str:
    kind = "application/zip" if file.zipped else file.media_type
    return (
        f"<Attachment>\n{tag('', 'ContentId', cid + file.content_id)}\n"
        f"{tag('', 'AttachmentName', file.name)}\n{tag('', 'ContentType', kind)}\n"
        f'<edXML:ContentTransferEncoded xmlns:edXML="{NAMESPACE}">{file.payload}'
        "</edXML:ContentTransferEncoded>\n</Attachment>"
    )
