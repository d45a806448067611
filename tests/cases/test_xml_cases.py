"""XML signatures: what is signed drawn, the conclusion written down."""

from base64 import b64encode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod
from signxml.signer import XMLSigner

from hub.model.findings import (
    Covered,
    Field,
    Finding,
    Indication,
    SubIndication,
    TimeProof,
)
from hub.model.limits import Limits
from hub.model.verdicts import Verdict
from hub.rehearsal.signing import sign_xml
from tests.cases.room import (
    DAY,
    NOW,
    envelope,
    ground,
    judge_xml,
    leader,
    office,
    only_xml,
    pki,
    signed_envelope,
)


def test_whole_document_enveloped():
    """edXML( envelope( header( S ) body ) files ), S over "" without itself.

    TOTAL_PASSED, covers DOCUMENT.
    """
    finding = only_xml(signed_envelope())
    assert finding.passed
    assert finding.covers == (Covered.DOCUMENT,)
    assert finding.place == "edXML/edXMLEnvelope/edXMLHeader/Signature"
    assert finding.time_proof is TimeProof.NONE
    assert Verdict((finding,)).signed


@pytest.mark.parametrize("references", [("",), ("#body", "#files")])
def test_inclusive_c14n_under_default_namespace(references):
    """The same with C14N 1.0, made by code that is neither signxml nor ours.

    TOTAL_PASSED: the habit of Vietnamese and .NET signers, where lxml alone writes a
    stray xmlns="".
    """
    xml = signed_envelope(c14n="inclusive", references=references)
    assert only_xml(xml).passed


def test_two_references():
    """S over #body and #files.

    TOTAL_PASSED, covers exactly these two; the verdict is not "signed", for nobody
    signed the header by which the hub decides.
    """
    finding = only_xml(signed_envelope(references=("#body", "#files")))
    assert finding.passed
    assert finding.covers == (Covered.BODY, Covered.ATTACHMENTS)
    assert not Verdict((finding,)).signed


def test_header_alone_signs_no_document():
    """S over #header: TOTAL_PASSED, but the verdict is not "signed"."""
    finding = only_xml(signed_envelope(references=("#header",)))
    assert finding.passed
    assert finding.covers == (Covered.HEADER,)
    assert not Verdict((finding,)).signed


def test_message_header_alone_signs_no_document():
    """S over #message: TOTAL_PASSED, covers HEADER, but the verdict is not "signed"."""
    finding = only_xml(signed_envelope(references=("#message",)))
    assert finding.passed
    assert finding.covers == (Covered.HEADER,)
    assert not Verdict((finding,)).signed


def test_stable_parts():
    """S over #message, #body, #files; the axis appends a hop to the header.

    TOTAL_PASSED, covers the three: what no hop changes (EDXML.md 5.1).
    """
    xml = signed_envelope(references=("#message", "#body", "#files"))
    hop = b"<edXML:TraceHeaderList/></edXML:edXMLHeader>"
    finding = only_xml(xml.replace(b"</edXML:edXMLHeader>", hop))
    assert finding.passed
    assert finding.covers == (Covered.HEADER, Covered.BODY, Covered.ATTACHMENTS)
    assert Verdict((finding,)).signed


def test_part_of_the_message_header():
    """S over From alone: TOTAL_PASSED, covers no part, and of the fields the sender."""
    xml = envelope().replace(b"<edXML:From>", b'<edXML:From Id="from">')
    finding = only_xml(sign_xml(xml, office(), references=("#from",)))
    assert finding.passed
    assert finding.covers == ()
    assert finding.fields == (Field.SENDER,)
    assert not Verdict((finding,)).signed


def test_two_signatures():
    """Leader over #body, #files; then the office over #body, #files.

    TOTAL_PASSED, both; one of them is an organisation's.
    """
    parts = ("#body", "#files")
    xml = sign_xml(
        signed_envelope(leader(), references=parts), office(), references=parts
    )
    first, second = judge_xml(xml)
    assert first.passed
    assert second.passed
    assert [first.by_organization, second.by_organization] == [False, True]


def test_the_second_of_two_signatures_is_not_hidden_by_the_first():
    """Leader over #body, #files (passes); stranger's garbage signature after it."""
    parts = ("#body", "#files")
    xml = sign_xml(
        signed_envelope(leader(), references=parts), office(), references=parts
    )
    start = xml.rindex(b"<ds:SignatureValue>") + 40
    damaged = xml[:start] + bytes([xml[start] ^ 1]) + xml[start + 1 :]
    first, second = judge_xml(damaged)
    assert first.passed
    assert not second.passed


def test_sha1_is_weak():
    """S with rsa-sha1 and sha1: INDETERMINATE, never broken and never plainly valid."""
    finding = only_xml(signed_envelope(digest="sha1"))
    assert finding.intact
    assert finding.reasons == (SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,)
    assert finding.remark == "algorithm weak"
    assert finding.weak
    assert finding.digest_algorithm == "sha1"


def test_strong_digests_are_not_weak():
    """S with rsa-sha512: TOTAL_PASSED."""
    finding = only_xml(signed_envelope(digest="sha512"))
    assert finding.passed
    assert not finding.weak


def test_changed_header():
    """Subject changed after signing: TOTAL_FAILED, HASH_FAILURE."""
    xml = signed_envelope().replace("giao ban tháng 3".encode(), b"giao ban quy 3")
    finding = only_xml(xml)
    assert finding.indication is Indication.TOTAL_FAILED
    assert finding.reasons[0] is SubIndication.HASH_FAILURE
    assert finding.intact is False
    assert finding.covers == ()


@pytest.mark.parametrize("references", [("",), ("#files",), ("#body", "#files")])
def test_changed_attachment(references):
    """One letter of the payload changed: TOTAL_FAILED, HASH_FAILURE."""
    xml = signed_envelope(references=references)
    payload = b64encode(b"Noi dung van")
    assert only_xml(xml.replace(payload, b64encode(b"Noi dung sai"), 1)).reasons == (
        SubIndication.HASH_FAILURE,
    )


def test_changed_signed_info():
    """DigestValue put right for a changed body, SignatureValue as it was.

    TOTAL_FAILED, SIG_CRYPTO_FAILURE.
    """
    xml = signed_envelope().replace("giao ban tháng 3".encode(), b"giao ban quy 3")
    start = xml.index(b"<ds:DigestValue>") + len(b"<ds:DigestValue>")
    finding = only_xml(xml[:start] + b"AAAA" + xml[start + 4 :])
    assert finding.indication is Indication.TOTAL_FAILED
    assert finding.reasons[0] is SubIndication.SIG_CRYPTO_FAILURE


def test_unsigned_part_may_change():
    """S over #body, #files; the axis appends a hop to the header: TOTAL_PASSED."""
    xml = signed_envelope(references=("#body", "#files"))
    hop = b"<edXML:TraceHeaderList/></edXML:edXMLHeader>"
    assert only_xml(xml.replace(b"</edXML:edXMLHeader>", hop)).passed


def test_root_is_the_envelope_itself():
    """envelope( header( S ) body ), S over "": covers ENVELOPE, no attachments."""
    xml = envelope()
    inner = xml[xml.index(b"<edXML:edXMLEnvelope") : xml.index(b"  <AttachmentEnc")]
    finding = only_xml(sign_xml(inner, office()))
    assert finding.passed
    assert finding.covers == (Covered.ENVELOPE,)
    assert not Verdict((finding,)).signed


def test_root_is_the_envelope_itself_and_nothing_stands_outside():
    """envelope( header( S ) body files ), or without any file listed, S over "".

    covers DOCUMENT: all that is read was signed.
    """
    xml = envelope()
    inner = xml[xml.index(b"<edXML:edXMLEnvelope") : xml.index(b"  <AttachmentEnc")]
    files = xml[xml.index(b"<AttachmentEnc") : xml.index(b"</edXML>")]
    closing = b"</edXML:edXMLEnvelope>"
    with_files = inner.replace(closing, files + closing)
    start, end = inner.index(b"<edXML:edXMLManifest"), inner.index(b"</edXML:edXMLBody")
    for whole in (with_files, inner[:start] + inner[end:]):
        finding = only_xml(sign_xml(whole, office()))
        assert finding.passed
        assert finding.covers[0] is Covered.DOCUMENT
        assert Verdict((finding,)).signed


def test_files_outside_the_root():
    """edXML( envelope( header( S ) body(manifest) ) ), the files travel beside.

    covers ENVELOPE: the text of the document is not in what was signed.
    """
    xml = envelope()
    bare = xml[: xml.index(b"  <AttachmentEnc")] + b"</edXML>"
    finding = only_xml(sign_xml(bare, office()))
    assert finding.passed
    assert finding.covers == (Covered.ENVELOPE,)


def test_soap_family():
    """soap( Header( MessageHeader S ) Body( Manifest ) ), S over "" and by Id.

    covers ENVELOPE, or BODY: files are MIME parts, so nothing is "signed".
    """
    soap = b"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
      xmlns="http://www.e-doc.vn/Schema/"><s:Header><edXMLHeader><MessageHeader/>
      </edXMLHeader></s:Header><s:Body><Manifest Id="m"/></s:Body></s:Envelope>"""
    for references, covered in (
        (("",), (Covered.ENVELOPE,)),
        (("#m",), (Covered.BODY,)),
    ):
        finding = only_xml(sign_xml(soap, office(), references=references))
        assert finding.passed
        assert finding.covers == covered
        assert not Verdict((finding,)).signed


# algorithms

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _with_signxml(key: Key, certificate: x509.Certificate, algorithm: str) -> bytes:
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=algorithm,
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    pem = certificate.public_bytes(Encoding.PEM).decode()
    root = etree.fromstring(envelope())
    return etree.tostring(signer.sign(root, key=key, cert=pem))


def test_rsa_pss():
    """S with RSASSA-PSS (sha256-rsa-MGF1): TOTAL_PASSED."""
    xml = _with_signxml(office().key, office().parsed, "sha256-rsa-MGF1")
    assert only_xml(xml).passed


def test_ecdsa():
    """root -> issuing -> leaf (P-256), S with ecdsa-sha256: TOTAL_PASSED."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(office().parsed.subject)
        .issuer_name(pki().issuing.parsed.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .sign(pki().issuing.key, hashes.SHA256())
    )
    assert only_xml(_with_signxml(key, certificate, "ecdsa-sha256")).passed


def _refused(xml: bytes, **more) -> Finding:
    finding = only_xml(xml, ground(**more))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.intact is None
    return finding


@pytest.mark.parametrize(
    "uri",
    [
        "http://www.w3.org/TR/xml-exc-c14n#",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/2000/09/xmldsig#base64",
    ],
)
def test_unknown_transform(uri):
    """A transform this hub does not compute: UNSUPPORTED, never guessed."""
    wanted = b'<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
    other = f'<ds:Transform Algorithm="{uri}"/>'.encode()
    xml = signed_envelope().replace(wanted, other)
    assert _refused(xml).reasons == (SubIndication.UNSUPPORTED,)


@pytest.mark.parametrize(
    "uri",
    ["http://a.example/x.xml", "file:///etc/passwd", "cid:1", "#xpointer(/)", "a.xml"],
)
def test_external_reference(uri):
    """A reference outside the document: UNSUPPORTED, nothing is fetched."""
    xml = signed_envelope().replace(b'URI=""', f'URI="{uri}"'.encode())
    assert _refused(xml).reasons == (SubIndication.UNSUPPORTED,)


def test_missing_target():
    """A reference to an Id that nobody has: SIGNED_DATA_NOT_FOUND."""
    xml = signed_envelope().replace(b'URI=""', b'URI="#nobody"')
    assert _refused(xml).reasons == (SubIndication.SIGNED_DATA_NOT_FOUND,)


def test_unknown_signature_method():
    """HMAC, DSA, or an algorithm nobody knows: UNSUPPORTED."""
    method = b"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    for other in (b"http://www.w3.org/2000/09/xmldsig#hmac-sha1", b"urn:x", b""):
        xml = signed_envelope().replace(method, other)
        assert _refused(xml).reasons == (SubIndication.UNSUPPORTED,)


def test_thirty_one_references():
    """31 references: RESOURCE_LIMIT before any is computed; 30 pass."""
    too_many = signed_envelope(references=("#body",) * 31)
    assert _refused(too_many).reasons == (SubIndication.RESOURCE_LIMIT,)
    assert only_xml(signed_envelope(references=("#body",) * 30)).passed


def test_too_many_signatures():
    """Three signatures where two are looked at: the third is RESOURCE_LIMIT."""
    xml = signed_envelope()
    for _ in range(2):
        xml = sign_xml(xml, office())
    *_, last = judge_xml(xml, ground(limits=Limits(signatures=2)))
    assert last.reasons == (SubIndication.RESOURCE_LIMIT,)
    assert not last.passed


def test_plain_xml_over_the_limit():
    """A document that could not be hoisted and is too large: RESOURCE_LIMIT."""
    limits = Limits(plain_xml_bytes=1_000)
    assert _refused(signed_envelope(), limits=limits).reasons == (
        SubIndication.RESOURCE_LIMIT,
    )


def test_no_certificate():
    """KeyInfo without a certificate: NO_SIGNING_CERTIFICATE_FOUND."""
    xml = signed_envelope()
    start, end = xml.index(b"<ds:X509Certificate>"), xml.index(b"</ds:X509Data>")
    assert _refused(xml[:start] + xml[end:]).reasons == (
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    )


def test_inherited_xml_attributes_are_not_guessed():
    """xml:lang above a part signed with C14N 1.0: UNSUPPORTED, not "broken"."""
    xml = signed_envelope(c14n="inclusive", references=("#body",))
    xml = xml.replace(b"<edXML xmlns=", b'<edXML xml:lang="vi" xmlns=')
    assert _refused(xml).reasons == (SubIndication.UNSUPPORTED,)
