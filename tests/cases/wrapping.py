"""Signature wrapping, in the published forms: it never ends in a pass.

After McIntosh and Austel, "XML Signature Element Wrapping Attacks" (2005), and
Somorovsky et al., "On Breaking SAML" (2012): what is signed is moved aside and
verifies there, while another element stands where readers look.
"""

from hub.model.findings import Covered, Finding, SubIndication
from tests.cases.book import PASSED, Book, Case, Sort, open_
from tests.cases.room import ground, signed_envelope

BOOK = Book()

_BODY = (b"<edXML:edXMLBody", b"</edXML:edXMLBody>")
_EVIL = b'<edXML:edXMLBody Id="%s"><edXML:edXMLManifest/></edXML:edXMLBody>'
WRAPPED = open_(SubIndication.NOT_THE_DOCUMENT)


def cut(xml: bytes, edges: tuple[bytes, bytes]) -> tuple[bytes, bytes, bytes]:
    """Before, the element, after."""
    start = xml.index(edges[0])
    end = xml.index(edges[1]) + len(edges[1])
    return xml[:start], xml[start:end], xml[end:]


def in_signature(xml: bytes, inner: bytes) -> bytes:
    closing = b"</ds:Signature>"
    return xml.replace(closing, b"<ds:Object>" + inner + b"</ds:Object>" + closing)


def _covers_body(found: tuple[Finding, ...]) -> None:
    assert found[0].covers == (Covered.BODY,)


@BOOK.case
def body_signed_at_its_place() -> Case:
    """edXML( envelope( header( S ) body* ) files ), S -> #body.

    TOTAL_PASSED, covers BODY.
    """
    xml = signed_envelope(references=("#body",))
    return Case(Sort.XML, xml, (PASSED,), ground(), also=_covers_body)


@BOOK.case
def body_moved_into_the_signature() -> Case:
    """edXML( envelope( header( S( Object( body* ) ) ) evil ) files ), S -> #body.

    INDETERMINATE, NOT_THE_DOCUMENT: what verifies is not what is read.
    """
    xml = signed_envelope(references=("#body",))
    before, body, after = cut(xml, _BODY)
    wrapped = in_signature(before + _EVIL % b"evil" + after, body)
    return Case(
        Sort.XML, wrapped, (WRAPPED,), ground(), twin="body_signed_at_its_place"
    )
