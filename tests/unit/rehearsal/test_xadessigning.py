"""XAdES as EN 319 132-1 has it: each property says what it must, in its own place."""

import hashlib
from base64 import b64decode
from datetime import timedelta

import pytest
from asn1crypto import cms
from lxml import etree

from hub.rehearsal.xadessigning import Form, keep_xades, sign_xades, stamp_xades
from hub.rehearsal.xmlsigning import DS
from tests.cases.room import NOW, envelope, office, pki

SPACE = {"ds": DS, "x": "http://uri.etsi.org/01903/v1.3.2#"}
SIGNED = sign_xades(envelope(), office(), Form(NOW))


def found(xml: bytes, path: str) -> list[etree._Element]:
    nodes = etree.fromstring(xml).xpath(path, namespaces=SPACE)
    assert isinstance(nodes, list)
    return [node for node in nodes if isinstance(node, etree._Element)]


def test_what_was_around_the_signature_stays_to_the_byte():
    before, _, after = SIGNED.partition(b"<ds:Signature ")
    assert before + after.partition(b"</ds:Signature>")[2] == envelope()


def test_the_properties_are_about_their_own_signature_and_signed_by_it():
    [signature] = found(SIGNED, "//ds:Signature")
    [qualifying] = found(SIGNED, "//x:QualifyingProperties")
    [signed] = found(SIGNED, "//x:SignedProperties")
    [reference] = found(SIGNED, "//ds:Reference[@Type]")
    assert qualifying.get("Target") == f"#{signature.get('Id')}"
    assert reference.get("URI") == f"#{signed.get('Id')}"


def test_the_signing_certificate_is_named_by_its_digest():
    [value] = found(SIGNED, "//x:SigningCertificateV2//ds:DigestValue")
    digest = hashlib.sha256(office().certificate).digest()
    assert b64decode(value.text or "") == digest


def test_a_time_stamp_is_over_the_canonical_value():
    xml = stamp_xades(SIGNED, pki(), NOW, c14n="exclusive")
    [value] = found(xml, "//ds:SignatureValue")
    [token] = found(xml, "//x:SignatureTimeStamp/x:EncapsulatedTimeStamp")
    signed = cms.ContentInfo.load(b64decode(token.text or ""))["content"]
    info = signed["encap_content_info"]["content"].parsed
    canonical = etree.tostring(value, method="c14n", exclusive=True, with_tail=False)
    imprint = info["message_imprint"]["hashed_message"].native
    assert imprint == hashlib.sha256(canonical).digest()
    assert info["gen_time"].native == NOW


def test_what_is_added_later_lies_in_one_place_and_breaks_nothing():
    chain = (pki().issuing.certificate, pki().root.certificate)
    crl = pki().crl((), at=NOW - timedelta(hours=1))
    xml = keep_xades(stamp_xades(SIGNED, pki(), NOW), chain, (crl,))
    assert len(found(xml, "//x:UnsignedSignatureProperties")) == 1
    assert len(found(xml, "//x:EncapsulatedX509Certificate")) == 2
    assert len(found(xml, "//x:EncapsulatedCRLValue")) == 1
    start = xml.index(b"<xades:UnsignedProperties>")
    end = xml.index(b"</xades:UnsignedProperties>") + len(
        b"</xades:UnsignedProperties>"
    )
    assert xml[:start] + xml[end:] == SIGNED


def test_there_must_be_a_header_to_put_it_into():
    with pytest.raises(ValueError, match="edXMLHeader"):
        sign_xades(b"<edXML/>", office(), Form(NOW))
