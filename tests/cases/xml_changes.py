"""XML signatures after changes, and by every algorithm; twins stand in `xml`."""

from base64 import b64encode

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod
from signxml.signer import XMLSigner

from hub.model.findings import Finding, SubIndication
from tests.cases.authorities import certified
from tests.cases.book import PASSED, Case, open_
from tests.cases.room import envelope, leader, office, pki
from tests.cases.shapes import broken, intact, once, refilled, remarks, xml_case
from tests.cases.xml import BOOK, DIGEST, PARTS, VALUE, WEAK, signed

__all__ = ["BOOK"]

# changes


@BOOK.case
def changed_subject() -> Case:
    """S -> "", the subject changed: TOTAL_FAILED, HASH_FAILURE, covers nothing."""
    xml = once(signed(), "giao ban tháng 3".encode(), b"giao ban quy 3")
    return xml_case(xml, DIGEST, twin="whole_document", also=broken)


def _other_payload(*references: str) -> Case:
    xml = signed(*references)
    payload, other = b64encode(b"Noi dung van"), b64encode(b"Noi dung sai")
    twins = {(): "whole_document", ("#files",): "files_alone", PARTS: "two_parts"}
    changed = once(xml, payload, other)
    return xml_case(changed, DIGEST, twin=twins[references], also=broken)


@BOOK.case
def changed_file_in_the_whole() -> Case:
    """S -> "", one letter of the payload changed."""
    return _other_payload()


@BOOK.case
def changed_file_alone() -> Case:
    """S -> #files, one letter of the payload changed."""
    return _other_payload("#files")


@BOOK.case
def changed_file_in_the_second_reference() -> Case:
    """S -> #body, #files, one letter of the payload changed: one of two is enough."""
    return _other_payload(*PARTS)


@BOOK.case
def changed_digest_value() -> Case:
    """S -> "", subject changed and DigestValue put right for it.

    TOTAL_FAILED, SIG_CRYPTO_FAILURE: the value is over the old digest.
    """
    xml = once(signed(), "giao ban tháng 3".encode(), b"giao ban quy 3")
    start = xml.index(b"<ds:DigestValue>") + len(b"<ds:DigestValue>")
    changed = xml[:start] + b"AAAA" + xml[start + 4 :]
    return xml_case(changed, VALUE, twin="whole_document", also=broken)


@BOOK.case
def comment_in_the_digest_value() -> Case:
    """S -> "", a comment cuts DigestValue, which canonical SignedInfo leaves out.

    The digest is taken from what was verified, so that S is intact; a document with a
    comment inside a text is read in two ways all the same: NOT_THE_DOCUMENT.
    """
    xml = signed()
    start = xml.index(b"<ds:DigestValue>") + len(b"<ds:DigestValue>") + 8
    cut = xml[:start] + b"<!-- x -->" + xml[start:]
    said = open_(SubIndication.NOT_THE_DOCUMENT)
    return xml_case(cut, said, twin="whole_document", also=intact)


@BOOK.case
def element_added() -> Case:
    """S -> "", an element added to the message header: HASH_FAILURE."""
    xml = once(signed(), b"<edXML:To>", b"<edXML:DueDate/><edXML:To>")
    return xml_case(xml, DIGEST, twin="whole_document", also=broken)


@BOOK.case
def blank_added() -> Case:
    """S -> "", a blank between two elements: canonical form keeps it. HASH_FAILURE."""
    xml = once(signed(), b"<edXML:To>", b" <edXML:To>")
    return xml_case(xml, DIGEST, twin="whole_document", also=broken)


@BOOK.case
def one_certificate_for_another() -> Case:
    """S -> "", KeyInfo holds the leader's certificate: SIG_CRYPTO_FAILURE."""
    other = b64encode(leader().certificate)
    changed = refilled(signed(), b"ds:X509Certificate", other)
    return xml_case(changed, VALUE, twin="whole_document", also=broken)


@BOOK.case
def key_beside_the_certificate() -> Case:
    """KeyInfo( KeyValue of somebody else, X509Data ): the certificate's key counts."""
    value = (
        b"<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus>"
        b"<ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    )
    return xml_case(once(signed(), b"<ds:KeyInfo>", value), PASSED, also=intact)


# algorithms


@BOOK.case
def sha1() -> Case:
    """S with rsa-sha1 and sha1: INDETERMINATE, weak; never broken, never plainly valid.

    A proof that it was made in SHA-1's day is what would be wanted.
    """
    return xml_case(signed(digest="sha1"), WEAK, also=_weak)


def _weak(found: tuple[Finding, ...]) -> None:
    assert found[0].weak
    assert found[0].intact
    assert found[0].digest_algorithm == "sha1"
    assert found[0].remark == "algorithm weak"


@BOOK.case
def sha1_and_changed() -> Case:
    """S with sha1, the subject changed: weak or not, HASH_FAILURE comes first."""
    xml = once(signed(digest="sha1"), "giao ban tháng 3".encode(), b"giao ban quy 3")
    return xml_case(xml, DIGEST, twin="sha512", also=broken)


@BOOK.case
def sha512() -> Case:
    """S with rsa-sha512: TOTAL_PASSED, not weak."""
    return xml_case(signed(digest="sha512"), PASSED, also=_strong)


def _strong(found: tuple[Finding, ...]) -> None:
    assert not found[0].weak
    assert found[0].digest_algorithm == "sha512"


Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _with_signxml(key: Key, certificate: x509.Certificate, algorithm: str) -> bytes:
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=algorithm,
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    pem = certificate.public_bytes(Encoding.PEM).decode()
    root = etree.fromstring(envelope())
    made: bytes = etree.tostring(signer.sign(root, key=key, cert=pem))
    return made


@BOOK.case
def rsa_pss() -> Case:
    """S with RSASSA-PSS (sha256-rsa-MGF1), made by signxml: TOTAL_PASSED."""
    made = _with_signxml(office().key, office().parsed, "sha256-rsa-MGF1")
    return xml_case(made, PASSED)


@BOOK.case
def ecdsa() -> Case:
    """root -> issuing -> leaf (P-256), S with ecdsa-sha256: TOTAL_PASSED."""
    key = ec.generate_private_key(ec.SECP256R1())
    return xml_case(_with_signxml(key, _certified(key), "ecdsa-sha256"), PASSED)


@BOOK.case
def ecdsa_of_another_length() -> Case:
    """The same with a value of a byte less: SIG_CRYPTO_FAILURE, not an exception."""
    key = ec.generate_private_key(ec.SECP256R1())
    xml = _with_signxml(key, _certified(key), "ecdsa-sha256")
    changed = refilled(xml, b"ds:SignatureValue", b64encode(bytes(63)))
    return xml_case(changed, VALUE, twin="ecdsa", also=broken)


def _certified(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return certified(office().parsed.subject, key.public_key(), pki().issuing)


@BOOK.case
def inherited_xml_attribute() -> Case:
    """xml:lang above a part signed with C14N 1.0: UNSUPPORTED, not "broken"."""
    xml = signed(*PARTS, c14n="inclusive")
    odd = once(xml, b"<edXML xmlns=", b'<edXML xml:lang="vi" xmlns=')
    return xml_case(
        odd,
        open_(SubIndication.UNSUPPORTED),
        twin="two_parts_inclusive",
        also=remarks("inherited xml: attributes"),
    )
