"""A PDF signature made here holds for pyHanko, and says what it was told to say."""

import hashlib
from datetime import UTC, timedelta
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel

from hub.rehearsal.papers import report
from hub.rehearsal.pdfs import draw
from hub.rehearsal.samples import DEFAULT_AT, DEFAULT_DAY
from hub.rehearsal.signing import Stamp, sign_pdf
from tests.unit.rehearsal.raw import embedded, judged

AT = DEFAULT_AT


@pytest.fixture(scope="module")
def drawing():
    return draw(report(DEFAULT_DAY))


@pytest.fixture(scope="module")
def leaf(pki):
    return pki.leaf("Ủy ban nhân dân huyện Giao Thủy")


@pytest.mark.parametrize(
    ("subfilter", "name"),
    [("pades", "/ETSI.CAdES.detached"), ("adobe", "/adbe.pkcs7.detached")],
)
def test_pyhanko_trusts_a_signature_of_either_form(pki, drawing, leaf, subfilter, name):
    pdf = sign_pdf(drawing.pdf, leaf, pki, at=AT, subfilter=subfilter)
    (status,) = judged(pdf, pki, AT)
    assert status.bottom_line
    assert embedded(pdf)[0].sig_object["/SubFilter"] == name


def test_the_claimed_time_is_the_given_one_in_vietnams_zone(pki, drawing, leaf):
    pdf = sign_pdf(drawing.pdf, leaf, pki, at=AT, subfilter="adobe")
    (found,) = embedded(pdf)
    assert found.self_reported_timestamp == AT
    assert found.sig_object["/M"] == "D:20191202100000+07'00'"


def test_leader_then_office_sign_one_file(pki, drawing, leaf):
    person = pki.leaf("Trần Đức Hải", "Sở", person=True, usage="nonrepudiation")
    one = sign_pdf(drawing.pdf, person, pki, at=AT, stamp=Stamp("hand", drawing.hand))
    two = sign_pdf(
        one,
        leaf,
        pki,
        at=AT + timedelta(minutes=1),
        field="Signature2",
        stamp=Stamp("seal", drawing.seal),
    )
    first, second = judged(two, pki, AT + timedelta(minutes=2))
    assert first.bottom_line
    assert second.bottom_line
    assert first.modification_level is ModificationLevel.FORM_FILLING
    assert two.startswith(one)


def test_the_cms_holds_the_leaf_alone_unless_asked(pki, drawing, leaf):
    alone = embedded(sign_pdf(drawing.pdf, leaf, pki, at=AT))[0]
    chain = embedded(sign_pdf(drawing.pdf, leaf, pki, at=AT, embed_chain=True))[0]
    assert alone.other_embedded_certs == []
    assert [c.dump() for c in chain.other_embedded_certs] == [pki.issuing.certificate]


def test_a_time_stamp_bears_the_tsas_signature_and_the_given_moment(pki, drawing, leaf):
    pdf = sign_pdf(drawing.pdf, leaf, pki, at=AT, timestamp=True)
    (status,) = judged(pdf, pki, AT)
    stamp = status.timestamp_validity
    assert stamp is not None
    assert stamp.intact
    assert stamp.trusted
    assert stamp.timestamp.astimezone(UTC) == AT
    assert stamp.signing_cert.dump() == pki.tsa.certificate


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
def test_the_digest_is_the_one_asked_for(pki, drawing, leaf, digest):
    pdf = sign_pdf(drawing.pdf, leaf, pki, at=AT, digest=digest)
    (found,) = embedded(pdf)
    start, length, after, rest = (int(n) for n in found.byte_range)
    covered = pdf[start : start + length] + pdf[after : after + rest]
    assert found.md_algorithm == digest
    assert after + rest == len(pdf)
    assert message_digest(found) == hashlib.new(digest, covered).digest()


def message_digest(found) -> bytes:
    attributes = {a["type"].native: a for a in found.signer_info["signed_attrs"]}
    return bytes(attributes["message_digest"]["values"][0].native)


async def test_signing_works_where_a_loop_is_running(pki, drawing, leaf):
    pdf = sign_pdf(drawing.pdf, leaf, pki, at=AT)
    assert len(embedded(pdf)) == 1


def test_a_stamp_is_drawn_in_its_box(pki, drawing, leaf):
    pdf = sign_pdf(
        drawing.pdf, leaf, pki, at=AT, stamp=Stamp("seal", drawing.seal, drawing.page)
    )
    field = PdfFileReader(BytesIO(pdf)).root["/AcroForm"]["/Fields"][0]
    assert tuple(field["/Rect"]) == drawing.seal
    assert b"0.85 0.05 0.08 RG" in field["/AP"]["/N"].data
