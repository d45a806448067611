"""Documents as real senders write them, made up here: the cases without ../shared."""

import io
import zipfile
from base64 import b64encode
from pathlib import Path

QCVN = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
EDOC = "http://www.e-doc.vn/Schema/"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "samples"

#: The kit's specimen: in the wrong namespace, its certificate cut off.
PLACEHOLDER = """
      <Signature>
        <SignedInfo>
          <SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1" />
          <Reference URI="">
            <DigestValue>FwgIqsSYJshUS2+wlOM61L+q7Aw=</DigestValue>
          </Reference>
        </SignedInfo>
        <SignatureValue>AAAA</SignatureValue>
        <KeyInfo><X509Data><X509Certificate>MIIFqTCCBJG</X509Certificate></X509Data></KeyInfo>
      </Signature>"""

PDF = (
    b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n"
    b"stream\x9c\x80\xffendstream\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def body(code: str, name: str = "", tag: str = "To") -> str:
    named = f"<edXML:OrganName>{name}</edXML:OrganName>" if name else ""
    return (
        f"<edXML:{tag}>{named}<edXML:OrganId>{code}</edXML:OrganId>"
        f"<edXML:Email>vanthu@example.vn</edXML:Email></edXML:{tag}>"
    )


def reference(cid: str = "cid:209", name: str = "a.pdf", kind: str = "") -> str:
    return (
        f"<edXML:Reference><edXML:ContentId>{cid}</edXML:ContentId>"
        f"<edXML:ContentType>{kind}</edXML:ContentType>"
        f"<edXML:AttachmentName>{name}</edXML:AttachmentName></edXML:Reference>"
    )


def attachment(
    payload: str, cid: str = "cid:209", name: str = "a.pdf", kind: str = ""
) -> str:
    return (
        f"<Attachment><ContentId>{cid}</ContentId>"
        f"<AttachmentName>{name}</AttachmentName><ContentType>{kind}</ContentType>"
        f'<edXML:ContentTransferEncoded xmlns:edXML="{QCVN}">{payload}'
        "</edXML:ContentTransferEncoded></Attachment>"
    )


def message(
    *,
    sender: str = body("000.00.00.G22", "Văn phòng Chính phủ", "From"),
    receivers: str = body("000.00.00.H41") + body("000.00.00.H14"),
    document_id: str = "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT",
    date: str = "2018/09/28",
    type_: str = "<edXML:Type>1</edXML:Type><edXML:TypeName>Công văn</edXML:TypeName>",
    extra: str = "",
) -> str:
    return f"""
      <edXML:MessageHeader>
        {sender}
        {receivers}
        <edXML:DocumentId>{document_id}</edXML:DocumentId>
        <edXML:Code>
          <edXML:CodeNumber>7816</edXML:CodeNumber>
          <edXML:CodeNotation>VPCP-TTĐT</edXML:CodeNotation>
        </edXML:Code>
        <edXML:PromulgationInfo>
          <edXML:Place>Hà Nội</edXML:Place>
          <edXML:PromulgationDate>{date}</edXML:PromulgationDate>
        </edXML:PromulgationInfo>
        <edXML:DocumentType>{type_}</edXML:DocumentType>
        <edXML:Subject>V/v kết nối, liên thông phần mềm quản lý văn bản</edXML:Subject>
        {extra}
      </edXML:MessageHeader>"""


def trace(number: str = "0", inside: str = "", paper: str = "0") -> str:
    return f"""
      <edXML:TraceHeaderList>
        <edXML:TraceHeader>
          <edXML:OrganId>000.00.00.G22</edXML:OrganId>
          <edXML:Timestamp>2018/09/28 00:00:00</edXML:Timestamp>
        </edXML:TraceHeader>
        <edXML:Bussiness>
          <edXML:BussinessDocType>{number}</edXML:BussinessDocType>
          <edXML:BussinessDocReason>Lý do</edXML:BussinessDocReason>
          <edXML:Paper>{paper}</edXML:Paper>
          {inside}
        </edXML:Bussiness>
      </edXML:TraceHeaderList>"""


def layered(
    header: str | None = None,
    *,
    listed: str = reference(),
    encoded: str = attachment(b64(PDF)),
) -> bytes:
    """Family A in the prefix habits of the VNPT kit."""
    header = message() + trace() if header is None else header
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="{QCVN}">
  <edXML:edXMLEnvelope xmlns:edXML="{QCVN}">
    <edXML:edXMLHeader>{header}
    </edXML:edXMLHeader>
    <edXML:edXMLBody>
      <edXML:edXMLManifest version="1.0">{listed}</edXML:edXMLManifest>
    </edXML:edXMLBody>
  </edXML:edXMLEnvelope>
  <AttachmentEncoded>{encoded}</AttachmentEncoded>
</edXML>
""".encode()


def status(
    code: str = "01", sender: str = "000.00.00.H41", about: str = "000.00.00.G22"
) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="{QCVN}">
  <edXML:edXMLEnvelope xmlns:edXML="{QCVN}">
    <edXML:edXMLHeader>
      <edXML:MessageHeader>
        {body(sender, "UBND Tỉnh Nghệ An", "From")}
        <edXML:ResponseFor>
          <edXML:OrganId>{about}</edXML:OrganId>
          <edXML:Code>7816/VPCP-TTĐT</edXML:Code>
          <edXML:PromulgationDate>2015/09/30</edXML:PromulgationDate>
          <edXML:DocumentId>000.00.00.G22,2015/09/30,7816/VPCP-TTĐT</edXML:DocumentId>
        </edXML:ResponseFor>
        <edXML:StaffInfo>
          <edXML:Department>Phong hanh chinh</edXML:Department>
          <edXML:Staff>Nguyễn Văn A</edXML:Staff>
          <edXML:Mobile>0900000000</edXML:Mobile>
          <edXML:Email>vanthu@example.vn</edXML:Email>
        </edXML:StaffInfo>
        <edXML:StatusCode>{code}</edXML:StatusCode>
        <edXML:Description>Văn thư đã nhận</edXML:Description>
        <edXML:Timestamp>2015/09/20 11:08:36</edXML:Timestamp>
      </edXML:MessageHeader>
    </edXML:edXMLHeader>
  </edXML:edXMLEnvelope>
</edXML>
""".encode()


SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


def soap(
    space: str = SOAP11, header: str | None = None, listed: str | None = None
) -> bytes:
    """Family B: the SOAP part."""
    link = '<edXML:Reference xlink:href="cid:f1"><edXML:AttachmentName>a.pdf'
    listed = (
        f"{link}</edXML:AttachmentName></edXML:Reference>" if listed is None else listed
    )
    header = message(date="28/09/2018") + trace() if header is None else header
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="{space}" xmlns:edXML="{EDOC}" xmlns:xlink="http://www.w3.org/1999/xlink">
  <s:Header>{header}
    <edXML:ErrorList/>
    <edXML:Signature><edXML:KeyInfo><edXML:OrganId>000.00.00.G22</edXML:OrganId>
      <edXML:Token>t0k3n</edXML:Token></edXML:KeyInfo></edXML:Signature>
  </s:Header>
  <s:Body><edXML:Manifest>{listed}</edXML:Manifest></s:Body>
</s:Envelope>
""".encode()


def related(
    root: bytes, *parts: tuple[str, bytes], extra: str = ""
) -> tuple[str, bytes]:
    """A multipart/related body and its content type; parts by Content-ID."""
    boundary = b"----=_hub_test"
    pieces = [
        b"--" + boundary + b"\r\nContent-Type: text/xml; charset=UTF-8\r\n"
        b"Content-ID: <root>\r\n\r\n" + root
    ]
    pieces += [
        b"--" + boundary + b"\r\nContent-Type: application/octet-stream\r\n"
        b"Content-ID: <" + cid.encode() + b">\r\n\r\n" + data
        for cid, data in parts
    ]
    content_type = f'multipart/related; boundary="{boundary.decode()}"{extra}'
    return content_type, b"\r\n".join([*pieces, b"--" + boundary + b"--\r\n"])


def form(*fields: tuple[str, str | None, bytes]) -> tuple[str, bytes]:
    """A multipart/form-data body of (name, filename, bytes)."""
    pieces = []
    for name, filename, data in fields:
        named = f'; filename="{filename}"' if filename else ""
        head = f'--xyz\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        pieces.append(head.encode() + data + b"\r\n")
    return "multipart/form-data; boundary=xyz", b"".join(pieces) + b"--xyz--\r\n"


_DOC = "1896_QD-TTg_m_294779.doc"
_ELIDED = b64(b"PAYLOAD ELIDED")


def _kit(number: str, inside: str = "", **changed: str) -> bytes:
    return layered(
        message(**changed) + trace(number, inside) + PLACEHOLDER,
        listed=reference("cid:209", _DOC, "application/zip"),
        encoded=attachment(_ELIDED, "cid:209", _DOC, "application/zip"),
    )


def _code(code: str) -> str:
    return f"<edXML:OrganId>{code}</edXML:OrganId>"


_TARGET = "<edXML:DocumentId>000.00.00.G22,2014/02/30,7806/VPCP-TTĐT</edXML:DocumentId>"
_THREE = body("000.00.00.H41") + body("000.00.00.H14") + body("000.00.00.G17")
_UPDATE = f"""{_TARGET}<edXML:BussinessDocumentInfo>
  <edXML:DocumentInfo>1</edXML:DocumentInfo>
  <edXML:DocumentReceiver>1</edXML:DocumentReceiver>
  <edXML:ReceiverList>
    <edXML:Receiver>{_code("000.00.00.H41")}<edXML:ReceiverType>0</edXML:ReceiverType></edXML:Receiver>
    <edXML:Receiver>{_code("000.00.00.H14")}<edXML:ReceiverType>1</edXML:ReceiverType></edXML:Receiver>
  </edXML:ReceiverList></edXML:BussinessDocumentInfo>"""
_REPLACED = f"""<edXML:ReplacementInfo>
  <edXML:DocumentId>000.00.00.G22,2014/01/30,7806/VPCP-TTĐT</edXML:DocumentId>
  <edXML:OrganIdList>{_code("000.00.00.H41")}{_code("000.00.00.H14")}</edXML:OrganIdList>
</edXML:ReplacementInfo>"""
_ANSWER = f"""<edXML:ResponseFor>{_code("000.00.00.H14")}
  <edXML:Code>267/VPCP-TTĐT</edXML:Code>
  <edXML:DocumentId>000.00.04.G14,2012/08/06,267/VPCP-TTĐT</edXML:DocumentId>
  <edXML:PromulgationDate>2018/09/28</edXML:PromulgationDate></edXML:ResponseFor>"""


def _minimal() -> bytes:
    header = f"""<edXML:MessageHeader>
      <edXML:From>{_code("vxp.saas.03")}</edXML:From><edXML:To>{_code("vxp.saas.03")}</edXML:To>
      <edXML:DocumentId>test-doc</edXML:DocumentId><edXML:Subject>Test</edXML:Subject>
      </edXML:MessageHeader>"""
    wrapped = zipped(("5cbf32d-7944.txt", b"clean file"))
    return layered(
        header,
        listed=reference("cid:e97b", "clean.txt", "text/plain"),
        encoded=attachment(b64(wrapped), "cid:e97b", "clean.txt", "application/zip"),
    )


def _multi() -> bytes:
    names = ("localA.txt", "localB.txt", "localC.txt")
    header = message(
        sender=body("vxp.saas.03", "Đơn vị test vxp 3", "From"),
        receivers=body("vxp.saas.02"),
        document_id="1da394ba-2117-4354-a23f-6ec3e47ba81b",
        date="2025/10/20",
    )
    return layered(
        header + trace("0"),
        listed="".join(reference(f"cid:{n}-id", n, "text/plain") for n in names),
        encoded="".join(
            attachment(
                b64(zipped((f"uuid-{n}", b"ONEGATE " + n[5:6].encode()))),
                f"cid:{n}-id",
                n,
                "text/plain",
            )
            for n in names
        ),
    )


#: File of ../shared/samples -> a document of ours with the same traits.
LIKE = {
    "A_edoc_new.edxml": _kit(
        "0",
        _TARGET,
        sender=body("000.00.00.A80", "UBND xã", "From"),
        receivers=body("28.22.H17"),
        date="2019/01/16",
    ),
    "A_edoc_revocation.edxml": _kit("1", receivers=_THREE, extra=_ANSWER),
    "A_edoc_update.edxml": _kit("2", _UPDATE, receivers=_THREE),
    "A_edoc_replacement.edxml": _kit(
        "3",
        f"<edXML:ReplacementInfoList>{_REPLACED}{_REPLACED}</edXML:ReplacementInfoList>",
        receivers=_THREE,
    ),
    "A_status_inbox_01.edxml": status("01"),
    "A_status_rejection_02.edxml": status("02"),
    "A_status_acceptance_03.edxml": status("03"),
    "A_status_processing_05.edxml": status("05"),
    "A_status_finish_06.edxml": status("06"),
    "A_status_cancellation_13.edxml": status("13", "000.00.00.G22", "000.00.00.H41"),
    "A_status_change-acceptance_15.edxml": status("15"),
    "A_status_change-rejection_16.edxml": status("16"),
    "P_minimal.edxml": _minimal(),
    "P_multi_attachment_zip_as_text.edxml": _multi(),
}


def both(name: str) -> list[tuple[str, bytes]]:
    """Our look-alike of a sample, and the sample itself where ../shared is there."""
    found = [("look-alike", LIKE[name])]
    shared = SHARED / name
    return [*found, ("shared", shared.read_bytes())] if shared.exists() else found


def every_sample() -> list[tuple[str, str, bytes]]:
    return [(name, *source) for name in LIKE for source in both(name)]
