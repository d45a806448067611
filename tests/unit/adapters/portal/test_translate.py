"""A dossier becomes strict edXML, the same every time; every fault has its place."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.portal.translate import translate
from hub.edxml import identity
from hub.errors import MalformedEnvelope
from hub.model.dossiers import DossierAct
from hub.model.envelopes import FileState, Kind
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Frame, RemoteFile
from hub.model.limits import Limits
from hub.model.quirks import QuirkCode
from tests.unit.adapters.portal.dossiers import (
    GROUND,
    LIMITS,
    OFFICE,
    OTHER,
    PDF,
    PDF_URL,
    PORTAL,
    RESULT_PDF,
    RESULT_URL,
    dossier,
    entity,
    framed,
    progress,
    raw,
    read,
    said,
)

NUMBER = "000.03.37.H40-191202-00001"
PDFS = {PDF_URL: RemoteFile(PDF)}
HALF_LETTER = Fault(FaultCode.ENCODING, "", "half of a surrogate pair")
RESULT = {"TenGiayTo": "Giấy khai sinh", "DuongDanTepTinKetQua": RESULT_URL}


def test_a_dossier_is_a_new_document_from_the_portal_to_the_office():
    envelope = read(dossier(), files=PDFS).envelope
    assert envelope.kind is Kind.NEW
    assert envelope.sender.code == PORTAL
    assert [(r.code, r.name) for r in envelope.receivers] == [(OFFICE, "Phòng Tư pháp")]
    assert envelope.document_id == NUMBER
    assert envelope.subject == "Đăng ký khai sinh cho con"
    assert envelope.promulgated == date(2019, 12, 2)
    assert envelope.due == date(2019, 12, 10)
    assert envelope.type_name == "Công văn"
    assert "Chủ hồ sơ: Nguyễn Văn A" in envelope.content
    assert "Trạng thái: 2 (được tiếp nhận)" in envelope.content


def test_the_file_travels_inside():
    reading = read(dossier(), files=PDFS)
    (attachment,) = reading.envelope.attachments
    assert reading.files == (PDF,)
    assert (attachment.name, attachment.state) == ("Đơn đăng ký.pdf", FileState.SOUND)
    assert reading.envelope.main_pdf == attachment
    assert reading.quirks == ()


def test_before_the_files_are_there_they_are_wanted():
    frame = framed(dossier())
    assert frame.wants == (PDF_URL,)
    assert frame.fault is None
    assert framed(dossier(), files=PDFS).wants == ()


def test_several_paths_of_one_field_are_several_files():
    row = {
        "TenTepDinhKem": "a.pdf##b.pdf",
        "DuongDanTaiTepTin": "https://c/1## https://c/2",
    }
    files = {"https://c/1": RemoteFile(PDF), "https://c/2": RemoteFile(RESULT_PDF)}
    frame = framed(dossier(TaiLieuNop=[row]))
    assert frame.wants == ("https://c/1", "https://c/2")
    reading = read(dossier(TaiLieuNop=[row]), files=files)
    assert [a.name for a in reading.envelope.attachments] == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize("yes", [True, "True", "true", "1", 1])
def test_what_the_portal_deleted_is_not_fetched(yes):
    row = {"IsDeleted": yes, "DuongDanTaiTepTin": PDF_URL}
    assert framed(dossier(TaiLieuNop=[row])).wants == ()


def test_a_file_that_never_comes_is_told_with_its_place_and_listed_as_missing():
    gone = RemoteFile(fault=Fault(FaultCode.FILE_UNAVAILABLE, "fetch", "HTTP 404"))
    values = dossier(DanhSachGiayToKetQua=[RESULT])
    reading = read(values, files={PDF_URL: gone, RESULT_URL: RemoteFile(RESULT_PDF)})
    place = "TaiLieuNop[0].DuongDanTaiTepTin"
    assert reading.frame.fault == Fault(FaultCode.FILE_UNAVAILABLE, place, "HTTP 404")
    states = [a.state for a in reading.envelope.attachments]
    assert states == [FileState.SOUND, FileState.MISSING]
    assert [q.code for q in reading.quirks] == [QuirkCode.FILE_MISSING]


def test_when_the_first_file_is_missing_no_other_is_taken_for_the_document():
    rows = [
        {"TenTepDinhKem": "don.pdf", "DuongDanTaiTepTin": "https://c/1"},
        {"TenTepDinhKem": "phu-luc.pdf", "DuongDanTaiTepTin": "https://c/2"},
    ]
    gone = RemoteFile(fault=Fault(FaultCode.FILE_UNAVAILABLE))
    files = {"https://c/1": gone, "https://c/2": RemoteFile(PDF)}
    envelope = read(dossier(TaiLieuNop=rows), files=files).envelope
    assert envelope.attachments[0].state is FileState.MISSING
    assert envelope.main_pdf is None


def test_a_file_that_is_too_large_waits_for_a_person_too():
    large = RemoteFile(fault=Fault(FaultCode.TOO_LARGE))
    fault = framed(dossier(), files={PDF_URL: large}).fault
    assert fault is not None
    assert (fault.code, fault.detail) == (FaultCode.FILE_UNAVAILABLE, "too-large")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "/files/don.pdf",
        "ftp://c/don.pdf",
        "https://who:secret@c/don.pdf",
        "https://[::1/don.pdf",
        "https://c:port/don.pdf",
        "https://c/a b",
        "https://c/a\r\nHost: d",
        "https://c/" + "a" * 2_000,
    ],
)
def test_what_is_no_clean_address_is_never_asked(url):
    frame = framed(dossier(TaiLieuNop=[{"DuongDanTaiTepTin": url}]))
    assert frame.wants == ()
    assert frame.fault == Fault(FaultCode.ADDRESS, "TaiLieuNop[0].DuongDanTaiTepTin")


@pytest.mark.parametrize("other", [PDF_URL, RESULT_URL])
def test_a_result_that_is_a_submitted_file_waits_for_a_clerk(other):
    row = RESULT | {"DuongDanTepTinKetQua": other}
    files = {PDF_URL: RemoteFile(PDF), RESULT_URL: RemoteFile(PDF)}
    frame = framed(dossier(DanhSachGiayToKetQua=[row]), files=files)
    place = "DanhSachGiayToKetQua[0].DuongDanTepTinKetQua"
    why = ("same-as TaiLieuNop[0].DuongDanTaiTepTin",)
    assert said(frame)[place] == (0, why)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("don.pdf", b"<html><h1>login</h1>", "html-page"),
        ("don.docx", b"\xef\xbb\xbf\r\n<!DOCTYPE  HTML>", "html-page"),
        ("don", b"<HTML >", "html-page"),
        ("don.PDF", b"PK\x03\x04", "no-pdf"),
        ("don.doc", b"", "empty"),
        ("don.html", b"<html>", None),
        ("don.docx", b"PK\x03\x04", None),
        ("don.txt", b"<htmlx", None),
    ],
)
def test_a_file_that_is_not_what_its_name_says_waits_for_a_clerk(name, data, why):
    row = {"TenTepDinhKem": name, "DuongDanTaiTepTin": "https://c/1"}
    files = {"https://c/1": RemoteFile(data)}
    doubts = said(framed(dossier(TaiLieuNop=[row]), files=files))
    place = "TaiLieuNop[0].DuongDanTaiTepTin"
    assert doubts == ({place: (0, (why,))} if why else {})


def test_a_result_of_its_own_is_no_doubt_and_comes_first():
    files = {PDF_URL: RemoteFile(PDF), RESULT_URL: RemoteFile(RESULT_PDF)}
    values = dossier(DanhSachGiayToKetQua=[RESULT], NgayTra="20191209100000")
    reading = read(values, files=files)
    assert reading.frame.guesses == ()
    assert reading.files == (RESULT_PDF, PDF)
    assert reading.envelope.attachments[0].name == "Giấy khai sinh.pdf"
    assert reading.envelope.promulgated == date(2019, 12, 9)


def test_an_update_is_about_the_dossier():
    added = identity.identify(read(dossier()).envelope)
    envelope = read(dossier(TrangThaiHoSo="9"), DossierAct.UPDATE).envelope
    assert envelope.kind is Kind.UPDATE
    assert envelope.target_id == NUMBER
    assert envelope.business is not None
    assert envelope.business.info_changed
    assert envelope.business.reason == ("Cập nhật hồ sơ, trạng thái: 9 (đã xử lý xong)")
    assert added.key in identity.identify(envelope).about


def test_two_updates_are_two_documents_and_the_same_one_again_is_not():
    def key(values: object) -> str:
        return identity.identify(read(values, DossierAct.UPDATE).envelope).key

    first = dossier(TrangThaiHoSo="4")
    turned = dict(reversed(first.items()))
    assert key(first) == key(turned) == key(json.dumps(first, indent=3).encode())
    assert key(first) != key(dossier(TrangThaiHoSo="5"))


def test_progress_is_an_update_with_its_reason():
    frame = framed(progress(), DossierAct.PROGRESS)
    envelope = read(progress(), DossierAct.PROGRESS).envelope
    assert envelope.kind is Kind.UPDATE
    assert envelope.target_id == NUMBER
    assert envelope.business is not None
    assert envelope.business.reason == "Đang thẩm định"
    assert envelope.business.staff is not None
    assert envelope.business.staff.name == "Trần Thị B"
    assert [r.code for r in envelope.receivers] == [OFFICE]
    assert envelope.promulgated == date(2019, 12, 3)
    assert envelope.hops[0].moment_text == "2019/12/03 10:00:00"
    assert frame.dossier is not None
    assert frame.dossier.status == "4"
    assert frame.dossier.said_at == datetime(2019, 12, 3, 3, tzinfo=UTC)


def test_what_is_kept_of_a_dossier_is_no_personal_data():
    told = framed(dossier(MaHoSoKhac="K-1", NgayTra="20191209100000")).dossier
    assert told is not None
    assert (told.number, told.other_number) == (NUMBER, "K-1")
    assert (told.procedure, told.field) == ("1.002891.000.00.00.H40", "HT")
    assert (told.office, told.channel, told.status) == (OFFICE, 2, "2")
    assert told.submitted_at == datetime(2019, 12, 2, 1, tzinfo=UTC)
    assert told.received_at == datetime(2019, 12, 2, 2, tzinfo=UTC)
    assert told.due_at == datetime(2019, 12, 10, 10, tzinfo=UTC)
    assert told.finished_at == datetime(2019, 12, 9, 3, tzinfo=UTC)
    frame = framed(dossier())
    for secret in ("Nguyễn Văn A", "036123456789", "0912345678"):
        assert secret not in repr(told)
        assert secret not in repr(frame)


@pytest.mark.parametrize(
    ("changes", "office"),
    [
        ({"DonViXuLy": "Phòng  TƯ pháp"}, OFFICE),
        ({"DonViXuLy": "H40.37.3"}, OFFICE),
        ({"DonViXuLy": " 000.03.37.h40 "}, OFFICE),
        ({"DonViXuLy": None}, OTHER),
        ({"DonViXuLy": "Sở nào đó"}, OTHER),
        ({"donvixuly": OFFICE, "DonViXuLy": None}, OFFICE),
    ],
)
def test_the_office_is_looked_up(changes, office):
    assert read(dossier(**changes)).envelope.receivers[0].code == office


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"DonViXuLy": "Sở X", "MaTTHC": "9.1"}, "Sở X"),
        ({"DonViXuLy": None, "MaTTHC": None}, ""),
    ],
)
def test_an_unknown_office_is_told(changes, detail):
    with pytest.raises(MalformedEnvelope) as told:
        framed(dossier(**changes))
    assert told.value.fault == Fault(FaultCode.UNKNOWN_OFFICE, "DonViXuLy", detail)


def test_progress_without_an_office_goes_to_the_unit_of_the_number():
    values = progress(PhongBanXuLy="Bộ phận nào đó")
    assert read(values, DossierAct.PROGRESS).envelope.receivers[0].code == OFFICE


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"TrichYeuHoSo": ""}, "Đăng ký khai sinh - Nguyễn Văn A"),
        ({"TrichYeuHoSo": "null", "ChuHoSo": None}, "Đăng ký khai sinh"),
    ],
)
def test_a_dossier_without_a_summary_is_named_by_its_procedure(changes, subject):
    assert read(dossier(**changes)).envelope.subject == subject


def test_the_mapping_can_be_set():
    rules = {
        "type_name": "Giấy chứng nhận",
        "subject": ["GhiChu"],
        "promulgated": ["NgayTiepNhan"],
        "due": [],
        "office": ["NoiXuLy"],
    }
    values = dossier(GhiChu="ghi chú", NgayTiepNhan="20191204000000", NoiXuLy=OTHER)
    envelope = read(values, rules=rules).envelope
    assert envelope.type_name == "Giấy chứng nhận"
    assert envelope.subject == "ghi chú"
    assert envelope.promulgated == date(2019, 12, 4)
    assert envelope.due is None
    assert envelope.receivers[0].code == OTHER


def _twice(name: str) -> Fault:
    return Fault(FaultCode.NOT_JSON, name, "key twice")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        (b"", Fault(FaultCode.EMPTY)),
        (b"  ", Fault(FaultCode.EMPTY)),
        (b"[]", Fault(FaultCode.NOT_JSON, "byte 0", "an object is due")),
        (b"<edXML/>", Fault(FaultCode.NOT_JSON, "byte 0")),
        ('{"Đơn": 1,}'.encode(), Fault(FaultCode.NOT_JSON, "byte 12")),
        (b'{"MaHoSo": NaN}', Fault(FaultCode.NOT_JSON, "NaN")),
        (b'{"MaHoSo": -Infinity}', Fault(FaultCode.NOT_JSON, "-Infinity")),
        (b'{"A": 1, "A": 2}', _twice("A")),
        (b'{"MaHoSo": "1", "mahoso": "2", "MAHOSO": ""}', _twice("MaHoSo")),
        (b'{"mahoso": "2", "MAHOSO": ""}', _twice("MaHoSo")),
        (b'{"A": "\xff"}', Fault(FaultCode.ENCODING, "byte 7")),
        (b'{"A": "\\ud800"}', HALF_LETTER),
        ("{}".encode("utf-16"), Fault(FaultCode.ENCODING, "byte 0")),
        (b"{}", Fault(FaultCode.NO_DOSSIER_NUMBER, "MaHoSo")),
        (b'{"MaHoSo": "  "}', Fault(FaultCode.NO_DOSSIER_NUMBER, "MaHoSo")),
        (b'{"MaHoSo": null}', Fault(FaultCode.NO_DOSSIER_NUMBER, "MaHoSo")),
        (b'{"MaHoSo": {}}', Fault(FaultCode.NOT_JSON, "MaHoSo", "a text is due")),
        (
            dossier(TaiLieuNop="x"),
            Fault(FaultCode.NOT_JSON, "TaiLieuNop[0]", "an object is due"),
        ),
        (dossier(TenTTHC=[]), Fault(FaultCode.NOT_JSON, "TenTTHC", "a text is due")),
        (
            dossier(TrichYeuHoSo="x" * 10_001),
            Fault(FaultCode.FIELD_TOO_LONG, "TrichYeuHoSo", "limit 10000"),
        ),
        (
            dossier(TaiLieuNop=[{}] * 1_001),
            Fault(FaultCode.TOO_MANY_PARTS, "TaiLieuNop", "limit 1000"),
        ),
        (
            dossier(TrichYeuHoSo="", TenTTHC="", ChuHoSo=""),
            Fault(FaultCode.NO_SUBJECT, "TrichYeuHoSo"),
        ),
    ],
)
def test_every_fault_has_its_code_and_place(values, fault):
    with pytest.raises(MalformedEnvelope) as told:
        framed(values)
    assert told.value.fault == fault


def test_numbers_without_end_and_nesting_without_end_are_told():
    for values, code in (
        (b'{"MaHoSo": ' + b"9" * 5_000 + b"}", FaultCode.FIELD_TOO_LONG),
        (b'{"A": ' + b"[" * 100_000, FaultCode.TOO_DEEP),
        (b'{"A": [' + b"1," * 300_000 + b"1]}", FaultCode.TOO_MANY_ELEMENTS),
    ):
        with pytest.raises(MalformedEnvelope) as told:
            framed(values)
        assert told.value.fault.code is code


def test_more_paths_in_one_field_than_files_allowed_are_told():
    url = "##".join(f"https://c/{n}" for n in range(30))
    with pytest.raises(MalformedEnvelope) as told:
        translate(
            entity(dossier(TaiLieuNop=[{"DuongDanTaiTepTin": url}])),
            replace(LIMITS, parts=20),
        )
    assert told.value.fault.code is FaultCode.TOO_MANY_PARTS


def test_another_content_type_is_told():
    for content_type in ("application/xml", "application/json", "", "a; act=b"):
        with pytest.raises(MalformedEnvelope) as told:
            translate(replace(entity(dossier()), content_type=content_type), LIMITS)
        assert told.value.fault.code is FaultCode.CONTENT_TYPE


def test_a_date_that_cannot_be_is_told_to_a_clerk_and_never_guessed():
    frame = framed(dossier(NgayHenTra="31/02/2020"))
    assert said(frame)["NgayHenTra"] == (0, ("date-impossible",))
    assert frame.dossier is not None
    assert frame.dossier.due_at is None
    assert read(dossier(NgayHenTra="02/13/2020")).envelope.due is None


def test_every_other_oddity_is_noted_and_holds_nothing():
    values = dossier(
        NgayNopHoSo="02/12/2019 08:00:00",
        NgayTra="00010101000000",
        TrichYeuHoSo="x" * 1_001,
        TrangThaiHoSo="11",
        KenhThucHien="online",
        DinhDanhCHS=[{"LoaiDinhDanh": "2", "SoDinhDanh": "000000001"}],
        SoGiayToChuHoSo="000000001",
    )
    frame = framed(values)
    assert said(frame) == {
        "NgayNopHoSo": (100, ("date-day-first",)),
        "NgayTra": (100, ("date-none",)),
        "TrichYeuHoSo": (100, ("over-1000",)),
        "TrangThaiHoSo": (100, ("local-status",)),
        "KenhThucHien": (100, ("no-number",)),
        "DinhDanhCHS[0].SoDinhDanh": (100, ("placeholder",)),
        "SoGiayToChuHoSo": (100, ("placeholder",)),
    }
    assert {g.confidence for g in frame.guesses} == {100}
    assert frame.dossier is not None
    assert (frame.dossier.status, frame.dossier.channel) == ("11", None)
    assert read(values).envelope.subject == "x" * 1_001


def test_what_is_too_long_for_a_code_stands_in_no_journal():
    names = ("MaHoSoKhac", "MaLinhVuc", "TrangThaiHoSo")
    frame = framed(dossier(**dict.fromkeys(names, "Nguyễn Văn A " * 10)))
    assert {name: said(frame)[name] for name in names} == dict.fromkeys(
        names, (100, ("too-long",))
    )
    assert "Nguyễn" not in repr(frame.dossier)
    with pytest.raises(MalformedEnvelope) as told:
        framed(dossier(MaHoSo="1" * 201))
    assert told.value.fault == Fault(FaultCode.FIELD_TOO_LONG, "MaHoSo", "limit 200")


def test_numbers_are_read_as_they_were_written():
    told = framed(dossier(KenhThucHien=2, TrangThaiHoSo=10)).dossier
    assert told is not None
    assert (told.channel, told.status) == (2, "10")


def test_a_byte_order_mark_is_no_fault():
    assert framed(b"\xef\xbb\xbf" + raw(dossier())).dossier == framed(dossier()).dossier


@pytest.mark.parametrize(
    ("told", "url", "name"),
    [
        ("", "https://c/a/don%20xin.pdf?x=1", "don xin.pdf"),
        ("Đơn", "https://c/a.PDF", "Đơn.PDF"),
        ("../../etc/passwd", "https://c/a", "etc passwd"),
        ("a\u202efdp.exe", "https://c/a", "a fdp.exe"),
        ("", "https://c/", "tep"),
        ("x" * 300 + ".pdf", "https://c/a", "x" * 196 + ".pdf"),
    ],
)
def test_names_of_files_lead_nowhere(told, url, name):
    row = {"TenTepDinhKem": told, "DuongDanTaiTepTin": url}
    reading = read(dossier(TaiLieuNop=[row]), files={url: RemoteFile(PDF)})
    assert reading.envelope.attachments[0].name == name


@given(
    at=st.floats(0, 1),
    put=st.one_of(st.binary(max_size=4), st.sampled_from([b"{", b"]", b'"', b"\\u"])),
    cut=st.integers(0, 60),
    act=st.sampled_from(DossierAct),
)
@settings(max_examples=300)
def test_a_damaged_dossier_ends_in_a_frame_or_a_fault(at, put, cut, act):
    whole = raw(dossier())
    place = int(at * len(whole))
    damaged = whole[:place] + put + whole[place + cut :]
    try:
        frame = translate(entity(damaged, act), LIMITS)
    except MalformedEnvelope:
        return
    assert isinstance(frame, Frame)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*dossier(), *progress()]), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(
    changes=st.dictionaries(
        st.sampled_from([*dossier(), *progress()]), _JSON, max_size=5
    )
)
@settings(max_examples=300)
def test_odd_values_end_in_strict_edxml_or_a_fault(changes):
    try:
        reading = read({**dossier(), **changes})
    except MalformedEnvelope:
        return
    assert reading.envelope.sender.code == GROUND["code"]


def test_translation_is_pure():
    one = entity(dossier(), files=PDFS)
    assert translate(one, Limits()) == translate(one, Limits())
