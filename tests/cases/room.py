"""The room signatures are made and judged in: one PKI, one moment, plain bytes."""

import base64
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from hub.model.findings import Finding
from hub.model.frames import Hoisted
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.policy import VerificationPolicy
from hub.rehearsal.pki import Identity, Pki
from hub.rehearsal.signing import sign_pdf, sign_xml
from hub.signatures.judge import Ground, judge

NOW = datetime(2020, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

QCVN = "http://www.mic.gov.vn/TBT/QCVN_102_2016"


@cache
def pki() -> Pki:
    return Pki.make(NOW)


@cache
def office() -> Identity:
    """The stamp of an agency."""
    return pki().leaf("UBND huyện Giao Thủy")


@cache
def leader() -> Identity:
    """A person's certificate."""
    return pki().leaf("Nguyễn Văn Mẫu", "UBND huyện Giao Thủy", person=True)


@cache
def stranger() -> Identity:
    """Somebody certified by an authority nobody here knows."""
    return pki().leaf("UBND huyện Giao Thủy", issuer=pki().other_issuing)


@cache
def knowledge() -> Knowledge:
    """Anchors, the sub-CA and both CRLs, as config/trust has them."""
    made = pki()
    return Knowledge(
        anchors=(made.root.certificate,),
        intermediates=(made.issuing.certificate,),
        crls=(
            made.crl((), at=NOW - HOUR, issuer=made.root),
            made.crl((), at=NOW - HOUR),
        ),
    )


def revoking(identity: Identity, revoked_at: datetime) -> Knowledge:
    """The same knowledge with one leaf revoked."""
    made = pki()
    crls = (
        made.crl((), at=NOW - HOUR, issuer=made.root),
        made.crl([(identity.serial, revoked_at)], at=NOW - HOUR),
    )
    return replace(knowledge(), crls=crls)


def ground(
    known: Knowledge | None = None,
    policy: VerificationPolicy | None = None,
    limits: Limits | None = None,
    at: datetime = NOW,
) -> Ground:
    return Ground(
        knowledge=known or knowledge(),
        policy=policy or VerificationPolicy(),
        limits=limits or Limits(),
        at=at,
    )


# XML


def envelope(
    subject: str = "V/v họp giao ban tháng 3",
    payload: bytes = b"Noi dung van ban. " * 400,
) -> bytes:
    """Family A in the prefix habit of the VNPT kit, with Ids on its parts."""
    encoded = base64.encodebytes(payload).decode()
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="{QCVN}">
  <edXML:edXMLEnvelope xmlns:edXML="{QCVN}" Id="envelope">
    <edXML:edXMLHeader Id="header">
      <edXML:MessageHeader Id="message">
        <edXML:From><edXML:OrganId>000.00.21.H40</edXML:OrganId></edXML:From>
        <edXML:To><edXML:OrganId>000.00.22.H40</edXML:OrganId></edXML:To>
        <edXML:DocumentId>000.00.21.H40,2020/03/02,12/UBND</edXML:DocumentId>
        <edXML:Subject>{subject}</edXML:Subject>
      </edXML:MessageHeader>
    </edXML:edXMLHeader>
    <edXML:edXMLBody Id="body">
      <edXML:edXMLManifest version="1.0">
        <edXML:Reference>
          <edXML:ContentId>cid:1</edXML:ContentId>
          <edXML:AttachmentName>a.pdf</edXML:AttachmentName>
        </edXML:Reference>
      </edXML:edXMLManifest>
    </edXML:edXMLBody>
  </edXML:edXMLEnvelope>
  <AttachmentEncoded Id="files">
    <Attachment>
      <ContentId>cid:1</ContentId>
      <edXML:ContentTransferEncoded
        xmlns:edXML="{QCVN}">{encoded}</edXML:ContentTransferEncoded>
    </Attachment>
  </AttachmentEncoded>
</edXML>""".encode()


def plain(xml: bytes) -> Hoisted:
    return Hoisted(xml, {})


def hoist(xml: bytes) -> Hoisted:
    """Takes out what ENGINEERING.md B.5 would: the one payload of `envelope`."""
    start = xml.index(b">", xml.index(b"ContentTransferEncoded")) + 1
    end = xml.index(b"<", start)
    token = "T" + secrets.token_hex(16) + "A" * 3
    return Hoisted(xml[:start] + token.encode() + xml[end:], {token: xml[start:end]})


def judge_xml(xml: bytes, case: Ground | None = None) -> tuple[Finding, ...]:
    return judge(plain(xml), (), case or ground())


def only_xml(xml: bytes, case: Ground | None = None) -> Finding:
    (found,) = judge_xml(xml, case)
    return found


def signed_envelope(identity: Identity | None = None, **how) -> bytes:
    return sign_xml(envelope(), identity or office(), **how)


# PDF


@cache
def paper() -> bytes:
    """A one-page PDF with visible text, written by hand, uncompressed."""
    text = b"BT /F1 12 Tf 72 720 Td (Thu moi hop ngay 03 thang 3) Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R/ID[<00><00>]>>\n" % (len(objects) + 1)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def signed_pdf(identity: Identity | None = None, pdf: bytes | None = None, **how):
    how = {"at": NOW - HOUR} | how
    return sign_pdf(pdf or paper(), identity or office(), pki(), **how)


def judge_pdf(data: bytes, case: Ground | None = None) -> tuple[Finding, ...]:
    """Findings of the PDF alone; the envelope around it is unsigned."""
    found = judge(plain(envelope()), ((1, data),), case or ground())
    return tuple(f for f in found if f.attachment == 1)


def only_pdf(data: bytes, case: Ground | None = None) -> Finding:
    (found,) = judge_pdf(data, case)
    return found
