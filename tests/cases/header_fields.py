"""Single elements of the message header, signed by Id, and what is put beside them.

Each gives its business field and no part; it counts only where readers take it.
"""

from hub.model.findings import Covered, Field
from hub.rehearsal.signing import sign_xml
from tests.cases.book import PASSED, Book, Case
from tests.cases.room import envelope, office
from tests.cases.shapes import both, covers, cut, fields, once, xml_case
from tests.cases.wrapping import wrapped

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
