"""An XML signature made here holds for verifiers that are not ours."""

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from lxml import etree
from signxml.exceptions import InvalidDigest

from hub.rehearsal.xmlsigning import DS, sign_xml
from tests.unit.rehearsal.raw import certificates, xml_signature_holds

SMALL = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<edXML xmlns="urn:q"><edXML:edXMLEnvelope xmlns:edXML="urn:q">'
    b"<edXML:edXMLHeader><edXML:Subject>L\xe1\xbb\xa5a</edXML:Subject>"
    b"</edXML:edXMLHeader><edXML:edXMLBody b='2' a='1' Id=\"body\"><edXML:R/>"
    b"</edXML:edXMLBody></edXML:edXMLEnvelope><A><B/></A></edXML>"
)
#: Canonical XML 1.0 of SMALL and of its body, written by hand.
WHOLE = (
    b'<edXML xmlns="urn:q"><edXML:edXMLEnvelope xmlns:edXML="urn:q">'
    b"<edXML:edXMLHeader><edXML:Subject>L\xe1\xbb\xa5a</edXML:Subject>"
    b'</edXML:edXMLHeader><edXML:edXMLBody Id="body" a="1" b="2"><edXML:R></edXML:R>'
    b"</edXML:edXMLBody></edXML:edXMLEnvelope><A><B></B></A></edXML>"
)
BODY_INCLUSIVE = (
    b'<edXML:edXMLBody xmlns="urn:q" xmlns:edXML="urn:q" Id="body" a="1" b="2">'
    b"<edXML:R></edXML:R></edXML:edXMLBody>"
)
BODY_EXCLUSIVE = (
    b'<edXML:edXMLBody xmlns:edXML="urn:q" Id="body" a="1" b="2">'
    b"<edXML:R></edXML:R></edXML:edXMLBody>"
)


@pytest.fixture(scope="module")
def leaf(pki):
    return pki.leaf("Ủy ban nhân dân huyện Giao Thủy")


def texts(xml: bytes, name: str) -> list[str]:
    return [e.text or "" for e in etree.fromstring(xml).iter(f"{{{DS}}}{name}")]


def digest(data: bytes) -> str:
    return base64.b64encode(sha256(data).digest()).decode()


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_signxml_verifies_a_signature_over_the_whole_document(leaf, algorithm):
    signed = sign_xml(SMALL, leaf, digest=algorithm)
    assert xml_signature_holds(signed, leaf) == WHOLE


def test_signxml_verifies_references_by_id(leaf):
    signed = sign_xml(SMALL, leaf, references=("", "#body"))
    assert xml_signature_holds(signed, leaf, references=2) == WHOLE + BODY_EXCLUSIVE


@pytest.mark.parametrize(
    ("c14n", "body"), [("inclusive", BODY_INCLUSIVE), ("exclusive", BODY_EXCLUSIVE)]
)
def test_digests_are_those_of_canonical_xml_written_by_hand(leaf, c14n, body):
    signed = sign_xml(SMALL, leaf, c14n=c14n, references=("", "#body"))
    assert texts(signed, "DigestValue") == [digest(WHOLE), digest(body)]


def test_the_inclusive_signature_value_is_over_signed_info_in_its_context(leaf):
    signed = sign_xml(SMALL, leaf, c14n="inclusive")
    start = signed.index(b"<ds:SignedInfo>")
    end = signed.index(b"</ds:SignedInfo>") + len(b"</ds:SignedInfo>")
    # In scope there: the default namespace, edXML and ds; empty tags are spelt out.
    info = signed[start:end].replace(
        b"<ds:SignedInfo>",
        f'<ds:SignedInfo xmlns="urn:q" xmlns:ds="{DS}" xmlns:edXML="urn:q">'.encode(),
    )
    for name in ("CanonicalizationMethod", "SignatureMethod", "DigestMethod"):
        info = spelt_out(info, name)
    info = spelt_out(spelt_out(info, "Transform"), "Transform")
    value = base64.b64decode(texts(signed, "SignatureValue")[0])
    leaf.key.public_key().verify(value, info, PKCS1v15(), hashes.SHA256())


def spelt_out(info: bytes, name: str) -> bytes:
    """The next short empty tag of a name, as canonical XML has it."""
    at = info.index(f"<ds:{name} ".encode())
    while b"/>" not in info[at : info.index(b">", at) + 1]:
        at = info.index(f"<ds:{name} ".encode(), at + 1)
    end = info.index(b"/>", at)
    return info[:end] + f"></ds:{name}>".encode() + info[end + 2 :]


def test_a_changed_document_no_longer_verifies(leaf):
    signed = sign_xml(SMALL, leaf).replace("Lụa".encode(), "Lúa".encode())
    with pytest.raises(InvalidDigest):
        xml_signature_holds(signed, leaf)


def test_what_was_there_before_stays_to_the_byte(leaf):
    signed = sign_xml(SMALL, leaf)
    start = signed.index(b"<ds:Signature ")
    end = signed.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    assert signed[:start] + signed[end:] == SMALL
    assert signed[end:].startswith(b"</edXML:edXMLHeader>")


def test_key_info_holds_the_leaf_alone_unless_asked(leaf, pki):
    alone = certificates(sign_xml(SMALL, leaf))
    chain = certificates(sign_xml(SMALL, leaf, embed_chain=True))
    assert alone == [leaf.parsed]
    assert chain == [leaf.parsed, pki.issuing.parsed]


def test_the_second_signature_covers_the_first(leaf):
    first = sign_xml(SMALL, leaf)
    second = sign_xml(first, leaf)
    assert texts(second, "DigestValue")[0] == texts(first, "DigestValue")[0]
    assert texts(second, "DigestValue")[1] != texts(first, "DigestValue")[0]


def test_sha_1_is_to_be_had_for_weak_samples(leaf):
    signed = sign_xml(SMALL, leaf, digest="sha1")
    assert b"xmldsig#rsa-sha1" in signed


@pytest.mark.parametrize(("xml", "uri"), [(b"<edXML/>", ""), (SMALL, "#nowhere")])
def test_nothing_to_sign_is_an_error(leaf, xml, uri):
    with pytest.raises(ValueError, match="no"):
        sign_xml(xml, leaf, references=(uri,))
