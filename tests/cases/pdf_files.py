"""Kinds of files: hybrid, streams of objects, linearised, encrypted, with strays.

Two readers must not see two files: where they may, no signature is clean.
"""

from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from hub.model.changes import Look
from hub.model.findings import Finding, SubIndication
from hub.rehearsal.hands import ADOBE
from hub.rehearsal.pdf_updates import Update, stream
from tests.cases.book import PASSED, Book, Case, open_
from tests.cases.pdf_room import (
    MALFORMED,
    OTHER_TEXT,
    TEXT,
    UNEXPLAINED,
    K,
    altered,
    body,
    led,
    pdf,
    sealed,
    sheet,
    shelf,
    signed,
    updated,
)
from tests.cases.room import leader, office, paper, signed_pdf

BOOK = Book()


def rows_of(rows: dict[int, tuple[int, int, int]], more: dict[str, bytes]) -> bytes:
    """A cross-reference stream of these rows: kind, place or shelf, seat."""
    index = b" ".join(b"%d 1" % n for n in sorted(rows))
    content = b"".join(
        bytes([kind]) + place.to_bytes(4) + seat.to_bytes(2)
        for _, (kind, place, seat) in sorted(rows.items())
    )
    entries = {"/Type": b"/XRef", "/W": b"[1 4 2]", "/Index": b"[%s]" % index}
    return stream(content, entries | more)


def on_shelves(objects: dict[int, bytes], shelved: dict[int, bytes]) -> bytes:
    """A file under a cross-reference stream, some objects in object stream 20."""
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    rows = {0: (0, 0, 65_535)}
    for number, one in {**objects, 20: shelf(shelved.items())}.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    rows |= {number: (2, 20, seat) for seat, number in enumerate(shelved)}
    rows[21] = (1, len(out), 0)
    table = rows_of(rows, {"/Size": b"22", "/Root": b"1 0 R", "/ID": b"[<00><00>]"})
    start = len(out)
    return out + b"21 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start)


def _modern() -> bytes:
    """The sheet with its font and its page tree in an object stream."""
    objects = body()
    shelved = {number: objects.pop(number) for number in (2, 5)}
    return on_shelves(objects, shelved)


@BOOK.case
def an_object_stream_signed_twice() -> Case:
    """text under streams, S | S under a stream, Adobe's way: both pass."""
    data = sealed(signed(_modern(), ADOBE), ADOBE)
    return pdf(data, PASSED, PASSED, also=altered({K.SIGNATURE}, None))


@BOOK.case
def a_table_after_streams() -> Case:
    """text under streams, S | S under a table: both pass."""
    data = sealed(signed(_modern(), ADOBE))
    return pdf(data, PASSED, PASSED, also=altered({K.SIGNATURE}, None))


@BOOK.case
def an_object_stream_replaced() -> Case:
    """text under streams, S | the object stream anew, the font in it another: OTHER.

    Entries that were signed point into it: one reader takes the new one for them.
    """
    objects = body()
    font = objects[5].replace(b"Helvetica", b"Symbol")
    held = shelf([(2, objects[2]), (5, font)])
    data = updated(signed(_modern(), ADOBE), lambda update: update.put(held, 20))

    def other(found: tuple[Finding, ...]) -> None:
        assert K.OTHER in {a.kind for a in found[0].alterations}

    return pdf(data, UNEXPLAINED, twin="an_object_stream_signed_twice", also=other)


@BOOK.case
def a_font_taken_off_itsshelf() -> Case:
    """text under streams, S | the font as an object of its own, another one: PAGE."""
    font = body()[5].replace(b"Helvetica", b"Symbol")
    return pdf(
        updated(signed(_modern(), ADOBE), lambda update: update.put(font, 5)),
        UNEXPLAINED,
        twin="an_object_stream_signed_twice",
        also=altered({K.PAGE}),
    )


def _linearised() -> bytes:
    """A file whose first page's section stands first, the rest's before it in time."""
    objects = body()
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    out += b"9 0 obj\n<</Linearized 1/L 0/H[0 0]/O 3/E 0/N 1/T 0>>\nendobj\n"
    first = len(out)
    row = b"%010d 00000 n \n"
    size = len(b"xref\n1 3\n") + 3 * 20
    trailer = b"trailer\n<</Size 10/Root 1 0 R/Prev %010d/ID[<00><00>]>>\n"
    size += len(trailer % 0) + len(b"startxref\n0\n%%EOF\n")
    places, parts = {}, b""
    for number in (1, 2, 3, 4, 5):
        places[number] = first + size + len(parts)
        parts += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    main = first + size + len(parts)
    head = b"xref\n1 3\n" + b"".join(row % places[n] for n in (1, 2, 3))
    head += trailer % main + b"startxref\n0\n%%EOF\n"
    rest = b"xref\n0 1\n0000000000 65535 f \n4 2\n" + row % places[4] + row % places[5]
    rest += b"trailer\n<</Size 6>>\nstartxref\n%d\n%%%%EOF\n" % first
    return out + head + parts + rest


@BOOK.case
def a_linearised_file_signed_twice() -> Case:
    """text, linearised, S | S: both pass."""
    data = sealed(signed(_linearised()))
    return pdf(data, PASSED, PASSED, also=altered({K.SIGNATURE}, None))


def _encrypted(password: bytes) -> bytes:
    """The paper, encrypted, then signed by who knows the password."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(paper())))
    writer.encrypt(owner_pass=b"owner", user_pass=password)
    out = BytesIO()
    writer.write(out)
    made: bytes = signed_pdf(leader(), out.getvalue(), password=password)
    return made


@BOOK.case
def encrypted_and_open_to_all() -> Case:
    """text, encrypted with no password to open it, S: whole."""
    return pdf(_encrypted(b""), PASSED, also=altered(None))


@BOOK.case
def encrypted_signed_twice() -> Case:
    """text, encrypted and open to all, S | S: both pass."""
    data = signed_pdf(office(), _encrypted(b""), field="Signature2", password=b"")
    return pdf(data, PASSED, PASSED)


@BOOK.case
def encrypted_and_closed() -> Case:
    """text, encrypted with a password, S: UNSUPPORTED, nobody here can read it."""
    return pdf(
        _encrypted(b"secret"),
        open_(SubIndication.UNSUPPORTED),
        twin="encrypted_and_open_to_all",
    )


@BOOK.case
def a_word_after_the_end() -> Case:
    """text S | bytes of no revision: STRAY_BYTES, or no file at all."""
    return pdf(
        signed_pdf() + b"% more",
        UNEXPLAINED,
        twin="a_line_end_after_the_end",
        also=altered({K.STRAY_BYTES}),
    )


@BOOK.case
def a_line_end_after_the_end() -> Case:
    """text S | a line end: passes."""
    return pdf(signed_pdf() + b"\n", PASSED)


@BOOK.case
def an_end_after_the_end() -> Case:
    """text S | %%EOF once more: MALFORMED, no reader agrees where it begins."""
    return pdf(signed_pdf() + b"\n%%EOF", MALFORMED, twin="a_line_end_after_the_end")


@BOOK.case
def a_file_in_a_file() -> Case:
    """text S | another whole file: never clean, readers differ which to show."""
    return pdf(
        signed_pdf() + sheet(body() | {4: stream(OTHER_TEXT)}),
        MALFORMED,
        twin="a_line_end_after_the_end",
    )


@BOOK.case
def an_update_without_a_table() -> Case:
    """text S | another text, no table, no trailer (ISA): STRAY_BYTES."""
    data = led() + b"4 0 obj\n%s\nendobj\n" % stream(OTHER_TEXT)
    return pdf(
        data,
        UNEXPLAINED,
        twin="a_line_end_after_the_end",
        also=altered({K.STRAY_BYTES}),
    )


@BOOK.case
def junk_before_the_head() -> Case:
    """junk, text S: MALFORMED, places are counted from one head or the other."""
    return pdf(b"junk\n" + led(), MALFORMED, twin="a_line_end_after_the_end")


@BOOK.case
def cut_in_the_middle() -> Case:
    """text S, cut: MALFORMED, because a ByteRange is there."""
    data = led()
    end = data.index(b"/ByteRange") + 60
    return pdf(data[:end], MALFORMED, twin="a_line_end_after_the_end")


@BOOK.case
def cut_back_to_what_was_not_signed() -> Case:
    """text: stripped of S, no finding; absence is the verdict's to see."""
    return pdf(paper())


@BOOK.case
def a_file_that_is_none() -> Case:
    """bytes: no finding where nothing looks signed."""
    return pdf(b"%PDF-1.4\nthe end")


@BOOK.case
def the_second_look_of_a_revision() -> Case:
    """text S | the same text in two streams: UNEXPLAINED, the look says SAME."""

    def split(update: Update) -> None:
        parts = [update.put(stream(part)) for part in (TEXT[:-3], b" ET")]
        members = b"[%s]" % b" ".join(b"%d 0 R" % n for n in parts)
        update.change(update.page, {"/Contents": members})

    def same(found: tuple[Finding, ...]) -> None:
        assert found[0].look is Look.SAME

    return pdf(
        updated(led(), split), UNEXPLAINED, twin="a_line_end_after_the_end", also=same
    )


@BOOK.case
def a_table_with_two_places_for_one_number() -> Case:
    """text S | text's number twice in one table, at two places: OTHER.

    And STRAY_BYTES: one of the two stands where nothing is read.
    """
    data = led()
    there = data.index(b"4 0 obj")
    changed = updated(data, lambda update: update.put(stream(OTHER_TEXT), 4))
    mark = changed.rindex(b"4 1\n")
    end = changed.index(b"trailer", mark)
    again = b"4 1\n%010d 00000 n \n" % there
    forged = changed[:end] + again + changed[end:]
    return pdf(
        forged,
        UNEXPLAINED,
        twin="a_line_end_after_the_end",
        also=altered({K.OTHER, K.STRAY_BYTES}),
    )


@BOOK.case
def strays_behind_a_copied_end() -> Case:
    """text S1 | S2, junk, the end copied behind it: STRAY_BYTES for both."""
    data = sealed(led())
    end = data[data.rindex(b"startxref") :]
    stray = {K.STRAY_BYTES}
    return pdf(
        data + b"4 0 obj\n(junk)\nendobj\n" + end,
        UNEXPLAINED,
        UNEXPLAINED,
        twin="a_line_end_after_the_end",
        also=altered({K.SIGNATURE, *stray}, stray),
    )
