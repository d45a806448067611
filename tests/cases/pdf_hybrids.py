"""Hybrid files: a table for readers of before PDF 1.5, a stream for the others.

Word writes them (ISO 32000-2, 7.5.8.4). Two readers must not see two files: where
they may, no signature is clean.
"""

from hub.model.findings import Finding
from hub.rehearsal.pdf_updates import Update, dictionary, stream
from tests.cases.book import PASSED, Book, Case
from tests.cases.pdf_files import rows_of
from tests.cases.pdf_room import (
    OTHER_TEXT,
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

BOOK = Book()


def hybrid(extra: dict[int, bytes], objects: dict[int, bytes] | None = None) -> bytes:
    """A file under a table, with more objects that its /XRefStm alone tells of."""
    objects = objects or body()
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = {}
    for number, one in {**objects, 20: shelf(extra.items())}.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    rows = {number: (2, 20, seat) for seat, number in enumerate(extra)}
    aside = len(out)
    out += b"21 0 obj\n%s\nendobj\n" % rows_of(rows, {"/Size": b"22"})
    places[21] = aside
    start = len(out)
    out += b"xref\n0 22\n0000000000 65535 f \n"
    for number in range(1, 22):
        free = b"0000000000 65535 f \n"
        place = places.get(number)
        out += free if place is None else b"%010d 00000 n \n" % place
    out += b"trailer\n<</Size 22/Root 1 0 R/XRefStm %d/ID[<00><00>]>>\n" % aside
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def _words_way() -> bytes:
    """Word's hybrid file: outlines and the like for readers of PDF 1.5 and later."""
    objects = body(root=b"/Outlines 10 0 R")
    return hybrid({10: b"<</Type/Outlines/Count 0>>"}, objects)


@BOOK.case
def a_hybrid_file() -> Case:
    """text in Word's hybrid file, S: whole."""
    return pdf(signed(_words_way()), PASSED, also=altered(None))


@BOOK.case
def a_hybrid_file_signed_twice() -> Case:
    """text in Word's hybrid file, S | S: both pass, all readers see the same."""
    data = sealed(signed(_words_way()))
    return pdf(data, PASSED, PASSED, also=altered({K.SIGNATURE}, None))


def _two_texts(data: bytes) -> bytes:
    """One more revision, hybrid: its /XRefStm alone says what text the page has."""
    update = Update(data)
    shown = update.put(stream(OTHER_TEXT))
    page = update.entries(update.page) | {"/Contents": b"%d 0 R" % shown}
    held = update.put(shelf([(update.page, dictionary(page))]))
    first = update.table()
    rows = {update.page: (2, held, 0)}
    aside = len(first)
    table = rows_of(rows, {"/Size": b"%d" % (update.next + 1)})
    first += b"%d 0 obj\n%s\nendobj\n" % (update.next, table)
    again = Update(update.table())
    again.pdf = first
    again.trailer["/XRefStm"] = b"%d" % aside
    again.next = update.next + 1
    return again.table()


@BOOK.case
def a_hybrid_revision_after_signing() -> Case:
    """text S | a hybrid revision, two texts for two readers: HYBRID."""

    def two(found: tuple[Finding, ...]) -> None:
        assert K.HYBRID in {a.kind for a in found[0].alterations}

    return pdf(_two_texts(led()), UNEXPLAINED, twin="a_hybrid_file", also=two)


@BOOK.case
def two_files_in_one_signed() -> Case:
    """two texts for two readers, S over both: HYBRID, whole as it is."""
    data = signed(_two_texts(sheet(body())))

    def two(found: tuple[Finding, ...]) -> None:
        assert {a.kind for a in found[0].alterations} == {K.HYBRID}

    return pdf(data, UNEXPLAINED, twin="a_hybrid_file", also=two)


def _lax() -> bytes:
    """A hybrid file, which is read with leniency, signed."""
    return signed(_words_way())


@BOOK.case
def a_page_with_two_texts() -> Case:
    """text S in a hybrid file | the page again, /Contents twice: OTHER.

    Some readers take the first entry, which is the signed one, others the last.
    """

    def twice(update: Update) -> None:
        shown = update.put(stream(OTHER_TEXT))
        page = dictionary(update.entries(update.page)).removesuffix(b">>")
        update.put(b"%s/Contents %d 0 R>>" % (page, shown), update.page)

    return pdf(
        updated(_lax(), twice),
        UNEXPLAINED,
        twin="a_hybrid_file",
        also=altered({K.OTHER}),
    )
