"""Genuine files as tools write them: r1 | r2 | ..., S a signature over all before it.

The leader signs, then the office stamps, each with a tool of its own: everyday
traffic (NĐ 30/2020), none of which may be doubted. Beside each habit that looks like
tampering stands the tampering that looks like the habit.
"""

from dataclasses import replace

from hub.model.changes import Changes
from hub.model.findings import Covered, Finding, TimeProof
from hub.rehearsal.hands import ADOBE, FOXIT, ITEXT, ITEXT_PADES, VGCA, VGCA_OLD, Habit
from hub.rehearsal.pdf_updates import Update, dictionary, refer, stream
from hub.rehearsal.signing import Stamp
from tests.cases.book import PASSED, Book, Case
from tests.cases.pdf_room import (
    UNEXPLAINED,
    WEAK,
    K,
    altered,
    body,
    exactly,
    first_field,
    led,
    pdf,
    sealed,
    sheet,
    signed,
    updated,
)
from tests.cases.room import HOUR, NOW, leader, office, signed_pdf

BOOK = Book()

KEPT = {K.SIGNATURE, K.BOOKKEEPING}
TOLD = KEPT | {K.METADATA}


def _whole_and_claimed(found: tuple[Finding, ...]) -> None:
    (finding,) = found
    assert finding.changes is Changes.WHOLE
    assert finding.covers == (Covered.FILE,)
    assert finding.place == "attachment 1, Signature1"
    assert (finding.time_proof, finding.signed_at) == (TimeProof.CLAIMED, NOW - HOUR)


@BOOK.case
def one_signature() -> Case:
    """text S: TOTAL_PASSED, WHOLE, covers the file; the time is claimed."""
    return pdf(signed_pdf(), PASSED, also=_whole_and_claimed)


def _leader_and_office(found: tuple[Finding, ...]) -> None:
    altered(KEPT, None)(found)
    assert [f.by_organization for f in found] == [False, True]
    assert all(f.covers == (Covered.FILE,) for f in found)


@BOOK.case
def leader_then_office() -> Case:
    """text S(leader) | S(office): both TOTAL_PASSED, the first ALLOWED."""
    both = signed_pdf(office(), signed_pdf(leader()), field="Signature2")
    return pdf(both, PASSED, PASSED, also=_leader_and_office)


@BOOK.case
def leader_then_a_seal_of_the_usual_size() -> Case:
    """text S(leader, drawn) | S(office, a seal over its left third): both pass."""
    hand = Stamp("hand", (330, 150, 480, 220))
    seal = Stamp("seal", (290, 140, 390, 240))
    data = signed_pdf(leader(), stamp=hand)
    data = signed_pdf(office(), data, field="Signature2", stamp=seal)
    return pdf(data, PASSED, PASSED, also=altered(KEPT, None))


@BOOK.case
def a_first_signature_drawn_over_the_page() -> Case:
    """text S drawn over the whole page: it was signed as it is seen."""
    return pdf(signed_pdf(stamp=Stamp("seal", (10, 10, 585, 832))), PASSED)


@BOOK.case
def itext_then_itext() -> Case:
    """text S | S, free entries and objects written again: bookkeeping, all pass."""
    data = sealed(signed(habit=ITEXT), ITEXT)
    return pdf(data, PASSED, PASSED, also=exactly(TOLD, None))


@BOOK.case
def vgca_then_vgca() -> Case:
    """text S | S, adbe.pkcs7.detached with time stamps, Contents padded to 16 KB."""
    data = sealed(signed(habit=VGCA), VGCA)
    return pdf(data, PASSED, PASSED, also=exactly(TOLD, None))


@BOOK.case
def vgca_of_before_2019() -> Case:
    """text S, adbe.pkcs7.detached, SHA-1, leaf alone: neither broken nor valid."""

    def weak(found: tuple[Finding, ...]) -> None:
        assert found[0].weak
        assert found[0].intact
        assert found[0].digest_algorithm == "sha1"

    return pdf(signed(habit=VGCA_OLD), WEAK, also=weak)


@BOOK.case
def pades_then_itext_pades() -> Case:
    """text S(pyHanko, ETSI.CAdES) | S(iText, ETSI.CAdES with a time stamp)."""
    data = sealed(signed_pdf(leader(), timestamp=True), ITEXT_PADES)
    return pdf(data, PASSED, PASSED, also=altered(TOLD, None))


@BOOK.case
def adobe_then_vgca() -> Case:
    """text S under a cross-reference stream | S under a table: mixed, and honest."""
    data = sealed(signed(habit=ADOBE), VGCA)
    return pdf(data, PASSED, PASSED, also=exactly(TOLD, None))


@BOOK.case
def foxit_then_adobe() -> Case:
    """text S | S, /Annots an object of its own, /Extensions new, Info written."""
    data = sealed(signed(habit=FOXIT), ADOBE)
    return pdf(data, PASSED, PASSED, also=exactly(TOLD, None))


@BOOK.case
def three_hands_three_tools() -> Case:
    """text S(iText) | S(VGCA) | S(Adobe): drafter, leader, office."""
    data = sealed(signed(habit=ITEXT), VGCA)
    data = sealed(data, ADOBE, field="Signature3", box=(400, 100, 500, 200))
    return pdf(data, PASSED, PASSED, PASSED, also=exactly(TOLD, KEPT, None))


def _prepared(fields: bytes) -> bytes:
    """The sheet with an empty, visible signature field "Seal" on it."""
    objects = body(
        page=b"/Annots[6 0 R]", root=b"/AcroForm<</Fields[6 0 R]%s>>" % fields
    )
    objects[6] = (
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/P 3 0 R/F 132"
        b"/Rect[100 100 200 200]>>"
    )
    return sheet(objects)


@BOOK.case
def an_empty_field_is_filled() -> Case:
    """text, an empty field, S(leader) | S(office) in that field: both pass."""
    spec = signed_pdf(leader(), _prepared(b""))
    data = signed_pdf(office(), spec, field="Seal")
    return pdf(data, PASSED, PASSED, also=_any_order)


def _any_order(found: tuple[Finding, ...]) -> None:
    """Fields stand in the form's order, not in that of signing."""
    assert {f.changes for f in found} == {Changes.ALLOWED, Changes.WHOLE}


@BOOK.case
def freed_numbers_nothing_refers_to() -> Case:
    """text, a stray object, S | S, the stray object freed: ALLOWED."""
    objects = body() | {6: b"(nothing refers to this)"}
    first = signed(sheet(objects))
    update = Update(first)
    update.freed.add(6)
    return pdf(sealed(first, update=update), PASSED, PASSED, also=exactly(KEPT, None))


@BOOK.case
def a_freed_number_something_refers_to() -> Case:
    """text S | S, the page's font freed: UNEXPLAINED, the text is drawn anew."""
    first = signed(sheet(body() | {6: b"(nothing refers to this)"}))
    update = Update(first)
    update.freed.add(5)
    return pdf(
        sealed(first, update=update),
        UNEXPLAINED,
        PASSED,
        twin="freed_numbers_nothing_refers_to",
        also=exactly({K.PAGE, *KEPT}, None),
    )


@BOOK.case
def objects_written_again_as_they_were() -> Case:
    """text S | font, page tree and text once more: BOOKKEEPING, nothing else."""

    def again(update: Update) -> None:
        for number in (2, 4, 5):
            update.again(number)

    return pdf(updated(led(), again), PASSED, also=exactly({K.BOOKKEEPING}))


@BOOK.case
def a_font_written_again_as_another() -> Case:
    """text S | font once more, another one: UNEXPLAINED."""

    def again(update: Update) -> None:
        for number in (2, 4):
            update.again(number)
        update.change(5, {"/BaseFont": b"/Symbol"})

    return pdf(
        updated(led(), again),
        UNEXPLAINED,
        twin="objects_written_again_as_they_were",
        also=exactly({K.PAGE, K.BOOKKEEPING}),
    )


@BOOK.case
def orphans_after_the_signature() -> Case:
    """text S | objects that nothing refers to: BOOKKEEPING."""
    data = updated(led(), lambda update: update.put(b"(nobody asks for this)"))
    return pdf(data, PASSED, also=exactly({K.BOOKKEEPING}))


@BOOK.case
def the_catalogue_moved_to_another_number() -> Case:
    """text S | the same catalogue as a new object, /Root points there: BOOKKEEPING."""

    def move(update: Update) -> None:
        number = update.put(dictionary(update.entries(update.root)))
        update.trailer["/Root"] = refer(number)

    return pdf(updated(led(), move), PASSED, also=exactly({K.BOOKKEEPING}))


@BOOK.case
def dates_and_producer_written_after() -> Case:
    """text S | Info and XMP: METADATA, nothing that is read."""

    def tell(update: Update) -> None:
        info = update.put(dictionary({"/Producer": b"(another tool)"}))
        update.trailer["/Info"] = refer(info)
        packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
        kind = {"/Type": b"/Metadata", "/Subtype": b"/XML"}
        update.change(
            update.root, {"/Metadata": refer(update.put(stream(packet, kind)))}
        )

    return pdf(updated(led(), tell), PASSED, also=exactly({K.METADATA}))


@BOOK.case
def an_empty_field_for_the_next_hand() -> Case:
    """text S | an empty signature field: SIGNATURE_FIELD."""
    data = updated(led(), lambda update: new_field(update, {}))
    return pdf(data, PASSED, also=exactly({K.SIGNATURE_FIELD}))


def new_field(update: Update, entries: dict[str, bytes]) -> int:
    """A field more in the form and on the page."""
    usual = {
        "/Type": b"/Annot",
        "/Subtype": b"/Widget",
        "/FT": b"/Sig",
        "/T": b"(Extra)",
        "/P": refer(update.page),
        "/Rect": b"[10 10 500 800]",
    }
    number = update.put(dictionary(usual | entries))
    members = b"[%s %s]" % (first_field(update), refer(number))
    form = b"<</Fields%s/SigFlags 3>>" % members
    update.change(update.root, {"/AcroForm": form})
    update.change(update.page, {"/Annots": members})
    return number


@BOOK.case
def an_empty_field_that_shows_a_text() -> Case:
    """text S | an empty signature field with an appearance: FORM, UNEXPLAINED."""

    def draw(update: Update) -> None:
        form = {"/Type": b"/XObject", "/Subtype": b"/Form", "/BBox": b"[0 0 490 790]"}
        look = update.put(stream(b"1 1 1 rg 0 0 490 790 re f", form))
        new_field(update, {"/AP": b"<</N %s>>" % refer(look)})

    return pdf(
        updated(led(), draw),
        UNEXPLAINED,
        twin="an_empty_field_for_the_next_hand",
        also=exactly({K.FORM}),
    )


@BOOK.case
def an_empty_field_with_a_script() -> Case:
    """text S | an empty signature field that runs a script: FORM, UNEXPLAINED."""
    script = {"/AA": b"<</E<</S/JavaScript/JS(app.alert\\(1\\))>>>>"}
    return pdf(
        updated(led(), lambda update: new_field(update, script)),
        UNEXPLAINED,
        twin="an_empty_field_for_the_next_hand",
    )


@BOOK.case
def a_line_end_some_transport_added() -> Case:
    """text S | CR LF: ALLOWED, nothing came."""

    def allowed(found: tuple[Finding, ...]) -> None:
        assert found[0].changes is Changes.ALLOWED

    return pdf(signed_pdf() + b"\r\n", PASSED, also=allowed)


@BOOK.case
def sha512() -> Case:
    """text S, SHA-512: TOTAL_PASSED."""
    return pdf(signed(habit=replace(Habit(), digest="sha512")), PASSED)


@BOOK.case
def rsassa_pss() -> Case:
    """text S, RSASSA-PSS with SHA-256: TOTAL_PASSED."""
    return pdf(signed(habit=replace(Habit(), pss=True)), PASSED)
