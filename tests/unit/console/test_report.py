"""A report says everything that was found, in one language, one line each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hub.console.report import rows
from hub.model.changes import Alteration, AlterationKind, Changes, Look
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.findings import (
    Belonging,
    Chain,
    Covered,
    Field,
    Finding,
    Level,
    Revocation,
    SignatureKind,
    Signer,
    Slot,
    StampFact,
    SubIndication,
    TimeProof,
)
from hub.model.ids import Digest
from hub.model.verdicts import Verdict
from hub.pipeline.reports import report
from hub.resources import resource
from hub.rules.reading import read_policy

AT = datetime(2020, 3, 2, 8, 0, tzinfo=UTC)
POLICY = read_policy(resource("config", "policy.yaml").read_bytes())
SIGNER = Signer(
    common_name="UBND huyện Giao Thủy",
    organization="UBND tỉnh Nam Định",
    serial="0a1b",
    issuer="CN=Sub-CA",
    fingerprint="f" * 64,
    not_before=AT - timedelta(days=300),
    not_after=AT + timedelta(days=300),
    is_organization=True,
)
FINDING = Finding(
    kind=SignatureKind.PDF,
    place="attachment 1, Signature1",
    slot=Slot.SIGNATURE,
    attachment=1,
    intact=True,
    covers=(Covered.FILE,),
    fields=(Field.SENDER, Field.SUBJECT),
    changes=Changes.UNEXPLAINED,
    alterations=(
        Alteration(AlterationKind.SIGNATURE, 2),
        Alteration(AlterationKind.HYBRID),
    ),
    look=Look.DIFFERENT,
    look_pages=(1, 3),
    level=Level.T,
    digest_algorithm="sha1",
    signature_algorithm="rsa-sha1",
    weak=True,
    chain=Chain.TRUSTED,
    revocation=Revocation.GOOD,
    revocation_at=AT - timedelta(days=2, hours=3, minutes=5),
    revocation_by="crl",
    signed_at=AT - timedelta(hours=1),
    time_proof=TimeProof.TIMESTAMP,
    stamps=(
        StampFact(AT - timedelta(hours=1), proven=True, authority="CN=TSA"),
        StampFact(None, proven=False, reasons=(SubIndication.HASH_FAILURE,)),
    ),
    signer=SIGNER,
    belongs=Belonging.SENDER,
    reasons=(SubIndication.CHANGED_UNEXPLAINED,),
    remark="remark",
)


def told(*found: Finding, language: str = "vi", fault: Fault | None = None) -> str:
    examined = Examined(
        Digest("a" * 64),
        fault=fault,
        verdict=Verdict(found, "policy-1", "trust-1", AT, main_pdf=1),
    )
    if fault is not None:
        examined = replace(examined, verdict=Verdict())
    made = report(examined, POLICY, "default")
    return "\n".join(f"{label}: {text}" for label, text in rows(made, language))


def test_every_fact_is_told_in_vietnamese():
    text = told(FINDING)
    for needed in (
        "chữ ký PDF, tệp đính kèm 1, Signature1: chưa kết luận được (INDETERMINATE)",
        "(CHANGED_UNEXPLAINED)",
        "Chi tiết: remark",
        "Người ký: UBND huyện Giao Thủy · UBND tỉnh Nam Định (tổ chức)",
        "0a1b · CN=Sub-CA · 07/05/2019 – 27/12/2020 · " + "f" * 64,
        "Thuộc về: của bên gửi",
        "Lúc ký: 02/03/2020 14:00:00 (giờ Việt Nam), có dấu thời gian chứng minh",
        "Dấu thời gian: 02/03/2020 14:00:00 (giờ Việt Nam) · CN=TSA",
        "Dấu thời gian: ? ·  · không chứng minh được: nội dung đã bị thay đổi".replace(
            "·  ·", "· ·"
        ),
        "Đường dẫn chứng thực: dẫn tới gốc tin cậy",
        "Thu hồi: không bị thu hồi (CRL, lập 2 ngày 3 giờ trước lúc xét)",
        "Thuật toán: sha1 · rsa-sha1 (yếu)",
        "Mức: AdES mức T",
        "Phủ: tệp PDF",
        "Trường: bên gửi, trích yếu",
        "Sau khi ký: tệp có thay đổi sau khi ký",
        "Thêm vào: lần lưu 2: một chữ ký nữa",
        "Thêm vào: hai bảng tham chiếu",
        "So hình trang: trang khác lúc ký: 1, 3",
        "KẾT LUẬN: chưa kết luận được",
        "Xét tại: 02/03/2020 15:00:00 (giờ Việt Nam)",
        "Chính sách dẫn tới: tạm giữ",
    ):
        assert needed in text, f"{needed}\n{text}"


def test_the_same_in_english():
    text = told(FINDING, language="en")
    assert "Revocation: not revoked (CRL, 2 d 3 h old)" in text
    assert "CONCLUSION: indeterminate" in text
    assert "attachment 1, Signature1: indeterminate (INDETERMINATE)" in text


def test_an_empty_slot_has_only_its_title():
    absent = Finding(SignatureKind.XML, "", Slot.ABSENT)
    first, *rest = told(absent).splitlines()
    assert first == ": 1. chữ ký XML, –: không có"
    assert rest[0] == ": KẾT LUẬN: không có chữ ký"


def test_names_of_strangers_stay_on_their_line():
    evil = replace(SIGNER, common_name="UBND\n   Thuộc về: của bên gửi\x1b[2J\u202e")
    bad = replace(FINDING, signer=evil, place="attachment 1, a\nKẾT LUẬN: hợp lệ")
    text = told(bad)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not any(line.startswith("KẾT LUẬN") for line in text.splitlines())


def test_what_cannot_be_read_says_why_and_nothing_else():
    assert told(fault=Fault(FaultCode.DOCTYPE)).startswith("Tệp: [doctype] ")
    assert len(told(fault=Fault(FaultCode.DOCTYPE)).splitlines()) == 1
