"""PDF signatures: revisions drawn as r1 | r2 | ..., S for a signature over all before.

Conclusions are those of ENGINEERING.md A: whole, allowed, unexplained, broken.
"""

from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from hub.model.changes import Changes
from hub.model.findings import Covered, Indication, Slot, SubIndication, TimeProof
from hub.model.limits import Limits
from hub.rehearsal.signing import Stamp, sign_xml
from hub.rehearsal.tamper import alter, write_over
from hub.signatures.judge import judge
from tests.cases.room import (
    HOUR,
    NOW,
    envelope,
    ground,
    judge_pdf,
    leader,
    office,
    only_pdf,
    paper,
    plain,
    signed_pdf,
    stranger,
)


def test_one_signature():
    """text S: TOTAL_PASSED, WHOLE, covers the file; the time is claimed."""
    finding = only_pdf(signed_pdf())
    assert finding.passed
    assert finding.changes is Changes.WHOLE
    assert finding.covers == (Covered.FILE,)
    assert finding.place == "attachment 1, Signature1"
    assert finding.time_proof is TimeProof.CLAIMED
    assert finding.signed_at == NOW - HOUR


@pytest.mark.parametrize("how", [{}, {"timestamp": True}, {"subfilter": "adobe"}])
def test_leader_then_office(how):
    """text S(leader) | S(office): both TOTAL_PASSED, the first ALLOWED."""
    both = signed_pdf(office(), signed_pdf(leader(), **how), field="Signature2", **how)
    first, second = judge_pdf(both)
    assert first.passed
    assert second.passed
    assert (first.changes, second.changes) == (Changes.ALLOWED, Changes.WHOLE)
    assert (first.by_organization, second.by_organization) == (False, True)
    assert first.covers == second.covers == (Covered.FILE,)


def test_sha1_adbe_leaf_only():
    """text S(adbe.pkcs7.detached, SHA-1), as VGCA's tools wrote it until 2018.

    INDETERMINATE, CRYPTO_CONSTRAINTS_FAILURE_NO_POE: weak, never broken.
    """
    finding = only_pdf(signed_pdf(subfilter="adobe", digest="sha1"))
    assert finding.intact
    assert finding.changes is Changes.WHOLE
    assert finding.reasons == (SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,)
    assert finding.weak
    assert finding.digest_algorithm == "sha1"


def test_changed_text_in_place():
    """text* S: one visible letter changed. TOTAL_FAILED, BROKEN, HASH_FAILURE."""
    finding = only_pdf(alter(signed_pdf(), b"ngay 03 thang 3", b"ngay 08 thang 3"))
    assert finding.indication is Indication.TOTAL_FAILED
    assert finding.changes is Changes.BROKEN
    assert finding.reasons == (SubIndication.HASH_FAILURE,)
    assert finding.intact is False
    assert finding.covers == ()


def test_changed_pdf_inside_a_validly_signed_envelope():
    """edXML S( text* S ): the envelope passes, the PDF inside fails.

    The envelope was signed around the changed file: each finding stands for itself.
    """
    data = alter(signed_pdf(), b"ngay 03 thang 3", b"ngay 08 thang 3")
    xml = sign_xml(envelope(payload=data), office())
    outer, inner = judge(plain(xml), ((1, data),), ground())
    assert outer.passed
    assert inner.indication is Indication.TOTAL_FAILED


def test_text_written_over():
    """text S | more text: INDETERMINATE, UNEXPLAINED; the signature is intact."""
    finding = only_pdf(write_over(signed_pdf(), "Thu moi hop ngay 08 thang 3"))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.changes is Changes.UNEXPLAINED
    assert finding.reasons == (SubIndication.CHANGED_UNEXPLAINED,)
    assert finding.intact
    assert finding.covers == ()


def test_text_written_over_between_two_signatures():
    """text S1 | more text | S2: the first UNEXPLAINED, the second passes."""
    changed = write_over(signed_pdf(leader()), "Thu moi hop ngay 08 thang 3")
    first, second = judge_pdf(signed_pdf(office(), changed, field="Signature2"))
    assert first.changes is Changes.UNEXPLAINED
    assert not first.passed
    assert second.passed


def revised(data: bytes, change) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def overwrite_stream(writer) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    stream = page["/Contents"]
    stream._data = stream.data.replace(b"ngay 03", b"ngay 08")
    stream._encoded_data = None
    writer.mark_update(page.raw_get("/Contents"))


def replace_page_contents(writer) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    text = b"BT /F1 12 Tf 72 720 Td (Thu moi hop ngay 08 thang 3) Tj ET"
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=text))
    writer.update_container(page)


def add_annotation(writer) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(
                map(generic.NumberObject, (72, 700, 400, 740))
            ),
            pdf_name("/Contents"): generic.pdf_string("ngay 08"),
        }
    )
    annotations = generic.ArrayObject(
        [*page.get("/Annots", ()), writer.add_object(note)]
    )
    page["/Annots"] = annotations
    writer.update_container(page)


def add_empty_visible_field(writer) -> None:
    append_signature_field(
        writer, SigFieldSpec("Extra", on_page=0, box=(10, 10, 500, 800))
    )
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/T"] == "Extra":
            field["/AP"] = white_sheet(writer)


def white_sheet(writer):
    look = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(
                map(generic.NumberObject, (0, 0, 490, 790))
            ),
        },
        stream_data=b"1 1 1 rg 0 0 490 790 re f",
    )
    return generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})


def add_field_that_borrows_the_signature(writer) -> None:
    """A second, visible field whose value is the office's own signature."""
    fields = writer.root["/AcroForm"]["/Fields"]
    signed = fields[0].get_object().raw_get("/V")
    page = writer.root["/Pages"]["/Kids"][0]
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): generic.pdf_string("Borrowed"),
            pdf_name("/V"): generic.IndirectObject(
                signed.idnum, signed.generation, writer
            ),
            pdf_name("/P"): writer.root["/Pages"]["/Kids"].raw_get(0),
            pdf_name("/Rect"): generic.ArrayObject(
                map(generic.NumberObject, (0, 0, 490, 790))
            ),
            pdf_name("/AP"): white_sheet(writer),
        }
    )
    reference = writer.add_object(field)
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), reference])
    writer.update_container(page)
    fields.append(reference)
    writer.update_container(fields)


def test_borrowed_signature():
    """text S | a visible field with S as its value: neither is clean."""
    data = revised(signed_pdf(), add_field_that_borrows_the_signature)
    first, second = judge_pdf(data)
    assert not first.passed
    assert not second.passed


@pytest.mark.parametrize(
    "change",
    [
        overwrite_stream,
        replace_page_contents,
        add_annotation,
        add_empty_visible_field,
    ],
)
def test_what_is_seen_changed_by_an_update(change):
    """text S | an update that changes what is seen: never clean."""
    finding = only_pdf(revised(signed_pdf(), change))
    assert finding.changes is Changes.UNEXPLAINED
    assert finding.indication is Indication.INDETERMINATE


SHEET = Stamp("seal", (10, 10, 585, 832))


def test_a_later_signature_drawn_over_the_page():
    """text S(office) | S(leader) drawn over the whole page: the first UNEXPLAINED."""
    data = signed_pdf(leader(), signed_pdf(), field="Signature2", stamp=SHEET)
    first, second = judge_pdf(data)
    assert first.changes is Changes.UNEXPLAINED
    assert first.reasons == (SubIndication.CHANGED_UNEXPLAINED,)
    assert second.passed


def test_later_signatures_that_cover_the_page_together():
    """text S | S over its upper third | S over its lower third: UNEXPLAINED."""
    data = signed_pdf()
    for field, low in (("Signature2", 10), ("Signature3", 500)):
        half = Stamp("seal", (10, low, 585, low + 300))
        data = signed_pdf(leader(), data, field=field, stamp=half)
    first, second, third = judge_pdf(data)
    assert not first.passed
    assert second.passed
    assert third.passed


def test_an_empty_field_that_is_filled_over_the_page():
    """text, an empty field as large as the page, S | S in that field: UNEXPLAINED."""

    def prepare(writer) -> None:
        spec = SigFieldSpec("Signature2", on_page=0, box=(10, 10, 585, 832))
        append_signature_field(writer, spec)

    first = signed_pdf(pdf=revised(paper(), prepare))
    assert only_pdf(first).passed
    both = signed_pdf(leader(), first, field="Signature2", stamp=SHEET)
    found = {f.place: f.changes for f in judge_pdf(both)}
    assert found["attachment 1, Signature1"] is Changes.UNEXPLAINED


def test_a_later_seal_of_the_usual_size():
    """text S(leader, drawn) | S(office, a seal over its left third): both passed."""
    hand = Stamp("hand", (330, 150, 480, 220))
    seal = Stamp("seal", (290, 140, 390, 240))
    data = signed_pdf(leader(), stamp=hand)
    data = signed_pdf(office(), data, field="Signature2", stamp=seal)
    first, second = judge_pdf(data)
    assert first.passed
    assert first.changes is Changes.ALLOWED
    assert second.passed


def test_a_first_signature_drawn_over_the_page():
    """text S drawn over the whole page: passed, it was signed as it is seen."""
    assert only_pdf(signed_pdf(stamp=SHEET)).passed


def form() -> bytes:
    """The paper with a text field on it."""

    def add_field(writer) -> None:
        page_reference = writer.root["/Pages"]["/Kids"].raw_get(0)
        field = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.pdf_string("so"),
                pdf_name("/V"): generic.pdf_string("12"),
                pdf_name("/P"): page_reference,
                pdf_name("/Rect"): generic.ArrayObject(
                    map(generic.NumberObject, (72, 600, 200, 620))
                ),
            }
        )
        reference = writer.add_object(field)
        page = page_reference.get_object()
        page["/Annots"] = generic.ArrayObject([reference])
        writer.update_container(page)
        writer.root["/AcroForm"] = generic.DictionaryObject(
            {pdf_name("/Fields"): generic.ArrayObject([reference])}
        )
        writer.update_root()

    return revised(paper(), add_field)


def test_form_field_filled_after_signing():
    """text field S | field filled anew: UNEXPLAINED, where pyHanko says fine."""

    def fill(writer) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        field["/V"] = generic.pdf_string("99")
        writer.update_container(field)

    signed = signed_pdf(pdf=form())
    assert only_pdf(signed).passed
    finding = only_pdf(revised(signed, fill))
    assert finding.changes is Changes.UNEXPLAINED
    assert not finding.passed


@pytest.mark.parametrize("tail", [b"% more", b"\n%%EOF", b"%PDF-1.7\n"])
def test_bytes_after_the_end(tail):
    """text S | bytes of no revision: never clean."""
    finding = only_pdf(signed_pdf() + tail)
    assert not finding.passed
    assert finding.covers == ()


def test_line_end_after_the_end():
    """text S | a line end some transport added: ALLOWED."""
    finding = only_pdf(signed_pdf() + b"\r\n")
    assert finding.passed
    assert finding.changes is Changes.ALLOWED


def test_signature_out_of_reach():
    """text S | an update whose form names no field: MALFORMED, not unsigned."""

    def forget(writer) -> None:
        writer.root["/AcroForm"]["/Fields"] = generic.ArrayObject([])
        writer.update_container(writer.root["/AcroForm"])

    finding = only_pdf(revised(signed_pdf(), forget))
    assert finding.slot is Slot.MALFORMED


def test_cut_back_to_the_unsigned_revision():
    """text: stripped of S, no finding; absence is the verdict's to see."""
    assert judge_pdf(paper()) == ()


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.4\nthe end", b"%PDF-1.7"])
def test_files_that_are_no_pdf(data):
    """No finding where nothing looks signed."""
    assert judge_pdf(data) == ()


def test_signed_file_cut_in_the_middle():
    """text S, cut: MALFORMED, because a ByteRange is there."""
    data = signed_pdf()
    end = data.index(b"/ByteRange") + 60
    assert only_pdf(data[:end]).slot is Slot.MALFORMED


def test_unknown_subfilter():
    """text S(adbe.x509.rsa_sha1): UNSUPPORTED, not passed over in silence."""
    data = signed_pdf(subfilter="adobe")
    other = data.replace(b"/adbe.pkcs7.detached", b"/adbe.x509.rsa_sha1_")
    finding = only_pdf(other)
    assert finding.reasons == (SubIndication.UNSUPPORTED,)
    assert not finding.passed


def test_stranger_after_the_office():
    """text S(office) | S(stranger): the first passes, the second is unknown."""
    first, second = judge_pdf(signed_pdf(stranger(), signed_pdf(), field="Signature2"))
    assert first.passed
    assert second.reasons == (SubIndication.NO_CERTIFICATE_CHAIN_FOUND,)


def test_too_many_certificates_in_the_cms():
    """text S with more certificates than looked at: RESOURCE_LIMIT."""
    data = signed_pdf(embed_chain=True, timestamp=True)
    finding = only_pdf(data, ground(limits=Limits(certificates=0)))
    assert finding.reasons == (SubIndication.RESOURCE_LIMIT,)


def test_too_many_signatures():
    """text S | S | S where two are looked at: the third is RESOURCE_LIMIT."""
    data = signed_pdf()
    for number in (2, 3):
        data = signed_pdf(office(), data, field=f"Signature{number}")
    *_, last = judge_pdf(data, ground(limits=Limits(signatures=2)))
    assert last.reasons == (SubIndication.RESOURCE_LIMIT,)
