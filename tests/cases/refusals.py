"""What this hub refuses to compute, each with its own word; nothing is guessed.

Every attack is the room's envelope signed whole, S -> "", with one thing about S
written otherwise; the twin is the same as signed.
"""

from base64 import b64encode

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.model.findings import SubIndication
from hub.model.limits import Limits
from hub.rehearsal.signing import sign_xml
from tests.cases.book import PASSED, Book, Case, Expected, open_
from tests.cases.room import ground, office, signed_envelope
from tests.cases.shapes import once, remarks, xml_case
from tests.cases.xml import signed

BOOK = Book()

UNSUPPORTED = open_(SubIndication.UNSUPPORTED)
TOO_MUCH = open_(SubIndication.RESOURCE_LIMIT)
NO_CERTIFICATE = open_(SubIndication.NO_SIGNING_CERTIFICATE_FOUND)

_EXCLUSIVE = b'<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
_METHOD = b"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_DIGEST = b"http://www.w3.org/2001/04/xmlenc#sha256"
_C14N = b'CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"'


@BOOK.case
def as_signed() -> Case:
    """edXML( envelope( header( S ) body ) files ), S -> "": TOTAL_PASSED."""
    return xml_case(signed(), PASSED)


def _otherwise(old: bytes, new: bytes, said: Expected, remark: str) -> Case:
    changed = once(signed(), old, new)
    return xml_case(changed, said, twin="as_signed", also=remarks(remark))


# transforms


def _transform(uri: str, remark: str, inner: str = "") -> Case:
    other = f'<ds:Transform Algorithm="{uri}">{inner}</ds:Transform>'
    return _otherwise(_EXCLUSIVE, other.encode(), UNSUPPORTED, remark)


@BOOK.case
def xslt() -> Case:
    """A style sheet as transform: it may sign anything, and run for ever."""
    sheet = '<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform" version="1"/>'
    return _transform(
        "http://www.w3.org/TR/1999/REC-xslt-19991116", "XSLT transform", sheet
    )


@BOOK.case
def xpath() -> Case:
    """An XPath that signs only what it likes: not(ancestor-or-self::Subject)."""
    path = "<ds:XPath>not(ancestor-or-self::Subject)</ds:XPath>"
    return _transform(
        "http://www.w3.org/TR/1999/REC-xpath-19991116", "XPath transform", path
    )


@BOOK.case
def xpath_filter_2() -> Case:
    """The same by intersection and subtraction."""
    path = (
        '<f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" '
        'Filter="subtract">//Subject</f:XPath>'
    )
    uri = "http://www.w3.org/2002/06/xmldsig-filter2"
    return _transform(uri, "XPath filter 2.0 transform", path)


@BOOK.case
def base64() -> Case:
    """base64 as transform: what is signed are other bytes than those that are read."""
    uri = "http://www.w3.org/2000/09/xmldsig#base64"
    return _transform(uri, "base64 transform")


@BOOK.case
def transform_of_the_kit() -> Case:
    """http://www.w3.org/TR/xml-exc-c14n#, as VNPT's kit writes: nobody's (EDXML.md)."""
    return _transform("http://www.w3.org/TR/xml-exc-c14n#", "transform unknown")


@BOOK.case
def c14n_2() -> Case:
    """Canonical XML 2.0: signxml would pass over it and take another one."""
    return _transform("http://www.w3.org/2010/xml-c14n2", "transform unknown")


@BOOK.case
def two_canonicalizations() -> Case:
    """Exclusive C14N twice: octets have no second canonical form."""
    return _otherwise(_EXCLUSIVE, _EXCLUSIVE * 2, UNSUPPORTED, "two canonicalizations")


@BOOK.case
def enveloped_after_c14n() -> Case:
    """c14n, then enveloped-signature: out of octets nothing can be taken."""
    enveloped = (
        b"<ds:Transform Algorithm="
        b'"http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
    )
    changed = once(signed(), enveloped + _EXCLUSIVE, _EXCLUSIVE + enveloped)
    also = remarks("transform unknown")
    return xml_case(changed, UNSUPPORTED, twin="as_signed", also=also)


# references


def _reference(uri: str, remark: str) -> Case:
    return _otherwise(b'URI=""', uri.encode(), UNSUPPORTED, remark)


@BOOK.case
def web_address() -> Case:
    """URI="http://…": nothing is fetched."""
    uri = 'URI="http://a.example/x.xml"'
    return _reference(uri, "reference to something outside")


@BOOK.case
def file_address() -> Case:
    """URI="file:///etc/passwd": nothing is opened."""
    return _reference('URI="file:///etc/passwd"', "reference to something outside")


@BOOK.case
def relative_address() -> Case:
    """URI="a.xml": nothing is looked for."""
    return _reference('URI="a.xml"', "reference to something outside")


@BOOK.case
def content_id() -> Case:
    """URI="cid:1", a part of SOAP with attachments: not computed."""
    return _reference('URI="cid:1"', "reference to something outside")


@BOOK.case
def xpointer_to_the_root() -> Case:
    """URI="#xpointer(/)": the whole with its comments, says XML-DSig."""
    return _reference('URI="#xpointer(/)"', "XPointer")


@BOOK.case
def xpointer_to_an_id() -> Case:
    """URI="#xpointer(id('body'))": another way to say #body, and the door to more."""
    return _reference("URI=\"#xpointer(id('body'))\"", "XPointer")


@BOOK.case
def no_address() -> Case:
    """A reference without URI: what it signs only the application would know."""
    return _reference("", "reference without URI")


@BOOK.case
def address_of_nobody() -> Case:
    """URI="#nobody": SIGNED_DATA_NOT_FOUND."""
    said = open_(SubIndication.SIGNED_DATA_NOT_FOUND)
    return _otherwise(b'URI=""', b'URI="#nobody"', said, "no element with this Id")


@BOOK.case
def manifest() -> Case:
    """A reference to a ds:Manifest, whose own references nobody has to check.

    UNSUPPORTED: XML-DSig leaves that to the application (5.1).
    """
    typed = b'Type="http://www.w3.org/2000/09/xmldsig#Manifest" URI=""'
    return _otherwise(b'URI=""', typed, UNSUPPORTED, "ds:Manifest")


@BOOK.case
def thirty_references() -> Case:
    """S -> #body, thirty times: as many as are looked at. TOTAL_PASSED."""
    return xml_case(signed(*(("#body",) * 30)), PASSED)


@BOOK.case
def thirty_one_references() -> Case:
    """S -> #body, 31 times: RESOURCE_LIMIT before any is computed."""
    also = remarks("too many references")
    many = signed(*(("#body",) * 31))
    return xml_case(many, TOO_MUCH, twin="thirty_references", also=also)


@BOOK.case
def no_reference() -> Case:
    """S -> nothing: SIGNED_DATA_NOT_FOUND."""
    xml = signed()
    start, end = xml.index(b"<ds:Reference"), xml.index(b"</ds:SignedInfo>")
    said = open_(SubIndication.SIGNED_DATA_NOT_FOUND)
    also = remarks("no reference")
    return xml_case(xml[:start] + xml[end:], said, twin="as_signed", also=also)


# algorithms


@BOOK.case
def canonicalization_unknown() -> Case:
    """SignedInfo by a method nobody knows."""
    other = b'CanonicalizationMethod Algorithm="urn:x"'
    return _otherwise(_C14N, other, UNSUPPORTED, "canonicalization unknown")


@BOOK.case
def hmac() -> Case:
    """hmac-sha1: whoever can verify it can make it; a public key is no secret."""
    other = b"http://www.w3.org/2000/09/xmldsig#hmac-sha1"
    return _otherwise(_METHOD, other, UNSUPPORTED, "HMAC")


@BOOK.case
def hmac_cut_to_nothing() -> Case:
    """HMACOutputLength 0 (CVE-2009-0217): UNSUPPORTED like every HMAC."""
    old = b'<ds:SignatureMethod Algorithm="' + _METHOD + b'"/>'
    new = (
        b"<ds:SignatureMethod Algorithm="
        b'"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256">'
        b"<ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>"
    )
    return _otherwise(old, new, UNSUPPORTED, "HMAC")


@BOOK.case
def dsa() -> Case:
    """dsa-sha1: no agency here ever had such a key."""
    other = b"http://www.w3.org/2000/09/xmldsig#dsa-sha1"
    return _otherwise(_METHOD, other, UNSUPPORTED, "DSA")


@BOOK.case
def method_unknown() -> Case:
    """SignatureMethod "urn:x"."""
    return _otherwise(_METHOD, b"urn:x", UNSUPPORTED, "signature method unknown")


@BOOK.case
def method_empty() -> Case:
    """SignatureMethod ""."""
    return _otherwise(_METHOD, b"", UNSUPPORTED, "signature method unknown")


@BOOK.case
def method_with_md5() -> Case:
    """rsa-md5: CRYPTO_CONSTRAINTS_FAILURE, broken and not only weak."""
    other = b"http://www.w3.org/2001/04/xmldsig-more#rsa-md5"
    said = open_(SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
    return _otherwise(_METHOD, other, said, "algorithm broken")


@BOOK.case
def digest_md5() -> Case:
    """md5 as digest: CRYPTO_CONSTRAINTS_FAILURE; two documents may share it."""
    other = b"http://www.w3.org/2001/04/xmldsig-more#md5"
    said = open_(SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
    return _otherwise(_DIGEST, other, said, "algorithm broken")


@BOOK.case
def digest_unknown() -> Case:
    """ripemd160 as digest: UNSUPPORTED."""
    other = b"http://www.w3.org/2001/04/xmlenc#ripemd160"
    return _otherwise(_DIGEST, other, UNSUPPORTED, "digest unknown")


# keys


def _key_info(inner: bytes, said: Expected, remark: str) -> Case:
    xml = signed()
    start = xml.index(b"<ds:X509Data>")
    end = xml.index(b"</ds:KeyInfo>")
    changed = xml[:start] + inner + xml[end:]
    return xml_case(changed, said, twin="as_signed", also=remarks(remark))


@BOOK.case
def key_without_certificate() -> Case:
    """KeyInfo( KeyValue ): a key that anybody may have made.

    NO_SIGNING_CERTIFICATE_FOUND.
    """
    numbers = office().key.public_key().public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    value = (
        b"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>%s</ds:Modulus>"
        b"<ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    ) % b64encode(numbers.n.to_bytes(size))
    return _key_info(value, NO_CERTIFICATE, "key without certificate")


@BOOK.case
def der_key_without_certificate() -> Case:
    """KeyInfo( DEREncodedKeyValue ), the same by XML-DSig 1.1."""
    der = (
        office()
        .key.public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    value = (
        b'<d:DEREncodedKeyValue xmlns:d="http://www.w3.org/2009/xmldsig11#">'
        b"%s</d:DEREncodedKeyValue>"
    ) % b64encode(der)
    return _key_info(value, NO_CERTIFICATE, "key without certificate")


@BOOK.case
def certificate_fetched_from_elsewhere() -> Case:
    """KeyInfo( RetrievalMethod ): UNSUPPORTED, nothing is followed."""
    method = b'<ds:RetrievalMethod URI="http://a.example/key"/>'
    return _key_info(method, UNSUPPORTED, "RetrievalMethod")


@BOOK.case
def certificate_only_named() -> Case:
    """KeyInfo( X509Data( X509SubjectName ) ): NO_SIGNING_CERTIFICATE_FOUND."""
    name = b"<ds:X509Data><ds:X509SubjectName>CN=a</ds:X509SubjectName></ds:X509Data>"
    return _key_info(name, NO_CERTIFICATE, "certificate only named")


@BOOK.case
def no_key_info() -> Case:
    """No KeyInfo at all: NO_SIGNING_CERTIFICATE_FOUND."""
    xml = signed()
    start, end = xml.index(b"<ds:KeyInfo>"), xml.index(b"</ds:Signature>")
    also = remarks("no certificate")
    return xml_case(
        xml[:start] + xml[end:], NO_CERTIFICATE, twin="as_signed", also=also
    )


@BOOK.case
def certificate_of_noise() -> Case:
    """X509Certificate with bytes that are none."""
    noise = b64encode(b"\x30\x82" + bytes(300))
    inner = b"<ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data>"
    return _key_info(inner % noise, NO_CERTIFICATE, "no readable certificate")


# the document


@BOOK.case
def instruction_beside_the_root() -> Case:
    """A processing instruction before the root: it belongs to "", signxml skips it."""
    xml = once(signed(), b"?>", b'?><?xml-stylesheet href="a.xsl"?>')
    also = remarks("processing instruction")
    return xml_case(xml, UNSUPPORTED, twin="as_signed", also=also)


@BOOK.case
def doctype() -> Case:
    """A DOCTYPE with an entity: refused before any signature is looked at."""
    xml = once(signed(), b"<edXML ", b'<!DOCTYPE edXML [<!ENTITY a "b">]><edXML ')
    return xml_case(xml, UNSUPPORTED, twin="as_signed", also=remarks("DOCTYPE"))


@BOOK.case
def too_large_to_read_plainly() -> Case:
    """A document that could not be hoisted, over the limit: RESOURCE_LIMIT."""
    how = ground(limits=Limits(plain_xml_bytes=1_000))
    also = remarks("XML too large to verify")
    return xml_case(signed(), TOO_MUCH, twin="as_signed", also=also, how=how)


@BOOK.case
def three_signatures() -> Case:
    """S, S, S -> #body, one after another: TOTAL_PASSED, all."""
    return xml_case(_three(), PASSED, PASSED, PASSED)


@BOOK.case
def one_signature_too_many() -> Case:
    """The same where two are looked at: the third is RESOURCE_LIMIT."""
    how = ground(limits=Limits(signatures=2))
    also = remarks("too many signatures")
    many = (PASSED, PASSED, TOO_MUCH)
    return xml_case(_three(), *many, twin="three_signatures", also=also, how=how)


def _three() -> bytes:
    xml = signed_envelope(references=("#body",))
    for _ in range(2):
        xml = sign_xml(xml, office(), references=("#body",))
    return xml
