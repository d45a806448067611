"""Shadow documents: all that will be shown lies in the file that is signed.

Hide, replace, hide-and-replace (Mainka et al., "Shadow Attacks", NDSS 2021), forms
and seals that are drawn over the text. r1 | r2 | ..., S a signature over all before.
"""

from functools import partial

from hub.rehearsal.pdf_updates import Update, dictionary, refer, stream
from hub.rehearsal.signing import Stamp
from tests.cases.book import PASSED, Book, Case
from tests.cases.pdf_room import (
    MALFORMED,
    OTHER_TEXT,
    TEXT,
    UNEXPLAINED,
    K,
    altered,
    attack,
    body,
    led,
    pdf,
    sealed,
    sheet,
    signed,
    updated,
)
from tests.cases.room import leader, signed_pdf

BOOK = Book()


@BOOK.case
def the_sheet() -> Case:
    """text S: the genuine twin, whole."""
    return pdf(led(), PASSED, also=altered(None))


@BOOK.case
def signed_twice() -> Case:
    """text S1 | S2: both pass."""
    return pdf(sealed(led()), PASSED, PASSED)


_attack = partial(attack, twin="the_sheet")


# shadow documents: the signed file has it all


def _covered() -> bytes:
    """text, a white plate with another text over it, S."""
    objects = body(contents=b"[4 0 R 6 0 R]")
    objects[6] = stream(b"1 1 1 rg 60 700 400 60 re f 0 g " + OTHER_TEXT)
    return signed(sheet(objects))


@BOOK.case
def a_sheet_in_two_layers() -> Case:
    """text, a plate with another text over it, S: whole, it was signed so."""
    return pdf(_covered(), PASSED)


@BOOK.case
def hide_by_freeing_the_plate() -> Case:
    """text, plate S | the plate freed (shadow "hide"): PAGE."""
    data = updated(_covered(), lambda update: update.freed.add(6))
    kinds = (K.PAGE, K.BOOKKEEPING)
    return _attack(data, *kinds, twin="a_sheet_in_two_layers")


@BOOK.case
def hide_by_emptying_the_plate() -> Case:
    """text, plate S | the plate empty (shadow "hide"): PAGE."""
    data = updated(_covered(), lambda update: update.put(stream(b" "), 6))
    return _attack(data, K.PAGE, twin="a_sheet_in_two_layers")


@BOOK.case
def hide_by_pointing_the_plate_elsewhere() -> Case:
    """text, plate S | a table alone: the plate's number is null: PAGE."""
    data = updated(_covered(), lambda update: update.put(b"null", 6))
    return _attack(data, K.PAGE, twin="a_sheet_in_two_layers")


def _undefined_font() -> bytes:
    """text in a font that stands nowhere yet, S."""
    objects = body()
    objects[3] = objects[3].replace(b"/F1 5 0 R", b"/F1 90 0 R")
    return signed(sheet(objects))


@BOOK.case
def a_sheet_whose_font_is_undefined() -> Case:
    """text in an undefined font, S: whole."""
    return pdf(_undefined_font(), PASSED)


@BOOK.case
def replace_by_defining_the_font() -> Case:
    """text in an undefined font, S | the font (shadow "replace"): PAGE."""

    def define(update: Update) -> None:
        update.put(b"<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>", 90)
        update.next = 91

    twin = "a_sheet_whose_font_is_undefined"
    return _attack(updated(_undefined_font(), define), K.PAGE, twin=twin)


def _two_trees() -> bytes:
    """text and, unreachable, another text, S."""
    return signed(sheet(body() | {6: stream(OTHER_TEXT), 7: b"(end)"}))


@BOOK.case
def a_sheet_with_an_unused_text() -> Case:
    """text and another text nothing refers to, S: whole."""
    return pdf(_two_trees(), PASSED)


@BOOK.case
def hide_and_replace() -> Case:
    """text, hidden text S | a table alone, text's number at the hidden one's place.

    PAGE or OTHER: nothing new was written, all that is shown was signed (shadow
    "hide-and-replace").
    """
    data = _two_trees()

    def point(update: Update) -> None:
        update.pointed[4] = data.index(b"6 0 obj")

    return pdf(updated(data, point), UNEXPLAINED, twin="a_sheet_with_an_unused_text")


@BOOK.case
def hide_and_replace_with_a_second_object_of_the_number() -> Case:
    """text, "4 0 obj" again inside a stream, S | a table alone pointing there: PAGE."""
    inner = b"\n4 0 obj\n%s\nendobj\n" % stream(OTHER_TEXT)
    data = signed(sheet(body() | {6: stream(inner)}))

    def point(update: Update) -> None:
        update.pointed[4] = data.rindex(b"4 0 obj")

    return _attack(updated(data, point), K.PAGE, twin="a_sheet_with_an_unused_text")


def form(value: bytes = b"12") -> bytes:
    """The sheet with a text field on it."""
    objects = body(page=b"/Annots[6 0 R]", root=b"/AcroForm<</Fields[6 0 R]>>")
    objects[6] = (
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(so)/V(%s)/P 3 0 R"
        b"/Rect[72 600 200 620]>>" % value
    )
    return sheet(objects)


@BOOK.case
def a_form() -> Case:
    """text, a text field S: whole."""
    return pdf(signed_pdf(pdf=form()), PASSED)


@BOOK.case
def a_form_filled_after_signing() -> Case:
    """text, a text field S | filled anew: FORM, where pyHanko says fine."""
    data = updated(
        signed_pdf(pdf=form()), lambda update: update.change(6, {"/V": b"(99)"})
    )
    return _attack(data, K.FORM, twin="a_form")


@BOOK.case
def a_form_to_be_drawn_anew() -> Case:
    """text, a text field S | /NeedAppearances: FORM, readers draw fields themselves."""

    def need(update: Update) -> None:
        fields = update.reader.root["/AcroForm"]["/Fields"]
        members = b" ".join(refer(fields.raw_get(i).idnum) for i in range(2))
        root = {"/AcroForm": b"<</Fields[%s]/NeedAppearances true>>" % members}
        update.change(update.root, root)

    return _attack(updated(signed_pdf(pdf=form()), need), K.FORM, twin="a_form")


@BOOK.case
def a_signature_drawn_over_the_page() -> Case:
    """text S(office) | S(leader) drawn over the whole page: ANNOTATION."""
    over = Stamp("seal", (10, 10, 585, 832))
    data = signed_pdf(leader(), signed_pdf(), field="Signature2", stamp=over)
    return pdf(data, UNEXPLAINED, PASSED, twin="signed_twice")


@BOOK.case
def signatures_that_cover_the_page_together() -> Case:
    """text S | S over its lower third | S over its upper third: UNEXPLAINED."""
    data = led()
    for field, low in (("Signature2", 10), ("Signature3", 500)):
        data = sealed(data, field=field, box=(10, low, 585, low + 300))
    return pdf(data, UNEXPLAINED, PASSED, PASSED, twin="signed_twice")


def _borrowing(update: Update) -> None:
    """A second, visible field whose value is the first one's signature."""
    fields = update.reader.root["/AcroForm"]["/Fields"]
    own = fields.raw_get(0)
    value = own.get_object().raw_get("/V").idnum
    entries = update.entries(own.idnum) | {"/T": b"(Borrowed)", "/V": refer(value)}
    number = update.put(dictionary(entries))
    members = b"%s %s" % (refer(own.idnum), refer(number))
    root = {"/AcroForm": b"<</Fields[%s]/SigFlags 3>>" % members}
    update.change(update.root, root)
    update.change(update.page, {"/Annots": b"[%s]" % members})


@BOOK.case
def a_borrowed_signature() -> Case:
    """text S | a visible field with S as its value: neither is clean."""
    data = updated(led(), _borrowing)
    return pdf(data, UNEXPLAINED, UNEXPLAINED, twin="signed_twice")


@BOOK.case
def the_form_forgets_the_signature() -> Case:
    """text S | the form names no field: MALFORMED, not unsigned."""
    root = {"/AcroForm": b"<</Fields[]>>"}
    data = updated(led(), lambda update: update.change(update.root, root))
    return pdf(data, MALFORMED, twin="the_sheet")


@BOOK.case
def text_changed_and_changed_back() -> Case:
    """text S | another text | the first text: PAGE twice, somebody was shown it."""
    data = updated(led(), lambda update: update.put(stream(OTHER_TEXT), 4))
    data = updated(data, lambda update: update.put(stream(TEXT), 4))
    return _attack(data, K.PAGE)
