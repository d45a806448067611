"""Certified files and locks: what DocMDP and FieldMDP allow, and how it is abused.

"Evil annotation" and "sneaky signature" are those of Mainka et al., "Breaking the
Specification: PDF Certification" (IEEE S&P 2021): changes that a certification permits
by its letter and that make another document of it. C1, C2, C3 certify with DocMDP 1,
2, 3; | separates revisions.
"""

from dataclasses import replace

from hub.rehearsal.hands import ITEXT, Habit
from hub.rehearsal.lasting import Material, stamp_document, with_material
from hub.rehearsal.pdf_updates import Update, dictionary, refer, stream
from hub.rehearsal.signing import Stamp
from tests.cases.book import PASSED, Book, Case
from tests.cases.pdf_room import (
    UNEXPLAINED,
    K,
    altered,
    body,
    first_field,
    pdf,
    sealed,
    sheet,
    signed,
    updated,
)
from tests.cases.room import HOUR, NOW, leader, office, pki, signed_pdf

BOOK = Book()


def _with_fields(*fields: bytes) -> bytes:
    """The sheet with widgets on it, objects 6 and up."""
    numbers = range(6, 6 + len(fields))
    members = b" ".join(refer(n) for n in numbers)
    objects = body(
        page=b"/Annots[%s]" % members, root=b"/AcroForm<</Fields[%s]>>" % members
    )
    usual = b"/Type/Annot/Subtype/Widget/P 3 0 R/F 4/Rect[100 100 200 200]"
    objects |= {
        n: b"<<%s%s>>" % (usual, one) for n, one in zip(numbers, fields, strict=True)
    }
    return sheet(objects)


SEAL_FIELD = b"/FT/Sig/T(Seal)"
TEXT_FIELD = b"/FT/Tx/T(so)/V(12)"


def _certified(level: int, data: bytes | None = None) -> bytes:
    made: bytes = signed_pdf(leader(), data, certify=level)
    return made


@BOOK.case
def certified_1() -> Case:
    """text C1: whole."""
    return pdf(_certified(1), PASSED, also=altered(None))


@BOOK.case
def certified_2() -> Case:
    """text C2: whole."""
    return pdf(_certified(2), PASSED, also=altered(None))


@BOOK.case
def certified_3() -> Case:
    """text C3: whole."""
    return pdf(_certified(3), PASSED, also=altered(None))


@BOOK.case
def certified_then_signed_in_the_field_for_it() -> Case:
    """text, an empty field, C2 | S in that field: both pass."""
    data = _certified(2, _with_fields(SEAL_FIELD))
    data = signed_pdf(office(), data, field="Seal")
    return pdf(data, PASSED, PASSED)


@BOOK.case
def certified_by_itext() -> Case:
    """text C2 with /Perms, iText's way: whole."""
    return pdf(signed(habit=replace(ITEXT, certifies=2)), PASSED, also=altered(None))


@BOOK.case
def sneaky_signature() -> Case:
    """text C2 | a new, visible signature: FORBIDDEN."""
    return pdf(
        sealed(_certified(2)),
        UNEXPLAINED,
        PASSED,
        twin="certified_then_signed_in_the_field_for_it",
        also=altered({K.SIGNATURE, K.FORBIDDEN}, None),
    )


@BOOK.case
def sneaky_signature_in_two_steps() -> Case:
    """text C2 | a new, empty field | signed and visible: FORBIDDEN in the second."""

    def prepare(update: Update) -> None:
        field = b"<</Type/Annot/Subtype/Widget%s/Rect[100 100 200 200]/P %s>>"
        number = update.put(field % (SEAL_FIELD, refer(update.page)))
        members = b"[%s %s]" % (first_field(update), refer(number))
        update.change(update.root, {"/AcroForm": b"<</SigFlags 3/Fields%s>>" % members})
        update.change(update.page, {"/Annots": members})

    data = updated(_certified(2), prepare)
    seal = Stamp("seal", (100, 100, 200, 200))
    data = signed_pdf(office(), data, field="Seal", stamp=seal)
    return pdf(
        data,
        UNEXPLAINED,
        PASSED,
        twin="certified_then_signed_in_the_field_for_it",
    )


@BOOK.case
def certified_then_signed_unseen() -> Case:
    """text C2 | a new signature that shows nothing: ALLOWED."""
    data = signed_pdf(office(), _certified(2), field="Signature2")
    return pdf(data, PASSED, PASSED)


@BOOK.case
def signed_though_nothing_was_allowed() -> Case:
    """text C1 | S: FORBIDDEN."""
    data = sealed(_certified(1))
    return pdf(data, UNEXPLAINED, PASSED, twin="certified_1")


@BOOK.case
def validation_data_after_no_changes() -> Case:
    """text C1 | DSS | TS: ALLOWED, ISO 32000-2 excepts them."""
    made = pki()
    data = with_material(_certified(1), Material([made.issuing.certificate]))
    data = stamp_document(data, made, NOW - HOUR / 2)
    return pdf(data, PASSED, PASSED)


@BOOK.case
def evil_annotation() -> Case:
    """text C3 | a FreeText over the date, which level 3 permits: ANNOTATION."""

    def write(update: Update) -> None:
        note = update.put(
            b"<</Type/Annot/Subtype/FreeText/Rect[72 700 400 740]/DA(/F1 12 Tf)"
            b"/Contents(ngay 08)>>"
        )
        own = update.entries(update.page)["/Annots"].strip(b"[]")
        update.change(update.page, {"/Annots": b"[%s %s]" % (own, refer(note))})

    return pdf(
        updated(_certified(3), write),
        UNEXPLAINED,
        twin="certified_3",
        also=altered({K.ANNOTATION}),
    )


@BOOK.case
def a_form_certified() -> Case:
    """text, a text field C2: whole."""
    return pdf(_certified(2, _with_fields(TEXT_FIELD)), PASSED)


@BOOK.case
def a_form_filled_as_certified() -> Case:
    """text, a text field C2 | filled, which level 2 permits: FORM, never clean."""
    data = _certified(2, _with_fields(TEXT_FIELD))
    return pdf(
        updated(data, lambda update: update.change(6, {"/V": b"(99)"})),
        UNEXPLAINED,
        twin="a_form_certified",
        also=altered({K.FORM}),
    )


@BOOK.case
def the_certification_taken_away() -> Case:
    """text C1 | /Perms gone: CATALOG, FORBIDDEN."""

    def take(update: Update) -> None:
        entries = update.entries(update.root)
        entries.pop("/Perms")
        update.put(dictionary(entries), update.root)

    return pdf(
        updated(_certified(1), take),
        UNEXPLAINED,
        twin="certified_1",
        also=altered({K.CATALOG, K.FORBIDDEN}),
    )


@BOOK.case
def certified_by_the_second_hand() -> Case:
    """text S | C2 with /Perms: harmless for S, which it cannot bind."""
    data = sealed(signed(), replace(Habit(), certifies=2))
    return pdf(data, PASSED, PASSED, also=altered({K.SIGNATURE}, None))


@BOOK.case
def rights_of_use_added() -> Case:
    """text C2 | /Perms with /UR3 instead: CATALOG."""
    rights = {"/Perms": b"<</UR3<</Type/Sig>>>>"}
    return pdf(
        updated(_certified(2), lambda update: update.change(update.root, rights)),
        UNEXPLAINED,
        twin="certified_2",
        also=altered({K.CATALOG}),
    )


@BOOK.case
def a_lock_on_another_field() -> Case:
    """text, fields, S that locks "so" | S2 in the field "Seal": both pass."""
    data = signed_pdf(leader(), _with_fields(SEAL_FIELD, TEXT_FIELD), locks=("so",))
    return pdf(signed_pdf(office(), data, field="Seal"), PASSED, PASSED)


@BOOK.case
def signed_in_a_locked_field() -> Case:
    """text, fields, S that locks "Seal" | S2 in the field "Seal": FORBIDDEN."""
    data = signed_pdf(leader(), _with_fields(SEAL_FIELD, TEXT_FIELD), locks=("Seal",))
    data = signed_pdf(office(), data, field="Seal")
    return pdf(data, PASSED, UNEXPLAINED, twin="a_lock_on_another_field")


@BOOK.case
def xfa_added() -> Case:
    """text C2 | a form in XFA, which some readers show instead: FORM."""

    def add(update: Update) -> None:
        packet = refer(update.put(stream(b"<xdp:xdp/>")))
        form = b"<</SigFlags 3/Fields[%s]/XFA %s>>" % (first_field(update), packet)
        update.change(update.root, {"/AcroForm": form})

    return pdf(
        updated(_certified(2), add),
        UNEXPLAINED,
        twin="certified_2",
        also=altered({K.FORM}),
    )
