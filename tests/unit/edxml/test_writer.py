"""What is written is valid, says what was read, and is the same every time."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.edxml import reader, writer
from hub.edxml.dates import write_moment
from hub.edxml.guard import check
from hub.edxml.xmltext import allowed
from hub.model.envelopes import (
    Attachment,
    Business,
    Envelope,
    Family,
    FileState,
    Hop,
    Kind,
    Organization,
    OtherInfo,
    ReceiverChange,
    Reference,
    Replacement,
    Signatory,
    Staff,
    StatusReport,
)
from hub.model.frames import Frame, Reading
from hub.model.ids import AgencyCode, digest_of
from hub.model.quirks import QuirkCode
from tests.unit.edxml.look_alikes import (
    LIKE,
    PDF,
    PLACEHOLDER,
    attachment,
    b64,
    body,
    every_sample,
    layered,
    message,
    reference,
    related,
    soap,
    trace,
    zipped,
)
from tests.unit.edxml.reading import CHECKER, LIMITS, read

PDF_TYPE, DIGEST = "application/pdf", digest_of(b"")
HOP = Hop(AgencyCode("000.00.00.H40"), "2019/11/15 08:00:00")


def written(reading: Reading, paper: int = 0) -> bytes:
    if reading.envelope.kind is Kind.STATUS:
        return writer.write_status(reading.envelope)
    return writer.write(reading.envelope, reading.files, paper, HOP)


def again(data: bytes) -> Reading:
    """Check and read what was written, as an agency would."""
    assert CHECKER.check(data) == ()
    check(data, LIMITS)
    return reader.read(Frame(data), LIMITS)


@pytest.mark.parametrize(
    "data", [pytest.param(d, id=f"{n}-{o}") for n, o, d in every_sample()]
)
def test_every_sample_comes_out_valid_and_says_the_same(data):
    reading = read(data)
    out = again(written(reading, paper=1))
    before, after = reading.envelope, out.envelope
    assert after.kind is before.kind
    assert after.sender == before.sender
    assert after.receivers == before.receivers
    assert after.document_id == before.document_id
    assert after.status == before.status
    assert out.files == reading.files
    if before.kind is not Kind.STATUS:
        assert after.hops == (*before.hops, HOP)
        assert after.business
        assert after.business.paper == 1
        assert replace(after.business, paper=0) == replace(
            before.business or Business(), paper=0
        )


def test_family_b_comes_out_as_family_a():
    content_type, data = related(soap(), ("f1", b64(PDF).encode()))
    out = again(written(read(data, content_type)))
    assert out.envelope.family is Family.LAYERED
    assert out.files == (PDF,)
    assert out.quirks == ()
    assert out.envelope.promulgated_text == "2018/09/28"


def test_the_same_input_gives_the_same_bytes():
    data = LIKE["P_multi_attachment_zip_as_text.edxml"]
    assert written(read(data)) == written(read(data))


def test_a_file_leaves_without_its_wrapping_and_under_its_true_type():
    data = layered(
        encoded=attachment(b64(zipped(("uuid.pdf", PDF))), kind="application/doc")
    )
    out = again(written(read(data)))
    assert out.files == (PDF,)
    assert out.envelope.attachments[0].claimed_type == "application/pdf"
    assert out.quirks == ()


def test_files_without_bytes_are_left_out_of_both_lists():
    data = layered(
        listed=reference("cid:1", "1") + reference("cid:2", "2"),
        encoded=attachment("!", "cid:1", "1") + attachment(b64(PDF), "cid:2", "2"),
    )
    out = again(written(read(data)))
    assert [a.name for a in out.envelope.attachments] == ["2"]
    assert out.quirks == ()


def test_a_document_without_files_is_valid_too():
    out = again(written(read(layered(listed="", encoded=""))))
    assert out.envelope.attachments == ()


def test_ids_that_are_missing_or_stand_twice_become_distinct():
    data = layered(
        listed=reference("", "1") + reference("cid:x", "2") + reference("cid:x", "3"),
        encoded=attachment(b64(b"1"), "", "1")
        + attachment(b64(b"2"), "x", "2")
        + attachment(b64(b"3"), "x", "3"),
    )
    out = again(written(read(data)))
    assert out.files == (b"1", b"2", b"3")
    assert len({a.content_id for a in out.envelope.attachments}) == 3


def test_no_signature_is_carried_over():
    out = written(read(layered(message() + trace() + PLACEHOLDER)))
    assert b"Signature" not in out


def test_a_date_that_cannot_be_is_left_out():
    out = again(written(read(layered(message(date="2014/02/30") + trace()))))
    assert out.envelope.promulgated_text == ""
    assert out.envelope.place == "Hà Nội"


def test_dates_leave_in_the_standards_form():
    for text in ("15/11/2019", "2019-11-15T08:00:00+07:00", "20191115"):
        out = again(written(read(layered(message(date=text) + trace()))))
        assert out.envelope.promulgated_text == "2019/11/15"


def test_the_prefixes_are_the_kits():
    out = written(read(layered())).decode()
    assert '<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">' in out
    assert "<edXML:MessageHeader>" in out
    assert "<AttachmentEncoded>\n<Attachment>\n<ContentId>cid:209<" in out
    assert "</edXML:ContentTransferEncoded>" in out


def test_letters_xml_forbids_are_dropped_and_markup_is_escaped():
    envelope = read(layered()).envelope
    odd = replace(envelope, subject="a\x00\x0b\ufffe<b>&\r\n\ud800c")
    out = again(writer.write(odd, (PDF,), 0, HOP))
    assert out.envelope.subject == "a<b>&\r\nc"


def test_receivers_without_a_code_are_not_written():
    envelope = read(layered()).envelope
    nobody = Organization(AgencyCode(""), name="Sở nào đó")
    odd = replace(envelope, receivers=(nobody, *envelope.receivers))
    assert again(writer.write(odd, (PDF,), 0, HOP)).envelope.receivers == (
        envelope.receivers
    )


def test_only_a_status_is_written_as_one():
    with pytest.raises(ValueError, match="not a status"):
        writer.write_status(read(layered()).envelope)


# --- any envelope ---

texts = st.text(max_size=30).map(allowed)
some = texts.filter(bool)
a_code = st.from_regex(r"[0-9A-Z][0-9A-Z.]{0,12}", fullmatch=True).map(AgencyCode)
days = st.dates(min_value=date(1900, 1, 1))
numbers = st.none() | st.integers(0, 999_999_999)
organizations = st.builds(
    Organization,
    code=a_code,
    name=texts,
    in_charge=texts,
    address=texts,
    email=texts,
    telephone=texts,
    fax=texts,
    website=texts,
)
staff = st.builds(Staff, texts, some, texts, texts)
references = st.builds(
    Reference,
    code=a_code,
    notation=texts,
    document_id=texts,
    promulgated_text=days.map(lambda d: f"{d:%Y/%m/%d}"),
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 - hypothesis wants naive bounds
    lambda m: m.replace(microsecond=0, tzinfo=UTC)
)
hops = st.builds(Hop, a_code, moments.map(lambda m: m.strftime("%Y/%m/%d %H:%M:%S")))


@st.composite
def businesses(draw, kind):
    """Only an update says who comes and goes."""
    update = kind is Kind.UPDATE
    change = st.builds(ReceiverChange, a_code, st.booleans())
    replacement = st.builds(Replacement, some, st.lists(a_code, max_size=3).map(tuple))
    return Business(
        document_id=draw(texts),
        reason=draw(texts),
        paper=draw(st.sampled_from([0, 1])),
        info_changed=update and draw(st.booleans()),
        receivers_changed=update and draw(st.booleans()),
        changes=tuple(draw(st.lists(change, max_size=3))) if update else (),
        replacements=tuple(draw(st.lists(replacement, max_size=2))),
        staff=draw(st.none() | staff),
    )


@st.composite
def documents(draw):
    """An envelope as the reader could have read it, with its files."""
    # No magic but none: a PDF's may stand anywhere in its first kilobyte.
    plain = st.binary(max_size=60).filter(lambda b: b"%PDF-" not in b)
    files = draw(st.lists(plain.map(lambda b: b"\x01" + b), max_size=3))
    kind = draw(st.sampled_from([Kind.NEW, Kind.REVOKE, Kind.UPDATE, Kind.REPLACE]))
    day, due = draw(days), draw(st.none() | days)
    receivers = draw(
        st.lists(organizations, min_size=1, max_size=3, unique_by=lambda o: o.code)
    )
    envelope = Envelope(
        family=Family.LAYERED,
        kind=kind,
        sender=draw(organizations),
        receivers=tuple(receivers),
        document_id=draw(some),
        subject=draw(some),
        number=draw(texts),
        notation=draw(texts),
        place=draw(texts),
        promulgated=day,
        promulgated_text=f"{day:%Y/%m/%d}",
        type_number=draw(numbers),
        type_detail=draw(numbers),
        type_name=draw(texts),
        content=draw(texts),
        signatory=draw(st.none() | st.builds(Signatory, texts, texts, some)),
        due=due,
        due_text=f"{due:%Y/%m/%d}" if due else "",
        other=draw(
            st.builds(
                OtherInfo,
                priority=numbers,
                sphere=texts,
                typist=texts,
                copies=texts,
                pages=texts,
                direction=texts,
                appendixes=st.lists(some, max_size=2).map(tuple),
            )
        ),
        answers=tuple(draw(st.lists(references, max_size=2))),
        steering=draw(numbers),
        places=tuple(draw(st.lists(some, max_size=2))),
        hops=tuple(draw(st.lists(hops, max_size=2))),
        business=draw(businesses(kind)),
        attachments=tuple(
            Attachment(
                position=n,
                content_id=f"f{n}",
                name=draw(some),
                description=draw(texts),
                claimed_type="application/octet-stream",
                media_type="application/octet-stream",
                size=len(data),
                digest=digest_of(data),
                sent_digest=digest_of(data),
                state=FileState.SOUND,
            )
            for n, data in enumerate(files, 1)
        ),
    )
    return envelope, tuple(files)


@settings(max_examples=60, deadline=None)
@given(documents(), st.sampled_from([0, 1]))
def test_whatever_is_written_is_valid_and_reads_the_same(document, paper):
    envelope, files = document
    out = again(writer.write(envelope, files, paper, HOP))
    assert envelope.business
    assert out.envelope == replace(
        envelope,
        hops=(*envelope.hops, HOP),
        business=replace(envelope.business, paper=paper),
    )
    assert out.files == files
    assert {q.code for q in out.quirks} <= {QuirkCode.TYPE_LIES}


@pytest.mark.parametrize("size", [0, 1, 393_215, 393_216, 393_217, 1_000_000])
def test_large_files_are_encoded_piece_by_piece_without_a_seam(size):
    data = b"%PDF-1.7" + bytes(n % 251 for n in range(size))
    envelope = replace(
        read(layered()).envelope,
        attachments=(Attachment(1, "1", "a", "", "", PDF_TYPE, size, DIGEST, DIGEST),),
    )
    pieces = list(writer.pieces(envelope, (data,), 0, HOP))
    assert max(map(len, pieces)) <= 600_000
    whole = b"".join(pieces)
    assert whole == writer.write(envelope, (data,), 0, HOP)
    assert again(whole).files == (data,)


@settings(max_examples=40, deadline=None)
@given(
    organizations,
    references,
    st.none() | staff,
    texts,
    moments,
    st.sampled_from(["01", "02", "03", "04", "05", "06", "13", "15", "16"]),
)
def test_any_status_is_valid_and_reads_the_same(sender, about, clerk, text, at, code):
    about = replace(about, document_id=about.document_id or "x")
    local = write_moment(at)
    report = StatusReport(code, about, text, at, local, clerk)
    envelope = Envelope(
        family=Family.LAYERED,
        kind=Kind.STATUS,
        sender=sender,
        receivers=(Organization(about.code),),
        document_id=about.document_id,
        subject="",
        status=report,
    )
    out = again(writer.write_status(envelope))
    assert out.envelope == envelope
    assert out.quirks == ()


def test_the_sender_of_a_made_up_body_is_written_whole():
    data = layered(message(sender=body("H40.12.3", "Huyện ủy", "From")) + trace())
    assert again(written(read(data))).envelope.sender == read(data).envelope.sender
