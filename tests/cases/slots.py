"""What stands where a signature should: nothing, a specimen, a token, a wreck.

EDXML.md 5.1: most of what is in the wild can never be verified, and is no forgery.
"""

from hub.model.findings import Finding, Indication, Slot, TimeProof
from tests.cases.book import PASSED, Also, Book, Case, Expected
from tests.cases.room import DAY, NOW, QCVN, envelope
from tests.cases.shapes import HEADER, once, refilled, xml_case
from tests.cases.xml import signed

BOOK = Book()

ABSENT = Expected(Slot.ABSENT)
PLACEHOLDER = Expected(Slot.PLACEHOLDER)
TOKEN = Expected(Slot.TOKEN)
#: MALFORMED in the words of Expected: its indication, without a reason.
_MALFORMED = Expected(Indication.INDETERMINATE)
_DS = "http://www.w3.org/2000/09/xmldsig#"


def _with_slot(inner: str) -> bytes:
    return once(envelope(), HEADER[1], inner.encode() + HEADER[1])


def _nothing_to_verify(found: tuple[Finding, ...]) -> None:
    assert found[0].indication is None
    assert found[0].signer is None


@BOOK.case
def no_slot() -> Case:
    """edXML( envelope( header body ) files ): the signature cut out again. ABSENT."""
    return xml_case(envelope(), ABSENT, also=_nothing_to_verify)


@BOOK.case
def empty_slot() -> Case:
    """header( DigitalSignature() ) (Lạng Sơn, .NET kit): one ABSENT at its place."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].place.endswith("edXMLHeader/DigitalSignature")

    return xml_case(_with_slot("<edXML:DigitalSignature/>"), ABSENT, also=also)


@BOOK.case
def specimen_in_the_wrong_namespace() -> Case:
    """VNPT's kit: Signature in QCVN's namespace with fixed values: PLACEHOLDER."""
    specimen = (
        f'<Signature xmlns="{QCVN}"><SignedInfo><Reference URI=""><DigestValue>'
        "FwgIqsSYJshUS2+wlOM61L+q7Aw=</DigestValue></Reference></SignedInfo>"
        "<SignatureValue>GbVb8n9</SignatureValue></Signature>"
    )
    return xml_case(_with_slot(specimen), PLACEHOLDER, also=_nothing_to_verify)


@BOOK.case
def specimen_s_digest() -> Case:
    """A ds:Signature around the specimen's digest: PLACEHOLDER."""
    dummy = b"FwgIqsSYJshUS2+wlOM61L+q7Aw="
    return xml_case(refilled(signed(), b"ds:DigestValue", dummy), PLACEHOLDER)


@BOOK.case
def certificate_cut_after_a_line() -> Case:
    """X509Certificate( MIIFqTCCBJG ): PLACEHOLDER."""
    xml = refilled(signed(), b"ds:X509Certificate", b"MIIFqTCCBJG")
    return xml_case(xml, PLACEHOLDER)


@BOOK.case
def specimen_s_subject() -> Case:
    """X509SubjectName( CN=user05 ), printed in QCVN itself: PLACEHOLDER."""
    name = b"<ds:X509SubjectName>CN=user05</ds:X509SubjectName></ds:X509Data>"
    return xml_case(once(signed(), b"</ds:X509Data>", name), PLACEHOLDER)


def _token(space: str) -> Case:
    slot = (
        f'<Signature xmlns="{space}"><KeyInfo><OrganId>000.00.21.H40</OrganId>'
        "<Token>6f1e</Token></KeyInfo></Signature>"
    )
    return xml_case(_with_slot(slot), TOKEN, also=_nothing_to_verify)


@BOOK.case
def token_among_edxml() -> Case:
    """Bkav's Signature( KeyInfo( Token ) ) in QCVN's namespace: TOKEN."""
    return _token(QCVN)


@BOOK.case
def token_in_a_signature() -> Case:
    """The same in XML-DSig's namespace: TOKEN, which signs nothing."""
    return _token(_DS)


@BOOK.case
def token_without_namespace() -> Case:
    """The same in none."""
    return _token("")


@BOOK.case
def signature_without_info() -> Case:
    """ds:Signature(): MALFORMED, which is indeterminate."""
    xml = _with_slot(f'<ds:Signature xmlns:ds="{_DS}"/>')
    return xml_case(xml, _MALFORMED, also=_malformed("no SignedInfo"))


def _malformed(remark: str) -> Also:
    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].slot is Slot.MALFORMED
        assert found[0].remark == remark

    return also


@BOOK.case
def signature_with_two_infos() -> Case:
    """S( SignedInfo SignedInfo ): MALFORMED, whichever is the signed one."""
    xml = signed()
    start, end = xml.index(b"<ds:SignedInfo>"), xml.index(b"<ds:SignatureValue>")
    twice = xml[:end] + xml[start:end] + xml[end:]
    return xml_case(twice, _MALFORMED, also=_malformed("not XML-DSig's schema"))


@BOOK.case
def signature_without_value() -> Case:
    """S( SignedInfo KeyInfo ): MALFORMED."""
    xml = signed()
    start, end = xml.index(b"<ds:SignatureValue>"), xml.index(b"<ds:KeyInfo>")
    bare = xml[:start] + xml[end:]
    return xml_case(bare, _MALFORMED, also=_malformed("not XML-DSig's schema"))


@BOOK.case
def document_cut_in_two() -> Case:
    """Half a document: MALFORMED, XML unreadable."""
    xml = signed()
    half = xml[: len(xml) // 2]
    return xml_case(half, _MALFORMED, also=_malformed("XML unreadable"))


@BOOK.case
def two_roots() -> Case:
    """edXML*( … S ) edXML( evil ): no XML document. MALFORMED, whoever reads first."""
    other = envelope("V/v khác")
    twice = signed() + other[other.index(b"<edXML ") :]
    return xml_case(twice, _MALFORMED, also=_malformed("XML unreadable"))


# a time that is claimed


def _with_time(text: str) -> Case:
    time = f"<ds:Object><p><SigningTime>{text}</SigningTime></p></ds:Object>"
    xml = once(signed(), b"</ds:Signature>", f"{time}</ds:Signature>".encode())

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].time_proof is TimeProof.CLAIMED
        assert found[0].signed_at == NOW - DAY

    return xml_case(xml, PASSED, also=also)


@BOOK.case
def time_in_utc() -> Case:
    """S( Object( SigningTime …Z ) ): claimed, by whomever."""
    return _with_time("2020-03-01T08:00:00Z")


@BOOK.case
def time_without_a_zone() -> Case:
    """S( Object( SigningTime ) ) without a zone: Vietnam's."""
    return _with_time("2020-03-01T15:00:00")


@BOOK.case
def time_that_is_none() -> Case:
    """S( Object( SigningTime "hôm qua" ) ): no time is known."""
    time = "<ds:Object><p><SigningTime>hôm qua</SigningTime></p></ds:Object>"
    xml = once(signed(), b"</ds:Signature>", f"{time}</ds:Signature>".encode())

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].time_proof is TimeProof.NONE

    return xml_case(xml, PASSED, also=also)
