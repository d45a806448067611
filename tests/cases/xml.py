"""XML signatures: what is signed drawn, the conclusion written down.

S is the ds:Signature, which stands in the header; -> says what it signs.
"""

from functools import cache

from hub.model.findings import Covered, Field, Finding, SubIndication
from hub.rehearsal.signing import sign_xml
from tests.cases.book import PASSED, Book, Case, failed, open_
from tests.cases.room import envelope, leader, office, signed_envelope
from tests.cases.shapes import both, covers, fields, once, xml_case

BOOK = Book()

PARTS = ("#body", "#files")
STABLE = ("#message", "#body", "#files")
HOP = b"<edXML:TraceHeaderList/></edXML:edXMLHeader>"
#: What the header says; only files stand elsewhere.
TOLD = (Field.SENDER, Field.RECEIVERS, Field.NUMBER, Field.TYPE, Field.SUBJECT)
WEAK = open_(SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
DIGEST = failed(SubIndication.HASH_FAILURE)
VALUE = failed(SubIndication.SIG_CRYPTO_FAILURE)


@cache
def signed(*references: str, c14n: str = "exclusive", digest: str = "sha256") -> bytes:
    """The room's envelope, signed by the office; made once."""
    return signed_envelope(references=references or ("",), c14n=c14n, digest=digest)


# what is covered


@BOOK.case
def whole_document() -> Case:
    """edXML( envelope( header( S ) body ) files ), S -> "" without itself.

    TOTAL_PASSED, covers DOCUMENT and every field.
    """
    also = both(covers(Covered.DOCUMENT, signed=True), fields(*Field), _plain)
    return xml_case(signed(), PASSED, also=also)


def _plain(found: tuple[Finding, ...]) -> None:
    assert found[0].place == "edXML/edXMLEnvelope/edXMLHeader/Signature"
    assert found[0].signed_at is None
    assert found[0].level == "plain"


@BOOK.case
def whole_document_inclusive() -> Case:
    """S -> "" with C14N 1.0, made by code that is neither signxml nor ours.

    TOTAL_PASSED: the habit of Vietnamese and .NET signers, where lxml alone writes a
    stray xmlns="".
    """
    return xml_case(signed(c14n="inclusive"), PASSED, also=covers(Covered.DOCUMENT))


@BOOK.case
def two_parts() -> Case:
    """S -> #body, #files: TOTAL_PASSED, covers these two.

    Not "signed": nobody signed the header by which the hub decides.
    """
    parts = covers(Covered.BODY, Covered.ATTACHMENTS, signed=False)
    also = both(parts, fields(Field.ATTACHMENTS))
    return xml_case(signed(*PARTS), PASSED, also=also)


@BOOK.case
def two_parts_inclusive() -> Case:
    """S -> #body, #files with C14N 1.0, which takes every namespace along."""
    also = covers(Covered.BODY, Covered.ATTACHMENTS)
    return xml_case(signed(*PARTS, c14n="inclusive"), PASSED, also=also)


@BOOK.case
def files_alone() -> Case:
    """S -> #files: covers ATTACHMENTS, and no field.

    Which of the files is the document stands in the body's list, unsigned.
    """
    also = both(covers(Covered.ATTACHMENTS, signed=False), fields())
    return xml_case(signed("#files"), PASSED, also=also)


@BOOK.case
def header_alone() -> Case:
    """S -> #header without itself: TOTAL_PASSED, and signs no document."""
    also = both(covers(Covered.HEADER, signed=False), fields(*TOLD))
    return xml_case(signed("#header"), PASSED, also=also)


@BOOK.case
def message_header_alone() -> Case:
    """S -> #message: covers HEADER and all that it tells, and signs no document."""
    also = both(covers(Covered.HEADER, signed=False), fields(*TOLD))
    return xml_case(signed("#message"), PASSED, also=also)


@BOOK.case
def stable_parts_with_a_hop() -> Case:
    """S -> #message, #body, #files; the axis appended a hop to the header.

    TOTAL_PASSED and "signed": what no hop changes (EDXML.md 5.1).
    """
    xml = once(signed(*STABLE), b"</edXML:edXMLHeader>", HOP)
    parts = covers(Covered.HEADER, Covered.BODY, Covered.ATTACHMENTS, signed=True)
    return xml_case(xml, PASSED, also=both(parts, fields(*Field)))


@BOOK.case
def files_taken_out_of_what_was_signed() -> Case:
    """S -> #header, #body; the files are nobody's: passed, and not "signed"."""
    also = covers(Covered.HEADER, Covered.BODY, signed=False)
    return xml_case(signed("#body", "#header"), PASSED, also=also)


@BOOK.case
def hop_in_a_header_that_nobody_signed() -> Case:
    """S -> #body, #files; the axis appends a hop to the header: TOTAL_PASSED."""
    return xml_case(once(signed(*PARTS), b"</edXML:edXMLHeader>", HOP), PASSED)


@BOOK.case
def root_is_the_envelope_and_its_files_are_elsewhere() -> Case:
    """envelope( header( S ) body ), S -> "": covers ENVELOPE, no attachments."""
    xml = envelope()
    inner = xml[xml.index(b"<edXML:edXMLEnvelope") : xml.index(b"  <AttachmentEnc")]
    also = both(covers(Covered.ENVELOPE, signed=False), fields(*TOLD))
    return xml_case(sign_xml(inner, office()), PASSED, also=also)


def _files_inside() -> bytes:
    xml = envelope()
    inner = xml[xml.index(b"<edXML:edXMLEnvelope") : xml.index(b"  <AttachmentEnc")]
    files = xml[xml.index(b"<AttachmentEnc") : xml.index(b"</edXML>")]
    return once(inner, b"</edXML:edXMLEnvelope>", files + b"</edXML:edXMLEnvelope>")


@BOOK.case
def root_is_the_envelope_with_its_files() -> Case:
    """envelope( header( S ) body files ), S -> "": covers DOCUMENT."""
    also = both(covers(Covered.DOCUMENT, signed=True), fields(*Field))
    return xml_case(sign_xml(_files_inside(), office()), PASSED, also=also)


@BOOK.case
def files_inside_the_envelope_under_a_root() -> Case:
    """edXML( envelope( header( S ) body files ) ), S -> #envelope without itself.

    covers ENVELOPE and the ATTACHMENTS in it: "signed".
    """
    xml = b"<edXML>" + _files_inside() + b"</edXML>"
    parts = covers(Covered.ENVELOPE, Covered.ATTACHMENTS, signed=True)
    made = sign_xml(xml, office(), references=("#envelope",))
    return xml_case(made, PASSED, also=both(parts, fields(*Field)))


@BOOK.case
def nothing_is_listed_and_nothing_is_there() -> Case:
    """envelope( header( S ) body() ), S -> "": all that is read was signed."""
    xml = envelope()
    inner = xml[xml.index(b"<edXML:edXMLEnvelope") : xml.index(b"  <AttachmentEnc")]
    start, end = inner.index(b"<edXML:edXMLManifest"), inner.index(b"</edXML:edXMLBody")
    made = sign_xml(inner[:start] + inner[end:], office())
    return xml_case(made, PASSED, also=covers(Covered.DOCUMENT))


@BOOK.case
def files_beside_the_root() -> Case:
    """edXML( envelope( header( S ) body( list ) ) ), the files travel beside it.

    covers ENVELOPE: the text of the document is not in what was signed.
    """
    xml = envelope()
    bare = xml[: xml.index(b"  <AttachmentEnc")] + b"</edXML>"
    also = covers(Covered.ENVELOPE, signed=False)
    return xml_case(sign_xml(bare, office()), PASSED, also=also)


_SOAP = b"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
  xmlns="http://www.e-doc.vn/Schema/"><s:Header><edXMLHeader><MessageHeader/>
  </edXMLHeader></s:Header><s:Body><Manifest Id="m"/></s:Body></s:Envelope>"""


@BOOK.case
def soap_whole() -> Case:
    """soap( Header( S ) Body( Manifest ) ), S -> "": ENVELOPE; files are MIME parts."""
    also = covers(Covered.ENVELOPE, signed=False)
    return xml_case(sign_xml(_SOAP, office()), PASSED, also=also)


@BOOK.case
def soap_manifest() -> Case:
    """soap( Header( S ) Body( Manifest ) ), S -> #m: covers BODY."""
    made = sign_xml(_SOAP, office(), references=("#m",))
    return xml_case(made, PASSED, also=covers(Covered.BODY, signed=False))


# several signatures


@BOOK.case
def leader_then_office() -> Case:
    """Leader -> #body, #files; then the office -> the same. TOTAL_PASSED, both."""
    return xml_case(_two(), PASSED, PASSED, also=_person_then_body)


@cache
def _two() -> bytes:
    first = signed_envelope(leader(), references=PARTS)
    return sign_xml(first, office(), references=PARTS)


def _person_then_body(found: tuple[Finding, ...]) -> None:
    assert [one.by_organization for one in found] == [False, True]


@BOOK.case
def second_signature_is_garbage() -> Case:
    """Leader -> parts (passes); the value of the second signature is damaged.

    The first hides nothing of the second: TOTAL_FAILED, SIG_CRYPTO_FAILURE.
    """
    xml = _two()
    start = xml.rindex(b"<ds:SignatureValue>") + 40
    other = b"A" if xml[start : start + 1] != b"A" else b"B"  # base64 all the same
    damaged = xml[:start] + other + xml[start + 1 :]
    return xml_case(damaged, PASSED, VALUE, twin="leader_then_office")


@BOOK.case
def whole_document_signed_over_a_signature() -> Case:
    """Leader -> ""; then the office -> "", which the leader's digest does not know.

    The leader's fails as XML-DSig has it: later signatures are changes to it.
    """
    xml = sign_xml(signed_envelope(leader()), office())
    return xml_case(xml, DIGEST, PASSED, twin="leader_then_office")
