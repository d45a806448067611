"""Texts written in other bytes: what is the same text passes, what only looks so fails.

All of them S -> "" without itself, one thing changed after signing.
"""

from hub.model.findings import Covered, SubIndication
from tests.cases.book import PASSED, Book, Case, open_
from tests.cases.shapes import covers, intact, once, remarks, xml_case
from tests.cases.wrapping import wrapped
from tests.cases.xml import DIGEST, signed

BOOK = Book()


@BOOK.case
def whole_signed() -> Case:
    """edXML*( envelope( header( S ) body ) files ), S -> "" without itself."""
    return xml_case(signed(), PASSED, also=covers(Covered.DOCUMENT))


def _with_subject(new: bytes, *, references: tuple[str, ...] = ()) -> bytes:
    return once(signed(*references), b"giao ban", new)


@BOOK.case
def comment_inside_a_text() -> Case:
    """S -> ""; Subject( "h", comment, "ban" ): canonical form leaves it out.

    Intact, and a reader would take half the text (CVE-2017-11427).
    """
    xml = _with_subject(b"giao <!-- -->ban")
    return wrapped(xml, "whole_signed", remarks("comment inside a text", intact=True))


@BOOK.case
def comment_between_elements() -> Case:
    """S -> "" with a comment among blanks: harmless. TOTAL_PASSED."""
    return xml_case(once(signed(), b"<edXML:To>", b"<!-- to --><edXML:To>"), PASSED)


@BOOK.case
def thousand_comments() -> Case:
    """S -> "" with as many comments among blanks as are looked at: TOTAL_PASSED."""
    return xml_case(
        once(signed(), b"<edXML:To>", b"<!---->" * 1_000 + b"<edXML:To>"), PASSED
    )


@BOOK.case
def comment_in_a_text_behind_a_thousand() -> Case:
    """999 among blanks, and the last one inside the subject."""
    xml = once(
        _with_subject(b"giao <!-- -->ban"),
        b"<edXML:To>",
        b"<!---->" * 999 + b"<edXML:To>",
    )
    return wrapped(xml, "thousand_comments")


@BOOK.case
def pile_of_comments() -> Case:
    """20,000 comments among blanks: RESOURCE_LIMIT, at once."""
    xml = once(signed(), b"<edXML:To>", b"<!---->" * 20_000 + b"<edXML:To>")
    said = open_(SubIndication.RESOURCE_LIMIT)
    return xml_case(xml, said, twin="thousand_comments", also=intact)


@BOOK.case
def instruction_inside_a_text() -> Case:
    """S -> ""; an instruction cuts the subject, and is itself signed. HASH_FAILURE."""
    return xml_case(_with_subject(b"giao <?x y?>ban"), DIGEST, twin="whole_signed")


@BOOK.case
def letters_as_references() -> Case:
    """S -> ""; "g" of the subject as &#x67;: the same text. TOTAL_PASSED."""
    return xml_case(_with_subject(b"&#x67;iao ban"), PASSED)


@BOOK.case
def text_as_cdata() -> Case:
    """S -> ""; the subject in CDATA: the same text in canonical form. TOTAL_PASSED."""
    return xml_case(_with_subject(b"<![CDATA[giao ban]]>"), PASSED)


@BOOK.case
def entity_for_a_text() -> Case:
    """S -> ""; <!ENTITY e "giao ban"> and &e; for it: refused with its DOCTYPE."""
    xml = once(
        _with_subject(b"&e;"),
        b"<edXML ",
        b'<!DOCTYPE edXML [<!ENTITY e "giao ban">]><edXML ',
    )
    said = open_(SubIndication.UNSUPPORTED)
    return xml_case(xml, said, twin="letters_as_references", also=remarks("DOCTYPE"))


@BOOK.case
def composed_and_decomposed_letters() -> Case:
    """S -> ""; "tháng" with its marks as letters of their own (NFD): HASH_FAILURE.

    The same to the eye, other text: canonical form composes nothing.
    """
    xml = once(signed(), "tháng".encode(), "tha\u0301ng".encode())
    return xml_case(xml, DIGEST, twin="whole_signed")


@BOOK.case
def look_alike_letters() -> Case:
    """S -> ""; Cyrillic "а" in the subject: HASH_FAILURE."""
    xml = once(signed(), b"giao ban", "giаo ban".encode())
    return xml_case(xml, DIGEST, twin="whole_signed")


@BOOK.case
def letters_of_no_width() -> Case:
    """S -> ""; a zero-width space inside the sender's code: HASH_FAILURE."""
    xml = once(
        signed(),
        b"000.00.21.H40</edXML:OrganId>",
        "000.00.\u200b21.H40</edXML:OrganId>".encode(),
    )
    return xml_case(xml, DIGEST, twin="whole_signed")


@BOOK.case
def byte_order_mark() -> Case:
    """S -> ""; EF BB BF before the declaration: no part of the document. PASSED."""
    return xml_case(b"\xef\xbb\xbf" + signed(), PASSED)


@BOOK.case
def line_ends_of_windows() -> Case:
    """S -> ""; CRLF for LF: parsers make LF of it. TOTAL_PASSED."""
    return xml_case(signed().replace(b"\n", b"\r\n"), PASSED)


@BOOK.case
def other_quotes_and_order() -> Case:
    """S -> ""; attributes in other quotes, an empty element written short: the same."""
    xml = once(signed(), b'version="1.0">', b"version='1.0'  >")
    return xml_case(xml, PASSED)


@BOOK.case
def another_encoding() -> Case:
    """S -> ""; the document in UTF-16: canonical form is UTF-8. TOTAL_PASSED here.

    The guard refuses such a document before it comes so far.
    """
    text = signed().decode().replace("UTF-8", "UTF-16")
    return xml_case(text.encode("utf-16"), PASSED)
