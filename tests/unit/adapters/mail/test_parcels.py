"""What an agency gets by mail: the files for people, the envelope for software."""

import email
import json
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from email.policy import default

import pytest

from adapters.mail.adapter import build
from adapters.mail.parcels import Parcel, compose
from adapters.mail.settings import MailSettings
from hub.edxml import writer
from hub.errors import MalformedEnvelope, PermanentFailure, SourceUnavailable
from hub.model.decisions import Lane
from hub.model.envelopes import (
    Attachment,
    Business,
    Envelope,
    Family,
    Hop,
    Kind,
    Organization,
    Reference,
    StatusReport,
)
from hub.model.ids import AgencyCode, digest_of
from hub.model.records import OutboxKind, OutboxRow
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.odd_mails import bounce
from tests.fakes.kits import MemoryBounces, kit_of
from tests.fakes.outsides import NOON

ID = "6f1b7a52-6f0e-5c37-9a44-5f2f6e3c7d10"
HUB, BOX = "truc@lienthong.namdinh.gov.vn", "giaoan@namdinh.gov.vn"
PDF = b"%PDF-1.7\n" + b"x" * 900
HOP = Hop(AgencyCode("000.90.37.H40"), "2019/12/02 12:00:01")


def attachment(position: int, name: str, data: bytes) -> Attachment:
    return Attachment(
        position=position,
        content_id=f"f{position}",
        name=name,
        description="",
        claimed_type="application/pdf",
        media_type="application/pdf",
        size=len(data),
        digest=digest_of(data),
        sent_digest=digest_of(data),
    )


def envelope(**changes) -> Envelope:
    told = Envelope(
        family=Family.LAYERED,
        kind=Kind.NEW,
        sender=Organization(AgencyCode("000.00.12.H40"), "Sở Nông nghiệp"),
        receivers=(Organization(AgencyCode("000.24.37.H40"), "UBND xã Giao An"),),
        document_id="000.00.12.H40,2019/12/02,12/QĐ-SNN",
        subject="Về việc phòng, chống bão số 6",
        number="12",
        notation="QĐ-SNN",
        promulgated=date(2019, 12, 2),
        type_name="Quyết định",
        attachments=(attachment(1, "QĐ 12.pdf", PDF),),
    )
    return replace(told, **changes)


def row(**changes) -> OutboxRow:
    headers = {
        "verdict": "passed",
        "paper": 1,
        "claim_url": "https://truc.example.vn/agencies/v1/claims/aa",
        "body_url": "https://truc.example.vn/agencies/v1/claims/bb",
        "original_sha256": "aa",
    }
    told = OutboxRow(ID, OutboxKind.DELIVER, "xa-giao-an", NOON, headers=headers)
    return replace(told, **changes)


def mail_of(
    told: Envelope, files=(PDF,), most: int = 1_000_000, **changes
) -> EmailMessage:
    body = writer.write(told, files, 1, HOP)
    return read(compose(Parcel(row(**changes), HUB, BOX, body, most)))


def read(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def names(mail: EmailMessage) -> list[str | None]:
    return [part.get_filename() for part in mail.iter_attachments()]


def test_a_clerk_reads_what_it_is_from_whom_and_what_its_signature_is_worth():
    mail = mail_of(envelope())
    assert mail["Subject"] == (
        "Văn bản Quyết định 12/QĐ-SNN: Về việc phòng, chống bão số 6"
    )
    assert (mail["To"], mail["From"]) == (BOX, HUB)
    told = text_of(mail)
    for words in (
        "Cơ quan gửi: Sở Nông nghiệp (000.00.12.H40)",
        "chữ ký số hợp lệ",
        "có bản giấy gửi kèm",
        "Trích yếu: Về việc phòng, chống bão số 6",
        f"Mã gói tin (message_id): {ID}",
        "signatures valid",
    ):
        assert words in told


def test_the_files_go_first_and_the_envelope_beside_them_byte_for_byte():
    body = writer.write(envelope(), (PDF,), 1, HOP)
    mail = read(compose(Parcel(row(), HUB, BOX, body, 1_000_000)))
    pdf, edxml = mail.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()) == ("QĐ 12.pdf", PDF)
    assert edxml.get_content_type() == "application/xml"
    assert edxml.get_payload(decode=True) == body


def test_every_try_is_the_same_mail():
    body = writer.write(envelope(), (PDF,), 1, HOP)
    one = compose(Parcel(row(attempts=1), HUB, BOX, body, 1_000_000))
    other = row(attempts=9, due_at=NOON.replace(year=2020), lease="x")
    assert compose(Parcel(other, HUB, BOX, body, 1_000_000)) == one
    mail = read(one)
    assert mail["Message-ID"] == f"<{ID}@lienthong.namdinh.gov.vn>"
    assert mail["Date"] == "Mon, 02 Dec 2019 12:00:01 +0700"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_an_urgent_one_says_so():
    assert mail_of(envelope(), lane=Lane.URGENT)["Subject"].startswith("[KHẨN] ")


@pytest.mark.parametrize(
    ("kind", "words"),
    [(Kind.REVOKE, "Thu hồi văn bản"), (Kind.REPLACE, "Thay thế văn bản")],
)
def test_a_recall_or_a_new_version_is_told_with_its_reason(kind, words):
    told = envelope(kind=kind, business=Business(document_id="d", reason="Sai số"))
    mail = mail_of(told)
    assert mail["Subject"].startswith(words)
    assert "Lý do: Sai số" in text_of(mail)


def test_a_status_says_what_it_is_about():
    report = StatusReport(
        code="03",
        about=Reference(AgencyCode("000.00.12.H40"), "12/QĐ-SNN", "d-1"),
        description="Đã tiếp nhận",
        moment=NOON,
        moment_text="2019/12/02 12:00:00",
    )
    told = envelope(kind=Kind.STATUS, status=report, attachments=())
    body = writer.write_status(told)
    mail = read(compose(Parcel(row(), HUB, BOX, body, 1_000_000)))
    assert "12/QĐ-SNN (03)" in mail["Subject"]
    assert "Nội dung: Đã tiếp nhận" in text_of(mail)


def test_what_is_too_large_for_a_mail_is_left_to_be_downloaded():
    big = b"%PDF-1.7\n" + b"y" * 300_000
    told = envelope(attachments=(attachment(1, "phu-luc.pdf", big),))
    mail = mail_of(told, files=(big,), most=100_000)
    assert names(mail) == []
    assert "phu-luc.pdf; goi-tin.edxml" in text_of(mail)
    assert "/claims/bb" in text_of(mail)
    assert len(mail.as_bytes()) < 100_000


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"b\r\nBcc: x.pdf', "a_b Bcc_ x.pdf"),
        ("", "tep-1"),
        ("…" * 300 + ".pdf", "…" * 116 + ".pdf"),
        ("\u202egpj.exe", "gpj.exe"),
    ],
)
def test_no_name_of_a_file_forges_a_header_or_a_path(name, safe):
    mail = mail_of(envelope(attachments=(attachment(1, name, PDF),)))
    assert names(mail) == [safe, "goi-tin.edxml"]
    assert mail["Bcc"] is None


def test_no_subject_forges_a_header():
    mail = mail_of(envelope(subject="A\r\nBcc: x@y.vn\r\n\r\nB"))
    assert mail["Bcc"] is None
    assert "Bcc: x@y.vn" in mail["Subject"]


def test_what_is_no_envelope_is_not_mailed():
    with pytest.raises(MalformedEnvelope):
        compose(Parcel(row(), HUB, BOX, b"<html/>", 1_000_000))


def test_a_notice_is_its_sentences_and_its_json():
    told = {
        "notice": "verdict",
        "notation": "233/BC-SNN",
        "judged_at": "2019-12-02T05:10:00Z",
        "text_vi": "Kiểm tra lại: chữ ký KHÔNG hợp lệ.",
        "text_en": "Judged again: NOT valid.",
    }
    body = json.dumps(told).encode()
    parcel = Parcel(row(kind=OutboxKind.NOTICE), HUB, BOX, body, 1_000_000)
    mail = read(compose(parcel))
    assert mail["Subject"] == "Thông báo về 233/BC-SNN"
    assert mail["Date"] == "Mon, 02 Dec 2019 12:10:00 +0700"
    assert told["text_vi"] in text_of(mail)
    (kept,) = mail.iter_attachments()
    assert kept.get_payload(decode=True) == body


def test_a_receipt_says_who_will_not_have_the_document_after_all():
    left_out = row(kind=OutboxKind.NOTICE, headers={"undelivered": "H40.1 H40.2"})
    parcel = Parcel(left_out, HUB, BOX, b'{"notice": "receipt"}', 1_000_000)
    assert "Không chuyển tới: H40.1 H40.2." in text_of(read(compose(parcel)))


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"judged_at": 5}'])
def test_a_notice_that_cannot_be_read_goes_as_it_is(body):
    parcel = Parcel(row(kind=OutboxKind.NOTICE), HUB, BOX, body, 1_000_000)
    (kept,) = read(compose(parcel)).iter_attachments()
    assert kept.get_payload(decode=True) == body


class TestPost:
    """The way of a parcel to a real mail server, and back."""

    @pytest.fixture
    async def sink(self):
        one = MailSink()
        await one.start()
        yield one
        await one.stop()

    @pytest.fixture
    def bounces(self):
        return MemoryBounces({ID})

    @pytest.fixture
    def adapter(self, sink, bounces):
        settings = MailSettings.model_validate(
            {
                "name": "thu",
                "doors": ["mail-smtp"],
                "listen": {"port": 0, "peers": ["127.0.0.1/32"]},
                "senders": {"a@b.vn": "000.00.12.H40"},
                "sending": {
                    "host": "127.0.0.1",
                    "port": sink.port,
                    "tls": "none",
                    "address": HUB,
                },
            }
        )
        return build(settings, {}, kit_of(bounces=bounces))

    async def test_it_goes_to_the_mailbox_and_comes_back_by_its_id(
        self, adapter, sink, bounces
    ):
        post = adapter.post()
        assert post is not None
        await post.deliver(row(), BOX, writer.write(envelope(), (PDF,), 1, HOP))
        (caught,) = sink.mails
        assert caught.receivers == (BOX,)
        assert caught.sender == f"truc+{ID}@lienthong.namdinh.gov.vn"
        assert f"ENVID={ID}".upper() in caught.options
        report = bounce(f"<{ID}@lienthong.namdinh.gov.vn>", BOX)
        digest = await adapter.kit.evidence.keep_bytes(report)
        await adapter.returned(digest, len(report))
        assert [one for one, _ in bounces.listed] == [ID]

    @pytest.mark.parametrize(
        ("reply", "trouble"),
        [
            ("452 4.2.2 mailbox full", SourceUnavailable),
            ("550 5.1.1 no such user", PermanentFailure),
        ],
    )
    async def test_a_mailbox_says_later_or_never(self, adapter, sink, reply, trouble):
        sink.rcpt_reply = reply
        with pytest.raises(trouble):
            await adapter.post().deliver(
                row(), BOX, writer.write(envelope(), (PDF,), 1, HOP)
            )


def test_a_source_that_sends_no_mail_is_no_post():
    settings = MailSettings.model_validate(
        {
            "name": "thu",
            "doors": ["mail-smtp"],
            "listen": {"port": 0, "peers": ["127.0.0.1/32"]},
            "senders": {"a@b.vn": "000.00.12.H40"},
        }
    )
    assert build(settings, {}, kit_of()).post() is None
