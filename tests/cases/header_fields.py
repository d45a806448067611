"""Single elements of the message header, signed by Id, and what is put beside them.

Each gives its business field and no part; it counts only where readers take it.
"""

from hub.model.findings import Covered, Field
from hub.rehearsal.signing import sign_xml
from tests.cases.book import PASSED, Book, Case
from tests.cases.room import envelope, office
from tests.cases.shapes import (
    HEADER,
    both,
    covers,
    cut,
    fields,
    in_signature,
    once,
    xml_case,
)
from tests.cases.wrapping import wrapped
from tests.cases.xml import STABLE, signed

BOOK = Book()


def _marked() -> bytes:
    """The envelope with an Id on every element of its message header."""
    xml = envelope()
    for name in (b"From", b"To", b"DocumentId", b"Subject"):
        opening = b"<edXML:%s>" % name
        xml = once(xml, opening, b'<edXML:%s Id="%s">' % (name, name))
    code = (
        b'<edXML:Code><edXML:CodeNumber Id="n">12</edXML:CodeNumber>'
        b'<edXML:CodeNotation Id="c">UBND</edXML:CodeNotation></edXML:Code>'
        b'<edXML:DocumentType Id="t"><edXML:Type>1</edXML:Type></edXML:DocumentType>'
    )
    return once(xml, b"<edXML:Subject", code + b"<edXML:Subject")


def _singly(*names: str) -> bytes:
    return sign_xml(_marked(), office(), references=tuple(f"#{n}" for n in names))


@BOOK.case
def sender_signed_alone() -> Case:
    """header( message( From* … ) S ), S -> #From: no part, and of the fields SENDER."""
    also = both(covers(signed=False), fields(Field.SENDER))
    return xml_case(_singly("From"), PASSED, also=also)


@BOOK.case
def every_field_signed_alone() -> Case:
    """S -> #From #To #DocumentId #n #c #t #Subject #body #files: every field."""
    names = ("From", "To", "DocumentId", "n", "c", "t", "Subject", "body", "files")
    also = both(covers(Covered.BODY, Covered.ATTACHMENTS), fields(*Field))
    return xml_case(_singly(*names), PASSED, also=also)


@BOOK.case
def receiver_signed_alone() -> Case:
    """S -> #To, #From: RECEIVERS and SENDER."""
    also = fields(Field.SENDER, Field.RECEIVERS)
    return xml_case(_singly("To", "From"), PASSED, also=also)


@BOOK.case
def another_receiver_beside_the_signed_one() -> Case:
    """message( From To evil ), S -> #To, #From: a receiver more, whom nobody signed.

    TOTAL_PASSED for the sender; RECEIVERS is no longer covered, for both are read.
    """
    evil = b"<edXML:To><edXML:OrganId>000.00.66.H40</edXML:OrganId></edXML:To>"
    xml = once(_singly("To", "From"), b"<edXML:DocumentId", evil + b"<edXML:DocumentId")
    return xml_case(xml, PASSED, also=fields(Field.SENDER))


@BOOK.case
def another_sender_before_the_signed_one() -> Case:
    """message( evil From* … ), S -> #From: the reader takes the first."""
    evil = b"<edXML:From><edXML:OrganId>000.00.66.H40</edXML:OrganId></edXML:From>"
    xml = once(_singly("From"), b"<edXML:From", evil + b"<edXML:From")
    return wrapped(xml, "sender_signed_alone")


@BOOK.case
def sender_moved_into_another_element() -> Case:
    """message( evil OtherInfo( From* ) ), S -> #From."""
    before, sender, after = cut(_singly("From"), (b"<edXML:From", b"</edXML:From>"))
    evil = b"<edXML:From><edXML:OrganId>000.00.66.H40</edXML:OrganId></edXML:From>"
    aside = b"<edXML:OtherInfo>" + sender + b"</edXML:OtherInfo>"
    return wrapped(before + evil + aside + after, "sender_signed_alone")


@BOOK.case
def sender_in_another_namespace() -> Case:
    """message( x:From* evil ), x nobody's namespace: readers pass over what is signed.

    NOT_THE_DOCUMENT: edXML's names count, not look-alikes.
    """
    xml = once(envelope(), b"<edXML:From>", b'<x:From xmlns:x="urn:x" Id="From">')
    xml = once(xml, b"</edXML:From>", b"</x:From>")
    xml = once(xml, b"<edXML:To>", b"<edXML:From/><edXML:To>")
    made = sign_xml(xml, office(), references=("#From",))
    return wrapped(made, "sender_signed_alone")


@BOOK.case
def number_signed_by_its_parts() -> Case:
    """message( DocumentId* Code( CodeNumber* CodeNotation* ) ): NUMBER."""
    also = fields(Field.NUMBER)
    return xml_case(_singly("DocumentId", "n", "c"), PASSED, also=also)


@BOOK.case
def half_a_number_signed() -> Case:
    """S -> #DocumentId, #n, and not the notation: passed, NUMBER is not covered.

    Something of the document must be: S -> #From, too.
    """
    made = _singly("DocumentId", "n", "From")
    return xml_case(made, PASSED, also=fields(Field.SENDER))


@BOOK.case
def nothing_that_is_decided_by() -> Case:
    """S -> #n alone: intact, and about no field: NOT_THE_DOCUMENT."""
    return wrapped(_singly("n"), "number_signed_by_its_parts")


@BOOK.case
def a_number_hidden_in_the_signature() -> Case:
    """message( DocumentId* ) S( Object( Code( n* c* ) ) ): nobody reads them there."""
    code = (b"<edXML:Code>", b"</edXML:Code>")
    before, hidden, after = cut(_singly("DocumentId", "n", "c"), code)
    return wrapped(in_signature(before + after, hidden), "number_signed_by_its_parts")


# what is to be done, beside the message header


def _errand(kind: bytes) -> bytes:
    """The stable parts signed, a word put beside them of what is to be done."""
    errand = (
        b"<edXML:TraceHeaderList><edXML:Bussiness><edXML:BussinessDocType>%s"
        b"</edXML:BussinessDocType><edXML:DocumentId>000.00.21.H40,2020/03/02,9/UBND"
        b"</edXML:DocumentId></edXML:Bussiness></edXML:TraceHeaderList>" % kind
    )
    return once(signed(*STABLE), HEADER[1], errand + HEADER[1])


@BOOK.case
def an_unsigned_word_that_it_is_new() -> Case:
    """header( message* S trace( hops, "new" ) ) body* files*: what axes append."""
    also = covers(Covered.HEADER, Covered.BODY, Covered.ATTACHMENTS, signed=True)
    return xml_case(_errand(b"0"), PASSED, also=also)


@BOOK.case
def an_unsigned_word_that_it_revokes() -> Case:
    """header( message* S trace( "revoke 9/UBND" ) ) body* files*: HEADER is not signed.

    Or whoever carries a document could make it revoke another one in its sender's name.
    """
    also = both(covers(Covered.BODY, Covered.ATTACHMENTS, signed=False), fields(*Field))
    twin = "an_unsigned_word_that_it_is_new"
    return xml_case(_errand(b"1"), PASSED, twin=twin, also=also)


@BOOK.case
def a_signed_word_that_it_revokes() -> Case:
    """edXML*( envelope( header( message trace( "revoke" ) S ) … ) ): DOCUMENT."""
    errand = b"<edXML:Business><edXML:BusinessDocType>1</edXML:BusinessDocType>"
    xml = once(envelope(), HEADER[1], errand + b"</edXML:Business>" + HEADER[1])
    return xml_case(
        sign_xml(xml, office()), PASSED, also=covers(Covered.DOCUMENT, signed=True)
    )
