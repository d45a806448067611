"""Objects of two roles, lengths that stand elsewhere, fields that readers pass over.

What one role of an object may change, another shows; what one reader skips, another
draws. r1 | r2 | ..., S a signature over all before.
"""

from hub.rehearsal.pdf_updates import Update, refer, stream
from tests.cases.book import PASSED, Book, Case
from tests.cases.pdf_room import (
    MALFORMED,
    OTHER_TEXT,
    SEAL,
    TEXT,
    K,
    altered,
    attack,
    body,
    first_field,
    led,
    pdf,
    sealed,
    sheet,
    signed,
    updated,
)

BOOK = Book()

# one object in two roles


def _drawn_field(text: bytes) -> bytes:
    """A text field that is a page's contents, too."""
    return stream(text, {"/FT": b"/Tx", "/T": b"(so)"})


def _two_roles() -> bytes:
    objects = body(root=b"/AcroForm<</Fields[4 0 R]>>")
    return signed(sheet(objects | {4: _drawn_field(TEXT)}))


@BOOK.case
def a_field_that_is_the_text() -> Case:
    """/Fields ─▶ 4 ◀─ /Contents, S: whole, it was signed so."""
    return pdf(_two_roles(), PASSED, also=altered(None))


@BOOK.case
def the_text_of_a_field_that_is_one() -> Case:
    """/Fields ─▶ 4 ◀─ /Contents, S | 4: the same field, another text: PAGE."""
    data = updated(_two_roles(), lambda update: update.put(_drawn_field(OTHER_TEXT), 4))
    return attack(data, K.PAGE, twin="a_field_that_is_the_text")


# lengths that stand elsewhere

_SHORT = b"BT /F1 12 Tf 72 720 Td (Duyet chi 100 dong) Tj ET"
_LONG = _SHORT + b"\nendstream\nBT /F1 12 Tf 72 700 Td (sau ngay 03) Tj ET"


def _measured(text: bytes) -> bytes:
    return b"<</Length 6 0 R>>stream\n" + text + b"\nendstream"


def _length_elsewhere() -> bytes:
    objects = body() | {4: _measured(_LONG), 6: b"%d" % len(_LONG)}
    return signed(sheet(objects))


@BOOK.case
def a_length_that_stands_elsewhere() -> Case:
    """text, its length in 6, S: whole."""
    return pdf(_length_elsewhere(), PASSED, also=altered(None))


@BOOK.case
def the_same_text_written_again() -> Case:
    """text, its length in 6, S | the text and 6 as they were: BOOKKEEPING."""

    def again(update: Update) -> None:
        update.put(_measured(_LONG), 4)
        update.put(b"%d" % len(_LONG), 6)

    return pdf(updated(_length_elsewhere(), again), PASSED)


@BOOK.case
def a_text_cut_by_its_length() -> Case:
    """text "A endstream B", its length in 6, S | 4: "A", 6: shorter: PAGE.

    Read with the new length the old text seems to be "A", too.
    """

    def cut(update: Update) -> None:
        update.put(_measured(_SHORT), 4)
        update.put(b"%d" % len(_SHORT), 6)

    twin = "the_same_text_written_again"
    return attack(updated(_length_elsewhere(), cut), K.PAGE, twin=twin)


def _again(begin: bytes) -> bytes:
    """text S | the text again, "stream" and its payload parted by these bytes."""
    text = stream(TEXT).replace(b"stream\n", begin, 1)
    return updated(led(), lambda update: update.put(text, 4))


@BOOK.case
def a_text_that_begins_on_its_line() -> Case:
    """text S | "stream", CR LF, the text again: passes."""
    return pdf(_again(b"stream\r\n"), PASSED)


@BOOK.case
def a_text_that_begins_behind_a_blank() -> Case:
    """text S | "stream", a blank, the text again: PAGE, pdfium shows an empty page."""
    twin = "a_text_that_begins_on_its_line"
    return attack(_again(b"stream "), K.PAGE, twin=twin)


# fields that nobody lists

_NO_SIGNATURE = (
    b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached"
    b"/ByteRange[0 0 0 0]/Contents<00>>>"
)


def _field(update: Update, name: bytes) -> bytes:
    """A visible field with a value that is no signature."""
    head = {"/Type": b"/XObject", "/Subtype": b"/Form", "/BBox": b"[0 0 200 30]"}
    drawn = update.put(stream(b"0 0 200 30 re f", head))
    value = update.put(_NO_SIGNATURE)
    return (
        b"<</Type/Annot/Subtype/Widget/FT/Sig%s/V %d 0 R/F 4/P 3 0 R"
        b"/Rect[%d %d %d %d]/AP<</N %d 0 R>>>>" % (name, value, *SEAL, drawn)
    )


def _show(update: Update, field: bytes, *, among: bytes = b"%s") -> None:
    """Put a field beside the one that is there, on page and in form."""
    own = first_field(update)
    number = refer(update.put(field))
    top = among % number
    update.change(update.root, {"/AcroForm": b"<</Fields[%s %s]>>" % (own, top)})
    update.change(update.page, {"/Annots": b"[%s %s]" % (own, number)})


@BOOK.case
def a_seal_in_a_field_of_its_own() -> Case:
    """text S1 | a field with a name, S2: both pass."""
    return pdf(sealed(led()), PASSED, PASSED)


@BOOK.case
def a_seal_in_a_field_without_a_name() -> Case:
    """text S1 | a field without /T, drawn, its value none: FORM.

    Readers draw it and list no signature there: nobody would be asked whose it is.
    """
    data = updated(led(), lambda update: _show(update, _field(update, b"")))
    return attack(data, K.FORM, twin="a_seal_in_a_field_of_its_own")


@BOOK.case
def a_seal_below_a_field_without_a_name() -> Case:
    """text S1 | [ no /T ─▶ a field with one, drawn, its value none ]: FORM."""
    data = updated(
        led(),
        lambda update: _show(
            update, _field(update, b"/T(Seal)"), among=b"<</Kids[%s]>>"
        ),
    )
    return attack(data, K.FORM, K.SIGNATURE_FIELD, twin="a_seal_in_a_field_of_its_own")


@BOOK.case
def a_seal_that_is_none() -> Case:
    """text S1 | a field with a name, drawn, its value none: it is MALFORMED."""
    data = updated(led(), lambda update: _show(update, _field(update, b"/T(Seal)")))
    return pdf(data, PASSED, MALFORMED, twin="a_seal_in_a_field_of_its_own")
