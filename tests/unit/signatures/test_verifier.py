"""Our quick reading of references says what signxml's own says, on whatever comes."""

import pytest
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, InvalidInput, InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier

from hub.model.frames import Hoisted
from hub.model.limits import Limits
from hub.rehearsal.signing import sign_xml
from hub.rehearsal.xadessigning import Form, sign_xades, stamp_xades
from hub.rehearsal.xmlsigning import ALGORITHMS, fill
from hub.signatures.document import Document
from hub.signatures.policy import Refused
from hub.signatures.references import read_claims
from hub.signatures.verifier import Signed, verify
from hub.signatures.xml import FOREIGN
from tests.cases.room import HOUR, NOW, envelope, leader, office, pki, signed_envelope

STABLE = ("#message", "#body", "#files")
XADES = sign_xades(envelope(), office(), Form(NOW - HOUR))
TWO = sign_xml(signed_envelope(leader(), references=STABLE), office())
SIGNED = {
    "whole": signed_envelope(),
    "whole-inclusive": signed_envelope(c14n="inclusive"),
    "parts": signed_envelope(references=STABLE),
    "parts-inclusive": signed_envelope(references=STABLE, c14n="inclusive"),
    "part-around-it": signed_envelope(references=("#envelope", "#header")),
    "one-many-times": signed_envelope(references=("#body",) * 30),
    "sha512": signed_envelope(digest="sha512"),
    "xades": XADES,
    "xades-stamped": stamp_xades(XADES, pki(), NOW - HOUR),
    "xades-inclusive": sign_xades(
        envelope(), office(), Form(NOW - HOUR, c14n="inclusive"), STABLE
    ),
    "two": TWO,
}
EXCLUSIVE = [n for n in SIGNED if "inclusive" not in n and n != "two"]


def opened(xml: bytes, index: int = 0) -> Signed | None:
    """The signature, ready to be verified; None where that is refused before."""
    try:
        document = Document.open(Hoisted(xml, {}), Limits())
        claims = read_claims(document, document.signatures[index], Limits())
    except (Refused, *FOREIGN):
        return None
    return Signed(document.root, index, claims.targets)


def outcome(signed: Signed, certificate: x509.Certificate, *, patiently: bool) -> str:
    try:
        verify(signed, certificate, patiently=patiently)
    except (InvalidDigest, InvalidSignature, InvalidInput) as error:
        return type(error).__name__
    except FOREIGN:
        return "foreign"
    return "holds"


@pytest.mark.parametrize("name", SIGNED)
def test_what_was_signed_holds_both_ways(name):
    signed = opened(SIGNED[name], SIGNED[name].count(b"<ds:Signature ") - 1)
    assert signed is not None
    for patiently in (True, False):
        assert outcome(signed, office().parsed, patiently=patiently) == "holds"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SIGNED)), st.data())
def test_both_ways_agree_on_changed_documents(name, data):
    xml = SIGNED[name]
    start = data.draw(st.integers(0, len(xml) - 1))
    length, new = data.draw(st.tuples(st.integers(0, 12), st.binary(max_size=12)))
    signed = opened(xml[:start] + new + xml[start + length :])
    if signed is None:
        return
    certificate = (leader() if name == "two" else office()).parsed
    ours = outcome(signed, certificate, patiently=False)
    theirs = outcome(signed, certificate, patiently=True)
    assert ours == theirs


@pytest.mark.parametrize("name", EXCLUSIVE)
def test_signxml_untouched_says_the_same(name):
    """Its own verifier on the bytes, wherever it computes them rightly."""
    xml = SIGNED[name]
    found = XMLVerifier().verify(
        xml, x509_cert=office().parsed, expect_config=_as_lenient(xml)
    )
    assert found
    changed = xml.replace(b"000.00.21.H40", b"000.00.66.H40").replace(
        b"cid:1", b"cid:2"
    )
    with pytest.raises(InvalidDigest):
        XMLVerifier().verify(
            changed, x509_cert=office().parsed, expect_config=_as_lenient(xml)
        )
    signed = opened(changed)
    assert signed is not None
    assert outcome(signed, office().parsed, patiently=False) == "InvalidDigest"


def _as_lenient(xml: bytes) -> SignatureConfiguration:
    return SignatureConfiguration(
        expect_references=xml.count(b"<ds:Reference "),
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
        verification_time=NOW,
    )


def test_comments_belong_to_no_reference_whatever_its_algorithm_says():
    """XML-DSig 4.4.3.3: "" and "#x" leave comments out; signxml takes them along."""
    plain = b'Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"'
    commented = plain[:-1] + b'WithComments"'
    xml = _signed_anew(signed_envelope().replace(plain, commented))
    signed = opened(xml.replace(b"<edXML:To>", b"<!-- to --><edXML:To>"))
    assert signed is not None
    assert outcome(signed, office().parsed, patiently=False) == "holds"
    assert outcome(signed, office().parsed, patiently=True) == "InvalidDigest"


def _signed_anew(xml: bytes) -> bytes:
    """The value made again for a SignedInfo that was changed."""
    start, end = xml.index(b"<ds:SignatureValue>") + 19, xml.index(b"</ds:SignatureV")
    emptied = xml[:start] + xml[end:]
    return fill(emptied, 0, "exclusive", ALGORITHMS["sha256"], office())


def test_nothing_of_the_document_is_changed_by_verifying():
    signed = opened(SIGNED["two"], 1)
    assert signed is not None
    before = etree.tostring(signed.root)
    verify(signed, office().parsed)
    assert etree.tostring(signed.root) == before
