"""Signature wrapping, in the published forms: it never ends in a pass.

After McIntosh and Austel, "XML Signature Element Wrapping Attacks" (2005), and
Somorovsky et al., "On Breaking SAML" (2012): what is signed is moved aside and
verifies there, while another element stands where readers look. Drawn: * is what was
signed, evil what the attacker wrote, S -> what S signs.
"""

from collections.abc import Callable

from hub.model.findings import Covered, SubIndication
from hub.rehearsal.signing import sign_xml
from tests.cases.book import PASSED, Also, Book, Case, open_
from tests.cases.room import QCVN, envelope, office
from tests.cases.shapes import (
    BODY,
    ENVELOPE,
    FILES,
    HEADER,
    MESSAGE,
    SIGNATURE,
    Edges,
    both,
    covers,
    cut,
    in_header,
    in_signature,
    intact,
    once,
    remarks,
    xml_case,
)
from tests.cases.xml import DIGEST, PARTS, STABLE, signed

BOOK = Book()

WRAPPED = open_(SubIndication.NOT_THE_DOCUMENT)
_EVIL = b'<edXML:edXMLBody Id="%s"><edXML:edXMLManifest/></edXML:edXMLBody>'
_EVIL_FILES = b'<AttachmentEncoded Id="evil"><Attachment/></AttachmentEncoded>'


def wrapped(xml: bytes, twin: str, also: Also = intact) -> Case:
    """An attack that is intact, and not about what is read."""
    return xml_case(xml, WRAPPED, twin=twin, also=also)


# genuine


@BOOK.case
def body_signed_at_its_place() -> Case:
    """edXML( envelope( header( S ) body* ) files ), S -> #body: covers BODY."""
    return xml_case(signed("#body"), PASSED, also=covers(Covered.BODY))


@BOOK.case
def parts_signed_at_their_places() -> Case:
    """edXML( envelope( header( S ) body* ) files* ), S -> #body, #files."""
    also = covers(Covered.BODY, Covered.ATTACHMENTS)
    return xml_case(signed(*PARTS), PASSED, also=also)


@BOOK.case
def stable_parts_at_their_places() -> Case:
    """edXML( envelope( header( message* S ) body* ) files* ), S -> all three."""
    also = covers(Covered.HEADER, Covered.BODY, Covered.ATTACHMENTS, signed=True)
    return xml_case(signed(*STABLE), PASSED, also=also)


@BOOK.case
def envelope_signed_at_its_place() -> Case:
    """edXML( envelope*( header( S ) body ) files ), S -> #envelope without itself."""
    return xml_case(signed("#envelope"), PASSED, also=covers(Covered.ENVELOPE))


@BOOK.case
def whole_signed() -> Case:
    """edXML*( envelope( header( S ) body ) files ), S -> "" without itself."""
    return xml_case(signed(), PASSED, also=covers(Covered.DOCUMENT))


# the signed element moved aside


def _moved(
    signature: bytes, edges: Edges, evil: bytes, hide: Callable[[bytes, bytes], bytes]
) -> bytes:
    """What stands at `edges` goes where `hide` puts it, `evil` takes its place."""
    before, element, after = cut(signature, edges)
    return hide(before + evil + after, element)


@BOOK.case
def body_moved_into_the_signature() -> Case:
    """edXML( envelope( header( S( Object( body* ) ) ) evil ) files ), S -> #body."""
    xml = _moved(signed("#body"), BODY, _EVIL % b"evil", in_signature)
    return wrapped(xml, "body_signed_at_its_place")


@BOOK.case
def body_moved_into_the_signature_under_its_id() -> Case:
    """The same, evil bears the signed Id, too: which of them is meant?"""
    xml = _moved(signed("#body"), BODY, _EVIL % b"body", in_signature)
    return wrapped(xml, "body_signed_at_its_place", remarks("Id given twice"))


@BOOK.case
def body_moved_into_the_header() -> Case:
    """edXML( envelope( header( S Wrapper( body* ) ) evil ) files ), S -> #body."""
    xml = _moved(signed("#body"), BODY, _EVIL % b"evil", in_header)
    return wrapped(xml, "body_signed_at_its_place")


@BOOK.case
def body_moved_into_the_header_under_its_id() -> Case:
    """The same, evil bears the signed Id, too."""
    xml = _moved(signed("#body"), BODY, _EVIL % b"body", in_header)
    return wrapped(xml, "body_signed_at_its_place", remarks("Id given twice"))


@BOOK.case
def body_moved_behind_the_root_s_children() -> Case:
    """edXML( envelope( header( S ) evil ) files body* ), S -> #body."""

    def hide(xml: bytes, body: bytes) -> bytes:
        return once(xml, b"</edXML>", _declared(body) + b"</edXML>")

    xml = _moved(signed("#body"), BODY, _EVIL % b"evil", hide)
    return wrapped(xml, "body_signed_at_its_place")


def _declared(element: bytes) -> bytes:
    """The element with its prefix declared, for a place outside the envelope."""
    name = element[1 : element.index(b" ")]
    return once(element, name, name + b' xmlns:edXML="' + QCVN.encode() + b'"')


@BOOK.case
def files_moved_into_the_signature() -> Case:
    """edXML( envelope( header( S( Object( files* ) ) ) body* ) evil )."""
    xml = _moved(signed(*PARTS), FILES, _EVIL_FILES, in_signature)
    return wrapped(xml, "parts_signed_at_their_places")


@BOOK.case
def files_moved_into_the_header() -> Case:
    """edXML( envelope( header( S Wrapper( files* ) ) body* ) evil )."""
    xml = _moved(signed(*PARTS), FILES, _EVIL_FILES, in_header)
    return wrapped(xml, "parts_signed_at_their_places")


def _evil_message(xml: bytes) -> bytes:
    _, message, _ = cut(xml, MESSAGE)
    other = once(message, b"000.00.22.H40", b"000.00.66.H40")
    return once(other, b'Id="message"', b'Id="evil"')


@BOOK.case
def message_header_moved_into_the_signature() -> Case:
    """envelope( header( evil S( Object( message* ) ) ) body* ): other receivers."""
    xml = signed(*STABLE)
    xml = _moved(xml, MESSAGE, _evil_message(xml), in_signature)
    return wrapped(xml, "stable_parts_at_their_places")


@BOOK.case
def message_header_moved_into_a_wrapper() -> Case:
    """envelope( header( evil S Wrapper( message* ) ) body* )."""
    xml = signed(*STABLE)
    xml = _moved(xml, MESSAGE, _evil_message(xml), in_header)
    return wrapped(xml, "stable_parts_at_their_places")


@BOOK.case
def message_header_behind_the_evil_one() -> Case:
    """envelope( header( evil message* S ) body* ): the reader takes the first."""
    xml = signed(*STABLE)
    xml = once(xml, MESSAGE[0], _evil_message(xml) + MESSAGE[0])
    return wrapped(xml, "stable_parts_at_their_places")


@BOOK.case
def message_header_before_the_evil_one() -> Case:
    """envelope( header( message* evil S ) body* ): others may take the last."""
    xml = signed(*STABLE)
    xml = once(xml, MESSAGE[1], MESSAGE[1] + _evil_message(xml))
    return wrapped(xml, "stable_parts_at_their_places")


@BOOK.case
def second_header_without_a_message() -> Case:
    """envelope( header( message* S ) header() body* ): which header is read?"""
    xml = once(signed(*STABLE), BODY[0], b"<edXML:edXMLHeader/>" + BODY[0])
    return wrapped(xml, "stable_parts_at_their_places")


@BOOK.case
def evil_header_before_the_signed_one() -> Case:
    """envelope( header( evil ) header( message* S ) body* )."""
    xml = signed(*STABLE)
    evil = HEADER[0] + b">" + _evil_message(xml) + HEADER[1]
    xml = once(xml, HEADER[0], evil + HEADER[0])
    return wrapped(xml, "stable_parts_at_their_places")


@BOOK.case
def evil_body_before_the_signed_one() -> Case:
    """envelope( header( S ) evil body* ): readers of //edXMLBody take the first."""
    xml = once(signed("#body"), BODY[0], _EVIL % b"evil" + BODY[0])
    return wrapped(xml, "body_signed_at_its_place")


@BOOK.case
def evil_body_behind_the_signed_one() -> Case:
    """envelope( header( S ) body* evil ): others take the last."""
    xml = once(signed("#body"), BODY[1], BODY[1] + _EVIL % b"evil")
    return wrapped(xml, "body_signed_at_its_place")


@BOOK.case
def files_inside_and_outside_the_envelope() -> Case:
    """edXML( envelope( header( S ) body* evil ) files* ): readers take both."""
    xml = once(signed(*PARTS), ENVELOPE[1], _EVIL_FILES + ENVELOPE[1])
    return wrapped(xml, "parts_signed_at_their_places")


@BOOK.case
def envelope_inside_another() -> Case:
    """edXML( evil( header( Wrapper( envelope* ) ) ) ), S -> #envelope."""
    _, inner, _ = cut(signed("#envelope"), ENVELOPE)
    outer = once(envelope("V/v khác"), b' Id="envelope"', b"")
    return wrapped(in_header(outer, inner), "envelope_signed_at_its_place")


@BOOK.case
def envelope_beside_another() -> Case:
    """edXML( evil envelope* files ), S -> #envelope: the reader takes the first."""
    xml = signed("#envelope")
    _, evil, _ = cut(envelope("V/v khác"), ENVELOPE)
    for name in (b"envelope", b"header", b"message", b"body"):
        evil = once(evil, b' Id="%s"' % name, b"")
    return wrapped(
        once(xml, ENVELOPE[0], evil + ENVELOPE[0]), "envelope_signed_at_its_place"
    )


@BOOK.case
def envelope_under_a_soap_root() -> Case:
    """soap( Header( evil ) Body( edXML( envelope* ) ) ), S -> #envelope.

    The reader goes by the root, and takes family B's header.
    """
    _, inner, _ = cut(signed("#envelope"), ENVELOPE)
    soap = b"http://schemas.xmlsoap.org/soap/envelope/"
    evil = b'<MessageHeader xmlns="%s"/>' % QCVN.encode()
    xml = (
        b'<s:Envelope xmlns:s="%s"><s:Header>%s</s:Header>'
        b"<s:Body>%s</s:Body></s:Envelope>"
    )
    return wrapped(xml % (soap, evil, inner), "envelope_signed_at_its_place")


@BOOK.case
def root_inside_another() -> Case:
    """evil( Wrapper( edXML* ) ), S -> "": "" is the new root. HASH_FAILURE."""
    xml = signed()
    inner = xml[xml.index(b"<edXML ") :]
    outer = envelope("V/v khác")
    for name in (b"envelope", b"header", b"message", b"body", b"files"):
        outer = once(outer, b' Id="%s"' % name, b"")
    return xml_case(in_header(outer, inner), DIGEST, twin="whole_signed")


# Ids


def _same_id(spelling: bytes) -> Case:
    xml = once(signed("#body"), b'Id="message"', spelling)
    return wrapped(xml, "body_signed_at_its_place", remarks("Id given twice"))


@BOOK.case
def id_again_as_ID() -> Case:  # noqa: N802 - the spelling is the case
    """S -> #body; the message header has ID="body"."""
    return _same_id(b'ID="body"')


@BOOK.case
def id_again_as_id() -> Case:
    """S -> #body; the message header has id="body"."""
    return _same_id(b'id="body"')


@BOOK.case
def id_again_as_xml_id() -> Case:
    """S -> #body; the message header has xml:id="body"."""
    return _same_id(b'xml:id="body"')


@BOOK.case
def id_again_in_the_signature() -> Case:
    """S -> #body; S itself has Id="body"."""
    xml = once(signed("#body"), b"<ds:Signature ", b'<ds:Signature Id="body" ')
    return wrapped(xml, "body_signed_at_its_place", remarks("Id given twice"))


@BOOK.case
def other_parts_share_an_id() -> Case:
    """S -> #body; message header and files have one Id, which S does not use.

    NOT_THE_DOCUMENT: whoever looks a part up by Id reads another one.
    """
    xml = once(signed("#body"), b'Id="message"', b'Id="files"')
    also = both(intact, remarks("Id of a part given twice", intact=True))
    return wrapped(xml, "body_signed_at_its_place", also)


# around and inside the signature


@BOOK.case
def envelope_hidden_in_the_signature() -> Case:
    """S( Object( envelope ) ) -> "" without itself: what is inside nobody signed."""
    hidden = b"<edXMLEnvelope><edXMLBody/></edXMLEnvelope>"
    return wrapped(in_signature(signed(), hidden), "whole_signed")


@BOOK.case
def own_object_only() -> Case:
    """S( Object( own* ) ) -> #own: intact, and signs no document."""
    own = b'<o:own xmlns:o="urn:o" Id="own"></o:own>'
    made = sign_xml(
        once(envelope(), HEADER[1], own + HEADER[1]), office(), references=("#own",)
    )
    return wrapped(in_signature(made.replace(own, b""), own), "whole_signed")


@BOOK.case
def signature_moved_to_the_end() -> Case:
    """edXML*( envelope( header() body ) files S ), S -> "" without itself.

    What is read is what was signed, wherever S stands: TOTAL_PASSED.
    """
    before, signature, after = cut(signed(), SIGNATURE)
    moved = once(before + after, b"</edXML>", signature + b"</edXML>")
    return xml_case(moved, PASSED, also=covers(Covered.DOCUMENT))


@BOOK.case
def signature_of_another_document() -> Case:
    """S of one document put into another: TOTAL_FAILED, HASH_FAILURE."""
    _, signature, _ = cut(signed(), SIGNATURE)
    other = once(envelope("V/v khác"), HEADER[1], signature + HEADER[1])
    return xml_case(other, DIGEST, twin="whole_signed")


@BOOK.case
def body_in_another_namespace() -> Case:
    """envelope( header( S ) x:edXMLBody* ), x nobody's: readers find no body."""
    xml = once(envelope(), BODY[0], b'<x:edXMLBody xmlns:x="urn:x"')
    xml = once(xml, BODY[1], b"</x:edXMLBody>")
    made = sign_xml(xml, office(), references=("#body",))
    return wrapped(made, "body_signed_at_its_place")


@BOOK.case
def namespace_of_the_old_edoc() -> Case:
    """All of it under e-doc.vn's name, which readers take for edXML: TOTAL_PASSED."""
    xml = envelope().replace(QCVN.encode(), b"http://www.e-doc.vn/Schema/")
    made = sign_xml(xml, office(), references=("#body",))
    return xml_case(made, PASSED, also=covers(Covered.BODY))
