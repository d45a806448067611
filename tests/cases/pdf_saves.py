"""Incremental saving: what is read is changed by a later revision, never clean.

After Mladenov et al., "1 Trillion Dollar Refund" (CCS 2019). r1 | r2 | ..., S a
signature over all before it.
"""

from functools import partial

from hub.rehearsal.pdf_updates import Update, dictionary, refer, stream
from hub.rehearsal.tamper import write_over
from tests.cases.book import PASSED, Book, Case
from tests.cases.pdf_room import (
    OTHER_TEXT,
    UNEXPLAINED,
    K,
    altered,
    attack,
    led,
    pdf,
    sealed,
    updated,
)
from tests.cases.room import leader, office, paper, signed_pdf

BOOK = Book()


@BOOK.case
def the_sheet() -> Case:
    """text S: the genuine twin, whole."""
    return pdf(led(), PASSED, also=altered(None))


_attack = partial(attack, twin="the_sheet")


@BOOK.case
def text_written_over() -> Case:
    """text S | more text on the page: PAGE."""
    data = write_over(signed_pdf(), "Thu moi hop ngay 08 thang 3")
    return pdf(data, UNEXPLAINED, twin="the_sheet")


@BOOK.case
def text_written_over_between_two_signatures() -> Case:
    """text S1 | more text | S2: the first UNEXPLAINED, the second passes."""
    changed = write_over(signed_pdf(leader()), "Thu moi hop ngay 08 thang 3")
    data = signed_pdf(office(), changed, field="Signature2")
    return pdf(data, UNEXPLAINED, PASSED, twin="signed_twice")


@BOOK.case
def signed_twice() -> Case:
    """text S1 | S2: both pass."""
    return pdf(sealed(led()), PASSED, PASSED)


@BOOK.case
def text_overwritten_in_place() -> Case:
    """text S | the same stream's number, another text: PAGE."""
    return _attack(updated(led(), lambda u: u.put(stream(OTHER_TEXT), 4)), K.PAGE)


@BOOK.case
def text_replaced_by_a_new_stream() -> Case:
    """text S | the page's /Contents point at another stream: PAGE."""

    def change(update: Update) -> None:
        text = refer(update.put(stream(OTHER_TEXT)))
        update.change(update.page, {"/Contents": text})

    return _attack(updated(led(), change), K.PAGE)


@BOOK.case
def text_changed_while_stamping() -> Case:
    """text S(leader) | another text and S(office) in one revision: PAGE, SIGNATURE."""
    update = Update(led())
    update.put(stream(OTHER_TEXT), 4)
    kinds = {K.PAGE, K.SIGNATURE}
    return pdf(
        sealed(led(), update=update),
        UNEXPLAINED,
        PASSED,
        twin="signed_twice",
        also=altered(kinds, None),
    )


@BOOK.case
def a_page_put_before() -> Case:
    """text S | another page, first: PAGE."""

    def change(update: Update) -> None:
        entries = update.entries(update.page)
        entries["/Contents"] = refer(update.put(stream(OTHER_TEXT)))
        entries.pop("/Annots")
        kids = b"[%s 3 0 R]" % refer(update.put(dictionary(entries)))
        update.change(2, {"/Kids": kids, "/Count": b"2"})

    return _attack(updated(led(), change), K.PAGE, K.FORM)  # the widget's /P, too


@BOOK.case
def the_page_made_smaller() -> Case:
    """text S | another MediaBox: PAGE, half of it is cut off."""
    box = {"/MediaBox": b"[0 0 595 400]"}
    return _attack(updated(led(), lambda u: u.change(u.page, box)), K.PAGE)


@BOOK.case
def the_page_tree_turned() -> Case:
    """text S | /Rotate in the root of the page tree, inherited: PAGE."""
    turned = {"/Rotate": b"180"}
    return _attack(updated(led(), lambda u: u.change(2, turned)), K.PAGE)


@BOOK.case
def the_pages_are_others() -> Case:
    """text S | the catalogue's /Pages point at another tree: PAGE."""

    def change(update: Update) -> None:
        entries = update.entries(update.page)
        entries["/Contents"] = refer(update.put(stream(OTHER_TEXT)))
        tree, page = update.reserve(), update.reserve()
        entries["/Parent"] = refer(tree)
        update.put(dictionary(entries), page)
        kids = {"/Type": b"/Pages", "/Kids": b"[%s]" % refer(page), "/Count": b"1"}
        update.put(dictionary(kids), tree)
        update.change(update.root, {"/Pages": refer(tree)})

    return _attack(updated(led(), change), K.PAGE, K.BOOKKEEPING)


def _note(update: Update, more: dict[str, bytes]) -> None:
    usual = {
        "/Type": b"/Annot",
        "/Subtype": b"/FreeText",
        "/Rect": b"[72 700 400 740]",
        "/Contents": b"(ngay 08)",
        "/DA": b"(/Helv 12 Tf)",
    }
    note = refer(update.put(dictionary(usual | more)))
    old = update.entries(update.page)["/Annots"].strip(b"[]")
    update.change(update.page, {"/Annots": b"[%s %s]" % (old, note)})


@BOOK.case
def a_note_over_the_text() -> Case:
    """text S | a FreeText annotation: ANNOTATION."""
    return _attack(updated(led(), lambda u: _note(u, {})), K.ANNOTATION)


@BOOK.case
def a_stamp_that_only_looks_like_one() -> Case:
    """text S | a Stamp annotation with an appearance, unsigned: ANNOTATION."""

    def draw(update: Update) -> None:
        form = {"/Type": b"/XObject", "/Subtype": b"/Form", "/BBox": b"[0 0 99 99]"}
        look = refer(update.put(stream(b"1 0 0 rg 0 0 99 99 re f", form)))
        _note(update, {"/Subtype": b"/Stamp", "/AP": b"<</N %s>>" % look})

    return _attack(updated(led(), draw), K.ANNOTATION)


@BOOK.case
def the_signatures_own_look_changed() -> Case:
    """text S | the appearance of S's own widget: FORM."""

    def draw(update: Update) -> None:
        fields = update.reader.root["/AcroForm"]["/Fields"]
        form = {"/Type": b"/XObject", "/Subtype": b"/Form", "/BBox": b"[0 0 99 99]"}
        look = refer(update.put(stream(b"1 0 0 rg 0 0 99 99 re f", form)))
        number = fields.raw_get(0).idnum
        update.change(number, {"/AP": b"<</N %s>>" % look})

    return _attack(updated(led(), draw), K.FORM)


@BOOK.case
def the_first_signature_taken_off_the_page() -> Case:
    """text S1 | S2, S1's widget no longer on the page: ANNOTATION."""

    def take_off(update: Update) -> None:
        update.change(update.page, {"/Annots": b"[]"})

    data = updated(sealed(led()), take_off)
    return pdf(data, UNEXPLAINED, UNEXPLAINED, twin="signed_twice")


@BOOK.case
def a_script_that_opens_with_the_file() -> Case:
    """text S | /OpenAction with JavaScript: CATALOG."""
    script = {"/OpenAction": b"<</S/JavaScript/JS(app.alert\\(1\\))>>"}
    return _attack(updated(led(), lambda u: u.change(u.root, script)), K.CATALOG)


@BOOK.case
def a_layer_that_hides() -> Case:
    """text S | /OCProperties: CATALOG, layers may hide what was signed."""
    layers = {"/OCProperties": b"<</OCGs[]/D<</BaseState/OFF>>>>"}
    return _attack(updated(led(), lambda u: u.change(u.root, layers)), K.CATALOG)


@BOOK.case
def a_file_attached_after() -> Case:
    """text S | /Names with an embedded file: CATALOG."""

    def attach(update: Update) -> None:
        held = refer(update.put(stream(b"MZ", {"/Type": b"/EmbeddedFile"})))
        spec = refer(update.put(b"<</Type/Filespec/F(a.exe)/EF<</F %s>>>>" % held))
        names = b"<</EmbeddedFiles<</Names[(a) %s]>>>>" % spec
        update.change(update.root, {"/Names": names})

    return _attack(updated(led(), attach), K.CATALOG)


@BOOK.case
def a_page_that_becomes_a_branch() -> Case:
    """text S | the page with /Kids[]: PAGE, readers show it no more."""
    data = updated(led(), lambda update: update.change(update.page, {"/Kids": b"[]"}))
    return _attack(data, K.PAGE)


def _other_document(update: Update) -> int:
    """A catalogue with another text, for the form that is there."""
    page, pages = update.reserve(), update.reserve()
    entries = update.entries(update.page)
    entries["/Contents"] = refer(update.put(stream(OTHER_TEXT)))
    entries["/Parent"] = refer(pages)
    update.put(dictionary(entries), page)
    update.put(b"<</Type/Pages/Kids[%s]/Count 1>>" % refer(page), pages)
    catalogue = update.entries(update.root) | {"/Pages": refer(pages)}
    return update.put(dictionary(catalogue))


@BOOK.case
def a_trailer_with_two_roots() -> Case:
    """text S | another text, trailer( /Root the old one … /Root the new one ): OTHER.

    pyHanko reads the first, pdfium shows the last.
    """
    update = Update(led())
    other = refer(_other_document(update))
    data = update.table()
    end = data.rindex(b">>\nstartxref")
    return _attack(data[:end] + b"/Root " + other + b"\n" + data[end:], K.OTHER)


@BOOK.case
def a_stream_of_places_with_two_roots() -> Case:
    """text S | another text, the same in a cross-reference stream: OTHER."""
    update = Update(led())
    other = refer(_other_document(update))
    data = update.stream()
    at = data.rindex(b"/Type /XRef")
    return _attack(data[:at] + b"/Root " + other + b"\n" + data[at:], K.OTHER)


# what readers find that mend a file themselves


def _beside(entry: bytes, *, unnamed: bytes = b"") -> bytes:
    """text S | an object the table names, and one it does not."""
    data = led()
    old = Update(data)
    number = old.next
    data += unnamed
    place = len(data)
    data += b"%d 0 obj\n<<>>\nendobj\n" % number
    start, before = len(data), old.reader.last_startxref
    trailer = dictionary(
        {"/Root": refer(old.root), "/Prev": b"%d" % (before or 0)}
        | {"/Size": b"%d" % (number + 1)}
    )
    table = b"xref\n%d 1\n" % number + entry % place
    return data + table + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, start)


_UNNAMED = b"4 0 obj\n%s\nendobj\n" % stream(OTHER_TEXT)


@BOOK.case
def an_object_that_nothing_refers_to() -> Case:
    """text S | an object more: passes, BOOKKEEPING."""
    return pdf(_beside(b"%010d 00000 n \n"), PASSED)


@BOOK.case
def an_object_that_no_table_names() -> Case:
    """text S | "4 0 obj" again, which the table does not name: STRAY_BYTES."""
    data = _beside(b"%010d 00000 n \n", unnamed=_UNNAMED)
    twin = "an_object_that_nothing_refers_to"
    return _attack(data, K.STRAY_BYTES, twin=twin)


@BOOK.case
def an_object_behind_a_comment_that_no_table_names() -> Case:
    """text S | "4 0 %...", "obj" on the next line, not named: STRAY_BYTES."""
    unnamed = _UNNAMED.replace(b"4 0 obj", b"4 0 % the text\nobj")
    data = _beside(b"%010d 00000 n \n", unnamed=unnamed)
    twin = "an_object_that_nothing_refers_to"
    return _attack(data, K.STRAY_BYTES, twin=twin)


@BOOK.case
def a_table_that_other_readers_mend() -> Case:
    """text S | "4 0 obj" again, a table with entries of 19 bytes: both.

    pdfium jumps over 20 bytes, finds a fault, and shows the last object of each number.
    """
    data = _beside(b"%010d 00000 n\n", unnamed=_UNNAMED)
    twin = "an_object_that_nothing_refers_to"
    return _attack(data, K.STRAY_BYTES, K.OTHER, twin=twin)


@BOOK.case
def a_trailer_of_no_table() -> Case:
    """text S | "trailer" of another catalogue, before the table: STRAY_BYTES."""
    update = Update(led())
    other = refer(_other_document(update))
    data = update.table()
    at = data.rindex(b"xref\n", 0, data.rindex(b"trailer"))
    stray = b"trailer\n<</Root " + other + b">>\n"
    start = b"startxref\n%d\n" % at
    moved = data[:at] + stray + data[at:]
    shifted = moved.replace(start, b"startxref\n%d\n" % (at + len(stray)))
    twin = "an_object_that_nothing_refers_to"
    return _attack(shifted, K.STRAY_BYTES, twin=twin)


@BOOK.case
def an_object_that_is_not_called_one() -> Case:
    """text S | the page again under "3 0 oby" for "3 0 obj": OTHER.

    pdfium finds no page there.
    """
    update = Update(led())
    update.put(dictionary(update.entries(update.page)), update.page)
    data, head = update.table(), b"%d 0 obj" % update.page
    at = data.rindex(head)
    data = data[:at] + head.replace(b"obj", b"oby") + data[at + len(head) :]
    return _attack(data, K.OTHER, twin="an_object_that_nothing_refers_to")


def _turned(number: bytes) -> bytes:
    """The page's /Rotate an object of its own, S | that number again."""
    before = Update(paper())
    turn = before.put(b"0")
    entries = before.entries(before.page) | {"/Rotate": refer(turn)}
    before.put(dictionary(entries), before.page)
    update = Update(signed_pdf(leader(), before.table()))
    update.put(number, turn)
    return update.table()


@BOOK.case
def a_number_written_again() -> Case:
    """text S | the number 0 as it was: passes."""
    return pdf(_turned(b"0"), PASSED)


@BOOK.case
def a_number_that_goes_on() -> Case:
    """text S | 0 again, as "0O": pyHanko reads 0, other readers none. OTHER."""
    return _attack(_turned(b"0O"), K.OTHER, twin="a_number_written_again")
