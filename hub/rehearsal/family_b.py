"""Family B: the old eDoc over SOAP with MIME parts (EDXML.md 1.10)."""

import base64

from hub.rehearsal.cast import Body
from hub.rehearsal.parcels import Parcel, tag

NAMESPACE = "http://www.e-doc.vn/Schema/"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
BOUNDARY = "lien-thong-dien-tap-0001"
CONTENT_TYPE = (
    f'multipart/related; boundary="{BOUNDARY}"; type="text/xml"; start="<root>"'
)
_P = "edXML:"


def soap(parcel: Parcel) -> bytes:
    """The entity's body; its Content-Type is `CONTENT_TYPE`."""
    parts = [("text/xml; charset=utf-8", "root", "8bit", _envelope(parcel).encode())]
    parts += [
        # The part's bytes are base64 text themselves, whatever the header says.
        (file.media_type, file.content_id, "8bit", base64.encodebytes(file.data))
        for file in parcel.files
    ]
    return b"".join(_part(*part) for part in parts) + f"--{BOUNDARY}--\r\n".encode()


def _part(media_type: str, content_id: str, encoding: str, body: bytes) -> bytes:
    head = (
        f"--{BOUNDARY}\r\nContent-Type: {media_type}\r\nContent-ID: <{content_id}>\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n"


def _envelope(parcel: Parcel) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<soap:Envelope xmlns:soap="{_SOAP}" xmlns:edXML="{NAMESPACE}" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">\n<soap:Header>\n'
        f"<edXML:MessageHeader>{_message(parcel)}</edXML:MessageHeader>\n"
        f"<edXML:TraceHeaderList>{_trace(parcel)}</edXML:TraceHeaderList>\n"
        "<edXML:ErrorList/>\n<edXML:Signature><edXML:KeyInfo>"
        f"{tag(_P, 'OrganId', parcel.sender.code)}{tag(_P, 'Token', 'diễn-tập')}"
        "</edXML:KeyInfo></edXML:Signature>\n</soap:Header>\n<soap:Body>\n"
        f"<edXML:Manifest>{_manifest(parcel)}</edXML:Manifest>\n"
        "</soap:Body>\n</soap:Envelope>\n"
    )


def _organization(name: str, body: Body) -> str:
    inner = tag(_P, "OrganId", body.code) + tag(_P, "OrganName", body.name)
    return f"<{_P}{name}>{inner}</{_P}{name}>"


def _message(parcel: Parcel) -> str:
    return (
        _organization("From", parcel.sender)
        + "".join(_organization("To", body) for body in parcel.receivers)
        + tag(_P, "DocumentId", parcel.document_id)
        + f"<{_P}Code>{tag(_P, 'CodeNumber', parcel.number)}"
        f"{tag(_P, 'CodeNotation', parcel.sign)}</{_P}Code>"
        + f"<{_P}PromulgationInfo>{tag(_P, 'Place', parcel.place)}"
        f"{tag(_P, 'PromulgationDate', f'{parcel.day:%d/%m/%Y}')}"
        f"</{_P}PromulgationInfo>"
        + f"<{_P}DocumentType>{tag(_P, 'Type', parcel.type_number)}"
        f"{tag(_P, 'TypeName', parcel.type_name)}</{_P}DocumentType>"
        + tag(_P, "Subject", parcel.subject)
    )


def _trace(parcel: Parcel) -> str:
    return (
        f"<{_P}TraceHeader>{tag(_P, 'OrganId', parcel.sender.code)}"
        f"{tag(_P, 'Timestamp', f'{parcel.day:%d/%m/%Y} 08:30:00')}</{_P}TraceHeader>"
        f"<{_P}Bussiness>{tag(_P, 'BussinessDocType', parcel.business.kind)}"
        f"{tag(_P, 'BussinessDocReason', parcel.business.reason)}"
        f"{tag(_P, 'Paper', 0)}</{_P}Bussiness>"
    )


def _manifest(parcel: Parcel) -> str:
    return "".join(
        f'<{_P}Reference xlink:href="cid:{file.content_id}">'
        f"{tag(_P, 'AttachmentName', file.name)}"
        f"{tag(_P, 'ContentType', file.media_type)}</{_P}Reference>"
        for file in parcel.files
    )
