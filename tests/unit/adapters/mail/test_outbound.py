"""Official letters to bodies elsewhere, as a clerk and as a mail door read them."""

import email
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest

from adapters.mail.adapter import PACKAGE, MailAdapter, build
from adapters.mail.letters import one_line, put_subject
from adapters.mail.outbound import letter
from adapters.mail.settings import MailSettings
from hub.edxml import guard, reader, writer
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.agencies import Agency, AgencyKind
from hub.model.envelopes import (
    Attachment,
    Envelope,
    Family,
    Hop,
    Kind,
    Organization,
    Reference,
    StatusReport,
)
from hub.model.faults import FaultCode
from hub.model.frames import Frame
from hub.model.ids import AgencyCode, digest_of
from hub.model.limits import Limits
from hub.model.sending import Sending
from hub.rehearsal.mail_sink import MailSink
from tests.fakes.kits import FewOrganizations, kit_of
from tests.fakes.outsides import NOON

NOI_VU, SNN = AgencyCode("000.02.37.H40"), AgencyCode("000.00.12.H40")
HUB = "vanthu@giaothuy.namdinh.gov.vn"
DEPARTMENT = "vanthu@snnptnt.namdinh.gov.vn"
PDF = b"%PDF-1.4 the document itself"
OFFICE = Agency(
    NOI_VU,
    "Phòng Nội vụ",
    AgencyKind.OFFICE,
    "phong-noi-vu",
    mailboxes=("noivu@giaothuy.namdinh.gov.vn",),
)
ENVELOPE = Envelope(
    family=Family.LAYERED,
    kind=Kind.NEW,
    sender=Organization(NOI_VU, "Phòng Nội vụ huyện Giao Thủy"),
    receivers=(Organization(SNN),),
    document_id="000.02.37.H40,2019/12/02,41/BC-PNV",
    subject="Về việc báo cáo biên chế",
    number="41",
    notation="BC-PNV",
    type_name="Báo cáo",
    promulgated=date(2019, 12, 2),
    attachments=(
        Attachment(
            position=1,
            content_id="tep-1",
            name="bao cao.pdf",
            description="",
            claimed_type="application/pdf",
            media_type="application/pdf",
            size=len(PDF),
            digest=digest_of(PDF),
            sent_digest=digest_of(PDF),
        ),
    ),
)
SENDING = Sending(
    "6f1b7a52-6f0e-5c37-9a44-5f2f6e3c7d10",
    Kind.NEW,
    NOI_VU,
    (SNN,),
    ENVELOPE.document_id,
    "goi-tin",
    NOON,
    notation="41/BC-PNV",
    paper=1,
)


def edxml(envelope: Envelope = ENVELOPE, pdf: bytes = PDF) -> bytes:
    hop = Hop(AgencyCode("000.90.37.H40"), "2019/12/02 12:00:00")
    return writer.write(envelope, [pdf], 1, hop)


@pytest.fixture
async def sink():
    one = MailSink()
    await one.start()
    yield one
    await one.stop()


def adapter(sink: MailSink, **changes: object) -> MailAdapter:
    table = {
        "name": "thu",
        "doors": ["mail-smtp"],
        "listen": {"port": 0, "peers": ["127.0.0.1/32"]},
        "senders": {DEPARTMENT: SNN},
        "sending": {
            "host": "127.0.0.1",
            "port": sink.port,
            "tls": "none",
            "address": HUB,
        },
        **changes,
    }
    settings = MailSettings.model_validate(table)
    return build(settings, {}, kit_of(organizations=FewOrganizations((OFFICE,))))


async def test_a_clerk_opens_the_document_first_and_sees_who_sent_what(sink):
    assert await adapter(sink).forward(SENDING, edxml()) == SENDING.id
    (caught,) = sink.mails
    assert caught.receivers == (DEPARTMENT,)
    mail = email.message_from_bytes(caught.data, policy=default)
    assert mail["Subject"] == "Báo cáo 41/BC-PNV: Về việc báo cáo biên chế"
    assert (mail["From"], mail["Reply-To"]) == (HUB, OFFICE.mailboxes[0])
    assert mail["Auto-Submitted"] is None, "an office's letter, no machine's"
    files = list(mail.iter_attachments())
    assert [f.get_filename() for f in files] == ["bao cao.pdf", "goi-tin.edxml"]
    assert files[0].get_content() == PDF
    body = mail.get_body()
    assert body is not None
    told = body.get_content()
    for line in (
        "Phòng Nội vụ huyện Giao Thủy (000.02.37.H40) gửi: văn bản Báo cáo 41/BC-PNV.",
        "Ngày ban hành: 2019/12/02",
        "Bản giấy: có bản giấy gửi kèm.",
        "Tệp kèm theo: bao cao.pdf; goi-tin.edxml",
    ):
        assert line in told


@pytest.mark.parametrize("words", range(1, 60))
def test_a_subject_of_any_length_keeps_its_blanks(words):
    """The standard library's own folding loses some of them."""
    mail = EmailMessage(SMTP)
    text = " ".join(["Về việc báo cáo biên chế năm"] * words)[: words * 9].strip()
    put_subject(mail, text)
    mail.set_content("")
    read = email.message_from_bytes(mail.as_bytes(), policy=default)
    assert read["Subject"] == one_line(text)
    assert max(map(len, mail.as_bytes().splitlines())) <= 78


async def test_the_edxml_in_it_is_the_envelope_byte_for_byte(sink):
    await adapter(sink).forward(SENDING, edxml())
    mail = email.message_from_bytes(sink.mails[0].data, policy=default)
    last = list(mail.iter_attachments())[-1].get_content()
    data = last if isinstance(last, bytes) else last.encode()
    assert data == edxml()
    read = reader.read(Frame(data), Limits(), guard.check(data, Limits()))
    assert read.envelope.document_id == ENVELOPE.document_id


async def test_every_try_is_the_same_mail(sink):
    for _ in range(2):
        await adapter(sink).forward(SENDING, edxml())
    first, second = sink.mails
    assert first.data == second.data
    assert SENDING.id in first.sender, "what comes back is known by it"


async def test_a_recall_says_so(sink):
    recall = replace(ENVELOPE, kind=Kind.REVOKE)
    await adapter(sink).forward(replace(SENDING, kind=Kind.REVOKE), edxml(recall))
    mail = email.message_from_bytes(sink.mails[0].data, policy=default)
    assert str(mail["Subject"]).startswith("Thu hồi văn bản Báo cáo 41/BC-PNV")


async def test_a_body_without_an_address_is_no_matter_of_trying_again(sink):
    stranger = replace(SENDING, receivers=(AgencyCode("000.00.13.H40"),))
    with pytest.raises(PermanentFailure) as caught:
        await adapter(sink).forward(stranger, edxml())
    assert caught.value.fault.code is FaultCode.NO_WAY_OUT


async def test_an_address_for_letters_goes_before_the_one_a_body_writes_from(sink):
    other = "tiepnhan@snnptnt.namdinh.gov.vn"
    await adapter(sink, letters={"000.00.12.h40": other}).forward(SENDING, edxml())
    assert sink.mails[0].receivers == (other,)


async def test_a_server_that_is_away_is_tried_later(sink):
    one = adapter(sink)
    sink.reply = "451 later"
    with pytest.raises(SourceUnavailable):
        await one.forward(SENDING, edxml())


def test_where_not_all_fits_the_files_go_before_the_edxml_never_without_a_file():
    pdf = b"%PDF-1.4 " + bytes(30_000)
    data = edxml(pdf=pdf)
    assert [f.name for f in letter(SENDING, data, 60_000).files] == ["bao cao.pdf"]
    with pytest.raises(PermanentFailure) as caught:
        letter(SENDING, data, 30_000)
    assert caught.value.fault.code is FaultCode.TOO_LARGE


def test_a_source_that_sends_no_mail_reaches_nobody(sink):
    known = adapter(sink).settings
    assert PACKAGE.reach(known) == (SNN,)
    assert PACKAGE.reach(known.model_copy(update={"sending": None})) == ()


async def test_a_status_of_ours_is_a_letter_too(sink):
    about = Reference(SNN, "218/BC-SNN", "000.00.12.H40,2019/12/02,218/BC-SNN")
    report = StatusReport("03", about, "Đã tiếp nhận", NOON)
    words = replace(
        ENVELOPE, kind=Kind.STATUS, status=report, attachments=(), subject=""
    )
    status = replace(SENDING, kind=Kind.STATUS, paper=None)
    await adapter(sink).forward(status, writer.write_status(words))
    mail = email.message_from_bytes(sink.mails[0].data, policy=default)
    assert mail["Subject"] == "Trạng thái văn bản 218/BC-SNN (03)"
    body = mail.get_body()
    assert body is not None
    assert "Nội dung: Đã tiếp nhận" in body.get_content()
