"""What stands where a signature should: nothing, a specimen, a token, a wreck."""

import pytest

from hub.model.findings import Indication, Slot, TimeProof
from tests.cases.room import DAY, NOW, QCVN, envelope, only_xml, signed_envelope


def test_stripped_signature():
    """The signature cut out again: ABSENT, and the verdict is unsigned."""
    finding = only_xml(envelope())
    assert finding.slot is Slot.ABSENT
    assert finding.indication is None


def test_empty_digital_signature():
    """edXML:DigitalSignature, empty (Lạng Sơn, .NET kit): one ABSENT finding."""
    slot = b"<edXML:DigitalSignature/></edXML:edXMLHeader>"
    finding = only_xml(envelope().replace(b"</edXML:edXMLHeader>", slot))
    assert finding.slot is Slot.ABSENT
    assert finding.place.endswith("edXMLHeader/DigitalSignature")


def _with_slot(inner: str) -> bytes:
    closing = b"</edXML:edXMLHeader>"
    return envelope().replace(closing, inner.encode() + closing)


def test_signature_in_the_wrong_namespace():
    """VNPT's kit: <Signature> in QCVN's namespace with fixed values: PLACEHOLDER."""
    finding = only_xml(
        _with_slot(
            f'<Signature xmlns="{QCVN}"><SignedInfo><Reference URI=""><DigestValue>'
            "FwgIqsSYJshUS2+wlOM61L+q7Aw=</DigestValue></Reference></SignedInfo>"
            "<SignatureValue>GbVb8n9</SignatureValue></Signature>"
        )
    )
    assert finding.slot is Slot.PLACEHOLDER
    assert finding.indication is None


def test_known_dummy_digest():
    """The right namespace around the specimen's digest: PLACEHOLDER."""
    xml = signed_envelope()
    start = xml.index(b"<ds:DigestValue>")
    end = xml.index(b"</ds:DigestValue>")
    dummy = b"<ds:DigestValue>FwgIqsSYJshUS2+wlOM61L+q7Aw="
    assert only_xml(xml[:start] + dummy + xml[end:]).slot is Slot.PLACEHOLDER


def test_cut_certificate():
    """A certificate cut after its first line (MIIFqTCCBJG): PLACEHOLDER."""
    xml = signed_envelope()
    start = xml.index(b"<ds:X509Certificate>")
    end = xml.index(b"</ds:X509Certificate>")
    cut = b"<ds:X509Certificate>MIIFqTCCBJG"
    assert only_xml(xml[:start] + cut + xml[end:]).slot is Slot.PLACEHOLDER


@pytest.mark.parametrize("space", [QCVN, "http://www.w3.org/2000/09/xmldsig#", ""])
def test_token(space):
    """Bkav's KeyInfo/Token: TOKEN, which signs nothing."""
    finding = only_xml(
        _with_slot(
            f'<Signature xmlns="{space}"><KeyInfo><OrganId>000.00.21.H40</OrganId>'
            "<Token>6f1e</Token></KeyInfo></Signature>"
        )
    )
    assert finding.slot is Slot.TOKEN


def test_unreadable_signature():
    """A ds:Signature without SignedInfo: MALFORMED, which is indeterminate."""
    finding = only_xml(
        _with_slot('<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>')
    )
    assert finding.slot is Slot.MALFORMED
    assert finding.indication is Indication.INDETERMINATE


def test_signature_against_the_schema():
    """Two SignedInfo in one ds:Signature: MALFORMED, whichever is the signed one."""
    xml = signed_envelope()
    start, end = xml.index(b"<ds:SignedInfo>"), xml.index(b"<ds:SignatureValue>")
    assert only_xml(xml[:end] + xml[start:end] + xml[end:]).slot is Slot.MALFORMED


@pytest.mark.parametrize("text", ["2020-03-01T08:00:00Z", "2020-03-01T15:00:00"])
def test_claimed_signing_time(text):
    """A SigningTime in a ds:Object: claimed; without a zone it is Vietnam's."""
    time = f"<ds:Object><p><SigningTime>{text}</SigningTime></p></ds:Object>"
    xml = signed_envelope().replace(
        b"</ds:Signature>", f"{time}</ds:Signature>".encode()
    )
    finding = only_xml(xml)
    assert finding.time_proof is TimeProof.CLAIMED
    assert finding.signed_at == NOW - DAY
